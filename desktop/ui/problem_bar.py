"""Trouble, in one place: what happened, the next step, and at most one button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop.core.errors import TranscriptCutOff
from desktop.core.state import Problem
from desktop.ui.icons import icon, pixmap
from desktop.ui.problems import LABELS, Action, action_for
from desktop.ui.text import localise
from desktop.ui.theme import Palette


class ProblemBar(QFrame):
    """A line above the status; it never covers the captions and never asks for an answer."""

    action_pressed = Signal(object, object)
    """`Action` and `Problem`."""
    changed = Signal(bool)
    """Whether there is trouble."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problem")
        self._problems: list[Problem] = []
        self._palette: Palette | None = None
        self.picture = QLabel()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.dismiss = QToolButton()
        self.dismiss.setIconSize(QSize(16, 16))
        self.dismiss.setAccessibleName(self.tr("Hide this message"))
        self.dismiss.setToolTip(self.tr("Hide this message"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 8, 18, 8)
        layout.setSpacing(10)
        layout.addWidget(self.picture)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.dismiss)
        self.button.clicked.connect(self._on_pressed)
        self.dismiss.clicked.connect(self._on_dismissed)
        self.hide()

    @property
    def problem(self) -> Problem | None:
        """The one that is shown: the newest."""
        return self._problems[-1] if self._problems else None

    @property
    def problems(self) -> Sequence[Problem]:
        """All that nobody has put away, the newest last."""
        return tuple(self._problems)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icons."""
        self._palette = palette
        self.picture.setPixmap(pixmap("warning", palette.warn, 20, self.devicePixelRatioF()))
        self.dismiss.setIcon(icon("close", palette.warn, 16))

    def show_problem(self, problem: Problem) -> None:
        """Show `problem` in place of what is known of the same kind and lane."""
        self._problems = [each for each in self._problems if not _same(each, problem)]
        self._problems.append(problem)
        self._refresh()

    def clear_problem(self, problem: Problem | None = None) -> None:
        """Take `problem` away, or all of them."""
        self._problems = [each for each in self._problems if problem is not None and not _same(each, problem)]
        self._refresh()

    def _refresh(self) -> None:
        problem = self.problem
        self.setVisible(problem is not None)
        self.changed.emit(problem is not None)
        if problem is None:
            return
        error = problem.error
        sentence = f"{localise(error.what)} {localise(error.hint)}".strip()
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        action = action_for(error)
        self.button.setVisible(action is not Action.NONE)
        if action is not Action.NONE:
            self.button.setText(localise(LABELS[action]))

    def _on_pressed(self) -> None:
        problem = self.problem
        if problem is not None:
            self.action_pressed.emit(action_for(problem.error), problem)
            if isinstance(problem.error, TranscriptCutOff):  # it is seen to now
                self.clear_problem(problem)

    def _on_dismissed(self) -> None:
        self.clear_problem(self.problem)


def _same(one: Problem, other: Problem) -> bool:
    return type(one.error) is type(other.error) and one.lane == other.lane
