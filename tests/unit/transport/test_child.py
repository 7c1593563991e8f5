"""What a child process is given."""

from __future__ import annotations

import json
import sys

import pytest

from desktop.transport.child import spawn

PRINT = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"


async def test_credentials_of_the_environment_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERTITLE_SYMBL_APP_SECRET", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    monkeypatch.setenv("PLAIN", "kept")
    child = await spawn([sys.executable, "-c", PRINT])
    given = json.loads(await child.output.readline())
    await child.reap()
    assert "canary" not in given.values()
    assert given["PLAIN"] == "kept"
