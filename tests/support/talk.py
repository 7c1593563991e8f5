"""Talk instead of single words: a server that puts the numbers of `tests.support.beacon` into sentences, and breaks.

    python -m tests.support.talk WORDS SECONDS

Twelve numbers make a sentence of six seconds, told again with each word as services do, and a connection ends after
SECONDS of sound wherever the sentence is. `TalkProvider` is the client's side. A program of its own, so that its work
and its memory are not those of the program under test.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass

from websockets.http11 import Request

from desktop.core.audio import SPEECH
from desktop.core.captions import CaptionEvent, StreamEvent, Word
from desktop.core.errors import ProtocolViolation
from desktop.core.message import say
from desktop.core.provider import StreamConfig, TranscriptionStream
from desktop.transport.target import Target
from desktop.transport.websocket import WireMessage, connect
from tests.support.beacon_server import End, Message, PlainAdapter, PlainCodec, PlainProvider, Said
from tests.support.serve_beacon import served


class Talk(PlainAdapter):
    """Sentences of so many words, on a connection that lasts so many seconds of sound."""

    words = 12
    lasts = 180.0

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._said: list[Said] = []
        self._heard = 0.0

    def receive(self, message: Message) -> bytes | End:
        received = super().receive(message)
        if isinstance(received, bytes):
            self._heard += SPEECH.seconds(len(received))
            if self._heard > self.lasts:
                raise ValueError("it breaks now")
        return received

    def say(self, said: Said) -> Message:
        sentence = [*self._said, said]
        whole = said.is_final and len(sentence) == self.words
        if said.is_final:
            self._said = [] if whole else sentence
        return _message(sentence, final=whole)

    def closing(self) -> Sequence[Message]:
        return [_message(self._said, final=True)] if self._said else []


def _message(sentence: Sequence[Said], *, final: bool) -> Message:
    words = [[str(said.number), said.start, said.end] for said in sentence]
    return json.dumps({"id": sentence[0].id, "words": words, "final": final})


class TalkCodec(PlainCodec):
    """The client's side of `Talk`."""

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        try:
            row = json.loads(message)
            words = tuple(Word(str(text), float(start), float(end)) for text, start, end in row["words"])
            self._revision += 1
            text, first, last = " ".join(word.text for word in words), words[0].start, words[-1].end
            one = CaptionEvent("", str(row["id"]), self._revision, text, bool(row["final"]), first, last, words=words)
        except (ValueError, TypeError, LookupError):
            raise ProtocolViolation(say("Test", "That was no sentence.")) from None
        return [one]


@dataclass
class TalkProvider(PlainProvider):
    """A provider over `TalkCodec` and the program's real transport."""

    connections: int = 0

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        self.connections += 1
        return connect(Target(self.url), TalkCodec(), self.patience)


async def main(words: int, lasts: float) -> None:
    """Serve until standard input is closed."""
    from tests.support.beacon_server import beacon_server

    Talk.words, Talk.lasts = words, lasts
    async with beacon_server(Talk) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def talking(words: int = 12, lasts: float = 180.0) -> AbstractContextManager[int]:
    """The port of a server in a process of its own."""
    return served("tests.support.talk", words, lasts)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
