"""Streams that look like a terminal or like a pipe."""

from __future__ import annotations

import io

import pytest

from desktop.cli.output import Output


class Stream(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed calls it a plain attribute
        return "utf-8"


@pytest.fixture
def pipe() -> Output:
    return Output(Stream(terminal=False), Stream(terminal=False))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Output:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    return Output(Stream(terminal=True), Stream(terminal=True))
