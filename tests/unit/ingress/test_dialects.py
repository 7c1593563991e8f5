from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.captions import CaptionEvent
from desktop.ingress.dialect import Caption, Dialect, Ignored, Reply, Sound, Started, Stopped, Violation
from desktop.ingress.pipecat import PipecatDialect
from desktop.ingress.raw import RawDialect
from desktop.ingress.twilio import TwilioDialect
from desktop.ingress.voximplant import VoximplantDialect
from desktop.wire import pipecat, rtvi
from tests.support.callers import media, start, stop

TELEPHONE = AudioFormat(8_000)
CAPTION = Caption("caller", CaptionEvent("", "1-a", 2, "dit « ça »", True, 1.5, 2.25, "fr-FR"), "2026-11-21T10:00:00Z")


def said(**fields: Any) -> str:
    return json.dumps(fields)


def test_voximplant_from_start_to_stop() -> None:
    dialect = VoximplantDialect()
    assert dialect.read(start("caller", "PCM16", sampleRate=16_000)) == [Started("caller", SPEECH)]
    assert dialect.read(media(3, b"\1\2")) == [Sound("caller", b"\1\2", SPEECH, 3, 960)]
    assert dialect.read(stop()) == [Stopped("caller")]
    assert isinstance(dialect.read(media(4))[0], Ignored)
    assert dialect.read(start("caller", "ULAW")) == [Started("caller", TELEPHONE)]


@pytest.mark.parametrize(
    ("encoding", "rate", "expected"),
    [
        ("PCM8", None, TELEPHONE),
        ("PCM16_8KHZ", None, TELEPHONE),
        ("PCM16", None, SPEECH),
        ("PCM16", "8000", TELEPHONE),
        ("audio/x-mulaw", 8000, TELEPHONE),
        ("ALAW", 8000.0, TELEPHONE),
        ("PCM16", 48_000, AudioFormat(48_000)),
    ],
)
def test_voximplant_encodings(encoding: str, rate: object, expected: AudioFormat) -> None:
    more = {} if rate is None else {"sampleRate": rate}
    assert VoximplantDialect().read(start("a", encoding, **more)) == [Started("a", expected)]


def test_voximplant_numbers_may_be_text_and_the_tag_stand_outside() -> None:
    dialect = VoximplantDialect()
    form = {"encoding": "PCM16", "sampleRate": "16000", "channels": "1"}
    dialect.read(said(event="start", tag="x", start={"mediaFormat": form}))
    payload = base64.b64encode(b"ab").decode()
    read = dialect.read(said(event="media", tag="x", media={"chunk": "7", "timestamp": "640", "payload": payload}))
    assert read == [Sound("x", b"ab", SPEECH, 7, 640)]


@pytest.mark.parametrize("parameters", ['{"call": "17", "n": 4}', {"call": "17", "n": 4}])
def test_voximplant_parameters_come_as_text_or_object(parameters: object) -> None:
    form = {"encoding": "PCM16"}
    read = VoximplantDialect().read(said(event="start", start={"mediaFormat": form, "customParameters": parameters}))
    assert isinstance(read[0], Started)
    assert read[0].parameters == {"call": "17"}


def test_voximplant_tags_are_apart_and_cleaned() -> None:
    dialect = VoximplantDialect()
    dialect.read(start("caller"))
    dialect.read(start("agent\x1b[2J\n" + "x" * 100, "ULAW"))
    first = dialect.read(media(0, b"\xff" * 4, "caller"))[0]
    assert isinstance(first, Sound)
    assert first.format == SPEECH
    second = dialect.read(media(0, b"\xff" * 4, "agent\x1b[2J\n" + "x" * 100))[0]
    assert isinstance(second, Sound)
    assert second.track == "agent[2J" + "x" * 56
    assert second.pcm == bytes(8)


def test_voximplant_hears_of_captions_by_a_custom_event() -> None:
    (message,) = VoximplantDialect().caption(CAPTION)
    fields = json.loads(message)
    assert "event" not in fields
    assert fields["customEvent"] == "caption"
    assert (fields["text"], fields["final"], fields["tag"]) == ("dit « ça »", True, "caller")


def test_voximplant_ignores_what_the_scenario_says_of_its_own() -> None:
    assert VoximplantDialect().read('{"customEvent": "hello"}') == [Ignored("a message of the scenario's own")]


TWILIO_START = said(
    event="start",
    sequenceNumber="1",
    start={
        "streamSid": "MZ1",
        "tracks": ["inbound", "outbound"],
        "customParameters": {"name": "Ann"},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    },
)


def twilio_media(track: str, timestamp: object) -> str:
    return said(event="media", media={"track": track, "chunk": "1", "timestamp": timestamp, "payload": "/w=="})


def test_twilio_from_start_to_stop() -> None:
    dialect = TwilioDialect()
    assert dialect.read(said(event="connected", protocol="Call", version="1.0.0")) == [Ignored("connected")]
    assert dialect.read(TWILIO_START) == [
        Started(track, TELEPHONE, {"name": "Ann"}) for track in ("inbound", "outbound")
    ]
    assert dialect.read(twilio_media("inbound", "20")) == [Sound("inbound", b"\0\0", TELEPHONE, 0, 160)]
    assert dialect.read(twilio_media("outbound", 40)) == [Sound("outbound", b"\0\0", TELEPHONE, 0, 320)]
    assert dialect.read(said(event="mark", mark={"name": "x"})) == [Ignored("mark")]
    assert dialect.read(said(event="dtmf", dtmf={"digit": "1"})) == [Ignored("dtmf")]
    assert dialect.read(said(event="stop")) == [Stopped("inbound"), Stopped("outbound")]
    assert dialect.read(said(event="stop")) == [Ignored("a stop without start")]
    assert dialect.caption(CAPTION) == []


