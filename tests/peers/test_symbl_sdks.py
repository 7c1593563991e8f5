"""Both official Symbl SDKs against the server that our provider is tested with: so it speaks as they expect.

`./dev test --peers` runs this; they are fetched into build/peers/symbl the first time, from npm and PyPI. Set
RECORD_PEERS to write anew what the plain tests play in their place.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.beacon import beacon_pcm
from tests.support.symbl_server import APP_ID, SECRET, Heard, SymblServer, start

ROOT = Path(__file__).resolve().parents[2]
FOUND = os.environ.get("OVERTITLE_PEERS", "")  # read now: tests see none of the person's OVERTITLE_ variables
FOLDER = Path(FOUND or ROOT / "build" / "peers") / "symbl"
HERE = Path(__file__).parent
JS = "@symblai/symbl-js@1.4.10"
PY = ["symbl==2.0.6", "symbl_rest", "websocket-client", "certifi", "six", "python-dateutil", "urllib3"]
COUNT = 6
SOUND = b"".join(beacon_pcm(number) for number in range(COUNT)) + bytes(8000)

if not FOUND:
    pytest.skip("platform: other people's programs are run by ./dev test --peers alone", allow_module_level=True)
pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]


def fetched(name: str, command: list[str]) -> Path:
    """The folder of one SDK; its package manager is asked once."""
    folder = FOLDER / name
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=280)
        (folder / "complete").touch()
    return folder


@pytest.fixture(scope="module")
def node_sdk() -> Path:
    if shutil.which("npm") is None:
        pytest.skip("platform: there is no Node on this computer")
    return fetched("js", ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", JS])


@pytest.fixture(scope="module")
def python_sdk() -> Path:
    outer = Path(sys.base_prefix) / ("python.exe" if sys.platform == "win32" else "bin/python3")  # ours has no pip
    command = [str(outer), "-m", "pip", "install", "--quiet", "--no-deps", "--target", ".", *PY]
    return fetched("python", command)


@pytest.fixture
async def server() -> AsyncIterator[SymblServer]:
    async with start() as running:
        running.extra = [
            {
                "type": "insight_response",
                "insights": [{"id": "i", "type": "question", "payload": {"content": "When?"}}],
            },
            {"type": "topic_response", "topics": [{"id": "t", "phrases": "delivery"}]},
            {"type": "tracker_response", "trackers": [{"name": "Price", "matches": []}]},
        ]
        yield running
        assert not running.complaints


async def run(command: list[str], **variables: str) -> list[tuple[str, Any]]:
    """What a client prints."""
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **variables}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(60):
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, (out + errors).decode(errors="replace")
    rows = [json.loads(line) for line in out.decode().splitlines() if line.startswith("{")]
    return [(row["event"], row["value"]) for row in rows]


def compared(name: str, heard: Heard) -> None:
    """What the SDK sent is what the plain tests play in its place."""
    sent = {"source": heard.source, "offers_token": heard.offers_token, "texts": heard.texts}
    path = HERE / f"symbl_{name}.json"
    if os.environ.get("RECORD_PEERS"):
        path.write_text(json.dumps(sent, indent=1) + "\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == sent


def of(events: list[tuple[str, Any]], kind: str) -> list[Any]:
    return [value for event, value in events if event == kind]


async def test_the_javascript_sdk(server: SymblServer, node_sdk: Path, tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(SOUND)
    token = server.new_token()
    command = ["node", str(HERE / "programs" / "symbl_sdk.js"), f"http://127.0.0.1:{server.port}", token]
    events = await run([*command, str(tmp_path / "sound")], NODE_PATH=str(node_sdk / "node_modules"))
    assert of(events, "message") == [f"Number {number}." for number in range(COUNT)]
    speech = of(events, "speech")
    assert [each["final"] for each in speech] == [False, True] * COUNT
    assert speech[1] == {"text": "Number 0", "final": True, "user": {"userId": "peer@example.com", "name": "Peer"}}
    assert of(events, "insight") == ["When?"]
    assert of(events, "topic") == ["delivery"]
    assert of(events, "tracker") == ["Price"]
    assert of(events, "started") == of(events, "stopped") == [True]
    (heard,) = server.streams
    assert bytes(heard.sound) == SOUND
    assert heard.token == token
    assert heard.request["config"]["speechRecognition"] == {"encoding": "LINEAR16", "sampleRateHertz": 16000}
    assert heard.stopped
    compared("js", heard)


async def test_the_python_sdk(server: SymblServer, python_sdk: Path, tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(SOUND)
    command = [
        sys.executable,
        str(HERE / "programs" / "symbl_sdk.py"),
        f"http://127.0.0.1:{server.port}",
        APP_ID,
        SECRET,
    ]
    events = await run([*command, str(tmp_path / "sound")], PYTHONPATH=str(python_sdk))
    assert of(events, "message") == [f"Number {number}." for number in range(COUNT)]
    assert of(events, "insight") == ["When?"]
    (heard,) = server.streams
    assert bytes(heard.sound) == SOUND
    assert {heard.token} == server.valid
    assert heard.stopped
    compared("python", heard)
