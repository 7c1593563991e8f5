"""A small picture of a session: who spoke when, over each other, and how fast; told in words as well."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.transcripts.talk import Talk
from desktop.ui.clock import clock_text
from desktop.ui.style import px
from desktop.ui.text import plain, tip
from desktop.ui.theme import Palette
from desktop.ui.values import lane_places

_ROW, _GAP = 18, 6
"""Pixels: height of a lane, and between two."""


def talk_in_words(talk: Talk) -> list[str]:
    """One sentence for each lane, one for overlap and one for silence."""

    def percent(seconds: float) -> str:
        return f"{QLocale().toString(round(talk.share(seconds) * 100))}\u00a0%"

    translate = QCoreApplication.translate
    said = [
        translate("TalkPicture", "{lane}: {share}, {pace} words a minute").format(
            lane=plain(lane.label, 40), share=percent(lane.seconds), pace=QLocale().toString(round(lane.pace))
        )
        for lane in talk.lanes
    ]
    if len(talk.lanes) > 1:
        said.append(translate("TalkPicture", "At the same time: {share}").format(share=percent(talk.overlap)))
    said.append(translate("TalkPicture", "Nobody: {share}").format(share=percent(talk.silence)))
    return said


class TalkPicture(QWidget):
    """One row for each lane over the time of the session; where two speak at once the rows are hatched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._talk: Talk | None = None
        self._palette: Palette | None = None

    def apply_palette(self, palette: Palette) -> None:
        """Take the colours of the lanes."""
        self._palette = palette
        self.update()

    def show_talk(self, talk: Talk | None) -> None:
        """Draw this session, or nothing."""
        self._talk = talk
        text = "" if talk is None else ". ".join(talk_in_words(talk))
        self.setToolTip("" if talk is None else tip("\n".join(talk_in_words(talk))))
        self.setAccessibleName(self.tr("Who spoke when"))
        self.setAccessibleDescription(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A row for each lane, and the time below."""
        lanes = len(self._talk.lanes) if self._talk else 0
        return QSize(240, lanes * (_ROW + _GAP) + px(16))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It may be narrow."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the rows."""
        del event
        talk, palette = self._talk, self._palette
        if talk is None or palette is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        places = lane_places(lane.lane for lane in talk.lanes)
        for at, lane in enumerate(talk.lanes):
            row = QRectF(0, at * (_ROW + _GAP), self.width(), _ROW)
            painter.setBrush(QColor(palette.rail))
            painter.drawRoundedRect(row, 4, 4)
            colour = QColor(palette.lane(places[lane.lane]))
            for slot, part in enumerate(lane.parts):
                self._bar(painter, row, slot, part, QBrush(colour))
                both = min(part, talk.overlaps[slot])
                self._bar(painter, row, slot, both, QBrush(QColor(palette.window), Qt.BrushStyle.BDiagPattern))
        self._times(painter, talk, palette)

    def _bar(self, painter: QPainter, row: QRectF, slot: int, part: float, brush: QBrush) -> None:
        assert self._talk is not None  # noqa: S101 - the caller has looked
        if part <= 0:
            return
        width = row.width() / len(self._talk.overlaps)
        height = max(row.height() * part, 2.0)
        painter.fillRect(QRectF(slot * width, row.bottom() - height, width + 0.5, height), brush)

    def _times(self, painter: QPainter, talk: Talk, palette: Palette) -> None:
        font = painter.font()
        font.setPixelSize(px(11))
        painter.setFont(font)
        painter.setPen(QColor(palette.dim))
        below = QRectF(0, self.height() - px(16), self.width(), px(16))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, clock_text(0))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, clock_text(talk.duration))
