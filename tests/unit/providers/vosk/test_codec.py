"""Vosk's messages: a recorded exchange with its own server, and answers of every kind."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.providers.vosk.codec import END, VoskCodec
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending
from tests.support.beacon import beacon_chunks

EXCHANGE = Path(__file__).parent / "exchange.jsonl"


def sent(codec: VoskCodec, pieces: int) -> None:
    for piece in range(pieces):
        assert codec.encode(AudioChunk(bytes(SPEECH.size(0.2)), SPEECH, piece * 0.2))


def test_an_exchange_with_the_real_server() -> None:
    """Recorded with websocket/asr_server.py (c2e82f0) under websockets 12; the recogniser behind it hears beacons."""
    codec = VoskCodec("en-US", SPEECH)
    going = [*codec.opening()]
    for chunk in beacon_chunks(4):
        going += codec.encode(chunk)
    going += codec.closing()
    events: list[StreamEvent] = []
    for line in EXCHANGE.read_text(encoding="utf-8").splitlines():
        step = json.loads(line)
        if "out" in step:
            message = going.pop(0)
            assert step["out"] == (message if isinstance(message, str) else len(message))
        else:
            events += codec.decode(step["in"])
    assert not going
    assert codec.complete
    events += codec.ended(Ending(1000, "", asked=True))
    finals = [event for event in events if isinstance(event, CaptionEvent) and event.is_final]
    assert [event.text for event in finals] == [f"number {number}" for number in range(4)]
    assert [event.start for event in finals] == [pytest.approx(number / 2) for number in range(4)]
    assert events[-1] == Progress(2.0)


def test_a_partial_becomes_the_final_with_words() -> None:
    codec = VoskCodec("fr-FR", SPEECH)
    sent(codec, 4)
    assert list(codec.decode('{"partial": ""}')) == []
    (first,) = codec.decode('{"partial": "bonjour"}')
    assert isinstance(first, CaptionEvent)
    assert (first.text, first.is_final, first.start, first.end) == ("bonjour", False, 0.2, 0.4)
    assert list(codec.decode('{"partial": "bonjour"}')) == []
    words = [{"conf": 0.5, "start": 0.3, "end": 0.5, "word": "bonjour"}]
    final, progress = codec.decode(json.dumps({"text": "bonjour", "result": words}))
    assert isinstance(final, CaptionEvent)
    assert (final.segment_id, final.revision, final.start, final.end) == (first.segment_id, 2, 0.3, 0.5)
    assert final.words[0].confidence == 0.5
    assert progress == Progress(0.8)


def test_a_partial_that_comes_to_nothing_is_withdrawn() -> None:
    codec = VoskCodec("en-US", SPEECH)
    sent(codec, 2)
    codec.decode('{"partial": "the"}')
    withdrawn, _ = codec.decode('{"text": ""}')
    assert isinstance(withdrawn, CaptionEvent)
    assert (withdrawn.text, withdrawn.is_final) == ("", True)


def test_silence_is_answered_for() -> None:
    codec = VoskCodec("en-US", SPEECH)
    sent(codec, 1)
    assert codec.decode('{"text": ""}') == [Progress(0.2)]


def test_the_end_is_spelled_as_the_server_wants_it() -> None:
    assert END == '{"eof" : 1}'
    codec = VoskCodec("en-US", SPEECH)
    codec.encode(AudioChunk(bytes(1000), SPEECH, 0.0))
    assert [*codec.closing()] == [bytes(1000), END]


def test_a_server_that_answers_less_often_may_end_in_peace() -> None:
    codec = VoskCodec("en-US", SPEECH)
    sent(codec, 5)
    codec.decode('{"partial": "hello"}')
    codec.closing()
    final, progress = codec.ended(Ending(1000, "", asked=True))
    assert isinstance(final, CaptionEvent)
    assert (final.text, final.is_final) == ("hello", True)
    assert progress == Progress(1.0)


@pytest.mark.parametrize("ending", [Ending(1000, "", asked=False), Ending(None, "", asked=True)])
def test_an_end_that_is_none_is_trouble(ending: Ending) -> None:
    with pytest.raises(errors.ConnectionLost):
        VoskCodec("en-US", SPEECH).ended(ending)


@pytest.mark.parametrize(
    "message",
    ["", "no json", "[]", "1", b"\x00\xff", '{"partial": 1}', '{"text": null}', '{"text": "a", "result": [{}]}',
     '{"text": "a", "result": [{"word": "a", "start": "x", "end": 1}]}',
     '{"text": "a", "result": [{"word": "a", "start": NaN, "end": 1}]}',
     '{"alternatives": [3]}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_answer_is_refused_without_quoting_it(message: str | bytes) -> None:
    with pytest.raises(errors.ProtocolViolation) as found:
        VoskCodec("en-US", SPEECH).decode(message)
    assert found.value.__cause__ is None


@pytest.mark.parametrize(("status", "error"), [(401, errors.AuthenticationFailed), (503, errors.ServiceUnavailable)])
def test_refusals(status: int, error: type[ProviderError]) -> None:
    assert isinstance(VoskCodec("en-US", SPEECH).refused(Refusal(status, {}, "")), error)


KEYS = st.sampled_from("partial text result word start end conf alternatives confidence".split())  # noqa: SIM905 - a list of words reads better so
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=4), max_leaves=12
)
ANSWERS = st.dictionaries(KEYS, JSON, max_size=4).map(json.dumps) | JSON.map(json.dumps) | st.text() | st.binary()


@given(st.lists(ANSWERS, max_size=6))
def test_any_answers_give_events_by_the_rules_or_a_provider_error(answers: list[Any]) -> None:
    codec = VoskCodec("en-US", SPEECH)
    sent(codec, 5)
    newest: dict[str, CaptionEvent] = {}
    for answer in answers:
        events: list[StreamEvent] = []
        with contextlib.suppress(ProviderError):
            events += codec.decode(answer)
        for event in events:
            if isinstance(event, CaptionEvent):
                before = newest.get(event.segment_id)
                assert before is None or (not before.is_final and event.revision > before.revision)
                assert 0.0 <= event.start <= event.end <= 1.0 + 1e-9
                newest[event.segment_id] = event
