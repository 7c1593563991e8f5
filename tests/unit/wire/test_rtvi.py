"""RTVI messages as real bots wrote them, as we write them, and anything else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.wire.rtvi import (
    BotInterrupted,
    BotOutput,
    BotReady,
    BotTranscription,
    BotTtsText,
    ClientReady,
    Error,
    ErrorResponse,
    Other,
    RtviMessage,
    Speaking,
    UserInput,
    UserTranscription,
    read,
    write,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
filled = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
messages: st.SearchStrategy[RtviMessage] = st.one_of(
    st.builds(ClientReady, texts, texts, texts, texts),
    st.builds(BotReady, texts, texts, texts, texts),
    st.builds(UserTranscription, texts, texts, texts, st.booleans(), st.booleans()),
    st.builds(UserInput, texts, texts, texts, texts, st.booleans(), texts),
    st.builds(BotOutput, texts, st.none() | st.integers(), texts, filled, st.booleans(), accumulated=st.none() | texts),
    st.builds(BotOutput, texts, st.none() | st.integers(), texts, spoken=st.booleans()),
    st.builds(BotTranscription, texts),
    st.builds(BotTtsText, texts),
    st.builds(Speaking, st.booleans(), st.booleans()),
    st.just(BotInterrupted()),
    st.builds(Error, texts, st.booleans()),
    st.builds(ErrorResponse, texts, texts),
    st.just(Other("metrics")),
)
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TYPES = [
    "client-ready", "bot-ready", "user-transcription", "stt-raw-text", "user-input", "bot-output", "bot-transcription",
    "bot-tts-text", "user-started-speaking", "bot-stopped-speaking", "bot-interrupted", "error", "error-response", "x",
]  # fmt: skip
FIELDS = ["text", "user_id", "timestamp", "final", "input_type", "segment_id", "spoken_progress", "about", "error"]


@given(messages)
def test_reads_what_it_writes(message: RtviMessage) -> None:
    text = write(message)
    assert read(text) == message
    assert text.isascii()


def test_reads_what_pipecat_wrote() -> None:
    said = (
        '{"label": "rtvi-ai", "type": "user-input", "data": {"text": "d\\u00e9j\\u00e0 vu",'
        ' "input_type": "transcription", "timestamp": "2026-11-21T05:00:00.000+00:00",'
        ' "final": true, "user_id": "user-1"}}'
    )
    moment = "2026-11-21T05:00:00.000+00:00"
    assert read(said) == UserInput("déjà vu", "transcription", "user-1", moment, final=True)
    older = (
        '{"label":"rtvi-ai","type":"user-transcription",'
        '"data":{"text":"hi","user_id":"","timestamp":"t","final":false}}'
    )
    assert read(older) == UserTranscription("hi", "", "t")
    ready = (
        '{"label":"rtvi-ai","type":"bot-ready","id":"ab","data":{"version":"2.2.0","about":{"library":"pipecat-ai"}}}'
    )
    assert read(ready) == BotReady("ab", "2.2.0", "pipecat-ai")


def test_reads_how_far_a_segment_has_been_spoken() -> None:
    data = {
        "text": "Hello there.",
        "segment_id": 7,
        "output_type": "sentence",
        "spoken_status": "in-progress",
        "will_be_spoken": True,
        "spoken_progress": {"accumulated_text": "Hello", "remaining_text": " there."},
    }
    text = json.dumps({"label": "rtvi-ai", "type": "bot-output", "data": data})
    assert read(text) == BotOutput("Hello there.", 7, "sentence", "in-progress", accumulated="Hello")


def test_reads_a_segment_of_protocol_1() -> None:
    data = {"text": "Hello.", "spoken": True, "aggregated_by": "sentence"}
    text = json.dumps({"label": "rtvi-ai", "type": "bot-output", "data": data})
    assert read(text) == BotOutput("Hello.", None, "sentence", spoken=True)


@pytest.mark.parametrize(
    "text",
    ["", "hi", "[]", "1", "null", '{"label":"other","type":"error"}', '{"type":"error"}', "[" * 100_000, "9" * 9999],
)
def test_what_is_no_message_is_none(text: str) -> None:
    assert read(text) is None


def test_a_message_without_a_type_is_another() -> None:
    assert read('{"label":"rtvi-ai"}') == Other("")
    assert read('{"label":"rtvi-ai","type":["error"]}') == Other("")


def test_half_characters_are_replaced() -> None:
    text = '{"label":"rtvi-ai","type":"bot-tts-text","data":{"text":"a\\ud800b \\ud83d\\ude00"}}'
    assert read(text) == BotTtsText("a�b \U0001f600")


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(FIELDS), anything), anything)
def test_fields_of_any_type_are_survived(kind: str, data: dict[str, object], id_: object) -> None:
    message = read(json.dumps({"label": "rtvi-ai", "type": kind, "id": id_, "data": data}))
    assert message is not None
    assert read(write(message)) == message


@given(st.sampled_from(TYPES), anything)
def test_data_of_any_type_is_survived(kind: str, data: object) -> None:
    assert read(json.dumps({"label": "rtvi-ai", "type": kind, "data": data})) is not None


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    assert read(text) is None
