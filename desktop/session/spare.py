"""Garbage collections, at a moment when nobody waits."""

from __future__ import annotations

import gc


def set_aside() -> None:
    """Take everything that is there out of later full collections, before a call begins.

    In a call everybody's sound would wait for them: they walk all that was ever imported, and what a session before
    left behind, 94,000 objects and 32 ms in the window, 25 to 85 ms of the processor in a listener with 32 lanes.
    This itself walks nothing.
    """
    gc.freeze()


def spare_collections() -> None:
    """Collect now, what was set aside too, and set aside what is left: as long as a full collection."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
