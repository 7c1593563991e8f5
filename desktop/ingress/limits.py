"""What one peer may take, and how much of it is left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from whom; seconds, unless said otherwise."""

    handshake: float = 5.0
    connections: int = 64
    """Open at once, handshakes and refused ones included."""
    idle: float = 300.0
    """Without sound, after which a peer is sent away."""
    session: float = 12 * 3600.0
    """That one connection may last."""
    ping: float = 20.0
    """Between two pings; who sends nothing for twice as long, not even the answers, is gone."""
    close: float = 2.0
    """For the closing handshake; a peer that does not read would hold it for ever."""
    speed: float = 4.0
    """Seconds of sound taken in one second, on average; faster peers are made to wait."""
    head_start: float = 10.0
    """Seconds of sound that are taken at once before that holds."""
    messages: float = 1000.0
    """Messages taken in one second, on average."""
    wire: float = 1.2e6
    """Bytes taken in one second, on average: four times 48 kHz stereo, in base64 a little less."""
    answers: int = 64
    """Messages that wait for a peer which does not read; of more, the oldest goes."""
    failures: int = 10
    """Refusals of one address within a minute that are told; wrong tokens are answered 429 from then on."""
    starts: float = 0.5
    """Tracks that one peer may begin in one second, on average; each opens a stream, which may cost money."""


class Bucket:
    """Lets `rate` through per second, and `burst` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._at = float("-inf")

    def take(self, amount: float, now: float) -> float:
        """Take `amount`; returns the seconds to wait before more is asked for."""
        if self._at > float("-inf"):
            self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        self._left -= amount
        return max(0.0, -self._left / self._rate)


class Allowance:
    """What one connection may still send."""

    def __init__(self, limits: Limits) -> None:
        self._sound = Bucket(limits.speed, limits.head_start)
        self._messages = Bucket(limits.messages, 2 * limits.messages)
        self._wire = Bucket(limits.wire, 4 * limits.wire)

    def take(self, size: int, seconds: float, now: float) -> float:
        """Count one message of `size` bytes with `seconds` of sound; returns the seconds to wait before the next."""
        waits = (self._sound.take(seconds, now), self._messages.take(1, now), self._wire.take(size, now))
        return max(waits)


class Failures:
    """Refusals by address, within the last minute; forgets the oldest address rather than growing."""

    _MOST = 256
    _MINUTE = 60.0

    def __init__(self, most: int) -> None:
        self._allowed = most
        self._known: dict[str, tuple[float, int]] = {}

    def count(self, address: str, now: float) -> bool:
        """Count one more; True while they may be answered and told one by one."""
        since, failures = self._known.pop(address, (now, 0))
        if now - since > self._MINUTE:
            since, failures = now, 0
        while len(self._known) >= self._MOST:
            del self._known[next(iter(self._known))]
        self._known[address] = (since, failures + 1)
        return failures < self._allowed
