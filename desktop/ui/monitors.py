"""The set of monitors, by a name under which places are remembered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QScreen


def geometry_key(screens: Sequence[QScreen]) -> str:
    """Names the set of monitors, so that a place can be remembered for each."""
    parts = ((screen.name(), screen.geometry()) for screen in screens)
    return " ".join(sorted(f"{name}:{at.width()}x{at.height()}+{at.x()}+{at.y()}" for name, at in parts))
