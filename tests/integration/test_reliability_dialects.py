"""Fuzz, continued: the richer protocols with messages that are almost right, and files of settings from elsewhere."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionDocument, Insight
from desktop.core.errors import ProviderError, SettingsError
from desktop.ingress.voximplant_api import accepted, session_of
from desktop.providers.pipecat.codec import PipecatCodec
from desktop.providers.symbl.codec import SymblCodec
from desktop.providers.symbl.conversation import Conversation
from desktop.session.assembly import Assembly, Memory
from desktop.session.timeline import Timeline
from desktop.settings.schema import Settings
from desktop.settings.transfer import exported, imported
from desktop.transcripts.lines import encode, entry_line
from desktop.transport.web import Answer
from desktop.transport.websocket import Codec, Ending, WireMessage
from desktop.wire import pipecat
from tests.integration.test_reliability_decoders import TABLES, TEXTS, fuzz, save_and_show, twisted

SOUND = AudioChunk(bytes(SPEECH.size(5.0)), SPEECH, 0.0)
WHO = {"userId": "u", "id": "u", "name": "Ana"}
WORD = {"word": "one", "startTime": {"seconds": "0", "nanos": "0"}, "endTime": {"seconds": "1", "nanos": 5}}
RECOGNITION = {
    "type": "recognition_result", "isFinal": False, "user": WHO, "punctuated": {"transcript": "One."},
    "payload": {"raw": {"alternatives": [{"transcript": "one", "words": [WORD, WORD]}]}},
}  # fmt: skip
SAID = {"from": WHO, "payload": {"content": "One two."}, "id": "m"}
FOUND = {
    "type": "question", "payload": {"content": "One?"}, "id": "i", "confidence": 0.5, "dismissed": False, "from": WHO,
    "messageReference": {"id": "m"}, "assignee": WHO, "dueBy": {"value": "2026-11-21T14:03"},
}  # fmt: skip
MATCH = {"type": "vocabulary", "value": "one", "messageRefs": [{"id": "m", "text": "One two."}]}
SYMBL = [
    {"type": "message", "message": {"type": "started_listening"}},
    {"type": "message", "message": RECOGNITION},
    {"type": "message", "message": {**RECOGNITION, "isFinal": True}},
    {"type": "message_response", "messages": [SAID, {**SAID, "id": "n"}]},
    {"type": "insight_response", "insights": [FOUND]},
    {
        "type": "topic_response",
        "topics": [{"id": "t", "phrases": "one", "score": 1, "messageReferences": [{"id": "m"}]}],
    },
    {"type": "tracker_response", "trackers": [{"name": "n", "matches": [MATCH]}], "isFinal": True},
]
RTVI = [
    {"type": "bot-ready", "id": "1", "data": {"version": "2.1.0", "about": {"library": "x"}}},
    {"type": "user-started-speaking"},
    {"type": "user-transcription", "data": {"text": "one", "user_id": "u", "timestamp": "2026", "final": False}},
    {"type": "user-input", "data": {"text": "one two", "input_type": "transcription", "user_id": "u", "final": True}},
    {"type": "bot-transcription", "data": {"text": "Three."}},
    {"type": "bot-tts-text", "data": {"text": "three"}},
    {"type": "bot-output", "data": {"text": "Four five.", "segment_id": 4, "spoken_status": "in-progress",
                                    "spoken_progress": {"accumulated_text": "Four"}}},
    {"type": "bot-interrupted"},
    {"type": "error", "data": {"error": "x", "fatal": False}},
    {"type": "bot-stopped-speaking"},
]  # fmt: skip


def hear(codec: Codec, messages: list[WireMessage], code: int | None) -> None:
    """What a session does with what a server says, to the end."""
    codec.encode(SOUND)
    timeline = Timeline()
    timeline.sent(SOUND)
    document, assembly = CaptionDocument(), Assembly(1, timeline, {"you": Memory()})
    with suppress(ProviderError):
        for message in messages:
            for event in codec.decode(message):
                save_and_show(document, assembly, event)
                if isinstance(event, Insight):
                    found = assembly.insight(event)
                    document.note(found)
                    encode(entry_line(found))
    codec.closing()
    with suppress(ProviderError):
        for event in codec.ended(Ending(code, "", asked=True)):
            save_and_show(document, assembly, event)


CODES = st.none() | st.sampled_from([1000, 1001, 1006, 1011, 4999])


@fuzz
@given(st.lists(st.sampled_from(SYMBL).flatmap(twisted), max_size=4), CODES)
def test_symbl(messages: list[Any], code: int | None) -> None:
    request = {"config": {"languageCode": "en-US"}, "speaker": {"userId": "u"}}
    hear(SymblCodec(request, SPEECH, Conversation()), [json.dumps(each) for each in messages], code)


@fuzz
@given(st.lists(st.sampled_from(RTVI).flatmap(twisted), max_size=4), st.booleans(), CODES)
def test_pipecat(messages: list[Any], framed: bool, code: int | None) -> None:
    texts = [json.dumps({"label": "rtvi-ai", **each} if isinstance(each, dict) else each) for each in messages]
    wire: list[WireMessage] = [pipecat.encode(pipecat.MessageFrame(text)) if framed else text for text in texts]
    hear(PipecatCodec("en-US", SPEECH), wire, code)


@fuzz
@given(st.one_of(st.binary(max_size=60), twisted({"media_session_access_secure_url": "https://host:8443/x"}).map(
    lambda body: json.dumps(body).encode()), twisted({"error": {"code": 1, "msg": "x"}}).map(
    lambda body: json.dumps(body).encode()), TEXTS.map(
    lambda text: json.dumps({"media_session_access_secure_url": text}).encode())))  # fmt: skip
def test_answers_of_voximplant(data: bytes) -> None:
    with suppress(ProviderError):
        session_of(accepted(Answer(200, data).fields()))


@fuzz
@given(TABLES)
def test_imported_settings(data: bytes) -> None:
    with suppress(SettingsError):
        found = imported(data, Settings())
        again = imported(exported(found.settings), Settings())
        assert isinstance(again.settings, Settings)
