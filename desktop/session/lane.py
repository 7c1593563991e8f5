"""One lane: captures its source, streams it to the provider, and comes back with a replay when the stream breaks."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.core.audio import SPEECH, AudioSource
from desktop.core.captions import CaptionEvent, Gap, Insight, Notice, Progress, StreamEvent
from desktop.core.errors import ConnectionLost, LanguageUnsupported, OvertitleError, ProviderError
from desktop.core.message import say
from desktop.core.provider import Provider, StreamConfig, TranscriptionStream
from desktop.core.state import SessionState
from desktop.session.assembly import Assembly, closed
from desktop.session.backoff import Backoff
from desktop.session.board import Board
from desktop.session.capture import Capture
from desktop.session.events import BehindChanged
from desktop.session.recorder import Recorder
from desktop.session.ring import ReplayRing
from desktop.session.timeline import Timeline

DRAIN = 10.0
"""Seconds that the last finals may take after the sound has ended."""
HEADROOM = 0.5
"""Seconds of sound that may be sent at once before the provider's catch-up speed holds."""
BEHIND_STEP = 0.1
"""Seconds; smaller changes of the delay are not worth telling."""
NOTICE_LIFE = 20.0
"""Seconds after which a final without a new notice means that the notice no longer holds."""


@dataclass(frozen=True, slots=True)
class LaneSpec:
    """One speaker side of a session."""

    id: str
    """Unique in the session; stands in the journal: `you`, `them`, `lane-3`."""
    label: str
    """What is shown; foreign text when a peer or a user named it."""
    source: AudioSource


@dataclass(frozen=True, slots=True)
class Service:
    """Which provider captions, and how."""

    provider: Provider
    language: str
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def config(self) -> StreamConfig:
        """What a stream is opened with."""
        return StreamConfig(self.language, SPEECH, self.credentials, self.options)


