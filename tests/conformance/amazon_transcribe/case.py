"""Amazon Transcribe against the strict server of this repository, over TLS, with numbers for speech."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.provider import StreamConfig
from desktop.providers import discover
from desktop.testing.conformance import Case
from tests.support.amazon_parts import certificate
from tests.support.amazon_server import ACCESS, REGION, SECRET, start
from tests.support.beacon import beacon_pcm

KEYS = {"access-key-id": ACCESS, "secret-access-key": SECRET}


def speech() -> list[AudioChunk]:
    """Three numbers and a second of silence, in chunks of 50 ms."""
    pcm = b"".join(beacon_pcm(number) for number in (7, 8, 9)) + bytes(SPEECH.size(1.0))
    size = SPEECH.size(0.05)
    return [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]


@asynccontextmanager
async def open_case() -> AsyncIterator[Case]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        pem = certificate(Path(folder))
        patch.setenv("SSL_CERT_FILE", str(pem))
        async with start(pem) as server:
            options = {"endpoint": server.url, "region": REGION}
            yield Case(discover()["amazon-transcribe"], StreamConfig("fr-FR", SPEECH, KEYS, options), speech())
            assert not server.complaints
