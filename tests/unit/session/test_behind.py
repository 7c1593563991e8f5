"""The delay that is told goes away when nobody is owed words any more."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

from desktop.core.audio import SPEECH, AudioChunk
from desktop.session.board import Board
from desktop.session.events import BehindChanged, SessionEvent
from desktop.session.recorder import Recorder
from desktop.session.ring import ReplayRing
from desktop.session.scribe import Scribe
from desktop.transcripts.transcript import JournalHeader


async def test_a_delay_told_at_the_last_words_does_not_stay_through_the_silence_after_them() -> None:
    header = JournalHeader(datetime(2026, 11, 21, tzinfo=UTC), "Test", (("you", "You"),), "en-US", "test")
    board, ring = Board(["you"]), ReplayRing()
    told: list[float] = []

    def listen(event: SessionEvent) -> None:
        if isinstance(event, BehindChanged):
            told.append(event.seconds)

    board.subscribe(listen)
    scribe = Scribe(("you",), SimpleNamespace(ring=ring), board, Recorder(None, header, board))  # type: ignore[arg-type] # the ring is all of a `Sound` that is looked at
    for index in range(100):
        ring.append(AudioChunk(bytes(SPEECH.size(0.1)), SPEECH, index / 10), voiced=index < 40)
    scribe.look_behind()
    assert told == [10.0], "nothing is sent yet"
    while ring.take() is not None:
        pass
    scribe._tell_behind("you", 4.0)
    assert told[-1] == 6.0
    scribe.look_behind()
    assert told[-1] == 0.0
