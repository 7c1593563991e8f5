from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from desktop.cli.output import Output
from desktop.cli.progress import Progress, Watched
from desktop.core.audio import SPEECH, AudioChunk, SourceKind


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


class Tones:
    id, name, kind, live = "file:x", "x", SourceKind.FILE, False

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        yield self._chunks()

    async def _chunks(self) -> AsyncIterator[AudioChunk]:
        for step in range(10):
            yield AudioChunk(bytes(SPEECH.size(0.1)), SPEECH, step / 10)


async def test_watched_source_tells_how_far_it_was_read() -> None:
    reached: list[float] = []
    source = Watched(Tones(), reached.append)
    async with source.open(0.0) as chunks:
        starts = [chunk.start async for chunk in chunks]
    assert len(starts) == 10
    assert reached[-1] == pytest.approx(1.0)
    assert (source.id, source.name, source.kind, source.live) == ("file:x", "x", SourceKind.FILE, False)


async def test_watched_source_ends_early_where_asked() -> None:
    async with Watched(Tones(), lambda _position: None, until=0.35).open(0.0) as chunks:
        assert [chunk.start async for chunk in chunks] == [0.0, 0.1, 0.2, 0.3]
