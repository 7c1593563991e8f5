"""The messages of a Vosk server: a configuration, sound as it is, and one answer to each piece of sound.

Source: github.com/alphacep/vosk-server, websocket/asr_server.py (c2e82f0). The server takes a text for the end of the
sound only when it is spelled exactly as here, and decodes any other text as if it were sound.
"""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Sequence
from typing import Any

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent, Progress, StreamEvent, Word
from desktop.core.errors import AuthenticationFailed, ConnectionLost, ProtocolViolation, ProviderError
from desktop.core.message import say
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage, explain_refusal
from desktop.wire.pieces import Pieces

PIECE = 0.2
"""Seconds of sound in one message; each is answered, and an answer is what partials arrive with."""
END = '{"eof" : 1}'
LONGEST = 4000
"""Characters of one utterance that are kept."""
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class VoskCodec:
    """One stream's messages."""

    def __init__(self, language: str, audio_format: AudioFormat, phrases: Sequence[str] = ()) -> None:
        self._language = language
        self._format = audio_format
        self._phrases = list(phrases)
        self._pieces = Pieces(audio_format.size(PIECE))
        self._sent = 0
        """Bytes of sound that have become messages."""
        self._unanswered: deque[int] = deque()
        """Value of `_sent` after each message that has no answer yet."""
        self._heard = 0.0
        """Seconds of sound that the server has answered for, one way or another."""
        self._number = 1
        self._open: CaptionEvent | None = None
        self._closing = False
        self.complete = False

    def opening(self) -> Sequence[WireMessage]:
        """Sample rate, words with times, one alternative, and the phrases to listen for."""
        config: dict[str, object] = {"sample_rate": self._format.sample_rate, "words": True, "max_alternatives": 0}
        if self._phrases:
            config["phrase_list"] = [*self._phrases, "[unk]"]
        return [json.dumps({"config": config}, ensure_ascii=False)]

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        """Whole pieces; the rest waits for the next chunk."""
        return [self._audio(piece) for piece in self._pieces.add(chunk.pcm)]

    def _audio(self, piece: bytes) -> bytes:
        self._sent += len(piece)
        self._unanswered.append(self._sent)
        return piece

    def keep_alive(self) -> Sequence[WireMessage]:
        """The server waits for as long as it takes."""
        return ()

    def closing(self) -> Sequence[WireMessage]:
        """The last piece, and the text that makes the server say its last words."""
        self._closing = True
        last = [self._audio(piece) for piece in self._pieces.rest()]
        self._unanswered.append(self._sent)
        return [*last, END]

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        """The answer to one piece: a partial, or an utterance with the times of its words."""
        try:
            answer = json.loads(message)
        except (ValueError, RecursionError):
            raise not_vosk() from None  # the original quotes the message, which may be speech
        if not isinstance(answer, dict):
            raise not_vosk()
        before = self._heard
        if self._unanswered:
            self._heard = self._format.seconds(self._unanswered.popleft())
        try:
            events = self._partial(answer, before) if "partial" in answer else self._utterance(answer)
        except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
            raise not_vosk() from None
        self.complete = self._closing and not self._unanswered
        return events

    def _partial(self, answer: dict[str, Any], before: float) -> Sequence[StreamEvent]:
        text = clean(answer["partial"])
        known = self._open
        if not text or (known is not None and known.text == text):
            return ()
        start = known.start if known else before
        revision = known.revision + 1 if known else 1
        self._open = CaptionEvent(
            "", str(self._number), revision, text, is_final=False, start=start, end=self._heard, language=self._language
        )
        return [self._open]

    def _utterance(self, answer: dict[str, Any]) -> Sequence[StreamEvent]:
        if "text" not in answer and "alternatives" not in answer:
            return ()
        best = answer if "text" in answer else (answer["alternatives"] or [{"text": ""}])[0]
        text = clean(best["text"])
        known, self._open = self._open, None
        progress = Progress(self._heard)
        if known is None and not text:
            return [progress]
        words = tuple(self._words(best.get("result") or []))
        start = words[0].start if words else known.start if known else max(0.0, self._heard - PIECE)
        final = CaptionEvent(
            lane="",
            segment_id=str(self._number),
            revision=known.revision + 1 if known else 1,
            text=text,
            is_final=True,
            start=start,
            end=max(start, words[-1].end if words else self._heard),
            language=self._language,
            words=words,
            stable_chars=len(text),
        )
        self._number += 1
        return [final, progress]

    def _words(self, result: list[dict[str, Any]]) -> list[Word]:
        words: list[Word] = []
        latest = 0.0
        for item in result:
            start = max(latest, self._moment(item["start"]))
            confidence = min(1.0, max(0.0, number(item["conf"]))) if "conf" in item else None
            words.append(Word(clean(item["word"]), start, max(start, self._moment(item["end"])), confidence, True))
            latest = start
        return words

    def _moment(self, value: object) -> float:
        return min(max(0.0, number(value)), self._format.seconds(self._sent))

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        """Nothing is left to say; raises when nobody had asked for the end, or the connection broke.

        Servers that speak this protocol with another engine may answer less often, so a peaceful end is enough.
        """
        if ending.asked and ending.code == 1000:
            self._heard = self._format.seconds(self._sent)
            return self._utterance({"text": self._open.text if self._open else ""})
        raise ConnectionLost(
            say("Vosk", "The Vosk server closed the connection before it had answered everything."),
            say("Vosk", "Look at the server's own log; captions go on as soon as it can be reached."),
        )

    def refused(self, refusal: Refusal) -> ProviderError:
        """Vosk's own server refuses nobody; what stands before it may."""
        if refusal.status in (401, 403):
            return AuthenticationFailed(
                say("Vosk", "What stands before the Vosk server does not accept the access token."),
                say("Vosk", "Ask who runs the server for a token."),
            )
        return explain_refusal(refusal)


def not_vosk() -> ProtocolViolation:
    """What answers is something else."""
    return ProtocolViolation(
        say("Vosk", "What answers at this address does not speak as a Vosk server does."),
        say("Vosk", "Check the option url."),
    )


def clean(text: object) -> str:
    """Foreign text without what could upset a terminal, a file or the direction of writing."""
    if not isinstance(text, str):
        raise TypeError("not a text")
    return _UNWANTED.sub(" ", text).strip()[:LONGEST]


def number(value: object) -> float:
    """A finite number; raises `ValueError`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)
