"""The messages of a stream: pieces, silence, the end, and what goes wrong."""

from __future__ import annotations

import json

import pytest
from botocore.eventstream import EventStreamBuffer

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Progress, Renew
from desktop.providers.amazon_transcribe.codec import LIMIT, AmazonCodec, Padding
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage
from desktop.wire.eventstream import encode


@pytest.fixture
def codec() -> AmazonCodec:
    return AmazonCodec("en-US", SPEECH)


def chunk(seconds: float, value: int = 1) -> AudioChunk:
    return AudioChunk(bytes([value, 0]) * round(seconds * 16_000), SPEECH, 0.0)


def sound(message: WireMessage) -> bytes:
    assert isinstance(message, bytes)
    buffer = EventStreamBuffer()
    buffer.add_data(message)
    (event,) = list(buffer)
    payload: bytes = event.payload
    return payload


def said(text: str, *, partial: bool = False, start: float = 0.0) -> bytes:
    result = {
        "ResultId": "r", "StartTime": start, "EndTime": start + 0.1, "IsPartial": partial,
        "Alternatives": [{"Transcript": text}],
    }  # fmt: skip
    headers = {":message-type": "event", ":event-type": "TranscriptEvent"}
    return encode(headers, json.dumps({"Transcript": {"Results": [result]}}).encode())


def test_sound_goes_in_pieces_of_100_ms(codec: AmazonCodec) -> None:
    assert codec.opening() == ()
    assert codec.encode(chunk(0.07)) == []
    (first,) = codec.encode(chunk(0.05, 2))
    pieces = codec.encode(chunk(0.25, 3))
    assert [len(sound(piece)) for piece in (first, *pieces)] == [3200, 3200, 3200]
    *last, end = codec.closing()
    whole = b"".join(sound(piece) for piece in (first, *pieces, *last))
    assert whole == chunk(0.07).pcm + chunk(0.05, 2).pcm + chunk(0.25, 3).pcm
    assert sound(end) == b""


def test_half_a_sample_is_not_sent(codec: AmazonCodec) -> None:
    codec.encode(AudioChunk(b"\1\2\3", SPEECH, 0.0))
    assert [sound(message) for message in codec.closing()] == [b"\1\2", b""]


def test_silence_that_keeps_alive_does_not_shift_times(codec: AmazonCodec) -> None:
    codec.encode(chunk(0.25))
    (piece,) = codec.keep_alive()
    assert sound(piece) == chunk(0.05).pcm + bytes(1600)
    (after,) = codec.decode(said("hi", start=0.35))
    assert isinstance(after, CaptionEvent)
    assert after.start == pytest.approx(0.3)
    (_,) = codec.encode(chunk(0.1))
    *_, progress = codec.ended(Ending(1000, "", asked=True))
    assert isinstance(progress, Progress)
    assert progress.end == pytest.approx(0.35)


def test_padding_maps_every_moment() -> None:
    padding = Padding()
    padding.add(1.0, 0.5)
    padding.add(2.0, 0.1)
    moments = [0.5, 1.0, 1.2, 1.5, 2.0, 2.05, 3.0]
    assert [padding.stream_time(moment) for moment in moments] == pytest.approx([0.5, 1.0, 1.0, 1.0, 1.5, 1.5, 2.4])


def test_an_open_segment_is_closed_at_the_end(codec: AmazonCodec) -> None:
    codec.decode(said("half", partial=True))
    final, _ = codec.ended(Ending(1000, "Streaming completed successfully", asked=True))
    assert isinstance(final, CaptionEvent)
    assert (final.text, final.is_final) == ("half", True)


def test_unknown_events_are_ignored(codec: AmazonCodec) -> None:
    assert codec.decode(encode({":message-type": "event", ":event-type": "NewEvent"}, b"?")) == ()


