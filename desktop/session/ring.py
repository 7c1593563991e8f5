"""The sound that no provider has answered for yet: what is not sent, and what may have to be sent again."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.session.spill import Place, SpillFile

MEMORY = 60.0
"""Seconds of the newest sound that are kept in memory: 1.9 MB at 16 kHz."""
DISK = 600.0
"""Seconds of older sound that are kept on the disk: 19 MB."""

ROUNDING = 0.001
"""Seconds by which the end of an answer and that of a chunk may differ and be the same."""
LEAD = 1.0
"""Seconds before a voice that may be its soft beginning."""
RECENT = 10.0
"""Seconds of the newest sound sent in which a voice may be too soft for us, and not answered yet."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch of the session clock whose sound is gone without an answer."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Kept:
    """Sound as it is sent."""

    chunk: AudioChunk
    voiced: bool
    """Loud enough to be a voice."""
    damaged: bool = False
    """The disk could not give it back, so it is silence now."""


@dataclass(slots=True)
class _Entry:
    chunk: AudioChunk
    voiced: bool
    place: Place | None = None
    """Where the samples lie while they are on the disk; the chunk is without them then."""
    duration: float = 0.0


class ReplayRing:
    """Sound of one lane from the end of the last answer to now, with a cursor at what is to be sent next.

    Used from one event loop. `send()` returning proves nothing, so only an answer lets sound go.
    """

    def __init__(self, memory: float = MEMORY, disk: float = DISK, sound: AudioFormat = SPEECH) -> None:
        self._memory = memory
        self._capacity = memory + disk
        self._spill = SpillFile(sound.size(disk))
        self._entries: deque[_Entry] = deque()
        self._spilled = 0
        """How many of the oldest entries are on the disk."""
        self._sent = 0
        self._seconds = 0.0
        self._in_memory = 0.0
        self._unsent = 0.0
        self._doubtful: Lost | None = None
        self._closed = False
        self._changed = asyncio.Event()
        self._space = asyncio.Event()
        self.newest = 0.0
        """End of the newest sound, seconds on the session clock."""

    @property
    def unsent(self) -> float:
        """Seconds of sound waiting to be sent."""
        return self._unsent

    @property
    def position(self) -> float:
        """Session time of what is sent next."""
        return self._entries[self._sent].chunk.start if self._sent < len(self._entries) else self.newest

    def owed(self, since: float) -> tuple[float | None, float | None]:
        """Session times after `since` from which on a voice waits for its words, and for being sent; None for none."""
        answer: float | None = None
        for at, entry in enumerate(self._entries):
            start = max(entry.chunk.start, since)
            if entry.voiced and start < entry.chunk.start + entry.duration:
                answer = start if answer is None else answer
                if at >= self._sent:
                    return answer, start
        return answer, None

    def append(self, chunk: AudioChunk, *, voiced: bool) -> Lost | None:
        """Take in new sound; returns what had to go unsent to make room for it."""
        self._entries.append(_Entry(chunk, voiced, duration=chunk.duration))
        self._seconds += chunk.duration
        self._in_memory += chunk.duration
        self._unsent += chunk.duration
        self.newest = chunk.end
        self._changed.set()
        lost: Lost | None = None
        while self._in_memory > self._memory:
            try:
                kept = self._to_disk()
            except OSError:  # a full disk; what is on it can still be sent
                lost = joined(lost, self._evict(self._spilled))
            else:
                lost = lost if kept else joined(lost, self._evict())
        while self._seconds > self._capacity:
            lost = joined(lost, self._evict())
        return lost

    def _to_disk(self) -> bool:
        """Move the oldest sound that is in memory to the disk; False when as much is there as may be.

        Raises `OSError` when the disk takes no more.
        """
        entry = self._entries[self._spilled]
        place = self._spill.put(entry.chunk.pcm)
        if place is None:
            return False
        entry.place = place
        entry.chunk = AudioChunk(b"", entry.chunk.format, entry.chunk.start)
        self._spilled += 1
        self._in_memory -= entry.duration
        return True

    def _pop(self, at: int = 0) -> _Entry:
        entry = self._entries[at]
        del self._entries[at]
        self._seconds -= entry.duration
        if entry.place is not None:
            self._spill.free(entry.place)
            self._spilled -= 1
        else:
            self._in_memory -= entry.duration
        return entry

    def _evict(self, at: int = 0) -> Lost | None:
        entry = self._pop(at)
        gone = Lost(entry.chunk.start, entry.chunk.start + entry.duration)
        if at >= self._sent:
            self._unsent -= entry.duration
            return gone
        self._sent -= 1
        if entry.voiced:
            # It was sent, so its words may still come; only a broken stream makes it lost.
            self._doubtful = joined(self._doubtful, gone)
        return None

    def answered(self, until: float) -> bool:
        """The provider has said all about the sound before `until` (seconds on the session clock).

        Returns whether that lets any sound go.
        """
        before = len(self._entries)
        self._let_go(until + ROUNDING)
        if self._doubtful is not None:
            start = max(self._doubtful.start, until)
            self._doubtful = Lost(start, self._doubtful.end) if start < self._doubtful.end else None
        self._space.set()
        return len(self._entries) < before

    def forget_sent(self) -> None:
        """Everything that was sent is answered."""
        while self._sent > 0:
            self._pop()
            self._sent -= 1
        self._doubtful = None
        self._space.set()

    def rewind(self, said_from: float = math.inf) -> Lost | None:
        """Start over from the oldest sound kept that may hold words; some are shown from `said_from` on.

        Returns voiced sound that was sent, never answered, and is gone.
        """
        self._leave_silence_out(said_from)
        self._sent = 0
        self._unsent = self._seconds
        self._changed.set()
        lost, self._doubtful = self._doubtful, None
        return lost

    def _leave_silence_out(self, said_from: float) -> None:
        """Many services never say that nobody spoke, and ten minutes of it would be sent before the next word."""
        voiced = next((entry.chunk.start for entry in self._entries if entry.voiced), math.inf)
        self._let_go(min(self.position - RECENT, min(voiced, said_from) - LEAD))
        self._space.set()

    def _let_go(self, until: float) -> None:
        while self._sent > 0 and self._entries[0].chunk.start + self._entries[0].duration <= until:
            self._pop()
            self._sent -= 1

    async def ready(self) -> bool:
        """Return when there is sound to send or `wake` is called; False when all is sent and no more comes."""
        if self._sent >= len(self._entries) and not self._closed:
            self._changed.clear()
            await self._changed.wait()
        return self._sent < len(self._entries) or not self._closed

    def take(self) -> Kept | None:
        """The next sound to send; None when there is none yet."""
        if self._sent >= len(self._entries):
            return None
        entry = self._entries[self._sent]
        self._sent += 1
        self._unsent -= entry.duration
        self._space.set()
        if entry.place is None:
            return Kept(entry.chunk, entry.voiced)
        pcm = self._spill.get(entry.place)
        whole = AudioChunk(pcm or bytes(entry.place[1]), entry.chunk.format, entry.chunk.start)
        return Kept(whole, entry.voiced, damaged=pcm is None)

    def wake(self) -> None:
        """Let `ready` return, for a sender that has something else to look at."""
        self._changed.set()

    async def wait_for_space(self, limit: float) -> None:
        """Return once fewer than `limit` seconds wait to be sent, and the ring can take more without forgetting."""
        while self._unsent >= limit or (self._seconds >= self._capacity - limit and self._unsent > 0):
            self._space.clear()
            await self._space.wait()

    def end(self) -> None:
        """No more sound comes."""
        self._closed = True
        self._changed.set()

    def close(self) -> None:
        """Remove what is on the disk; nothing is sent after this."""
        self._spill.close()

    def remaining(self) -> Lost | None:
        """The voiced sound that is still unanswered, from the first to the last chunk of it."""
        voiced = [Lost(each.chunk.start, each.chunk.start + each.duration) for each in self._entries if each.voiced]
        rest = Lost(voiced[0].start, voiced[-1].end) if voiced else None
        return joined(self._doubtful, rest)


def joined(first: Lost | None, second: Lost | None) -> Lost | None:
    """The stretch from the start of the earlier to the end of the later."""
    if first is None or second is None:
        return first or second
    return Lost(min(first.start, second.start), max(first.end, second.end))
