"""The messages of an Amazon Transcribe stream: sound as AudioEvents, transcripts and exceptions back.

Over a WebSocket no event is signed; the URL is. An AudioEvent without payload says that no more sound comes. Nothing
here does I/O or looks at a clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent, Progress, Renew, StreamEvent
from desktop.core.errors import ProviderError
from desktop.providers.amazon_transcribe import failures
from desktop.providers.amazon_transcribe.failures import Saying
from desktop.providers.amazon_transcribe.media import Media, Pcm
from desktop.providers.amazon_transcribe.quiet import MARGIN, Quietness
from desktop.providers.amazon_transcribe.results import Transcript
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage
from desktop.wire.eventstream import EventMessage, EventStreamError, assemble, decode, encode_headers

LIMIT = 4 * 3600.0
"""Seconds that the service lets a stream live."""
ROLL_EARLY = 600.0
"""Seconds before the limit from which on a pause in speech is used to ask for a new stream."""
ROLL_LATE = 120.0
"""Seconds before the limit at which a new stream is asked for whatever is being said."""
ROLL_NOW = 30.0
"""Seconds before the limit at which a stream that nobody has replaced ends."""
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

    def __init__(self, language: str, audio_format: AudioFormat, skew: float = 0.0, media: Media | None = None) -> None:
        self._format = audio_format
        self.media = media or Pcm(audio_format)
        """Makes payloads of sound; one that is slow is given it before `encode`, by a thread."""
        self._padding = Padding()
        self._transcript = Transcript(language, self._padding.stream_time, audio_format.channels)
        self._quiet = Quietness(audio_format)
        self._roll_at = audio_format.size(LIMIT - ROLL_EARLY)
        """Bytes of sound."""
        self._renewed = False
        self._heard = False
        self._answered = False
        self._aside: list[StreamEvent] = []
        self.on_aside: Callable[[], None] = lambda: None
        """Called when there is something for `aside`."""
        self.skew = skew
        """Seconds by which the service's clock is ahead of this computer's, as far as known."""
        self.url = ""
        """The presigned one that was sent."""
        self.request_id = ""
        """What AWS's support finds the stream by."""
        self.refusal: Refusal | None = None
        """How the service refused, if it did."""

    def opening(self) -> Sequence[WireMessage]:
        """The URL has said it all."""
        return ()

    def hear(self, pcm: bytes) -> None:
        """Note what silence proves about sound that is sent; beside `encode`, which says nothing of it."""
        self._quiet.hear(pcm)
        end = self._quiet.progress() if self._transcript.is_quiet else None
        if end is not None:
            self._say_aside(Progress(end))

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        """What is complete; the rest waits for the next chunk. Raises `ConnectionLost` at the time limit."""
        if self.media.taken > self._roll_at:
            if self._left() < ROLL_NOW:
                raise failures.time_limit()
            self._roll_over()
        if not self.media.slow:
            self.media.add(chunk.pcm)
        return [assemble(_AUDIO, payload) for payload in self.media.ready()]

    def _left(self) -> float:
        return LIMIT - self._format.seconds(self.media.taken)

    def _roll_over(self) -> None:
        left = self._left()
        if not self._renewed and (left < ROLL_LATE or (left < ROLL_EARLY and self._transcript.is_quiet)):
            self._renewed = True
            self._say_aside(Renew())

    def _say_aside(self, event: StreamEvent) -> None:
        self._aside.append(event)
        self.on_aside()

    def aside(self) -> Sequence[StreamEvent]:
        """What is known without the service having said anything, once."""
        events, self._aside = self._aside, []
        return events

    def keep_alive(self) -> Sequence[WireMessage]:
        """Silence after whatever was waiting: without sound for 15 s the service ends the stream."""
        start, size = self.media.fill()
        self._padding.add(self._format.seconds(start), self._format.seconds(size))
        self._roll_over()
        return _events(self.media.ready())

    def closing(self) -> Sequence[WireMessage]:
        """The last sound, and the empty event that makes the service send what it still has."""
        return [*_events(self.media.finish()), assemble(_AUDIO, b"")]

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
        self._note_answers(events)
        return events

    def _note_answers(self, events: Sequence[StreamEvent]) -> None:
        """A final answers for everything before it on its channel, and so does the beginning of a later segment."""
        for event in events:
            if not isinstance(event, CaptionEvent):
                continue
            channel = int(event.lane or "0")
            if event.is_final:
                self._quiet.answered(event.end, channel)
            elif event.revision == 1:
                self._quiet.answered(event.start - MARGIN, channel)

    def _saying(self, event: EventMessage) -> Saying:
        kind = event.text(":exception-type") or event.text(":error-code")
        text = event.text(":error-message") or event.payload[:16_384].decode("utf-8", "replace")
        return Saying(kind, text, self.skew, self.url, self.request_id)

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        """The last finals; raises when nobody had asked for the end, or it was no proper one."""
        if ending.code == 1000 and ending.asked:
            sent = self._padding.stream_time(self._format.seconds(self.media.taken))
            return [*self._transcript.close(), Progress(sent)]
        if ending.code == 1000:
            raise failures.traced(failures.unasked_close(heard=self._heard), self.request_id)
        known = failures.explain(Saying("", ending.reason, self.skew, self.url, self.request_id))
        raise known or failures.traced(failures.broken_close(ending.code), self.request_id)

    def refused(self, refusal: Refusal) -> ProviderError:
        """Why the service did not open the stream."""
        self.refusal = refusal
        return failures.explain_http(refusal, self.skew, self.url)


def _events(payloads: Sequence[bytes]) -> list[bytes]:
    return [assemble(_AUDIO, payload) for payload in payloads]
