"""Two sides of a session as the two channels of one stream, for services that take channels."""

from __future__ import annotations

import asyncio
from array import array
from collections import deque
from collections.abc import Callable, Sequence

from desktop.audio.queue import HOLD_SECONDS
from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.session.ring import Lost, ReplayRing, joined

BLOCK = 0.1
"""Seconds of sound that are put together at once."""
LAG = 1.0
"""Seconds that a side may be late before the other goes on with silence beside it: its device may be gone."""
STANDSTILL = 0.25
"""Seconds without any sound after which a side may be late because the program stood still: its sound waits too."""
DRIFT = 0.05
"""Seconds between one chunk's end and the next one's start from which on this is a gap and not a drifting clock."""

END = float("inf")
"""How far a side reaches that has ended."""
_SAMPLES = round(BLOCK * SPEECH.sample_rate)


class Track:
    """One side on its way into the joint ring; a capture writes to it as it would to a ring of its own."""

    def __init__(self, joint: Joint) -> None:
        self._joint = joint
        self._samples = array("h")
        self._voiced: deque[tuple[float, float]] = deque()
        """Stretches with a voice that may not be answered yet, seconds on the session clock."""
        self._reach = joint.base
        self._placed = joint.base
        """Session time at which the newest sound of this side ends; before it nothing is missing."""
        self._ended = False
        self.given_up = False
        """The other side has gone on without this one."""

    @property
    def holds(self) -> bool:
        """Whether sound waits to be put together."""
        return bool(self._samples)

    @property
    def reach(self) -> float:
        """Session time up to which this side is known; without end once no more comes."""
        return END if self._ended else self._reach

    def append(self, chunk: AudioChunk, *, voiced: bool) -> Lost | None:
        """Take in new sound; returns what came too late, or had to go from the ring."""
        skipped = self._joint.begin(chunk.start)
        if voiced:
            self._voiced.append((chunk.start, chunk.end))
        late = self._place(chunk)
        self.given_up = False
        return joined(joined(skipped, late if voiced else None), self._joint.put_together())

    def _place(self, chunk: AudioChunk) -> Lost | None:
        samples = array("h", chunk.pcm)
        base = self._joint.base
        gap = chunk.start - self._reach
        if abs(gap) < DRIFT:
            self._samples.extend(samples)
            self._reach += chunk.duration
            self._placed = self._reach
            return None
        missing = round((chunk.start - base) * SPEECH.sample_rate) - len(self._samples)
        if missing >= 0:
            self._samples.extend(array("h", bytes(2 * missing)))
        late = min(max(-missing, 0), len(samples))
        self._samples.extend(samples[late:])
        self._reach = base + len(self._samples) / SPEECH.sample_rate
        missed = Lost(max(chunk.start, self._placed), chunk.start + late / SPEECH.sample_rate)
        told = late and missed.end > self._placed + DRIFT
        if late < len(samples):
            self._placed = self._reach
        return missed if told else None

    def take(self) -> array[int]:
        """The samples of one block, filled up with silence."""
        block, self._samples = self._samples[:_SAMPLES], self._samples[_SAMPLES:]
        block.extend(array("h", bytes(2 * (_SAMPLES - len(block)))))
        self._reach = max(self._reach, self._joint.base + BLOCK)
        return block

    def go_on(self, moment: float) -> None:
        """Nothing is known before this session time, and nothing comes."""
        self._reach = max(self._reach, moment)

    def silent_from(self, moment: float) -> float:
        """The end of the silence that begins at `moment`; `moment` itself when there is none."""
        while self._voiced and self._voiced[0][1] <= moment:
            self._voiced.popleft()
        return max(moment, self._voiced[0][0] if self._voiced else self._reach)

    def is_voiced(self, start: float, end: float) -> bool:
        """Whether there was a voice in this stretch, the newest one."""
        for first, last in reversed(self._voiced):
            if last <= start:
                return False
            if first < end:
                return True
        return False

    async def wait_for_space(self, limit: float) -> None:
        """Return once this side is less than `limit` seconds ahead of the other one and of the service."""
        await self._joint.wait_for_space(self, limit)

    def end(self) -> None:
        """No more sound of this side comes."""
        self._ended = True
        self._joint.put_together()


