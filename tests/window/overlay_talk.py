"""A session as the caption bar sees it: a document, and events about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QColor, QImage

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.ui.overlay import Overlay


@dataclass(frozen=True)
class Lane:
    id: str
    label: str


class Talk:
    """Says things to a bar."""

    def __init__(self, overlay: Overlay) -> None:
        self.document = CaptionDocument()
        self.overlay = overlay
        self.revision = 0
        overlay.bind(self.document, [Lane("you", "You"), Lane("them", "Them")])

    def say(
        self,
        text: str,
        segment: str = "1",
        *,
        lane: str = "them",
        stable: int = 0,
        final: bool = False,
        speaker: str = "",
        at: float = -1.0,
    ) -> None:
        self.revision += 1
        start = at if at >= 0 else float(self.revision)
        event = CaptionEvent(
            lane, segment, self.revision, text, final, start, start + 1, stable_chars=stable, speaker=speaker
        )
        assert self.document.apply(event)
        self.overlay.on_event(event)


def picture(overlay: Overlay) -> QImage:
    return overlay.captions.grab().toImage()


def rows(overlay: Overlay) -> list[str]:
    picture(overlay)
    return [row.text for row in overlay.captions._rows_on_show()]


def columns(image: QImage, fits: Callable[[QColor], bool]) -> list[int]:
    """Where a column has a pixel that fits."""
    found = (x for x in range(image.width()) for y in range(image.height()) if fits(image.pixelColor(x, y)))
    return sorted(set(found))
