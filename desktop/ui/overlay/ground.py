"""What lies behind the words: the panel, and its edges while the mouse is on it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.ui.overlay.look import Look


def paint_ground(painter: QPainter, panel: QRect, look: Look, radius: int, *, framed: bool, filled: bool) -> None:
    """Paint the panel within the painter's clip; not `filled` where each row brings its own ground."""
    area = painter.clipBoundingRect()
    if not framed and (not radius or (area.top() >= radius and area.bottom() < panel.height() - radius)):
        if filled:
            painter.fillRect(area, look.panel)  # five times as fast as with corners
        return
    if filled or framed:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.panel)
        painter.drawRoundedRect(QRectF(panel), radius, radius)
    if framed:
        edge = QColor(look.text)
        edge.setAlphaF(0.35)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(panel).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
