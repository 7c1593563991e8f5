"""One connected peer: its messages become lanes, and captions become its messages. Knows no socket."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent
from desktop.core.message import Message, say
from desktop.ingress.dialect import (
    MOST_TRACKS,
    POLICY,
    TOO_BIG,
    Caption,
    Dialect,
    PeerEvent,
    Reply,
    Sound,
    Started,
    Stopped,
    Violation,
    WireMessage,
)
from desktop.ingress.events import ListenerEvent, ListenerEventKind
from desktop.ingress.gate import GateKind, VoiceGate, detector
from desktop.ingress.limits import Allowance, Bucket, Limits
from desktop.ingress.source import RemoteSource
from desktop.ingress.telephone import Doubler
from desktop.ingress.track import Track

OVERRUN_PAUSE = 10.0
"""Seconds between two events about the same kind of excess."""
_numbers = count(1)


class Answers:
    """What waits to be sent to a peer; when it does not read, the oldest goes."""

    def __init__(self, most: int) -> None:
        self._waiting: deque[WireMessage] = deque(maxlen=most)
        self._ready = asyncio.Event()
        self._sent = asyncio.Event()
        self._sent.set()
        self.dropped = 0

    def put(self, message: WireMessage) -> None:
        """Add one message."""
        self.dropped += len(self._waiting) == self._waiting.maxlen
        self._waiting.append(message)
        self._sent.clear()
        self._ready.set()

    async def next(self) -> WireMessage:
        """The oldest message; asking for the next one says that the one before is sent."""
        while not self._waiting:
            self._sent.set()
            self._ready.clear()
            await self._ready.wait()
        return self._waiting.popleft()

    async def sent(self) -> None:
        """Return once nothing waits."""
        await self._sent.wait()


class RemoteLane:
    """One side of a remote call: a source to listen to, and the way back for its captions."""

    def __init__(self, about: About, track: str, label: str, peer: Peer) -> None:
        self.label = label
        """What a person recognises; the peer named it, so it is foreign text."""
        self.address = about.address
        self.protocol = about.protocol
        self.source = RemoteSource(f"remote:{next(_numbers)}", label)
        self._track = track
        self._peer = peer

    def caption(self, event: CaptionEvent, spoken: str) -> None:
        """Tell the peer a caption of this lane, if it is still there; `spoken` is when it was said, ISO 8601 in UTC."""
        self._peer.answer(Caption(self._track, event, spoken))


class Host(Protocol):
    """Who owns the listener. Called in the event loop's thread; must return at once and not raise."""

    def lane_started(self, lane: RemoteLane) -> None:
        """A remote track begins; its source may be opened."""

    def lane_ended(self, lane: RemoteLane) -> None:
        """Its sound is over; captions may still be told."""

    def told(self, event: ListenerEvent) -> None:
        """Something happened."""


@dataclass(frozen=True, slots=True)
class About:
    """Who the peer is."""

    address: str
    protocol: str
    name: str = ""
    """What its lanes are called when it names no tracks; foreign text."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What is done with sound."""

    split_stereo: bool = False
    """Two lanes for two channels; otherwise they are mixed."""
    gate: GateKind = GateKind.OFF


class _Feed:
    """One track's way into its lane, or into two where channels are told apart."""

    def __init__(self, lanes: Sequence[RemoteLane], gate: GateKind) -> None:
        self.lanes = lanes
        self.track = Track()
        self.format: AudioFormat | None = None
        self.told_dropped = 0.0
        judges = [detector(gate) for _ in lanes]
        self._gates = [VoiceGate(judge) if judge else None for judge in judges]
        self._doublers = [Doubler() for _ in lanes]

    @property
    def dropped(self) -> float:
        """Seconds lost because the session was too slow."""
        return max(lane.source.dropped for lane in self.lanes)

    def take(self, sound: Sound, now: float) -> None:
        self._put(self.track.take(sound, now))
        self.format = self.track.format

    def restart(self, now: float) -> None:
        """The track begins again: numbers and times start anew."""
        self._put(self.track.flush(now))
        self.track = Track()

    def end(self, now: float) -> None:
        self._put(self.track.flush(now))
        for lane, gate in zip(self.lanes, self._gates, strict=True):
            for chunk in gate.flush() if gate else ():
                lane.source.put(chunk)
            lane.source.end()

    def _put(self, chunks: Sequence[AudioChunk]) -> None:
        for chunk in chunks:
            pieces = _channels(chunk, len(self.lanes))
            for lane, gate, doubler, piece in zip(self.lanes, self._gates, self._doublers, pieces, strict=False):
                wide = doubler.feed(piece)
                for each in gate.feed(wide) if gate else (wide,):
                    lane.source.put(each)


