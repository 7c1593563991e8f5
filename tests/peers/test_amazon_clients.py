"""AWS's own clients against our strict Amazon server: what they pass, the server that tests the product is right about.

The JavaScript SDK runs under Node with the handlers of its browser build, as no other of AWS's packages speaks this
WebSocket. The Python client is made of awscrt, which signs, and amazon-transcribe, which writes and reads events.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.audio import SPEECH
from tests.support.amazon_parts import certificate
from tests.support.amazon_server import ACCESS, REGION, SECRET, TOKEN, WORDS, AmazonServer, start
from tests.support.beacon import beacon_pcm

pytestmark = pytest.mark.peers

FOUND = os.environ.get("OVERTITLE_PEERS", "")  # read now: tests see none of the person's OVERTITLE_ variables
SOURCES = Path(__file__).parent / "amazon"
PYTHON_PACKAGE = "amazon-transcribe==0.6.4"
PORT = 8443
"""The JavaScript SDK dials no other."""
COUNT = 4
SOUND = b"".join(beacon_pcm(number) for number in range(COUNT)) + bytes(SPEECH.size(0.5))
PARAMETERS = {"LanguageCode": "en-US", "MediaEncoding": "pcm", "MediaSampleRateHertz": 16_000}


@pytest.fixture(scope="session")
def folder() -> Path:
    """Where the clients and their packages are, installed when they are not."""
    if not FOUND:
        pytest.skip("platform: the peers' environment is made by ./dev test --peers")
    made = Path(FOUND) / "amazon"
    made.mkdir(parents=True, exist_ok=True)
    for name in ("client.mjs", "client.py", "package.json"):
        shutil.copy(SOURCES / name, made / name)
    return made


def install(command: list[str], folder: Path, wanted: str) -> None:
    """Run a package manager once for what is wanted, which a file remembers."""
    mark = folder / f"{Path(command[0]).stem}.installed"
    if mark.is_file() and mark.read_text() == wanted:
        return
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"platform: the peers' packages can't be installed ({command[0]})")
    mark.write_text(wanted)


@pytest.fixture(scope="session")
def node(folder: Path) -> list[str]:
    """The command that runs the JavaScript client."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        pytest.skip("platform: there is no Node.js here")
    install(
        [npm, "install", "--no-package-lock", "--no-audit", "--no-fund"], folder, (folder / "package.json").read_text()
    )
    return [program, str(folder / "client.mjs")]


@pytest.fixture(scope="session")
def python(folder: Path) -> list[str]:
    """The command that runs the Python client."""
    packages = folder / "python"
    install([sys.executable, "-m", "pip", "install", "--target", str(packages), PYTHON_PACKAGE], folder, PYTHON_PACKAGE)
    return [sys.executable, str(folder / "client.py")]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[AmazonServer]:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            pytest.skip(f"platform: port {PORT} is taken")
    async with start(certificate(tmp_path), PORT) as running:
        yield running
        assert not running.complaints


async def run(command: list[str], request: dict[str, Any], folder: Path, pem: Path) -> list[dict[str, Any]]:
    """What a client says, line by line; the sound goes into its standard input."""
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(pem), "PYTHONPATH": str(folder / "python")}
    process = await asyncio.create_subprocess_exec(
        *command, json.dumps(request), env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate(SOUND)
    return [json.loads(line) for line in said.splitlines()]


def of_javascript(**changes: Any) -> dict[str, Any]:
    keys = {"accessKeyId": ACCESS, "secretAccessKey": SECRET}
    return {
        "endpoint": "https://127.0.0.1", "region": REGION, "credentials": keys, "parameters": PARAMETERS,
        "finals": COUNT, **changes,
    }  # fmt: skip


def of_python(server: AmazonServer, pem: Path, **changes: Any) -> dict[str, Any]:
    parameters = {"language-code": "en-US", "media-encoding": "pcm", "sample-rate": "16000"}
    host = server.url.removeprefix("wss://")
    return {
        "host": host, "region": REGION, "credentials": [ACCESS, SECRET], "parameters": parameters,
        "certificate": str(pem), **changes,
    }  # fmt: skip


def finals(said: list[dict[str, Any]]) -> list[str]:
    return [line["text"] for line in said if line.get("partial") is False]


@pytest.mark.parametrize("language", list(WORDS))
async def test_the_javascript_sdk(
    server: AmazonServer, node: list[str], folder: Path, tmp_path: Path, language: str
) -> None:
    request = of_javascript(parameters={**PARAMETERS, "LanguageCode": language})
    said = await run(node, request, folder, tmp_path / "server.pem")
    assert finals(said) == [WORDS[language].format(n=number) for number in range(COUNT)]
    (heard,) = server.streams
    assert bytes(heard.sound) == SOUND
    assert heard.parameters["language-code"] == language
    assert heard.host == f"127.0.0.1:{PORT}"


async def test_the_javascript_sdk_with_temporary_credentials_and_options(
    server: AmazonServer, node: list[str], folder: Path, tmp_path: Path
) -> None:
    keys = {"accessKeyId": "ASIAEXAMPLE", "secretAccessKey": SECRET, "sessionToken": TOKEN}
    options = {
        "ShowSpeakerLabel": True, "VocabularyName": "My-Words", "EnablePartialResultsStabilization": True,
        "PartialResultsStability": "high",
    }  # fmt: skip
    request = of_javascript(credentials=keys, parameters={**PARAMETERS, **options})
    assert len(finals(await run(node, request, folder, tmp_path / "server.pem"))) == COUNT
    given = server.streams[0].parameters
    assert {key: given[key] for key in ("show-speaker-label", "vocabulary-name", "partial-results-stability")} == {
        "show-speaker-label": "true", "vocabulary-name": "My-Words", "partial-results-stability": "high",
    }  # fmt: skip


async def test_the_javascript_sdk_with_a_wrong_secret(
    server: AmazonServer, node: list[str], folder: Path, tmp_path: Path
) -> None:
    request = of_javascript(credentials={"accessKeyId": ACCESS, "secretAccessKey": "wrong"})
    refused, told = await run(node, request, folder, tmp_path / "server.pem")
    assert refused == {"status": 403}
    assert told["status"] == 500, "what its user is told"
    assert (server.attempts, server.streams) == (1, [])


@pytest.mark.parametrize("keys", [[ACCESS, SECRET], ["ASIAEXAMPLE", SECRET, TOKEN]], ids=["lasting", "temporary"])
async def test_the_python_packages(
    server: AmazonServer, python: list[str], folder: Path, tmp_path: Path, keys: list[str]
) -> None:
    pem = tmp_path / "server.pem"
    said = await run(python, of_python(server, pem, credentials=keys), folder, pem)
    assert finals(said) == [f"color number {number}." for number in range(COUNT)]
    assert said[-1] == {"closed": 1000}
    (heard,) = server.streams
    assert bytes(heard.sound) == SOUND
    assert heard.ended


async def test_the_python_packages_with_a_wrong_secret(
    server: AmazonServer, python: list[str], folder: Path, tmp_path: Path
) -> None:
    pem = tmp_path / "server.pem"
    said = await run(python, of_python(server, pem, credentials=[ACCESS, "wrong"]), folder, pem)
    assert said == [{"status": 403}]
