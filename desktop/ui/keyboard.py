"""Keys of the whole window, and the order in which Tab visits it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

LANE_KEYS = 9


def add_keys(window: QWidget, keys: Mapping[str, Callable[[], object]], lane: Callable[[int], object]) -> None:
    """Let each key do its work anywhere in `window`; `lane` gets 0 for Ctrl+1, and so on."""
    for key, slot in keys.items():
        QShortcut(QKeySequence(key), window).activated.connect(slot)
    for place in range(LANE_KEYS):
        QShortcut(QKeySequence(f"Ctrl+{place + 1}"), window).activated.connect(lambda place=place: lane(place))


def order_tabs(widgets: Iterable[QWidget]) -> None:
    """Let Tab visit `widgets` in this order."""
    for one, other in pairwise(widgets):
        QWidget.setTabOrder(one, other)