def _channels(chunk: AudioChunk, wanted: int) -> Sequence[AudioChunk]:
    """The chunk, or one for each of its channels."""
    if wanted == 1 or chunk.format.channels == 1:
        return [chunk]
    samples = memoryview(chunk.pcm).cast("H")
    mono = AudioFormat(chunk.format.sample_rate)
    return [replace(chunk, pcm=samples[side::2].tobytes(), format=mono) for side in range(2)]


class Peer:
    """The lanes of one connection."""

    def __init__(self, about: About, dialect: Dialect, limits: Limits, handling: Handling, host: Host) -> None:
        self.about = about
        self.answers = Answers(limits.answers)
        self.last_sound = float("-inf")
        """`time.monotonic()` of the last message with sound."""
        self.ignored = 0
        """Messages that meant nothing."""
        self._dialect = dialect
        self._allowance = Allowance(limits)
        self._starts = Bucket(limits.starts, 2 * MOST_TRACKS)
        self._handling = handling
        self._host = host
        self._feeds: dict[str, _Feed] = {}
        self._told_fast = float("-inf")
        self._gone = False
        self._deaf = False

    def take(self, message: WireMessage, now: float) -> float:
        """Take in one message; returns the seconds to wait before the next is read. Raises `Violation`."""
        if len(message) > self._dialect.largest:
            raise Violation(TOO_BIG, "the message is too big")
        seconds = sum(self._event(event, now) for event in self._dialect.read(message))
        wait = self._allowance.take(len(message), seconds, now)
        if wait and now - self._told_fast > OVERRUN_PAUSE:
            self._told_fast = now
            self._tell(
                ListenerEventKind.OVERRUN,
                say("Listener", "{peer} sends faster than anyone speaks; it is made to wait.", peer=self.about.address),
            )
        return wait

    def _event(self, event: PeerEvent, now: float) -> float:
        """Act on one event; returns seconds of sound in it."""
        match event:
            case Started() | Sound() | Stopped() if self._deaf:
                self.ignored += 1
            case Started():
                self._start(event, now)
            case Sound():
                return self._hear(event, now)
            case Stopped(track):
                self._stop(track, now)
            case Reply(message):
                self.answers.put(message)
            case _:
                self.ignored += 1
        return 0.0

    def _start(self, event: Started, now: float) -> None:
        feed = self._feeds.get(event.track)
        if feed is None:
            if self._starts.take(1, now):
                raise Violation(POLICY, "tracks begin too often")
            lanes = [
                RemoteLane(self.about, event.track, label, self) for label in self._labels(event.track, event.format)
            ]
            self._feeds[event.track] = _Feed(lanes, self._handling.gate)
            for lane in lanes:
                self._host.lane_started(lane)
            return
        feed.restart(now)

    def _labels(self, track: str, form: AudioFormat) -> Sequence[str]:
        label = track or self.about.name or self.about.address
        if self._handling.split_stereo and form.channels == 2:
            return [f"{label} 1", f"{label} 2"]
        return [label]

    def _hear(self, sound: Sound, now: float) -> float:
        feed = self._feeds[sound.track]
        before = feed.format
        feed.take(sound, now)
        self.last_sound = now
        if before is not None and feed.format is not None and before != feed.format:
            self._tell_format(feed.lanes[0].label, feed.format)
        if feed.dropped > feed.told_dropped + 1.0:
            feed.told_dropped = feed.dropped
            self._tell(
                ListenerEventKind.OVERRUN,
                say("Listener", "Sound of {peer} was lost: the captions are too slow for it.", peer=self.about.address),
            )
        return sound.format.seconds(len(sound.pcm))

    def _tell_format(self, label: str, form: AudioFormat) -> None:
        values = {"peer": self.about.address, "rate": form.sample_rate, "channels": form.channels, "label": label}
        self._tell(
            ListenerEventKind.FORMAT_CHANGED,
            say("Listener", "{peer} sends “{label}” at {rate} Hz now, channels: {channels}.", **values),
        )

    def _stop(self, track: str, now: float) -> None:
        feed = self._feeds.pop(track, None)
        if feed is not None:
            feed.end(now)
            for lane in feed.lanes:
                self._host.lane_ended(lane)

    def answer(self, caption: Caption) -> None:
        """Send a caption to the peer, unless it has gone."""
        if not self._gone:
            for message in self._dialect.caption(caption):
                self.answers.put(message)

    def end(self, now: float) -> None:
        """The connection is over: so are its lanes."""
        self._gone = True
        self.end_lanes(now)

    def end_lanes(self, now: float) -> None:
        """End the sound; captions may still be told. What the peer sends from now on is not heard."""
        self._deaf = True
        for track in tuple(self._feeds):
            self._stop(track, now)

    def _tell(self, kind: ListenerEventKind, message: Message) -> None:
        self._host.told(ListenerEvent(kind, message, self.about.address))
