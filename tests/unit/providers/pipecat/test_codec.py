"""The messages of a stream: frames out, captions in, the bot's voice, how it ends; and recordings of a real bot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import desktop
from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent, Notice, Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.providers.pipecat.codec import PIECE, TAIL, PipecatCodec
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage
from desktop.wire import rtvi
from desktop.wire.pipecat import (
    AudioFrame,
    InterruptionFrame,
    MessageFrame,
    TextFrame,
    TranscriptionFrame,
    decode,
    encode,
)
from tests.support.pipecat_server import Recording

RECORDINGS = Path(__file__).parents[3] / "conformance" / "pipecat"
ASKED = Ending(1000, "", asked=True)


@pytest.fixture
def codec() -> PipecatCodec:
    return PipecatCodec("en-US", SPEECH)


def chunk(seconds: float, value: int = 1) -> AudioChunk:
    return AudioChunk(bytes([value, 0]) * round(seconds * 16_000), SPEECH, 0.0)


def sound(message: WireMessage) -> AudioFrame:
    assert isinstance(message, bytes)
    frame = decode(message)
    assert isinstance(frame, AudioFrame)
    return frame


def told(message: rtvi.RtviMessage) -> bytes:
    return encode(MessageFrame(rtvi.write(message)))


def finals(events: list[StreamEvent], speaker: str = "") -> list[str]:
    captions = [event for event in events if isinstance(event, CaptionEvent) and event.is_final]
    return [event.text for event in captions if event.speaker == speaker and event.text]


def test_client_ready_is_the_first_message(codec: PipecatCodec) -> None:
    (message,) = codec.opening()
    assert isinstance(message, bytes)
    frame = decode(message)
    assert isinstance(frame, MessageFrame)
    said = json.loads(frame.data)
    assert (said["label"], said["type"], len(said["id"])) == ("rtvi-ai", "client-ready", 8)
    about = {"library": "overtitle", "library_version": desktop.__version__}
    assert said["data"] == {"version": "2.1.0", "about": about}


def test_sound_goes_in_frames_of_20_ms(codec: PipecatCodec) -> None:
    assert not codec.encode(chunk(0.015))
    frames = [sound(message) for message in codec.encode(chunk(0.055, 2))]
    *last, _ = (sound(message) for message in codec.closing())
    assert {(frame.sample_rate, frame.channels) for frame in frames} == {(16_000, 1)}
    assert [len(frame.pcm) for frame in frames] == [640] * 3
    assert b"".join(frame.pcm for frame in (*frames, last[0])) == chunk(0.015).pcm + chunk(0.055, 2).pcm
    tail = b"".join(frame.pcm for frame in last[1:])
    assert tail == bytes(SPEECH.size(TAIL - PIECE)), "silence, so that the recogniser finishes"


def test_half_a_sample_is_not_sent(codec: PipecatCodec) -> None:
    codec.encode(AudioChunk(b"\1\2\3", SPEECH, 0.0))
    assert sound(codec.closing()[0]).pcm == b"\1\2"


def test_without_sound_there_is_nothing_to_end(codec: PipecatCodec) -> None:
    assert not codec.closing()
    assert codec.ended(ASKED) == [Progress(0.0)]


@pytest.mark.parametrize(("name", "frames", "replies"), [("frames", 33, 0), ("voice", 30, 3)])
def test_recordings_of_a_real_bot(codec: PipecatCodec, name: str, frames: int, replies: int) -> None:
    events, sent, carrying = list[StreamEvent](), 0.0, 0
    for after, message in Recording.load(RECORDINGS / f"{name}.jsonl").lines:
        codec.encode(chunk(after - sent))
        sent = after
        events += codec.decode(message)
        frame = decode(message)
        inner = rtvi.read(frame.data) if isinstance(frame, MessageFrame) else frame
        carrying += isinstance(inner, rtvi.UserInput | rtvi.UserTranscription | TranscriptionFrame)
    events += codec.ended(ASKED)
    assert carrying == frames
    assert finals(events) == [f"café número {number}, d’accord ?" for number in (7, 8, 9)]
    assert finals(events, "Bot") == [f"Reply {number}, d’accord." for number in (7, 8, 9)][:replies]
    segments = {event.segment_id for event in events if isinstance(event, CaptionEvent) and not event.speaker}
    assert len(segments) == 3
    assert codec.ready is not None
    assert codec.ready.library == "pipecat-ai"


def test_rtvi_without_a_frame_around_it_is_read_too(codec: PipecatCodec) -> None:
    events = codec.decode(rtvi.write(rtvi.UserInput("hi", final=True)))
    assert finals(list(events)) == ["hi"]
    assert not codec.decode('{"something": "else"}'), "for somebody else"


@pytest.mark.parametrize(
    "message",
    [
        told(rtvi.UserInput("typed", "chat", final=True)),
        told(rtvi.UserInput("mhm", "backchannel", final=True)),
        told(rtvi.Other("metrics")),
        told(rtvi.ErrorResponse("1", "version")),
        encode(MessageFrame("not JSON")),
        encode(AudioFrame(b"\0\0", 24_000, 1)),
        b"",
    ],
)
def test_messages_that_are_no_captions(codec: PipecatCodec, message: bytes) -> None:
    assert not codec.decode(message)


def test_a_greeting_is_a_first_sign_and_nothing_later(codec: PipecatCodec) -> None:
    assert codec.decode(told(rtvi.BotReady("a"))) == [Progress(0.0)]
    codec.decode(told(rtvi.UserInput("hi", final=True)))
    assert not codec.decode(told(rtvi.BotReady("a")))


def test_frames_of_bots_with_a_way_of_their_own(codec: PipecatCodec) -> None:
    events = [*codec.decode(encode(TranscriptionFrame(" one ", "u", "t"))), *codec.decode(encode(TextFrame("two")))]
    assert finals(events) == ["one", "two"]


def test_the_bot_may_be_left_out() -> None:
    codec = PipecatCodec("en-US", SPEECH, bot_captions=False)
    assert not codec.decode(told(rtvi.BotTtsText("Hello.")))
    assert not codec.decode(encode(InterruptionFrame()))


class Speaker:
    """Notes what is played."""

    def __init__(self) -> None:
        self.played: list[tuple[bytes, AudioFormat] | None] = []

    def play(self, pcm: bytes, audio_format: AudioFormat) -> None:
        self.played.append((pcm, audio_format))

    def clear(self) -> None:
        self.played.append(None)


def test_the_bots_sound_is_played_and_stopped(codec: PipecatCodec) -> None:
    codec.voice = speaker = Speaker()
    header = b"RIFF____WAVEdata____"
    for frame in (
        AudioFrame(b"\1\2", 24_000, 1),
        AudioFrame(header + b"\3\4", 16_000, 2),
        AudioFrame(b"\5\6", 0, 1),
        AudioFrame(b"\5\6", 10**9, 1),
        AudioFrame(b"\5\6", 24_000, 0),
        InterruptionFrame(),
    ):
        codec.decode(encode(frame))
    codec.decode(told(rtvi.BotInterrupted()))
    assert speaker.played == [(b"\1\2", AudioFormat(24_000)), (b"\3\4", AudioFormat(16_000, 2)), None, None]


def test_trouble_of_the_bot_is_told_once_and_never_quoted(codec: PipecatCodec) -> None:
    (notice,) = codec.decode(told(rtvi.Error("key sk-123")))
    assert isinstance(notice, Notice)
    assert "sk-123" not in str(notice.error)
    assert not codec.decode(told(rtvi.Error("key sk-123")))
    with pytest.raises(errors.ServiceUnavailable, match="has stopped") as stopped:
        codec.decode(told(rtvi.Error("key sk-123", fatal=True)))
    assert "sk-123" not in str(stopped.value)


@pytest.mark.parametrize("message", ["hello", b"\x0a\x05hi", b"{}"])
def test_a_message_of_another_kind_of_server(codec: PipecatCodec, message: WireMessage) -> None:
    with pytest.raises(errors.ProtocolViolation, match="does not speak as a Pipecat bot"):
        codec.decode(message)


def test_a_damaged_message_later_on_is_a_bad_line(codec: PipecatCodec) -> None:
    codec.decode(told(rtvi.BotReady("a")))
    with pytest.raises(errors.ConnectionLost, match="damaged"):
        codec.decode(b"\x0a\x05hi")


@pytest.mark.parametrize(
    ("ending", "error", "words"),
    [
        (Ending(1013, "Server already has a connected client", asked=False), errors.ServiceUnavailable, "has a client"),
        (Ending(1013, "", asked=True), errors.ServiceUnavailable, "has a client"),
        (Ending(1000, "", asked=False), errors.ProtocolViolation, "without having understood"),
        (Ending(1005, "", asked=False), errors.ProtocolViolation, "without having understood"),
        (Ending(1008, "", asked=False), errors.AuthenticationFailed, "1008"),
        (Ending(1011, "secret", asked=True), errors.ConnectionLost, "1011"),
        (Ending(None, "", asked=False), errors.ConnectionLost, "broke"),
    ],
)
def test_ends_that_are_trouble(codec: PipecatCodec, ending: Ending, error: type[ProviderError], words: str) -> None:
    with pytest.raises(error, match=words) as raised:
        codec.ended(ending)
    assert "secret" not in str(raised.value)


def test_a_bot_that_hung_up_may_be_called_again(codec: PipecatCodec) -> None:
    codec.decode(told(rtvi.BotReady("a")))
    with pytest.raises(errors.ServiceUnavailable, match=r"The bot hung up\.") as raised:
        codec.ended(Ending(1000, "", asked=False))
    assert raised.value.retryable


def test_a_bot_that_was_tired_of_waiting_says_how_long(codec: PipecatCodec) -> None:
    codec.decode(told(rtvi.UserInput("hi", final=True)))
    codec.encode(chunk(300.0))
    with pytest.raises(errors.ServiceUnavailable, match="after 5 min without a word"):
        codec.ended(Ending(1000, "", asked=False))


def test_open_words_stand_when_the_stream_was_finished(codec: PipecatCodec) -> None:
    codec.encode(chunk(2.0))
    codec.decode(told(rtvi.UserInput("half", timestamp="1")))
    codec.decode(told(rtvi.BotOutput("Reply.", 1, "sentence", "new", accumulated="")))
    *captions, progress = codec.ended(ASKED)
    assert [event.text for event in captions if isinstance(event, CaptionEvent)] == ["half", "Reply."]
    assert progress == Progress(2.0)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, errors.AuthenticationFailed), (403, errors.AuthenticationFailed), (404, errors.OptionInvalid),
     (429, errors.RateLimited), (503, errors.ServiceUnavailable)],
)  # fmt: skip
def test_refusals(codec: PipecatCodec, status: int, error: type[ProviderError]) -> None:
    refusal = codec.refused(Refusal(status, {}, "secret"))
    assert type(refusal) is error
    assert "secret" not in str(refusal)


@given(st.lists(st.one_of(st.binary(max_size=60), st.text(max_size=30)), max_size=5))
def test_any_message_gives_events_or_one_of_our_errors(messages: list[WireMessage]) -> None:
    codec = PipecatCodec("en-US", SPEECH)
    try:
        for message in messages:
            codec.decode(message)
    except ProviderError:
        return
