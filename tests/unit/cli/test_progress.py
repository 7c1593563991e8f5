from __future__ import annotations

import io

import pytest

from desktop.cli.output import Output
from desktop.cli.progress import Progress


def printed(stream: object) -> str:
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_bar_shows_where_it_is(terminal: Output) -> None:
    with Progress(terminal, "talk\x1b[2J.wav", 120.0) as progress:
        progress.reached(60.0)
    shown = printed(terminal.stderr)
    assert "talk[2J.wav  [############............]  50%  1:00 of 2:00" in shown
    assert shown.endswith("\r\x1b[K")


def test_length_that_nobody_knows(terminal: Output) -> None:
    with Progress(terminal, "talk.mp3", 0.0) as progress:
        progress.reached(61.0)
    assert "talk.mp3  1:01" in printed(terminal.stderr)


def test_drawn_a_few_times_a_second_however_fast_it_goes(terminal: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    with Progress(terminal, "x", 10.0) as progress:
        for step in range(100):
            progress.reached(step / 10)
    assert printed(terminal.stderr).count("of 0:10") == 1
    assert progress.position == 9.9


def test_nothing_is_drawn_into_a_file(pipe: Output) -> None:
    with Progress(pipe, "x", 10.0) as progress:
        progress.reached(1.0)
    assert printed(pipe.stderr) == ""
