"""Hiding from screen sharing says what has come of it."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QGuiApplication

from desktop.ui.overlay import sharing
from desktop.ui.overlay.sharing import Sharing, hide_from_sharing, sentence


class Window:
    def winId(self) -> int:  # noqa: N802 - Qt's name
        return 7


@pytest.mark.parametrize(
    ("platform", "answer", "hidden", "expected"),
    [
        ("win32", True, True, Sharing.HIDDEN),
        ("win32", False, True, Sharing.REFUSED),
        ("darwin", True, False, Sharing.SEEN),
        ("linux", True, True, Sharing.UNABLE),
        ("linux", True, False, Sharing.SEEN),
    ],
)
def test_the_state_is_what_the_system_answered(
    monkeypatch: pytest.MonkeyPatch, platform: str, answer: bool, hidden: bool, expected: Sharing
) -> None:
    asked: list[tuple[int, bool]] = []

    def ask(handle: int, hide: bool) -> bool:
        asked.append((handle, hide))
        return answer

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sharing, "_ASK", {"win32": ask, "darwin": ask})
    assert hide_from_sharing(Window(), hidden) is expected  # type: ignore[arg-type]  # all that is asked of it
    assert asked == ([] if platform == "linux" else [(7, hidden)])


def test_every_state_has_its_sentence(qapp: QGuiApplication) -> None:
    assert len({sentence(state) for state in Sharing}) == len(Sharing)
