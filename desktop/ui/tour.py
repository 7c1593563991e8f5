"""Three call-outs for the first captions: what shows that it hears, where the bar's handles are, where words are kept.

They stand in the window beside what they speak of, take no focus, wait for nothing and can be sent away with one key.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.ui.style import px
from desktop.ui.theme import GRID, Palette, mixed
from desktop.ui.window_frame import WindowFrame

_WIDTH = 264
"""Pixels, for letters of the usual size: no wider than the panel at the side."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call-out."""

    target: QWidget
    text: str


class Tour(QFrame):
    """The call-out; it shows one step after the other."""

    ended = Signal()
    """Seen to its end, or skipped."""

    def __init__(self, window: WindowFrame, palette: Palette) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self._window = window
        self._at = 0
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.count = QLabel()
        self.count.setProperty("dim", True)
        self.skip = QPushButton(self.tr("Skip the tour"))
        self.forward = QPushButton()
        for button in (self.skip, self.forward):
            button.setAutoDefault(True)  # Enter presses it as Space does
        row = self._row = QHBoxLayout()
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.skip)
        row.addWidget(self.forward)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.sentence)
        layout.addLayout(row)
        self.apply_palette(palette)
        self.skip.clicked.connect(self.end)
        self.forward.clicked.connect(self._go_on)
        QWidget.setTabOrder(window.bar.start, self.forward)
        QWidget.setTabOrder(self.forward, self.skip)
        window.page.installEventFilter(self)
        self.hide()

    def steps(self) -> list[Step]:
        """What is shown, in its order."""
        window = self._window
        return [
            Step(
                window.bar.you.meter,
                self.tr("The bars below “You” and “Them” move while somebody is heard. The buttons beside them mute."),
            ),
            Step(
                window.rail.overlay,
                self.tr(
                    "Point at the caption bar and its handles appear: move it, size it, lock it. "
                    "The rail at the left shows and hides it."
                ),
            ),
            Step(window.status, self.tr("Every sentence is saved as it is spoken; the line at the bottom says where.")),
        ]

    def apply_palette(self, palette: Palette) -> None:
        """Take other colours."""
        back = mixed(palette.accent, palette.card, 0.1)
        self.setStyleSheet(
            f"#tour {{ background: {back}; border: 2px solid {palette.accent}; border-radius: 10px; }}"
            f"#tour QLabel {{ color: {palette.text}; }}"
        )

    def begin(self) -> None:
        """Show the first step."""
        self._at = 0
        self._show_step()

    def end(self) -> None:
        """Go away for good."""
        if self.isVisible():
            if self.forward.hasFocus() or self.skip.hasFocus():
                self._window.bar.start.setFocus()
            self.hide()
            self.ended.emit()

    def _go_on(self) -> None:
        self._at += 1
        if self._at < len(self.steps()):
            self._show_step()
        else:
            self.end()

    def _show_step(self) -> None:
        steps = self.steps()
        step = steps[self._at]
        last = self._at == len(steps) - 1
        self.sentence.setText(step.text)
        self.count.setText(self.tr("{number} of {count}").format(number=self._at + 1, count=len(steps)))
        self.forward.setText(self.tr("Done") if last else self.tr("Next"))
        self.forward.setAccessibleDescription(step.text)
        self.skip.setVisible(not last)
        self.setAccessibleName(self.tr("Tour"))
        self.setAccessibleDescription(step.text)
        self.show()
        self.raise_()
        self._place()

    def _place(self) -> None:
        """Over the panel at the side, never over the words; near the height of the target."""
        # Large letters and longer languages need more, and a wrapped label has to be told its height
        width = max(px(_WIDTH) - 4 * GRID, self._row.sizeHint().width())
        self.sentence.setFixedSize(width, self.sentence.heightForWidth(width))
        self.adjustSize()
        window = self._window
        target = self.steps()[self._at].target
        top = window.page.mapTo(window, QPoint(0, 0)).y() + GRID
        bottom = window.status.mapTo(window, QPoint(0, 0)).y() - self.height() - GRID
        beside = target.mapTo(window, QPoint(0, 0)).y() + target.height() // 2 - self.height() // 2
        self.move(window.width() - self.width() - GRID, max(GRID, min(max(beside, top), bottom)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay beside the target when the window changes, or what stands above the page."""
        if watched is self._window.page and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape skips the rest."""
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)
