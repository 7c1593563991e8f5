"""What a child process is given."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from desktop.transport.child import spawn

PRINT = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"


async def test_credentials_of_the_environment_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERTITLE_SYMBL_APP_SECRET", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    for proxy in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(proxy, "http://kim:canary@127.0.0.1:1")
    monkeypatch.setenv("PLAIN", "kept")
    child = await spawn([sys.executable, "-c", PRINT])
    given = json.loads(await child.output.readline())
    await child.reap()
    assert "canary" not in json.dumps(given)
    assert given["PLAIN"] == "kept"


@pytest.mark.skipif(sys.platform == "win32", reason="platform: nothing is reaped there")
async def test_killing_leaves_the_reaping_to_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    child = await spawn([sys.executable, "-c", PRINT])

    def reaped_too_early(_: object) -> None:
        pytest.fail("the child's status was taken before the event loop could")

    monkeypatch.setattr(subprocess.Popen, "poll", reaped_too_early)
    child.kill()
    monkeypatch.undo()
    await child.reap()
    child.kill()
    assert await child.status() == -signal.SIGKILL
