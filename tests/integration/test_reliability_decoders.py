"""Fuzz: whatever comes in, a decoder answers with its own typed error, or with what can be shown and saved."""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.core.errors import ProviderError, TranscriptError
from desktop.session.assembly import Assembly, Memory
from desktop.session.timeline import Timeline
from desktop.settings import store, window_state
from desktop.settings.schema import Settings
from desktop.transcripts.lines import encode, entry_line, session_line
from desktop.transcripts.parse import parse
from desktop.transcripts.transcript import JournalHeader
from desktop.transport import frames
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage
from desktop.wire import eventstream
from tests.support.amazon_parts import frame, result

EXAMPLES = int(os.environ.get("OVERTITLE_TEST_FUZZ", "250"))
fuzz = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)
"""With lone surrogates, which JSON can carry and UTF-8 can't."""
NUMBERS = st.one_of(
    st.integers(-5, 5),
    st.floats(),
    st.sampled_from([10**400, -(10**400), 2**63, 1e308, math.inf, -math.inf, math.nan]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
DEEP = b"[" * 200_000
RESULT = result("r", "one two.", (0.0, 1.0), is_final=False)


@st.composite
def twisted(draw: st.DrawFn, whole: Any) -> Any:
    """A well-formed object with some of its parts replaced by anything."""
    if draw(st.integers(0, 11)) == 0:
        return draw(VALUES)
    if not isinstance(whole, dict | list) and draw(st.integers(0, 5)) == 0:
        return draw(SCALARS)
    if isinstance(whole, dict):
        return {key: draw(twisted(value)) for key, value in whole.items() if draw(st.integers(0, 19))}
    if isinstance(whole, list):
        return [draw(twisted(value)) for value in whole]
    return whole


def damaged(good: bytes) -> st.SearchStrategy[bytes]:
    """A good message with one byte changed, cut off, or with something behind it."""
    at = st.integers(0, len(good) - 1)
    return st.one_of(
        st.tuples(at, st.integers(0, 255)).map(lambda how: good[: how[0]] + bytes([how[1]]) + good[how[0] + 1 :]),
        at.map(lambda end: good[:end]),
        st.binary(max_size=40).map(lambda more: good + more),
    )


def sealed(head: bytes, payload: bytes) -> bytes:
    """A frame whose checksums are right, whatever it holds."""
    lengths = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    body = lengths + struct.pack(">I", crc32(lengths)) + head + payload
    return body + struct.pack(">I", crc32(body))


GOOD_FRAME = frame({":message-type": "event", ":event-type": "TranscriptEvent"}, b"{}")
FRAMES = st.one_of(
    st.binary(max_size=300), damaged(GOOD_FRAME), st.builds(sealed, st.binary(max_size=60), st.binary(max_size=60))
)


@fuzz
@given(FRAMES)
def test_event_stream(data: bytes) -> None:
    with suppress(eventstream.EventStreamError):
        eventstream.decode(data)


def transcript_event(payload: bytes) -> bytes:
    return frame({":message-type": "event", ":event-type": "TranscriptEvent"}, payload)


def saying(kind: str, name: str, text: str) -> bytes:
    names = {":message-type": kind, f":{kind}-type" if kind == "exception" else ":error-code": name}
    return frame(
        {key: value.encode(errors="replace").decode() for key, value in names.items()}, text.encode(errors="replace")
    )


TWISTED = twisted({"Transcript": {"Results": [RESULT, RESULT]}})
MESSAGES = st.one_of(
    FRAMES,
    TEXTS,
    st.builds(saying, st.sampled_from(["exception", "error"]), TEXTS, TEXTS),
    twisted({"Transcript": {"Results": [RESULT, RESULT]}}).map(
        lambda body: transcript_event(json.dumps(body).encode())
    ),
    damaged(json.dumps({"Transcript": {"Results": [RESULT]}}).encode()).map(transcript_event),
    st.just(transcript_event(DEEP)),
    st.just(transcript_event(b'{"Transcript":{"Results":[{"StartTime":' + b"9" * 5000 + b"}]}}")),
)


@fuzz
@given(st.lists(MESSAGES, max_size=4), st.none() | st.integers(0, 5000), TEXTS, st.booleans())
def test_amazon(messages: list[WireMessage], code: int | None, reason: str, asked: bool) -> None:
    codec = import_module("desktop.providers.amazon_transcribe.codec").AmazonCodec("en-US", SPEECH)
    document = CaptionDocument()
    assembly = Assembly(1, Timeline(), {"you": Memory()})
    with suppress(ProviderError):
        for message in messages:
            for event in codec.decode(message):
                save_and_show(document, assembly, event)
    with suppress(ProviderError):
        for event in codec.ended(Ending(code, reason, asked)):
            save_and_show(document, assembly, event)


def save_and_show(document: CaptionDocument, assembly: Assembly, event: object) -> None:
    """Everything that a session does with a caption."""
    if not isinstance(event, CaptionEvent):
        return
    caption = assembly.caption(event)
    assert math.isfinite(caption.start)
    assert caption.start <= caption.end < math.inf
    assert 0 <= caption.stable_chars <= len(caption.text) <= 4000
    document.apply(caption)
    if caption.is_final:
        encode(entry_line(caption))
    assert document.segments is not None


VOSK = {
    "text": "one two", "partial_result": [{"word": "one", "start": 0.0, "end": 0.4, "conf": 1.0}],
    "result": [{"word": "one", "start": 0.0, "end": 0.4, "conf": 1.0}, {"word": "two", "start": 0.4, "end": 1.0}],
}  # fmt: skip
WHISPER = {
    "segments": [{"start": "0.000", "end": "1.000", "text": "one two", "completed": True,
                  "words": [{"word": "one", "start": 0.0, "end": 0.4, "probability": 0.9}]}],
    "status": "WAIT", "message": 3.0, "uid": "u",
}  # fmt: skip


@fuzz
@given(twisted(VOSK), twisted({"partial": "one", **VOSK}), twisted(WHISPER), twisted({"uid": "u", "segments": 1}))
def test_servers_of_ones_own(vosk: Any, partial: Any, whisper: Any, other: Any) -> None:
    """Their messages are JSON alone; integers of 400 digits are valid there."""
    live = import_module("desktop.providers.whisper_live.codec")
    hello = live.Hello("u", "en", "en-US")
    codecs: list[tuple[Any, list[Any]]] = [
        (import_module("desktop.providers.vosk.codec").VoskCodec("en-US", SPEECH), [vosk, partial]),
        (live.WhisperLiveCodec(hello, SPEECH), [{"uid": "u", "message": "SERVER_READY"}, whisper, other]),
    ]
    for codec, messages in codecs:
        codec.encode(AudioChunk(bytes(32_000), SPEECH, 0.0))
        assembly = Assembly(1, Timeline(), {"you": Memory()})
        with suppress(ProviderError):
            for message in messages:
                for event in codec.decode(json.dumps(message)):
                    save_and_show(CaptionDocument(), assembly, event)


@fuzz
@given(st.integers(100, 599), st.dictionaries(st.text(max_size=12), TEXTS, max_size=3), TEXTS)
def test_amazon_refusals(status: int, headers: Mapping[str, str], body: str) -> None:
    codec = import_module("desktop.providers.amazon_transcribe.codec").AmazonCodec("en-US", SPEECH)
    for text in (body, json.dumps({"Message": body}), DEEP[:4096].decode()):
        told = codec.refused(Refusal(status, {**headers, "date": body, "x-amzn-errortype": body}, text))
        assert isinstance(told, ProviderError)


ANSWER = {
    "type": "final", "segment": 1, "revision": 2, "text": "one two", "start": 0.0, "end": 1.0, "stable": 3,
    "words": [["one", 0.0, 0.5], ["two", 0.5, 1.0]],
}  # fmt: skip


@fuzz
@given(st.binary(max_size=12), twisted(ANSWER))
def test_the_child_process(data: bytes, answer: Any) -> None:
    for decode in (frames.unpack_header, frames.unpack_object, frames.unpack_seconds):
        for given_ in (data, data[:7].ljust(7, b"\0"), DEEP):
            if decode is not frames.unpack_header or len(given_) == frames.HEADER.size:
                with suppress(frames.Garbled):
                    decode(given_)
    if isinstance(answer, dict):
        caption_of(json.loads(json.dumps(answer)))


def caption_of(answer: dict[str, object]) -> None:
    """As `OnDeviceStream` does with an answer of the engine."""
    import asyncio

    class Channel:
        async def answers(self) -> Any:
            yield answer

    async def read() -> None:
        stream = import_module("desktop.providers.on_device.provider").OnDeviceStream(Channel(), "en-US")
        with suppress(ProviderError):
            async for event in stream:
                save_and_show(CaptionDocument(), Assembly(1, Timeline(), {"you": Memory()}), event)

    asyncio.run(read())


HEADER = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Fuzzed", (("you", "You"),))
JOURNAL = [
    session_line(HEADER),
    {"type": "segment", "lane": "you", "segment_id": "1", "start": 0, "end": 1, "text": "one", "words": []},
    {"type": "gap", "lane": "you", "start": 1, "end": 2, "reason": "x"},
    {"type": "seam", "lane": "you", "start": 1, "provider": "p", "language": "en-US", "reason": ""},
    {"type": "insight", "kind": "topic", "text": "x", "start": 1},
    {"type": "edit", "lane": "you", "segment_id": "1", "text": "two"},
    {"type": "end", "duration": 3},
]
JOURNALS = st.one_of(
    st.binary(max_size=300),
    twisted(JOURNAL).map(lambda lines: b"\n".join(json.dumps(line).encode() for line in as_list(lines))),
    damaged(b"\n".join(json.dumps(line).encode() for line in JOURNAL)),
)


def as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


@fuzz
@given(JOURNALS)
def test_journals(data: bytes) -> None:
    with suppress(TranscriptError):
        for entry in parse(data).entries:
            encode(entry_line(entry))


TOML = b"""schema_version = 1
[captions]
language = "en-US"
provider = "on-device"
[captions.options.amazon-transcribe]
region = "eu-west-1"
[overlay]
size = 32
lines = 2
[transcripts]
formats = ["txt"]
"""


def wrong_setting(key: str, value: int) -> bytes:
    return f"schema_version = {value}\n[overlay]\n{key} = {value}\n[captions]\n{key} = []".encode()


TABLES = st.one_of(
    st.binary(max_size=200),
    damaged(TOML),
    st.builds(wrong_setting, st.sampled_from(["language", "size", "lines", "options"]), st.integers(-(10**30), 10**30)),
    st.just(b"a = " + DEEP),
)


@fuzz
@given(TABLES)
def test_settings(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_bytes(data)
        loaded = store.load(path)
        assert isinstance(loaded.settings, Settings)
        store.save(path, loaded.settings)
        assert store.load(path).settings == loaded.settings


@fuzz
@given(st.binary(max_size=100) | twisted({"a": {"window": "1,2"}}).map(lambda table: json.dumps(table).encode()))
def test_places_of_windows(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "windows.json"
        path.write_bytes(data)
        window_state.load_places(path, "a")
        window_state.save_places(path, "a", {"window": "3,4"})
        assert window_state.load_places(path, "a")["window"] == "3,4"
