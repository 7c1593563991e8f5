"""Transcript messages become captions, whatever is missing in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent
from desktop.providers.amazon_transcribe import results
from desktop.providers.amazon_transcribe.results import Transcript, clean


def item(text: str, start: float, **more: object) -> dict[str, Any]:
    return {"Content": text, "StartTime": start, "EndTime": start + 0.2, "Type": "pronunciation", **more}


def mark(text: str) -> dict[str, Any]:
    return {"Content": text, "StartTime": 1.0, "EndTime": 1.0, "Type": "punctuation"}


def result(text: str, items: list[dict[str, Any]], *, partial: bool = False, **more: object) -> dict[str, Any]:
    alternatives = [{"Transcript": text, "Items": items}]
    base = {"ResultId": "a", "StartTime": 1.0, "EndTime": 2.0, "IsPartial": partial, "Alternatives": alternatives}
    return {**base, **more}


def take(transcript: Transcript, *results: dict[str, Any]) -> list[CaptionEvent]:
    return transcript.take(json.dumps({"Transcript": {"Results": results}}).encode())


@pytest.fixture
def transcript() -> Transcript:
    return Transcript("fr-FR", lambda moment: moment)


def test_a_segment_from_partial_to_final(transcript: Transcript) -> None:
    first = take(transcript, result("Ça va", [item("Ça", 1.0, Stable=True), item("va", 1.2)], partial=True))[0]
    assert (first.text, first.is_final, first.revision, first.stable_chars) == ("Ça va", False, 1, 2)
    assert transcript._open
    items = [item("Ça", 1.0, Confidence=0.9), item("va", 1.2), mark("?")]
    last = take(transcript, result("Ça va ?", items))[0]
    assert (last.text, last.is_final, last.revision, last.segment_id) == ("Ça va ?", True, 2, "a")
    assert [word.text for word in last.words] == ["Ça", "va ?"]
    assert last.words[0].confidence == 0.9
    assert all(word.stable for word in last.words)
    assert (last.language, last.stable_chars) == ("fr-FR", 7)
    assert transcript.is_quiet
    assert take(transcript, result("encore", [])) == []


def test_several_results_of_two_channels() -> None:
    transcript = Transcript("en-US", float, channels=2)
    left = result("one", [item("one", 1.0)], ResultId="l", ChannelId="ch_0", partial=True)
    right = result("two", [item("two", 1.0)], ResultId="r", ChannelId="ch_1")
    events = take(transcript, left, right)
    assert [(event.segment_id, event.lane, event.is_final) for event in events] == [
        ("l", "0", False), ("r", "1", True)
    ]  # fmt: skip


@pytest.mark.parametrize("channel", ["ch_2", "left", "", None, 7])
def test_a_channel_that_was_not_sent_is_no_caption(channel: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the channel itself
        take(Transcript("en-US", float, channels=2), result("one", [item("one", 1.0)], ResultId="l", ChannelId=channel))


def test_with_one_channel_nothing_depends_on_its_name(transcript: Transcript) -> None:
    (event,) = take(transcript, result("one", [item("one", 1.0)], ResultId="l", ChannelId="ch_1"))
    assert (event.lane, event.speaker) == ("", "")


def test_a_final_under_another_id_withdraws_its_partial(transcript: Transcript) -> None:
    take(transcript, result("on", [], partial=True, ResultId="p"))
    events = take(transcript, result("one", [], ResultId="f"))
    assert [(event.segment_id, event.text, event.is_final) for event in events] == [("p", "", True), ("f", "one", True)]


def test_speakers_make_turns(transcript: Transcript) -> None:
    items = [
        item("Well", 1.0, Speaker="0"), mark(","), item("no", 1.2, Speaker="1"), item("yes", 1.4, Speaker="0"),
        mark("."), item("Good", 1.6, Speaker="spk_1"), item("bye", 1.8, Speaker="spk_1"), mark("."),
    ]  # fmt: skip
    events = take(transcript, result("Well, no yes. Good bye.", items))
    assert [(event.segment_id, event.speaker, event.text) for event in events] == [
        ("a", "0", "Well, no yes."), ("a/2", "spk_1", "Good bye."),
    ]  # fmt: skip
    assert [event.end for event in events] == pytest.approx([1.6, 2.0])


def test_the_last_word_of_the_service_closes_what_is_open(transcript: Transcript) -> None:
    take(transcript, result("half a", [], partial=True))
    (event,) = transcript.close()
    assert (event.text, event.is_final, event.revision) == ("half a", True, 2)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"Transcript": None}, {"Transcript": {}}, {"Transcript": {"Results": None}},
        {"Transcript": {"Results": []}},
        {"Transcript": {"Results": [{"Alternatives": None}]}}, {"New": 1},
    ],
)  # fmt: skip
def test_what_says_nothing(transcript: Transcript, body: object) -> None:
    assert transcript.take(json.dumps(body).encode()) == []


def test_nulls_everywhere(transcript: Transcript) -> None:
    body = {
        "ResultId": None, "StartTime": None, "EndTime": None, "IsPartial": None, "ChannelId": None,
        "Alternatives": [{"Transcript": "so", "Items": [
            {"Content": "so", "Type": None, "StartTime": None, "EndTime": None, "Confidence": None, "Stable": None},
        ]}],
    }  # fmt: skip
    (event,) = take(transcript, body)
    assert (event.text, event.is_final, event.start, event.end) == ("so", True, 0.0, 0.0)


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"\xff", b"[]", b"[" * 100_000, b'{"Transcript": 3}', b'{"Transcript": {"Results": [3]}}',
        b'{"Transcript": {"Results": [{"StartTime": NaN, "Alternatives": [{}]}]}}',
        b'{"Transcript": {"Results": [{"StartTime": "1", "Alternatives": [{}]}]}}',
        b'{"Transcript": {"Results": [{"StartTime": ' + b"9" * 5000 + b', "Alternatives": [{}]}]}}',
        b'{"Transcript": {"Results": [{"Alternatives": [{"Transcript": {}, "Items": 1}]}]}}',
        b'{"Transcript": {"Results": [{"Alternatives": [{"Transcript": 4}]}]}}',
    ],
)  # fmt: skip
def test_malformed_messages(transcript: Transcript, payload: bytes) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError, RecursionError)):
        transcript.take(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Transcript", "Results", "Alternatives", "Items", "Content", "StartTime", "ResultId"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_gives_captions_or_an_error_that_the_codec_knows(body: object) -> None:
    transcript = Transcript("en-US", lambda moment: moment)
    for payload in (body, {"Transcript": {"Results": body}}, {"Transcript": {"Results": [body]}}):
        try:
            events = transcript.take(json.dumps(payload).encode())
        except (ValueError, TypeError, AttributeError, RecursionError, LookupError):
            continue
        assert all(0.0 <= event.start <= event.end for event in events)


def test_text_is_made_harmless() -> None:
    assert clean("a\x1b[31mb\u202ec\ud800d") == "a [31mb c d"
    assert len(clean("x" * 10_000)) == 4000


def test_segments_without_end_take_bounded_memory(transcript: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "REMEMBERED", 10)
    for number in range(30):
        (event,) = take(transcript, result("so", [item("so", 1.0)], ResultId="x" * 100_000 + str(number)))
        assert len(event.segment_id) <= 200
    assert len(transcript._closed) == 10
    assert take(transcript, result("again", [], ResultId="x" * 100_000 + "29")) == []