@pytest.mark.parametrize(
    ("ending", "error", "words"),
    [
        (Ending(1000, "", asked=False), errors.ConnectionLost, "before it had understood any sound"),
        (Ending(None, "", asked=False), errors.ConnectionLost, "broke without a reason"),
        (Ending(None, "", asked=True), errors.ConnectionLost, "broke without a reason"),
        (Ending(1011, "", asked=True), errors.ConnectionLost, "code 1011"),
        (Ending(1008, "not authorized to perform", asked=False), errors.PermissionMissing, "may not stream"),
    ],
)
def test_ends_that_are_trouble(codec: AmazonCodec, ending: Ending, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        codec.ended(ending)


def test_a_clean_end_in_mid_speech_is_trouble_too(codec: AmazonCodec) -> None:
    codec.decode(said("one"))
    with pytest.raises(errors.ConnectionLost, match="before the sound was over"):
        codec.ended(Ending(1000, "Streaming completed successfully", asked=False))


@pytest.mark.parametrize("message", ["text", b"", b"\0" * 40, said("x")[:-1]])
def test_a_damaged_message_is_another_service_at_first_and_a_bad_line_later(
    codec: AmazonCodec, message: WireMessage
) -> None:
    with pytest.raises(errors.OptionInvalid, match="does not speak as Amazon Transcribe"):
        codec.decode(message)
    codec.decode(said("one"))
    with pytest.raises(errors.ConnectionLost, match="damaged"):
        codec.decode(message)


def test_a_malformed_transcript_quotes_nothing(codec: AmazonCodec) -> None:
    codec.decode(said("one"))
    message = encode({":message-type": "event", ":event-type": "TranscriptEvent"}, b'{"Transcript": "my secret words"')
    with pytest.raises(errors.ConnectionLost) as trouble:
        codec.decode(message)
    assert trouble.value.__cause__ is None
    assert "secret" not in str(trouble.value)


@pytest.mark.parametrize("kind", ["exception", "error"])
def test_exceptions_and_errors_are_raised(codec: AmazonCodec, kind: str) -> None:
    exception = {":message-type": "exception", ":exception-type": "InternalFailureException"}
    error = {":message-type": "error", ":error-code": "InternalFailure", ":error-message": "Sorry"}
    with pytest.raises(errors.ServiceUnavailable, match="fault of its own"):
        codec.decode(encode(exception if kind == "exception" else error, b'{"Message": "Sorry"}'))


def at(codec: AmazonCodec, before_end: float) -> AmazonCodec:
    """A codec that has taken sound up to so many seconds before the limit."""
    codec.media.taken = SPEECH.size(LIMIT - before_end)  # type: ignore[misc] # of PCM it can be set
    return codec


@pytest.mark.parametrize(
    ("before_end", "partial", "renews"),
    [(700, False, False), (500, False, True), (500, True, False), (100, True, True)],
)
@pytest.mark.parametrize("silent", [False, True])
def test_a_new_stream_is_asked_for_before_the_limit_best_in_a_pause(
    codec: AmazonCodec, before_end: float, *, partial: bool, renews: bool, silent: bool
) -> None:
    told: list[int] = []
    codec.on_aside = lambda: told.append(1)
    codec.decode(said("word", partial=partial))
    at(codec, before_end)
    for _ in range(3):
        assert codec.keep_alive() if silent else codec.encode(chunk(0.1))
    assert list(codec.aside()) == ([Renew()] if renews else [])
    assert len(told) == (1 if renews else 0)
    assert codec.encode(chunk(0.1))
    assert not codec.aside()


def test_a_stream_that_nobody_replaces_ends_at_the_limit(codec: AmazonCodec) -> None:
    assert at(codec, 31).encode(chunk(0.1))
    with pytest.raises(errors.ConnectionLost, match="four hours"):
        at(codec, 29).encode(chunk(0.1))


def hear(codec: AmazonCodec, sound: AudioChunk) -> None:
    codec.hear(sound.pcm)
    codec.encode(sound)


def test_silence_needs_no_answer(codec: AmazonCodec) -> None:
    hear(codec, chunk(0.1, 200))
    assert not codec.aside()
    codec.decode(said("word"))
    for _ in range(61):
        hear(codec, chunk(0.1))
    (progress,) = codec.aside()
    assert isinstance(progress, Progress)
    assert 5.0 <= progress.end <= 6.6


def test_an_open_segment_needs_one(codec: AmazonCodec) -> None:
    codec.decode(said("word", partial=True))
    hear(codec, chunk(20.0))
    assert not codec.aside()
    codec.decode(said("word"))
    hear(codec, chunk(0.1))
    assert [event.end for event in codec.aside() if isinstance(event, Progress)] == pytest.approx([19.6])


def test_a_voice_without_an_answer_needs_one(codec: AmazonCodec) -> None:
    hear(codec, chunk(8.0))
    hear(codec, chunk(0.2, 200))
    hear(codec, chunk(20.0))
    assert codec.aside() == [Progress(7.5)]
    codec.decode(said("later", partial=True, start=20.0))
    codec.decode(said("later", start=20.0))
    hear(codec, chunk(0.1))
    assert [event.end for event in codec.aside() if isinstance(event, Progress)] == pytest.approx([27.8])


def test_a_refusal_is_explained_and_kept(codec: AmazonCodec) -> None:
    refusal = Refusal(403, {"x-amzn-errortype": "AccessDeniedException"}, "{}")
    assert isinstance(codec.refused(refusal), errors.PermissionMissing)
    assert codec.refusal is refusal
