"""The messages of one Pipecat connection: audio frames and one `client-ready` out, RTVI and frames in.

A bot gives neither times nor receipts. What it says about the sound is placed by the sound that had been sent when it
said so. Nothing here does I/O or looks at a clock.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Protocol

import desktop
from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import Notice, Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.providers.pipecat import failures
from desktop.providers.pipecat.bot import Bot
from desktop.providers.pipecat.users import Saying, Source, Users
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage
from desktop.wire import pipecat, rtvi
from desktop.wire.pieces import Pieces
from desktop.wire.pipecat import (
    AudioFrame,
    InterruptionFrame,
    MessageFrame,
    PipecatFrame,
    PipecatFrameError,
    TextFrame,
    TranscriptionFrame,
    without_wav_header,
)
from desktop.wire.rtvi import RtviMessage

PIECE = 0.02
"""Seconds of sound in one frame: what voice activity detectors take, and chunks come in multiples of it."""
TAIL = 1.0
"""Seconds of silence after the last sound, by which the bot's recogniser notices that a sentence is over."""
_RATES = range(4000, 192_001)


class Voice(Protocol):
    """Where the bot's sound goes."""

    def play(self, pcm: bytes, audio_format: AudioFormat) -> None:
        """Play after what waits; returns at once."""

    def clear(self) -> None:
        """Forget what waits."""


