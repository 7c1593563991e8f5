"""The messages of Symbl's realtime protocol: a request, sound, recognitions, messages and insights.

Sources: github.com/symblai/symbl-docs (streaming API reference), and what both SDKs send and take
(@symblai/symbl-js 1.4.10, symbl 2.0.6). Messages of unknown types are ignored, as the SDKs do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import Progress, StreamEvent, Word
from desktop.core.errors import ProviderError
from desktop.providers.symbl import failures
from desktop.providers.symbl.captions import Captions, Recognised, Said
from desktop.providers.symbl.conversation import Conversation
from desktop.providers.symbl.insights import Insights
from desktop.providers.symbl.reading import Fields, fields, items, seconds, text, who
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage
from desktop.wire.pieces import Pieces

PIECE = 0.1
"""Seconds of sound in one message."""
LARGEST = 8192
"""Bytes of sound in one message at most (streaming API reference)."""
_INSIGHTS = ("insight_response", "topic_response", "tracker_response")


class SymblCodec:
    """One stream's messages."""

    def __init__(self, request: dict[str, Any], audio_format: AudioFormat, conversation: Conversation) -> None:
        self._request = request
        self._format = audio_format
        frame = audio_format.bytes_per_frame
        self._pieces = Pieces(min(audio_format.size(PIECE), LARGEST // frame * frame))
        self._sent = 0
        """Bytes of sound that have become messages."""
        self._conversation = conversation
        self._captions = Captions(request["config"]["languageCode"])
        self._insights = Insights(conversation)
        self._user = request["speaker"]["userId"]
        self._asked = False
        self._recognised = False
        self.started = False
        self.stopped = False
        """The server has understood that no more sound comes."""
        self.complete = False

    @property
    def _now(self) -> float:
        return self._format.seconds(self._sent)

    def opening(self) -> Sequence[WireMessage]:
        """The request; sound before the answer to it would be ignored."""
        return [json.dumps(self._request, ensure_ascii=False)]

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        """Whole pieces; the rest waits for the next chunk."""
        return [self._audio(piece) for piece in self._pieces.add(chunk.pcm)]

    def _audio(self, piece: bytes) -> bytes:
        self._sent += len(piece)
        return piece

    def keep_alive(self) -> Sequence[WireMessage]:
        """The server waits half an hour."""
        return ()

    def closing(self) -> Sequence[WireMessage]:
        """The last piece, and the request that makes the server send what it still has."""
        self._asked = True
        last = [self._audio(piece) for piece in self._pieces.rest()]
        return [*last, json.dumps({"type": "stop_request"})]

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        """What a message says; raises what an error says."""
        if message == "__PONG__":
            return ()
        try:
            body = json.loads(message)
        except (ValueError, RecursionError):
            raise failures.not_symbl() from None  # the original quotes the message, which may be speech
        if not isinstance(body, dict):
            raise failures.not_symbl()
        kind = body.get("type")
        if kind == "message":
            return self._inner(fields(body.get("message")))
        if kind == "message_response":
            return self._messages(body)
        if kind in _INSIGHTS:
            return self._insights.take(body, self._now)
        if kind == "error":
            raise failures.complaint(body)
        return ()

    def _inner(self, inner: Fields) -> Sequence[StreamEvent]:
        kind = inner.get("type")
        if kind == "recognition_result":
            return self._recognition(inner)
        if kind == "error":
            raise failures.complaint(inner)
        if kind == "started_listening":
            self.started = True
            return [Progress(0.0)]
        if kind == "recognition_stopped":
            self.stopped = True
        elif kind == "conversation_completed":
            self.complete = True
        return ()

    def _recognition(self, inner: Fields) -> Sequence[StreamEvent]:
        best = next(items(fields(fields(inner.get("payload")).get("raw")).get("alternatives")), {})
        said = text(fields(inner.get("punctuated")).get("transcript")) or text(best.get("transcript"))
        user = who(inner.get("user"))
        if self._conversation.is_stale(user):
            return ()
        self._recognised = self._conversation.recognises = True
        heard = Recognised(user, said, inner.get("isFinal") is True, self._words(best), self._name(inner.get("user")))
        return self._captions.recognise(heard, self._now)

    def _words(self, best: Fields) -> tuple[Word, ...]:
        words: list[Word] = []
        latest = 0.0
        for each in items(best.get("words")):
            start, end = seconds(each.get("startTime")), seconds(each.get("endTime"))
            if start is None or end is None:
                return ()
            latest = max(latest, start)
            words.append(Word(text(each.get("word")), latest, max(latest, end)))
        return tuple(words)

    def _name(self, person: object) -> str:
        """Of a speaker who is not ours: someone else may have joined the conversation."""
        return "" if who(person) in ("", self._user) else text(fields(person).get("name"))[:40]

    def _messages(self, body: Fields) -> Sequence[StreamEvent]:
        events: list[StreamEvent] = []
        for each in items(body.get("messages")):
            user = who(each.get("from"))
            said = text(fields(each.get("payload")).get("content"))
            if not said or self._is_stale(user):
                continue
            message = text(each.get("id"))
            if message and not self._conversation.messages.add(message):
                continue
            captions = self._captions.say(Said(user, said, self._name(each.get("from"))), self._now)
            self._insights.remember(message, captions[0].start if captions else self._now)
            events += captions
        return events

    def _is_stale(self, user: str) -> bool:
        """Whether a message is of sound that an earlier connection carried, and that is sent once more on this one.

        Where the server does not say who spoke: it is, if nothing has been recognised here yet.
        """
        if self._conversation.is_stale(user):
            return True
        unnamed = user != self._user and self._conversation.connections > 1
        return unnamed and self._conversation.recognises and not self._recognised

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        """What has no message is final as it stands; raises when nobody had asked for the end, or it broke off."""
        if not ending.asked or (ending.code != 1000 and not self.stopped):
            raise failures.ended(ending.code, started=self.started)
        return [*self._captions.close(), Progress(self._now)]

    def refused(self, refusal: Refusal) -> ProviderError:
        """Why the server did not open the stream."""
        return failures.refused(refusal)
