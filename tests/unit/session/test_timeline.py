"""Stream time and session time differ by every gap in the recording."""

from __future__ import annotations

from desktop.core.audio import SPEECH, AudioChunk
from desktop.session.timeline import Timeline


def second(start: float) -> AudioChunk:
    return AudioChunk(bytes(SPEECH.size(1.0)), SPEECH, start)


def test_a_stream_that_begins_late_is_moved() -> None:
    timeline = Timeline()
    timeline.sent(second(100.0))
    assert timeline.session_time(0.25) == 100.25


def test_a_gap_moves_what_follows_it_and_nothing_before() -> None:
    timeline = Timeline()
    for start in (10.0, 11.0, 20.0):
        timeline.sent(second(start))
    assert timeline.session_time(1.5) == 11.5
    assert timeline.session_time(2.0) == 20.0
    assert timeline.session_time(2.5) == 20.5


def test_rounding_between_chunks_is_no_gap() -> None:
    timeline = Timeline()
    for index in range(1000):
        timeline.sent(AudioChunk(bytes(SPEECH.size(0.02)), SPEECH, index * 0.02 + 0.001 * (index % 3)))
    assert abs(timeline.session_time(10.0) - 10.0) < 0.01