class PipecatCodec:
    """One stream's messages."""

    complete = False

    def __init__(self, language: str, audio_format: AudioFormat, *, bot_captions: bool = True) -> None:
        self._format = audio_format
        self._pieces = Pieces(audio_format.size(PIECE))
        self._bytes = 0
        """Of sound that has become frames, the tail not included."""
        self._users = Users(language)
        self._bot = Bot(language) if bot_captions else None
        self._answered = False
        self._last_word = 0.0
        self._noticed = False
        self.voice: Voice | None = None
        self.ready: rtvi.BotReady | None = None
        """How the bot introduced itself, once it has."""

    @property
    def _sent(self) -> float:
        return self._format.seconds(self._bytes)

    def opening(self) -> Sequence[WireMessage]:
        """`client-ready`, once: many bots begin only then."""
        hello = rtvi.ClientReady(uuid.uuid4().hex[:8], rtvi.VERSION, "overtitle", desktop.__version__)
        return [pipecat.encode(MessageFrame(rtvi.write(hello)))]

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        """Whole frames of 20 ms; the rest waits for the next chunk."""
        return [self._frame(piece) for piece in self._pieces.add(chunk.pcm)]

    def _frame(self, pcm: bytes) -> bytes:
        self._bytes += len(pcm)
        return self._audio(pcm)

    def _audio(self, pcm: bytes) -> bytes:
        return pipecat.encode(AudioFrame(pcm, self._format.sample_rate, self._format.channels))

    def keep_alive(self) -> Sequence[WireMessage]:
        """Nothing: pings keep the connection alive, and sound comes all the time."""
        return ()

    def closing(self) -> Sequence[WireMessage]:
        """The last sound and a tail of silence; there is no message that says that no more comes."""
        last = [self._frame(piece) for piece in self._pieces.rest(self._format.bytes_per_frame)]
        silence = self._audio(bytes(self._pieces.size))
        return [*last, *([silence] * round(TAIL / PIECE) if self._bytes else [])]

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        """What a message says; raises when it is none of Pipecat's, or the bot has stopped working."""
        events = self._text(message) if isinstance(message, str) else self._bytes_of(message)
        if events is None:
            raise failures.damaged() if self._answered else failures.not_a_bot()
        self._answered = True
        return events

    def _text(self, text: str) -> Sequence[StreamEvent] | None:
        """Some servers send RTVI without a frame around it; any other text is for somebody else."""
        known = rtvi.read(text)
        if known is None:
            return () if self._answered else None
        return self._rtvi(known)

    def _bytes_of(self, data: bytes) -> Sequence[StreamEvent] | None:
        try:
            frame = pipecat.decode(data)
        except PipecatFrameError:
            return None
        return () if frame is None else self._framed(frame)

    def _framed(self, frame: PipecatFrame) -> Sequence[StreamEvent]:
        match frame:
            case MessageFrame(data):
                message = rtvi.read(data)
                return () if message is None else self._rtvi(message)
            case AudioFrame():
                self._play(frame)
                return ()
            case TranscriptionFrame(text, user, timestamp):
                return self._said(Saying(Source.FRAME, text.strip(), True, user, timestamp))
            case TextFrame(text):
                return self._said(Saying(Source.TEXT, text.strip(), True))
            case InterruptionFrame():
                return self._interrupted()

    def _play(self, frame: AudioFrame) -> None:
        if self.voice is not None and frame.sample_rate in _RATES and frame.channels in (1, 2):
            self.voice.play(without_wav_header(frame.pcm), AudioFormat(frame.sample_rate, frame.channels))

    def _said(self, saying: Saying) -> Sequence[StreamEvent]:
        self._last_word = self._sent
        return self._users.said(saying, self._sent)

    def _rtvi(self, message: RtviMessage) -> Sequence[StreamEvent]:
        match message:
            case rtvi.UserInput(text, "transcription", user, timestamp, final):
                return self._said(Saying(Source.INPUT, text.strip(), final, user, timestamp))
            case rtvi.UserTranscription(text, user, timestamp, final, raw):
                source = Source.RAW if raw else Source.TRANSCRIPTION
                return self._said(Saying(source, text.strip(), final, user, timestamp))
            case rtvi.BotReady() | rtvi.Speaking(bot=False) | rtvi.Error():
                return self._state(message)
            case rtvi.BotInterrupted():
                return self._interrupted()
            case _:
                return self._replied(message)

    def _state(self, message: rtvi.BotReady | rtvi.Speaking | rtvi.Error) -> Sequence[StreamEvent]:
        match message:
            case rtvi.BotReady():
                self.ready = message
                return () if self._answered else [Progress(0.0)]  # a first sign, for whoever waits for one
            case rtvi.Speaking(started=started):
                self._users.speaking(self._sent, started=started)
                return ()
            case rtvi.Error(fatal=fatal):
                return self._trouble(fatal=fatal)

    def _trouble(self, *, fatal: bool) -> Sequence[StreamEvent]:
        if fatal:
            raise failures.stopped()
        if self._noticed:
            return ()
        self._noticed = True
        return [Notice(failures.troubled())]

    def _interrupted(self) -> Sequence[StreamEvent]:
        if self.voice is not None:
            self.voice.clear()
        return self._bot.interrupted(self._sent) if self._bot else ()

    def _replied(self, message: RtviMessage) -> Sequence[StreamEvent]:
        """What the bot says, when it is to be shown."""
        if self._bot is None:
            return ()
        self._last_word = self._sent
        match message:
            case rtvi.BotOutput():
                return self._bot.output(message, self._sent)
            case rtvi.BotTtsText(text):
                return self._bot.voiced(text, self._sent)
            case rtvi.BotTranscription(text):
                return self._bot.transcribed(text, self._sent)
            case rtvi.Speaking(bot=True, started=False):
                return self._bot.fell_silent(self._sent)
            case _:
                return ()

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        """The last finals; raises when nobody had asked for the end."""
        if ending.asked and ending.code in failures.GOOD_ENDS:
            replies = self._bot.interrupted(self._sent) if self._bot else []
            return [*self._users.close(), *replies, Progress(self._sent)]
        raise failures.explain(ending, answered=self._answered, quiet=self._sent - self._last_word)

    def refused(self, refusal: Refusal) -> ProviderError:
        """Why the server did not open the WebSocket."""
        return failures.refused(refusal)