@pytest.mark.parametrize("first", [0, 3, 19, 7020])
def test_twilios_times_number_its_chunks_however_they_are_rounded(first: int) -> None:
    dialect = TwilioDialect()
    dialect.read(TWILIO_START)
    numbers = []
    for moment in (0, 21, 39, 60, 100, 79, 120):
        payload = base64.b64encode(bytes(160)).decode()
        media = {"track": "inbound", "timestamp": str(first + moment), "payload": payload}
        (sound,) = dialect.read(said(event="media", media=media))
        assert isinstance(sound, Sound)
        numbers.append(sound.sequence)
    assert numbers == [0, 1, 2, 3, 5, 4, 6]


def test_twilio_chunks_of_different_lengths_have_no_numbers() -> None:
    dialect = TwilioDialect()
    dialect.read(TWILIO_START)
    numbers = []
    for length, moment in ((160, 0), (80, 20), (160, 30), (160, 50)):
        payload = base64.b64encode(bytes(length)).decode()
        media = {"track": "inbound", "timestamp": moment, "payload": payload}
        (sound,) = dialect.read(said(event="media", media=media))
        assert isinstance(sound, Sound)
        numbers.append(sound.sequence)
    assert numbers == [0, None, None, None]


def test_twilio_refuses_tracks_that_do_not_exist() -> None:
    dialect = TwilioDialect()
    dialect.read(TWILIO_START)
    with pytest.raises(Violation):
        dialect.read(twilio_media("sideways", 0))


def test_raw_sound_is_described_by_the_query() -> None:
    dialect = RawDialect({"rate": "8000", "channels": "2", "encoding": "alaw", "name": "Ann"})
    stereo = AudioFormat(8_000, 2)
    assert dialect.read(b"\xd5\x55") == [Started("Ann", stereo), Sound("Ann", b"\x08\x00\xf8\xff", stereo)]
    assert len(dialect.read(b"\xd5")) == 1
    assert dialect.read('{"event": "stop"}') == [Stopped("Ann")]
    assert len(dialect.read(b"\xd5")) == 2


def test_raw_peers_may_want_no_captions() -> None:
    assert json.loads(RawDialect({}).caption(CAPTION)[0])["event"] == "final"
    assert RawDialect({"captions": "no"}).caption(CAPTION) == []


def test_pipecat_sound_and_what_is_none_of_ours() -> None:
    dialect = PipecatDialect()
    frame = pipecat.encode(pipecat.AudioFrame(b"\1\2", 16_000, 1, 7, "audio"))
    assert dialect.read(frame) == [Started("", SPEECH), Sound("", b"\1\2", SPEECH)]
    assert dialect.read(frame) == [Sound("", b"\1\2", SPEECH)]
    for other in (
        pipecat.TranscriptionFrame("put in my mouth", "me"),
        pipecat.TextFrame("x"),
        pipecat.InterruptionFrame(),
    ):
        assert dialect.read(pipecat.encode(other)) == [Ignored("a frame without sound")]
    assert dialect.read(b"") == [Ignored("an unknown frame")]


@pytest.mark.parametrize(("version", "answered"), [("2.1.0", rtvi.VERSION), ("1.4.0", "1.4.0")])
def test_pipecat_clients_hear_that_the_bot_is_ready(version: str, answered: str) -> None:
    ready = rtvi.write(rtvi.ClientReady("ab12", version, "@pipecat-ai/client-js", "1.13.1"))
    (reply,) = PipecatDialect().read(pipecat.encode(pipecat.MessageFrame(ready)))
    assert isinstance(reply, Reply)
    assert isinstance(reply.message, bytes)
    frame = pipecat.decode(reply.message)
    assert isinstance(frame, pipecat.MessageFrame)
    bot = rtvi.read(frame.data)
    assert isinstance(bot, rtvi.BotReady)
    assert (bot.id, bot.version) == ("ab12", answered)


def test_pipecat_captions_are_message_frames_of_both_kinds() -> None:
    frames = [pipecat.decode(message) for message in PipecatDialect().caption(CAPTION) if isinstance(message, bytes)]
    read = [rtvi.read(frame.data) for frame in frames if isinstance(frame, pipecat.MessageFrame)]
    assert [type(each) for each in read] == [rtvi.UserInput, rtvi.UserTranscription]
    assert {each.text for each in read if isinstance(each, rtvi.UserInput | rtvi.UserTranscription)} == {"dit « ça »"}


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
members = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("tag", "mediaFormat", "payload", "chunk", "timestamp", "track", "tracks"), json_values),
)
messages = st.fixed_dictionaries(
    {"event": st.sampled_from(["start", "media", "stop", "connected", "dtmf", 5, None])},
    optional=dict.fromkeys(("start", "media", "stop", "tag"), members | json_values),
)


@pytest.mark.parametrize("make", [VoximplantDialect, TwilioDialect, RawDialect])
@given(st.data())
def test_any_json_is_read_or_refused(make: type[Dialect], data: st.DataObject) -> None:
    dialect = make()
    dialect_start = TWILIO_START if make is TwilioDialect else start("")
    for message in [dialect_start, *data.draw(st.lists(messages, max_size=4))]:
        with suppress(Violation):
            dialect.read(message if isinstance(message, str) else json.dumps(message))


@given(st.binary(max_size=300) | st.text(max_size=100))
def test_any_bytes_are_read_or_refused(message: bytes | str) -> None:
    for dialect in (PipecatDialect(), VoximplantDialect(), TwilioDialect(), RawDialect()):
        try:
            dialect.read(message)
        except Violation:
            continue
