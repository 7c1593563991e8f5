"""The protocol's messages: what is sent, what comes back, and that nothing but a `ProviderError` escapes."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent, Insight, Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.core.provider import StreamConfig
from desktop.providers.symbl.codec import LARGEST, SymblCodec
from desktop.providers.symbl.conversation import Conversation
from desktop.providers.symbl.options import start_request
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending

ASKED = Ending(1000, "", asked=True)


def made(conversation: Conversation | None = None, sound: AudioFormat = SPEECH) -> SymblCodec:
    conversation = conversation or Conversation()
    request = start_request(StreamConfig("en-US", sound), conversation.next_user())
    return SymblCodec(request, sound, conversation)


def inner(kind: str, **more: object) -> str:
    return json.dumps({"type": "message", "message": {"type": kind, **more}})


def recognition(text: str, *, done: bool = False, user: str = "") -> str:
    raw = {"alternatives": [{"transcript": text}]}
    return inner("recognition_result", isFinal=done, payload={"raw": raw}, user={"userId": user})


def response(text: str, key: str = "m1", user: str = "") -> str:
    return json.dumps(
        {"type": "message_response", "messages": [{"id": key, "payload": {"content": text}, "from": {"userId": user}}]}
    )


def texts(events: Any) -> list[tuple[str, bool]]:
    return [(event.text, event.is_final) for event in events if isinstance(event, CaptionEvent)]


def heard(codec: SymblCodec, seconds: float = 2.0) -> None:
    codec.encode(AudioChunk(bytes(SPEECH.size(seconds)), SPEECH, 0.0))


@pytest.mark.parametrize("rate", [8000, 16_000, 24_000, 44_100, 48_000])
def test_no_piece_is_larger_than_allowed_and_nothing_is_lost(rate: int) -> None:
    sound = AudioFormat(rate)
    codec = made(sound=sound)
    pcm = bytes(range(256)) * 700
    sent = [*codec.encode(AudioChunk(pcm[:100_000], sound, 0.0)), *codec.encode(AudioChunk(pcm[100_000:], sound, 0.0))]
    sent += codec.closing()
    assert json.loads(sent[-1]) == {"type": "stop_request"}
    pieces = [piece for piece in sent if isinstance(piece, bytes)]
    assert b"".join(pieces) == pcm
    assert max(map(len, pieces)) <= LARGEST
    assert all(len(piece) % 2 == 0 for piece in pieces)


def test_the_request_comes_first_and_the_answer_starts_it() -> None:
    codec = made()
    (request,) = codec.opening()
    assert json.loads(request)["type"] == "start_request"
    assert not codec.started
    assert list(codec.decode(inner("conversation_created", data={"conversationId": "c"}))) == []
    assert codec.decode(inner("started_listening")) == [Progress(0.0)]
    assert codec.started


def test_a_message_takes_the_place_of_what_was_recognised() -> None:
    codec = made()
    heard(codec)
    assert texts(codec.decode(recognition("hello wor"))) == [("hello wor", False)]
    assert texts(codec.decode(recognition("hello world", done=True))) == [("hello world", False)]
    (final,) = codec.decode(response("Hello, world."))
    assert isinstance(final, CaptionEvent)
    assert (final.text, final.is_final, final.segment_id, final.revision) == ("Hello, world.", True, "1", 3)
    assert list(codec.decode(response("Hello, world."))) == [], "the same id again"
    assert list(codec.ended(ASKED)) == [Progress(2.0)]


def test_what_has_no_message_stays_as_it_was_recognised() -> None:
    codec = made()
    heard(codec)
    codec.decode(recognition("one", done=True))
    codec.decode(recognition("two"))
    codec.closing()
    assert texts(codec.ended(ASKED)) == [("one", True), ("two", True)]


def test_punctuated_words_go_first() -> None:
    codec = made()
    raw = {"alternatives": [{"transcript": "hello"}]}
    message = inner("recognition_result", isFinal=False, payload={"raw": raw}, punctuated={"transcript": "Hello."})
    assert texts(codec.decode(message)) == [("Hello.", False)]


def test_sound_of_an_earlier_connection_says_nothing_on_the_next() -> None:
    conversation = Conversation()
    first, second = made(conversation), made(conversation)
    old, new = first._user, second._user
    assert list(second.decode(recognition("old words", done=True, user=old))) == []
    assert list(second.decode(response("Old words.", "m1", old))) == []
    assert texts(second.decode(recognition("old words", done=True, user=new))) == [("old words", False)]
    assert texts(second.decode(response("Old words.", "m2", new))) == [("Old words.", True)]


def test_who_joins_is_named_and_the_own_voice_is_not() -> None:
    codec = made()
    other = {"id": "m1", "payload": {"content": "Hello."}, "from": {"userId": "ann@example.com", "name": "Ann"}}
    (event,) = codec.decode(json.dumps({"type": "message_response", "messages": [other]}))
    assert isinstance(event, CaptionEvent)
    assert event.speaker == "Ann"
    (event,) = codec.decode(response("Mine.", "m2", codec._user))
    assert isinstance(event, CaptionEvent)
    assert event.speaker == ""


def test_words_bring_their_times() -> None:
    codec = made()
    heard(codec, 5.0)
    words = [
        {"word": "good", "startTime": {"seconds": "3", "nanos": "800000000"}, "endTime": {"seconds": "4"}},
        {"word": "day", "startTime": {"seconds": "4"}, "endTime": {"seconds": "4", "nanos": "500000000"}},
    ]
    raw = {"alternatives": [{"transcript": "good day", "words": words}]}
    codec.decode(inner("recognition_result", isFinal=True, payload={"raw": raw}))
    (final,) = codec.decode(response("Good day!"))
    assert isinstance(final, CaptionEvent)
    assert (final.start, final.end) == (3.8, 4.5)
    assert [(word.text, word.start) for word in final.words] == [("Good", 3.8), ("day!", 4.0)]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"details": "Unauthorized: jwt expired"}, errors.AuthenticationFailed),
        ({"message": "Too many concurrent streams"}, errors.RateLimited),
        ({"details": {"message": "languageCode fr-FR not supported"}}, errors.LanguageUnsupported),
        ({"error": {"details": "Invalid sampleRateHertz"}}, errors.OptionInvalid),
        ({"details": "boom"}, errors.ServiceUnavailable),
        ({}, errors.ServiceUnavailable),
    ],
)
def test_errors_are_explained(body: dict[str, object], error: type[ProviderError]) -> None:
    for message in (json.dumps({"type": "error", **body}), inner("error", **body)):
        with pytest.raises(error):
            made().decode(message)


def test_an_error_shows_no_token() -> None:
    token = "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.canarycanarycanary"  # noqa: S105 - made up
    with pytest.raises(ProviderError) as found:
        made().decode(inner("error", details=f"boom {token}"))
    assert "boom" in str(found.value)
    assert "canary" not in str(found.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, errors.AuthenticationFailed),
        (403, errors.AuthenticationFailed),
        (404, errors.OptionInvalid),
        (429, errors.RateLimited),
        (503, errors.ServiceUnavailable),
        (302, errors.ProtocolViolation),
    ],
)
def test_refusals_are_explained(status: int, error: type[ProviderError]) -> None:
    assert type(made().refused(Refusal(status, {}, ""))) is error


def test_an_end_that_nobody_asked_for_is_trouble() -> None:
    codec = made()
    for ending in (Ending(1000, "", asked=False), Ending(None, "", asked=True), Ending(1011, "", asked=True)):
        with pytest.raises(errors.ConnectionLost):
            codec.ended(ending)
    codec.decode(inner("recognition_stopped"))
    assert list(codec.ended(Ending(None, "", asked=True))) == [Progress(0.0)], "it had understood the end"


@pytest.mark.parametrize("message", ["no json", "[]", "3", b"\xff", '"x"', "[" * 100_000])
def test_what_is_no_message_is_refused_without_quoting_it(message: str | bytes) -> None:
    with pytest.raises(errors.ProtocolViolation) as found:
        made().decode(message)
    assert found.value.__cause__ is None


def test_unknown_messages_are_ignored() -> None:
    codec = made()
    for message in ("__PONG__", "{}", inner("session_modified"), '{"type": "later_response"}', '{"type": "message"}'):
        assert list(codec.decode(message)) == []


KEY_WORDS = """
type message data messages insights topics trackers from user userId name id payload content punctuated transcript raw
alternatives words word startTime endTime seconds nanos isFinal phrases score matches value messageRefs messageReference
messageReferences assignee dueBy confidence details dismissed
"""
KIND_WORDS = """
message message_response insight_response topic_response tracker_response error recognition_result question action_item
started_listening recognition_stopped conversation_completed hello
"""
KEYS, VALUES = st.sampled_from(KEY_WORDS.split()), st.sampled_from(KIND_WORDS.split())
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8) | VALUES
JSON = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inside, max_size=5),
    max_leaves=20,
)


@given(st.lists(st.tuples(VALUES, JSON), max_size=6))
def test_any_messages_give_events_by_the_rules_or_a_provider_error(bodies: list[tuple[str, Any]]) -> None:
    codec = made()
    heard(codec)
    events: list[StreamEvent] = []
    for kind, body in bodies:
        more = (
            body if isinstance(body, dict) else {"messages": body, "insights": body, "topics": body, "trackers": body}
        )
        for message in ({**more, "type": kind}, {"type": "message", "message": {**more, "type": kind}}):
            try:
                events += codec.decode(json.dumps(message))
            except ProviderError:
                continue
    events += codec.ended(ASKED)
    newest: dict[str, CaptionEvent] = {}
    for event in events:
        if isinstance(event, CaptionEvent):
            before = newest.get(event.segment_id)
            assert before is None or (not before.is_final and event.revision > before.revision)
            assert 0.0 <= event.start <= event.end <= 2.0
            newest[event.segment_id] = event
        assert not isinstance(event, Insight) or event.text
    assert all(event.is_final for event in newest.values())


@given(st.text() | st.binary())
def test_any_text_gives_events_or_a_provider_error(message: str | bytes) -> None:
    with contextlib.suppress(ProviderError):
        made().decode(message)
