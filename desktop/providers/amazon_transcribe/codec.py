"""The messages of an Amazon Transcribe stream: sound as AudioEvents, transcripts and exceptions back.

Over a WebSocket no event is signed; the URL is. Sound goes in pieces of 100 ms, the length that AWS advises, and an
AudioEvent without payload says that no more comes. Nothing here does I/O or looks at a clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.providers.amazon_transcribe import failures
from desktop.providers.amazon_transcribe.failures import Saying
from desktop.providers.amazon_transcribe.results import Transcript
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage
from desktop.wire.eventstream import EventMessage, EventStreamError, assemble, decode, encode_headers

PIECE = 0.1
"""Seconds of sound in one AudioEvent."""
LIMIT = 4 * 3600.0
"""Seconds that the service lets a stream live."""
ROLL_EARLY = 600.0
"""Seconds before the limit from which on a pause in speech is used to begin anew."""
ROLL_LATE = 120.0
"""Seconds before the limit at which it begins anew whatever is being said."""
_AUDIO = encode_headers(
    {":content-type": "application/octet-stream", ":event-type": "AudioEvent", ":message-type": "event"}
)


class Padding:
    """Silence that the service was sent and the session knows nothing of."""

    def __init__(self) -> None:
        self._starts: list[float] = []
        self._ends: list[float] = []
        self.total = 0.0
        """Seconds."""

    def add(self, start: float, seconds: float) -> None:
        """Note `seconds` of silence sent at `start` on the service's clock."""
        self._starts.append(start)
        self._ends.append(start + seconds)
        self.total += seconds

    def stream_time(self, service_time: float) -> float:
        """Seconds of the session's own sound before a moment of the service's clock."""
        at = bisect_right(self._starts, service_time)
        before = sum(end - start for start, end in zip(self._starts[: at - 1], self._ends[: at - 1], strict=True))
        if at == 0:
            return service_time
        inside = min(service_time, self._ends[at - 1]) - self._starts[at - 1]
        return service_time - before - inside


class AmazonCodec:
    """One stream's messages."""

    complete = False

    def __init__(self, language: str, audio_format: AudioFormat, skew: float = 0.0) -> None:
        self._format = audio_format
        self._piece = audio_format.size(PIECE)
        self._pending = bytearray()
        self._sent = 0
        """Bytes of sound that have become messages, padding included."""
        self._padding = Padding()
        self._transcript = Transcript(language, self._padding.stream_time)
        self._heard = False
        self._answered = False
        self.skew = skew
        """Seconds by which the service's clock is ahead of this computer's, as far as known."""
        self.refusal: Refusal | None = None
        """How the service refused, if it did."""

    def opening(self) -> Sequence[WireMessage]:
        """The URL has said it all."""
        return ()

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        """Whole pieces of 100 ms; the rest waits for the next chunk. Raises `ConnectionLost` at the time limit."""
        self._roll_over()
        self._pending += chunk.pcm
        pieces = []
        while len(self._pending) >= self._piece:
            pieces.append(self._audio(self._piece))
        return pieces

    def _audio(self, size: int) -> bytes:
        piece = bytes(self._pending[:size])
        del self._pending[:size]
        self._sent += len(piece)
        return assemble(_AUDIO, piece)

    def _roll_over(self) -> None:
        left = LIMIT - self._format.seconds(self._sent)
        if left < ROLL_LATE or (left < ROLL_EARLY and self._transcript.is_quiet):
            raise failures.time_limit()

    def keep_alive(self) -> Sequence[WireMessage]:
        """A piece of silence after whatever was waiting: without sound for 15 s the service ends the stream."""
        start = self._format.seconds(self._sent + len(self._pending))
        silence = bytes(self._piece - len(self._pending))
        self._pending += silence
        self._padding.add(start, self._format.seconds(len(silence)))
        return [self._audio(self._piece)]

    def closing(self) -> Sequence[WireMessage]:
        """The last piece, and the empty one that makes the service send what it still has."""
        whole = len(self._pending) - len(self._pending) % self._format.bytes_per_frame
        last = [self._audio(whole)] if whole else []
        return [*last, assemble(_AUDIO, b"")]

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        """The captions of a transcript event; raises what an exception or an error says."""
        try:
            event = decode(message) if isinstance(message, bytes) else None
        except EventStreamError:
            event = None
        if event is None:
            raise failures.damaged(first=not self._answered)
        kind = event.text(":message-type")
        if kind in ("exception", "error"):
            raise failures.explain_exception(self._saying(event))
        events: Sequence[StreamEvent] = ()
        if event.text(":event-type") == "TranscriptEvent":
            try:
                events = self._transcript.take(event.payload)
            except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
                raise failures.damaged(first=not self._answered) from None  # the original may quote what was said
        self._answered = True
        self._heard = self._heard or bool(events)
        return events

    def _saying(self, event: EventMessage) -> Saying:
        kind = event.text(":exception-type") or event.text(":error-code")
        text = event.text(":error-message") or event.payload[:4096].decode("utf-8", "replace")
        return Saying(kind, text, self.skew)

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        """The last finals; raises when nobody had asked for the end, or it was no proper one."""
        if ending.code == 1000 and ending.asked:
            sent = self._padding.stream_time(self._format.seconds(self._sent))
            return [*self._transcript.close(), Progress(sent)]
        if ending.code == 1000:
            raise failures.unasked_close(heard=self._heard)
        raise failures.explain(Saying("", ending.reason, self.skew)) or failures.broken_close(ending.code)

    def refused(self, refusal: Refusal) -> ProviderError:
        """Why the service did not open the stream."""
        self.refusal = refusal
        return failures.explain_http(refusal, self.skew)
