"""Words that were not in the sound: they are kept, and they let no sound go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from desktop.core.audio import AudioChunk
from desktop.core.captions import CaptionEvent
from desktop.core.provider import StreamConfig
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from tests.support.beacon import BeaconProvider, BeaconSource, BeaconStream, Fault


class AnsweringStream(BeaconStream):
    """Before it breaks, a bot says something final and begins something more."""

    spoke = False

    async def send(self, chunk: AudioChunk) -> None:
        fault = self._fault
        if fault and fault.after is not None and not self.spoke and self.heard >= fault.after - 0.5:
            self.spoke = True
            for segment, final in (("bot-1", True), ("bot-2", False)):
                event = CaptionEvent("", segment, 1, segment, final, 0.1, self.heard, speaker="Bot", of_sound=False)
                self._events.put_nowait(event)
        await super().send(chunk)


class AnsweringProvider(BeaconProvider):
    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[BeaconStream]:
        fault = self.faults[self.connections] if self.connections < len(self.faults) else None
        self.connections += 1
        yield AnsweringStream(fault)


async def test_a_bots_words_prove_nothing_about_the_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.001)
    provider = AnsweringProvider([Fault(after=3.0, swallow=2.0)])
    source = BeaconSource(10, pause=0.001)
    session = Session([LaneSpec("you", "You", source)], Service(provider, "en-US"))
    await session.run()
    said = [segment for segment in session.document.segments if not segment.speaker]
    assert [segment.text for segment in said] == [str(number) for number in range(10)]
    assert [segment.text for segment in session.document.segments if segment.speaker] == ["bot-1", "bot-2"]
    assert all(segment.is_final for segment in session.document.segments)
