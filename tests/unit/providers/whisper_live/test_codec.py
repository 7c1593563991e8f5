"""WhisperLive's messages: a recorded exchange with its own server, and segments of every kind."""

from __future__ import annotations

import contextlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Progress, Renew, StreamEvent
from desktop.core.errors import ProviderError
from desktop.core.provider import StreamConfig
from desktop.providers.whisper_live import segments
from desktop.providers.whisper_live.codec import END, Hello, Stage, WhisperLiveCodec, floats
from desktop.providers.whisper_live.provider import hello
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending
from tests.support.beacon import beacon_chunks

EXCHANGE = Path(__file__).parent / "exchange.jsonl"
ASKED = Ending(1000, "", asked=True)


def made(seconds: float = 10.0, limit: float = 600.0) -> WhisperLiveCodec:
    codec = WhisperLiveCodec(Hello("u", "en", "en-US", {"model": "small"}, limit), SPEECH)
    codec.decode('{"uid": "u", "message": "SERVER_READY", "backend": "faster_whisper"}')
    codec.encode(AudioChunk(bytes(SPEECH.size(seconds)), SPEECH, 0.0))
    return codec


def message(*found: tuple[str, float, float, bool | None]) -> str:
    each = [
        {"start": f"{start:.3f}", "end": f"{end:.3f}", "text": text, **({} if done is None else {"completed": done})}
        for text, start, end, done in found
    ]
    return json.dumps({"uid": "u", "segments": each})


def texts(events: Any) -> list[tuple[str, str, bool]]:
    return [(event.segment_id, event.text, event.is_final) for event in events if isinstance(event, CaptionEvent)]


def test_an_exchange_with_the_real_server() -> None:
    """Recorded with server.py and backend/base.py (bde730b); the transcriber behind them hears beacons."""
    lines = [json.loads(line) for line in EXCHANGE.read_text(encoding="utf-8").splitlines()]
    greeting = json.loads(lines[0]["out"])
    uid, language = greeting.pop("uid"), greeting.pop("language")
    codec = WhisperLiveCodec(Hello(uid, language, "en-US", greeting), SPEECH)
    going = [*codec.opening()]
    for chunk in beacon_chunks(4):
        going += codec.encode(chunk)
    going += [*codec.tail(), *codec.closing()]
    events: list[StreamEvent] = []
    for step in lines:
        if "out" in step:
            sent = going.pop(0)
            assert step["out"] == (sent if isinstance(sent, str) else len(sent))
        else:
            events += codec.decode(step["in"])
    assert not going
    events += codec.ended(ASKED)
    finals = [event for event in events if isinstance(event, CaptionEvent) and event.is_final]
    assert [event.text for event in finals] == [f"number {number}." for number in range(4)]
    assert [(event.start, event.end) for event in finals] == [(number / 2, number / 2 + 0.5) for number in range(4)]
    assert [word.text for word in finals[1].words] == ["number", "1."]
    assert events[-1] == Progress(2.0)


def test_what_is_repeated_is_said_once() -> None:
    codec = made()
    assert texts(codec.decode(message((" Hel", 0.0, 1.0, False)))) == [("1", "Hel", False)]
    assert texts(codec.decode(message((" Hel", 0.0, 1.2, False)))) == []
    both = message((" Hello.", 0.0, 1.2, True), (" How", 1.2, 2.0, False))
    assert texts(codec.decode(both)) == [("1", "Hello.", True), ("2", "How", False)]
    assert texts(codec.decode(both)) == []
    assert texts(codec.decode(message((" Hello.", 0.0, 1.2, True), (" How are", 1.2, 2.5, False)))) == [
        ("2", "How are", False)
    ]
    assert texts(codec.ended(ASKED)) == [("2", "How are", True)]


def test_servers_from_before_completed() -> None:
    codec = made()
    codec.decode(message((" Hel", 0.0, 1.0, None)))
    assert texts(codec.decode(message((" Hello.", 0.0, 1.0, None), (" How", 1.0, 2.0, None)))) == [
        ("1", "Hello.", True),
        ("2", "How", False),
    ]


def test_the_end_of_an_unchanged_segment_moves_on() -> None:
    codec = made()
    codec.decode(message((" Hello", 0.0, 1.0, False)))
    codec.decode(message((" Hello", 0.0, 2.0, False)))
    final = codec.ended(ASKED)[0]
    assert isinstance(final, CaptionEvent)
    assert final.end == 2.0


def test_the_same_words_at_another_time_are_said_again() -> None:
    codec = made()
    codec.decode(message((" Yes.", 0.0, 1.0, True)))
    assert texts(codec.decode(message((" Yes.", 0.0, 1.0, True), (" Yes.", 1.0, 2.0, True)))) == [("2", "Yes.", True)]


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "REMEMBERED", 3)
    codec = made()
    for at in range(9):
        assert texts(codec.decode(message((f" {at}", at, at + 1, True))))
    assert len(codec._segments._seen) <= 4


def test_sound_as_floats() -> None:
    pcm = struct.pack("<5h", 0, 16384, -32768, 32767, -1)
    assert struct.unpack("<5f", floats(pcm)) == pytest.approx((0.0, 0.5, -1.0, 32767 / 32768, -1 / 32768))