class Joint:
    """Puts the sides together block by block, on the session clock, into one ring."""

    format = AudioFormat(SPEECH.sample_rate, 2)

    def __init__(self, ring: ReplayRing, now: Callable[[], float], *, live: bool, start: float = 0.0) -> None:
        self._ring = ring
        self._now = now
        self._live = live
        """Whether a side that is late may be gone; a recording never is."""
        self._blocks = int(start / BLOCK)
        self._moved = asyncio.Event()
        self._heard_at = now()
        self._patient_until = 0.0
        self.tracks = (Track(self), Track(self))

    @property
    def base(self) -> float:
        """Session time at which the next block begins."""
        return self._blocks * BLOCK

    def put_together(self) -> Lost | None:
        """Give out every block that is complete; returns what had to go from the ring."""
        lost: Lost | None = None
        while self._is_due():
            lost = joined(lost, self._give())
        if min(track.reach for track in self.tracks) == END:
            self._ring.end()
        self._moved.set()
        return lost

    def begin(self, start: float) -> Lost | None:
        """Sound of one side comes, which starts at this session time; returns what had to go from the ring."""
        now = self._now()
        if now - self._heard_at > STANDSTILL:
            self._patient_until = now + LAG
        self._heard_at = now
        known = max((track.reach for track in self.tracks if track.reach != END), default=END)
        # Nobody was heard: an hour of silence for both is neither to be put together nor to be sent.
        return self.skip(start - LAG) if self._live and start > known + 2 * LAG else None

    def skip(self, moment: float) -> Lost | None:
        """There is no sound up to this session time: what waits is given out, and the rest left out."""
        lost: Lost | None = None
        while any(track.holds for track in self.tracks):
            lost = joined(lost, self._give())
        self._blocks = max(self._blocks, int(moment / BLOCK))
        for track in self.tracks:
            track.go_on(self.base)
        return lost

    def _give(self) -> Lost | None:
        """Put the next block into the ring."""
        for track in self.tracks:
            track.given_up = track.reach < self.base + BLOCK
        voiced = any(track.is_voiced(self.base, self.base + BLOCK) for track in self.tracks)
        pcm = interleaved([track.take() for track in self.tracks])
        gone = self._ring.append(AudioChunk(pcm, self.format, self.base), voiced=voiced)
        self._blocks += 1
        return gone

    def _is_due(self) -> bool:
        end = self.base + BLOCK
        behind, ahead = sorted(self.tracks, key=lambda track: track.reach)
        if behind.reach == END:
            return any(track.holds for track in self.tracks)
        now = self._now()
        patient = now < self._patient_until and not behind.given_up
        late = self._live and now > end + (LAG + HOLD_SECONDS if patient else LAG)
        return behind.reach >= end or (late and ahead.reach >= end)

    async def wait_for_space(self, track: Track, limit: float) -> None:
        """Return once `track` is less than `limit` seconds ahead of the other side, and the ring has space."""
        while track.reach - self.base >= limit:
            self._moved.clear()
            await self._moved.wait()
        await self._ring.wait_for_space(limit)


def interleaved(channels: Sequence[array[int]]) -> bytes:
    """One frame after the other, each with a sample of every channel."""
    frames = array("h", bytes(2 * sum(map(len, channels))))
    for at, channel in enumerate(channels):
        frames[at :: len(channels)] = channel
    return frames.tobytes()


def channels_of(chunk: AudioChunk) -> list[AudioChunk]:
    """Each channel of a chunk as a chunk of its own."""
    samples = array("h", chunk.pcm)
    count = chunk.format.channels
    mono = AudioFormat(chunk.format.sample_rate)
    return [AudioChunk(samples[at::count].tobytes(), mono, chunk.start) for at in range(count)]
