"""What the bot says, as a speaker of its own.

A bot tells it in up to three ways: `bot-output` (how far a segment has been spoken), `bot-tts-text` (what the voice has
spoken) and `bot-transcription` (a sentence of the language model, before it is spoken). The best way that a bot has
been seen to use counts. None of it was in the sound that was sent.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum

from desktop.core.captions import CaptionEvent, StreamEvent
from desktop.wire.rtvi import BotOutput

SPEAKER = "Bot"
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")
_PIECES = ("word", "token")
LONGEST = 1000
"""Characters of words without the end of a sentence after which one is made."""


class Way(IntEnum):
    """How a bot tells what it says, the better the higher."""

    TRANSCRIPTION = 1
    VOICE = 2
    OUTPUT = 3


@dataclass(slots=True)
class _Segment:
    id: str
    start: float
    way: Way
    spoken: str = ""
    """What has been spoken of it, as far as the bot says."""
    numbered: bool = False
    """The bot tells how far it has been spoken."""
    shown: str = ""
    stable: int = 0
    """Characters of it that have been spoken."""
    end: float = 0.0
    revision: int = 0


@dataclass(slots=True)
class Bot:
    """The segments of the bot."""

    language: str
    _way: Way = Way.TRANSCRIPTION
    _segments: dict[str, _Segment] = field(default_factory=dict)
    """What is open, by a key of its kind, in the order of their beginning."""
    _done: deque[str] = field(default_factory=lambda: deque(maxlen=64))
    """Numbered segments that are final."""
    _count: int = 0

    def transcribed(self, text: str, sent: float) -> list[StreamEvent]:
        """A sentence that it is going to say."""
        if self._way > Way.TRANSCRIPTION or not text.strip():
            return []
        segment = self._begin(f"sentence-{self._count}", Way.TRANSCRIPTION, sent)
        return self._show(segment, text.strip(), sent)

    def voiced(self, text: str, sent: float) -> list[StreamEvent]:
        """A word or a sentence that it has said."""
        events = self._prefer(Way.VOICE, sent)
        if self._way > Way.VOICE or not text.strip():
            return events
        segment = self._segments.get("voice") or self._begin("voice", Way.VOICE, sent)
        joined = f"{segment.shown} {text.strip()}".strip()
        if joined.endswith(_SENTENCE_ENDS) or len(joined) > LONGEST:
            return [*events, self._close("voice", joined, sent)]
        return [*events, *self._show(segment, joined, sent)]

    def output(self, message: BotOutput, sent: float) -> list[StreamEvent]:
        """A segment, and how far it has been spoken."""
        if message.unit in _PIECES and not message.status:
            return []  # protocol 1 tells words besides the sentences that they belong to
        events = self._prefer(Way.OUTPUT, sent)
        text = message.text.strip()
        numbered = message.segment_id is not None and bool(message.status)
        key = f"output-{message.segment_id}" if numbered else f"output {text}"
        if not text:
            return events
        if key in self._done:
            return events
        segment = self._segments.get(key) or self._begin(key, Way.OUTPUT, sent)
        segment.numbered, segment.spoken = numbered, (message.accumulated or "").strip()
        if message.status == "completed" or message.spoken or not message.will_be_spoken:
            return [*events, *self._said_before(key, sent), self._close(key, text, sent)]
        return [*events, *self._said_before(key, sent), *self._show(segment, text, sent)]

    def _said_before(self, key: str, sent: float) -> list[StreamEvent]:
        """Segments are spoken in order: those that were begun before this one have been said."""
        before = list(self._segments)
        return [self._close(each, self._segments[each].shown, sent) for each in before[: before.index(key)]]

    def fell_silent(self, sent: float) -> list[StreamEvent]:
        """It has stopped speaking; a segment of which the bot tells how far it is may go on after a breath."""
        said = [key for key, segment in self._segments.items() if not segment.numbered]
        return [self._close(key, self._segments[key].shown, sent) for key in said]

    def interrupted(self, sent: float) -> list[StreamEvent]:
        """It was cut short, or the stream ends: what has been spoken stands, all of it where the bot does not say."""
        return [
            self._close(key, segment.spoken or segment.shown, sent) for key, segment in list(self._segments.items())
        ]

    def _prefer(self, way: Way, sent: float) -> list[StreamEvent]:
        """A better way than before takes over: what the other one left open is withdrawn, for it comes again."""
        if way <= self._way:
            return []
        self._way = way
        return [self._close(key, "", sent) for key, segment in list(self._segments.items()) if segment.way < way]

    def _begin(self, key: str, way: Way, sent: float) -> _Segment:
        self._count += 1
        segment = self._segments[key] = _Segment(f"bot-{self._count:06}", sent, way, end=sent)
        return segment

    def _show(self, segment: _Segment, text: str, sent: float) -> list[StreamEvent]:
        shown = (text, len(segment.spoken))
        if shown == (segment.shown, segment.stable):
            return []
        (segment.shown, segment.stable), segment.end = shown, sent
        return [self._event(segment, text)]

    def _close(self, key: str, text: str, sent: float) -> CaptionEvent:
        segment = self._segments.pop(key)
        if segment.numbered:
            self._done.append(key)
        segment.end = max(segment.end, sent)
        return self._event(segment, text, is_final=True)

    def _event(self, segment: _Segment, text: str, *, is_final: bool = False) -> CaptionEvent:
        segment.revision += 1
        return CaptionEvent(
            "",
            segment.id,
            segment.revision,
            text,
            is_final,
            segment.start,
            segment.end,
            self.language,
            SPEAKER,
            stable_chars=len(text) if is_final else min(segment.stable, len(text)),
            of_sound=False,
        )