class Lane:
    """Owns the capture, the ring and the streams of one side of a session."""

    def __init__(self, spec: LaneSpec, service: Service, board: Board, recorder: Recorder) -> None:
        self.id = spec.id
        self._service = service
        self._board = board
        self._recorder = recorder
        self._ring = ReplayRing()
        self._capture = Capture(spec.id, spec.source, self._ring, board, recorder)
        self._backoff = Backoff()
        self._streams = 0
        self._heard_until = 0.0
        self._noticed_at = 0.0
        self._behind = 0.0
        self._committing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._committing.set_result(None)
        self._ended_at: float | None = None
        self._last_event = 0.0
        self._complete = False
        self.error: OvertitleError | None = None
        """Why the lane failed, when it did."""

    def stop(self) -> None:
        """Stop listening; `run` returns once the last finals are in."""
        self._capture.stop()

    def mute(self, muted: bool) -> None:
        """While muted, the lane hears silence."""
        self._capture.muted = muted

    async def run(self) -> None:
        """Caption until the source ends or `stop`; trouble that ends this lane alone becomes a problem and `error`."""
        self._state(SessionState.CONNECTING)
        serving = asyncio.ensure_future(self._serve())
        try:
            await self._capture.run()
            self._ended_at = self._board.now()
            self._state(SessionState.STOPPING)
            await serving
            self._state(SessionState.STOPPED)
        except OvertitleError as error:
            self._fail(error)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await self._keep_what_is_left()

    async def _keep_what_is_left(self) -> None:
        """Words that were shown stay; sound that nobody answered for is marked."""
        for event in self._board.document.open_segments(self.id):
            await self._recorder.final(closed(event, keep=True))
        lost = None if self._complete else self._ring.remaining()
        if lost is not None:
            self._recorder.mark(Gap(self.id, lost.start, lost.end, "not captioned"))

    def _state(self, state: SessionState) -> None:
        self._board.set_lane_state(self.id, state)

    def _fail(self, error: OvertitleError) -> None:
        self.error = error
        self._board.raise_problem(error, self.id)
        self._state(SessionState.FAILED)

    async def _serve(self) -> None:
        """Keep a stream open until everything captured is captioned; raises what can't be mended by trying again."""
        try:
            while (trouble := await self._try_stream()) is not None:
                await self._wait_to_reconnect(trouble)
        finally:
            self._capture.stop()

    async def _try_stream(self) -> ProviderError | None:
        """Stream until all is captioned; returns the trouble that trying again may mend."""
        try:
            await self._stream_once()
        except ProviderError as error:
            if not error.retryable or self._overdue():
                raise
            return error
        return None

    def _overdue(self) -> bool:
        """The sound has ended, and its last captions have been waited for long enough."""
        since = max(self._ended_at or math.inf, self._last_event)
        return self._board.now() - since > DRAIN

    async def _wait_to_reconnect(self, error: ProviderError) -> None:
        delay = self._backoff.next()
        self._state(SessionState.RECONNECTING)
        self._board.raise_problem(error, self.id, retry_at=self._board.now() + delay)
        lost = self._ring.rewind()
        if lost is not None:
            self._recorder.mark(Gap(self.id, lost.start, lost.end, "connection lost"))
        await asyncio.sleep(delay)

    async def _stream_once(self) -> None:
        """One stream from connecting to its end; returns when all sound has been sent and answered."""
        self._streams += 1
        timeline = Timeline()
        assembly = Assembly(self.id, self._streams, timeline, self._heard_until)
        dead = self._board.document.open_segments(self.id)
        async with self._service.provider.connect(self._service.config()) as stream:
            self._state(SessionState.LIVE)
            self._board.clear_problems(ProviderError, self.id)
            sending = asyncio.ensure_future(self._send(stream, timeline))
            reading = asyncio.ensure_future(self._read(stream, assembly, dead))
            try:
                await self._both(sending, reading)
            finally:
                for task in (sending, reading):
                    task.cancel()
                await asyncio.gather(sending, reading, self._committing, return_exceptions=True)

    async def _both(self, sending: asyncio.Future[None], reading: asyncio.Future[None]) -> None:
        done, _ = await asyncio.wait({sending, reading}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        if sending not in done:
            raise ConnectionLost(say("Session", "The captions stopped coming before the sound ended."))
        while not reading.done():
            await asyncio.wait({reading}, timeout=DRAIN)
            if self._board.now() - self._last_event > DRAIN:
                return
        reading.result()
        self._complete = True

    async def _send(self, stream: TranscriptionStream, timeline: Timeline) -> None:
        speed = self._service.provider.capabilities.catch_up
        began = self._board.now()
        sent = 0.0
        while (chunk := await self._ring.next()) is not None:
            timeline.sent(chunk)
            await stream.send(chunk)
            sent += chunk.duration
            if speed is not None:
                ahead = sent - (self._board.now() - began) * speed
                if ahead > HEADROOM:
                    await asyncio.sleep(ahead - HEADROOM)
        await stream.finish()

    async def _read(self, stream: TranscriptionStream, assembly: Assembly, dead: Sequence[CaptionEvent]) -> None:
        async for event in stream:
            self._backoff.reset()
            self._last_event = self._board.now()
            if dead and isinstance(event, CaptionEvent):
                await self._withdraw(dead)
                dead = ()
            await self._take(event, assembly)

    async def _take(self, event: StreamEvent, assembly: Assembly) -> None:
        if isinstance(event, CaptionEvent):
            await self._caption(event, assembly)
        elif isinstance(event, Progress):
            self._answered(assembly, assembly.session_time(event.end))
        elif isinstance(event, Insight):
            self._recorder.mark(assembly.insight(event))
        elif isinstance(event, Notice):
            self._noticed_at = self._board.now()
            self._board.raise_problem(event.error, self.id)

    async def _caption(self, event: CaptionEvent, assembly: Assembly) -> None:
        caption = assembly.caption(event)
        if caption.is_final:
            # Half a commit would be a final on disk that the next stream says again, so a dying stream waits for it.
            self._committing = asyncio.ensure_future(self._commit(caption, assembly))
            await asyncio.shield(self._committing)
        elif caption.text:
            self._board.caption(caption)
        if caption.of_sound:
            self._tell_behind(caption.end)

    async def _commit(self, final: CaptionEvent, assembly: Assembly) -> None:
        await self._recorder.final(final)
        if final.of_sound:
            self._heard_until = max(self._heard_until, final.end)
            self._answered(assembly, final.end)
        self._forget_notice()

    def _forget_notice(self) -> None:
        if self._noticed_at and self._board.now() - self._noticed_at > NOTICE_LIFE:
            self._noticed_at = 0.0
            self._board.clear_problems(LanguageUnsupported, self.id)

    def _answered(self, assembly: Assembly, until: float) -> None:
        self._ring.answered(assembly.answered(until))
        self._tell_behind(until)

    def _tell_behind(self, until: float) -> None:
        behind = max(0.0, self._ring.newest - until)
        if abs(behind - self._behind) >= BEHIND_STEP:
            self._behind = behind
            self._board.publish(BehindChanged(self.id, behind))

    async def _withdraw(self, dead: Sequence[CaptionEvent]) -> None:
        for event in dead:
            # The replay says a segment of the sound again; nobody repeats a bot's words.
            await self._recorder.final(closed(event, keep=not event.of_sound))