def test_the_end_has_silence_before_it() -> None:
    codec = made(0.0)
    codec.encode(AudioChunk(b"\x01\x00" * 10, SPEECH, 0.0))
    tail = [*codec.tail()]
    assert codec.stage is Stage.DRAINING
    assert len(tail[0]) == 40
    assert sum(map(len, tail[1:])) == 4 * SPEECH.sample_rate
    assert not any(b"".join(each for each in tail[1:] if isinstance(each, bytes)))
    assert [*codec.closing()] == [END]


def test_passes_count_from_the_end_of_the_sound() -> None:
    codec = made()
    codec.decode(message((" a", 0.0, 1.0, False)))
    assert codec.passes == 0
    codec.tail()
    codec.decode(message((" a", 0.0, 1.0, False)))
    assert codec.passes == 1


def test_a_new_stream_is_asked_for_in_time_and_once() -> None:
    codec = made(35.0, limit=90.0)
    assert Renew() in codec.decode(message((" a", 0.0, 1.0, False)))
    assert Renew() not in codec.decode(message((" b", 0.0, 1.0, False)))
    assert Renew() not in made(25.0, limit=90.0).decode(message((" a", 0.0, 1.0, False)))


def test_messages_of_others_and_unknown_ones_are_ignored() -> None:
    codec = made()
    for each in ({"uid": "other", "segments": 3}, {"uid": "u"}, {"uid": "u", "status": "WARNING", "message": "x"}):
        assert list(codec.decode(json.dumps(each))) == []


def test_a_language_that_was_found_out() -> None:
    codec = WhisperLiveCodec(Hello("u", None, "en-US"), SPEECH)
    codec.encode(AudioChunk(bytes(SPEECH.size(2.0)), SPEECH, 0.0))
    codec.decode('{"uid": "u", "language": "fr", "language_prob": 0.9}')
    (event,) = codec.decode(message((" oui", 0.0, 1.0, False)))
    assert isinstance(event, CaptionEvent)
    assert event.language == "fr"


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ({"status": "WAIT", "message": 3.4}, errors.ServiceUnavailable, "3 min"),
        ({"status": "WAIT", "message": 0}, errors.ServiceUnavailable, "full"),
        ({"status": "WAIT", "message": "canary"}, errors.ServiceUnavailable, "full"),
        ({"status": "ERROR", "message": "canary"}, errors.ModelMissing, "small"),
        ({"message": "DISCONNECT"}, errors.ConnectionLost, "time limit"),
    ],
)
def test_what_the_server_complains_about(body: dict[str, object], error: type[ProviderError], words: str) -> None:
    with pytest.raises(error, match=words) as found:
        made().decode(json.dumps({"uid": "u", **body}))
    assert "canary" not in str(found.value)


def test_ends() -> None:
    with pytest.raises(errors.ConnectionLost):
        made().ended(Ending(1000, "", asked=False))
    with pytest.raises(errors.ServiceUnavailable, match="before it was ready"):
        WhisperLiveCodec(Hello("u", "en", "en-US"), SPEECH).ended(ASKED)
    assert isinstance(made().refused(Refusal(401, {}, "")), errors.AuthenticationFailed)
    assert isinstance(made().refused(Refusal(500, {}, "")), errors.ServiceUnavailable)


@pytest.mark.parametrize("text", ["", "x", "[]", b"\xff", '{"segments": 3}', '{"segments": [{}]}', "[" * 100_000])
def test_what_is_no_message_is_refused_without_quoting_it(text: str | bytes) -> None:
    with pytest.raises(errors.ProtocolViolation) as found:
        made().decode(text)
    assert found.value.__cause__ is None


def test_the_greeting() -> None:
    plain = hello(StreamConfig("fr-CA"))
    assert (plain.language, plain.caption_language) == ("fr", "fr-CA")
    assert plain.values["task"] == "transcribe"
    assert "hotwords" not in plain.values
    options = {"translate": "yes", "detect-language": "yes", "use-vad": "no", "repeats": "3", "initial-prompt": "Hi"}
    full = hello(StreamConfig("fr-CA", options=options))
    assert (full.language, full.caption_language) == (None, "en")
    assert full.values["task"] == "translate"
    assert full.values["use_vad"] is False
    assert full.values["same_output_threshold"] == 3
    assert full.values["initial_prompt"] == "Hi"


@pytest.mark.parametrize("options", [{"repeats": "0"}, {"repeats": "many"}, {"connection-time": "nan"}])
def test_numbers_that_make_no_sense(options: dict[str, str]) -> None:
    with pytest.raises(errors.OptionInvalid):
        hello(StreamConfig("en-US", options=options))


KEYS = st.sampled_from("uid status message segments language start end text completed speaker words word".split())  # noqa: SIM905 - a list of words reads better so
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8) | st.just("0.500")
JSON = st.recursive(
    LEAVES, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=5), max_leaves=15
)
SEGMENTS = st.lists(JSON, max_size=4).map(lambda found: json.dumps({"uid": "u", "segments": found}))


@given(st.lists(SEGMENTS | JSON.map(json.dumps) | st.text() | st.binary(), max_size=6))
def test_any_messages_give_events_by_the_rules_or_a_provider_error(messages: list[Any]) -> None:
    codec = made()
    newest: dict[str, CaptionEvent] = {}
    for each in messages:
        events: list[StreamEvent] = []
        with contextlib.suppress(ProviderError):
            events += codec.decode(each)
        for event in events:
            if isinstance(event, CaptionEvent):
                before = newest.get(event.segment_id)
                assert before is None or (not before.is_final and event.revision > before.revision)
                assert 0.0 <= event.start <= event.end <= 10.0
                newest[event.segment_id] = event
