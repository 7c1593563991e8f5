"""Pipecat's clients: protobuf frames with sound in, RTVI messages out.

Captions go back as message frames alone: the JavaScript client reads no others but audio, and throws at the rest.
What a client says in frames of its own, transcriptions included, is none of ours: it would be put into a transcript.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop import __version__
from desktop.ingress.dialect import (
    BAD_DATA,
    WRONG_KIND,
    Caption,
    Ignored,
    PeerEvent,
    Reply,
    Sound,
    Started,
    Stopped,
    Violation,
    WireMessage,
    audio_format,
    name,
)
from desktop.wire import pipecat, rtvi

_LEAVING = "disconnect-bot"


class PipecatDialect:
    """The messages of one client; its sound is one track."""

    largest = pipecat.MAX_FRAME

    def __init__(self) -> None:
        self._started = False

    def read(self, message: WireMessage) -> Sequence[PeerEvent]:
        """What a message means; raises `Violation`."""
        if isinstance(message, str):
            raise Violation(WRONG_KIND, "this path takes binary protobuf frames")
        try:
            frame = pipecat.decode(message)
        except pipecat.PipecatFrameError:
            raise Violation(BAD_DATA, "the message is no Pipecat frame") from None
        match frame:
            case pipecat.AudioFrame():
                return self._sound(frame)
            case pipecat.MessageFrame():
                return self._message(frame.data)
            case None:
                return [Ignored("an unknown frame")]
            case _:
                return [Ignored("a frame without sound")]

    def _sound(self, frame: pipecat.AudioFrame) -> Sequence[PeerEvent]:
        form = audio_format(frame.sample_rate, frame.channels)
        sound = Sound("", frame.pcm, form)  # `pts` is left alone: no client sets it, and its unit is not documented
        if self._started:
            return [sound]
        self._started = True
        return [Started("", form), sound]

    def _message(self, data: str) -> Sequence[PeerEvent]:
        match rtvi.read(data):
            case rtvi.ClientReady(id_, version):
                # a client of protocol 1 wants to hear its own version
                spoken = name(version) if version.startswith("1.") else rtvi.VERSION
                return [Reply(_framed(rtvi.BotReady(id_, spoken, "overtitle", __version__)))]
            case rtvi.Other(kind) if kind == _LEAVING and self._started:
                self._started = False
                return [Stopped("")]
            case _:
                return [Ignored("an RTVI message")]

    def caption(self, caption: Caption) -> Sequence[WireMessage]:
        """Both of RTVI's messages for what a user says: clients of all ages know one of them."""
        event = caption.event
        # pipecat-ai's own order: the newer one first, its twin at once after it
        return [
            _framed(rtvi.UserInput(event.text, "transcription", event.speaker, caption.spoken, event.is_final)),
            _framed(rtvi.UserTranscription(event.text, event.speaker, caption.spoken, event.is_final)),
        ]


def _framed(message: rtvi.RtviMessage) -> bytes:
    return pipecat.encode(pipecat.MessageFrame(rtvi.write(message)))
