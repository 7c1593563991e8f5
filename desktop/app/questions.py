"""What providers ask a person while they connect: one dialog at a time, and a future instead of a nested loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QWidget

from desktop.core.message import Message
from desktop.core.provider import Prompting, Provider
from desktop.ui.question_dialog import QuestionDialog
from desktop.ui.text import localise


class Questions:
    """The window's asker."""

    def __init__(self, parent: Callable[[], QWidget]) -> None:
        self._parent = parent
        """Whatever is in front when a question comes: a dialog below another modal one could not be answered."""
        self._one = asyncio.Lock()
        self.dialog: QuestionDialog | None = None

    def serve(self, providers: Iterable[Provider]) -> None:
        """Let the providers that ask ask here."""
        for provider in providers:
            if isinstance(provider, Prompting):
                provider.ask_with(self.ask)

    async def ask(self, question: Message) -> str:
        """The answer, empty when the dialog was cancelled; being cancelled closes it."""
        async with self._one:
            answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            dialog = self.dialog = QuestionDialog(localise(question), self._parent())
            dialog.answered.connect(lambda text: None if answer.done() else answer.set_result(text))
            dialog.open()
            dialog.raise_()
            dialog.activateWindow()
            try:
                return await answer
            finally:
                self.dialog = None
                dialog.close()
                dialog.deleteLater()
