"""Questions of a provider as a dialog that waits for nobody but whoever asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.app.questions import Questions
from desktop.core.message import say
from desktop.core.provider import Asker
from desktop.providers import discover
from desktop.ui.main_window import MainWindow
from desktop.ui.question_dialog import QuestionDialog

QUESTION = say("Test", "Code of <b>kim</b>")


@pytest.fixture
def questions(window: MainWindow) -> Questions:
    return Questions(lambda: window)


async def opened(questions: Questions) -> QuestionDialog:
    async with asyncio.timeout(60):
        while questions.dialog is None:
            await asyncio.sleep(0.005)
    return questions.dialog


async def test_an_answer(questions: Questions) -> None:
    asking = asyncio.ensure_future(questions.ask(QUESTION))
    dialog = await opened(questions)
    assert dialog.isVisible()
    (label,) = dialog.findChildren(QLabel)
    assert (label.text(), label.textFormat()) == ("Code of <b>kim</b>", Qt.TextFormat.PlainText)
    assert not dialog.answer.isEnabled()
    QTest.keyClicks(dialog.line, " 123456 ")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert await asking == "123456"
    assert questions.dialog is None


def _cancel(dialog: QuestionDialog) -> None:
    dialog.cancel.click()


def _escape(dialog: QuestionDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def _close(dialog: QuestionDialog) -> None:
    dialog.close()


@pytest.mark.parametrize("give_up", [_cancel, _escape, _close])
async def test_no_answer(questions: Questions, give_up: Callable[[QuestionDialog], None]) -> None:
    asking = asyncio.ensure_future(questions.ask(QUESTION))
    dialog = await opened(questions)
    QTest.keyClicks(dialog.line, "123456")
    give_up(dialog)
    assert await asking == ""


async def test_enter_without_an_answer_does_nothing(questions: Questions) -> None:
    asking = asyncio.ensure_future(questions.ask(QUESTION))
    dialog = await opened(questions)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    await asyncio.sleep(0)
    assert dialog.isVisible()
    assert not asking.done()
    dialog.reject()
    await asking


async def test_a_question_that_is_taken_back_closes(questions: Questions) -> None:
    asking = asyncio.ensure_future(questions.ask(QUESTION))
    dialog = await opened(questions)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not dialog.isVisible()


async def test_one_question_at_a_time(questions: Questions) -> None:
    both = [asyncio.ensure_future(questions.ask(QUESTION)) for _ in range(2)]
    first = await opened(questions)
    QTest.keyClicks(first.line, "1")
    first.accept()
    assert await both[0] == "1"
    second = await opened(questions)
    assert second is not first
    second.reject()
    assert await both[1] == ""


def test_who_asks_is_served(questions: Questions, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Callable[..., Awaitable[str]]] = []
    provider = discover()["amazon-transcribe"]

    def take(ask: Asker) -> None:
        given.append(ask)

    monkeypatch.setattr(provider, "ask_with", take, raising=True)
    questions.serve([provider, discover()["on-device"]])
    assert given == [questions.ask]
