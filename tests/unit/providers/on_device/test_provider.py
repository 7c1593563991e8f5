"""The provider says what it can't do before it starts anything."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent, Notice, Progress, StreamEvent
from desktop.core.errors import EngineFailed, EngineUnavailable, FormatUnsupported, LanguageUnsupported
from desktop.core.provider import StreamConfig
from desktop.providers.on_device import PROVIDER, engine
from desktop.providers.on_device import provider as module
from desktop.providers.on_device.provider import OnDevice

SCRIPT = """
import os
from desktop.transport.frames import *
source, sink = os.fdopen(0, "rb", closefd=False), os.fdopen(1, "wb", buffering=0, closefd=False)
sink.write(pack(Kind.READY, 0))
while True:
    kind, stream, length = unpack_header(source.read(HEADER.size))
    payload = source.read(length)
    if kind == Kind.AUDIO:
        sink.write(pack(Kind.EVENT, stream, payload))
        sink.write(pack_seconds(Kind.TAKEN, stream, 1e9))
    if kind == Kind.FINISH:
        sink.write(pack(Kind.DONE, stream))
"""


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests need no engine, so they run where there is none."""
    monkeypatch.setattr(module, "is_installed", lambda: True)
    monkeypatch.setattr(module, "model_folder", Path)


def never() -> Sequence[str]:
    raise AssertionError("a child was started")


async def said(answer: bytes) -> list[StreamEvent]:
    """What the provider makes of one answer of its child."""
    provider = OnDevice(lambda: [sys.executable, "-c", SCRIPT])
    async with provider.connect(StreamConfig("en-GB")) as stream:
        await stream.send(AudioChunk(answer, SPEECH, 0.0))
        await stream.finish()
        return [event async for event in stream]


@pytest.mark.parametrize("language", ["fr-FR", "fr-CA", "es-US", "de-DE", "", "en"])
async def test_other_languages_are_refused_before_anything_is_started(language: str) -> None:
    with pytest.raises(LanguageUnsupported) as raised:
        async with OnDevice(never).connect(StreamConfig(language)):
            pass
    assert "English" in str(raised.value.what)
    assert raised.value.hint


async def test_other_formats_are_refused_before_anything_is_started() -> None:
    with pytest.raises(FormatUnsupported):
        async with OnDevice(never).connect(StreamConfig("en-US", AudioFormat(48_000))):
            pass


async def test_without_the_package_it_says_so_and_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_installed", lambda: False)
    missing = PROVIDER.availability()
    assert isinstance(missing, EngineUnavailable)
    assert "{" not in str(missing)
    with pytest.raises(EngineUnavailable):
        async with OnDevice(never).connect(StreamConfig("en-US")):
            pass
    with pytest.raises(EngineUnavailable):
        async with OnDevice(never).warm():
            pass


def test_without_the_model_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "model_folder", lambda: None)
    assert isinstance(PROVIDER.availability(), EngineUnavailable)


def test_the_model_is_looked_for_without_importing_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / engine.PACKAGE
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, engine.PACKAGE, raising=False)
    importlib.invalidate_caches()

    assert engine.is_installed()
    assert engine.model_folder() is None
    folder = package / "assets" / engine.MODEL
    folder.mkdir(parents=True)
    for name in ("decoder_model_merged.ort", "encoder_model.ort"):
        (folder / name).touch()
    assert engine.model_folder() == folder


async def test_answers_become_events() -> None:
    final = (
        b'{"type":"final","segment":3,"revision":2,"text":"So it is.","start":1.0,"end":2.0,"stable":9,'
        b'"words":[["So",1.1,1.2],["it",1.2,1.3],["is.",1.3,1.5]]}'
    )
    (event,) = await said(final)

    assert isinstance(event, CaptionEvent)
    assert (event.segment_id, event.revision, event.is_final, event.language) == ("3", 2, True, "en-GB")
    assert event.text == "So it is."
    assert [(word.text, word.start, word.stable) for word in event.words] == [
        ("So", 1.1, True), ("it", 1.2, True), ("is.", 1.3, True),
    ]  # fmt: skip
    assert await said(b'{"type":"progress","end":2.5}') == [Progress(2.5)]


async def test_in_a_partial_only_promised_words_are_stable() -> None:
    partial = (
        b'{"type":"partial","segment":1,"revision":1,"text":"So it is","start":0,"end":1,"stable":5,'
        b'"words":[["So",0,0.1],["it",0.1,0.2],["is",0.2,0.3]]}'
    )
    (event,) = await said(partial)
    assert isinstance(event, CaptionEvent)
    assert [word.stable for word in event.words] == [True, True, False]


async def test_another_language_is_noticed_and_never_becomes_caption_text() -> None:
    (event,) = await said(b'{"type":"foreign"}')
    assert isinstance(event, Notice)
    assert isinstance(event.error, LanguageUnsupported)
    assert "English (UK)" in str(event.error)


@pytest.mark.parametrize(
    "answer",
    [b"{}", b'{"type":"song","text":"la secret"}', b'{"type":"final","text":"secret"}',
     b'{"type":"progress","end":"x"}',
     b'{"type":"final","segment":1,"revision":1,"text":"secret","start":0,"end":1,"stable":0,"words":[1]}'],
)  # fmt: skip
async def test_nonsense_of_the_child_is_one_clear_error_that_quotes_nothing(answer: bytes) -> None:
    with pytest.raises(EngineFailed) as raised:
        await said(answer)
    assert raised.value.retryable
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_importing_the_provider_is_light() -> None:
    code = (
        "import sys, desktop.providers.on_device as p; p.PROVIDER.availability();"
        "print([m for m in ('asyncio','numpy','requests','moonshine_voice','msgspec') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"
