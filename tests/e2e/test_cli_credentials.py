"""`overtitle credentials` as people and scripts use it, on a real keyring where the test desktop brings one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Program
from tests.support.account import RIGHT, account_plugin

CANARY = f"{RIGHT}-canary-5up3r"
ID = "abc123"
LINES = f"{ID}\n{CANARY}\n"
Run = Callable[..., subprocess.CompletedProcess[str]]
NULL = "keyring.backends.null.Keyring"


@pytest.fixture
def plugin(tmp_path: Path) -> dict[str, str]:
    return {"PYTHONPATH": account_plugin(tmp_path)}


@pytest.fixture
def headless(program: Program, plugin: dict[str, str]) -> Run:
    """The program without a session bus, which is how servers and containers are."""
    plugin["PYTHON_KEYRING_BACKEND"] = ""

    def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return program.run(*arguments, stdin=stdin, environment={**plugin, **environment})

    return run


@pytest.fixture
def real(program: Program, plugin: dict[str, str]) -> Iterator[Run]:
    """The program on the test desktop's own keyring, which is left empty."""
    bus = {name: os.environ[name] for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")}

    def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return program.run(*arguments, stdin=stdin, environment={**plugin, **bus, **environment})

    yield run
    run("credentials", "delete", "cloud-nine", "--yes")


@pytest.mark.desktop
def test_from_entering_to_deleting(real: Run) -> None:
    done = real("credentials", "set", "cloud-nine", stdin=LINES)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    done = real("credentials", "list", "cloud-nine", "--json")
    rows = {row["field"]: row for row in json.loads(done.stdout)}
    assert [(key, row["set"], row["source"]) for key, row in rows.items()] == [
        ("app_id", True, "keyring"),
        ("secret", True, "keyring"),
        ("region", False, ""),
        ("session-token", False, ""),
    ]
    assert ID not in done.stdout
    done = real("credentials", "test", "cloud-nine")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok", "ok"]
    done = real("credentials", "delete", "cloud-nine")
    assert done.returncode == 2, "there is nobody to ask"
    assert real("credentials", "delete", "cloud-nine", "--yes").returncode == 0
    done = real("credentials", "test", "cloud-nine")
    assert done.returncode == 4
    assert "credentials set cloud-nine" in done.stderr
    assert "Nothing was saved" in real("credentials", "delete", "cloud-nine", "--yes").stderr


@pytest.mark.desktop
def test_the_environment_wins_and_is_never_saved(real: Run) -> None:
    real("credentials", "set", "cloud-nine", stdin=LINES)
    given = {"OVERTITLE_CLOUD_NINE_SECRET": "wrong-from-script"}
    done = real("credentials", "list", "cloud-nine", **given)
    assert [line.split()[:3] for line in done.stdout.splitlines()[1:3]] == [
        ["cloud-nine", "app_id", "keyring"],
        ["cloud-nine", "secret", "environment"],
    ]
    done = real("credentials", "test", "cloud-nine", "--json", **given)
    assert done.returncode == 4
    assert [(row["check"], row["result"]) for row in json.loads(done.stdout)] == [
        ("name resolution", "ok"),
        ("credentials", "fail"),
    ]
    assert real("credentials", "test", "cloud-nine").returncode == 0


@pytest.mark.desktop
def test_what_is_saved_serves_a_session_and_the_doctor(real: Run, recording: Path) -> None:
    real("credentials", "set", "cloud-nine", stdin=LINES)
    assert real("transcribe", str(recording), "--provider", "cloud-nine").returncode == 0
    done = real("doctor", "cloud-nine", "--json")
    found = {row["check"]: row["result"] for row in json.loads(done.stdout)}
    assert found["keyring"] == found["credentials"] == found["name resolution"] == "ok"
    assert "self test" not in found, "an account is not charged for a check"


@pytest.mark.desktop
def test_no_secret_comes_out_anywhere(real: Run, program: Program, recording: Path) -> None:
    """Set, list, test, a session that fails and delete, all at the chattiest log level."""
    seen = []
    wrong = f"wrong-{CANARY}"
    for arguments, stdin in [
        (("credentials", "set", "cloud-nine"), f"{ID}\n{wrong}\n\n{wrong}\n"),
        (("credentials", "list", "--json"), ""),
        (("credentials", "test", "cloud-nine"), ""),
        (("transcribe", str(recording), "--provider", "cloud-nine"), ""),
        (("doctor", "cloud-nine"), ""),
        (("credentials", "set", "cloud-nine"), f"{ID}\n{CANARY}{'x' * 1300}\n"),
        (("credentials", "set", "cloud-nine"), f"{ID}\nzero\u200b{CANARY}\n"),
        (("credentials", "set", "cloud-nine"), f"{ID}\n{CANARY}\n\n\n{CANARY}\n"),
        (("credentials", "delete", "cloud-nine", "--yes"), ""),
    ]:
        done = real("--log-level", "debug", *arguments, stdin=stdin)
        seen.append(done.returncode)
        assert CANARY not in done.stdout + done.stderr
    assert seen == [0, 0, 4, 4, 4, 4, 4, 2, 0]
    files = [path for path in program.home.rglob("*") if path.is_file()]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]


@pytest.mark.desktop
def test_no_secret_is_in_the_list_of_processes(program: Program, plugin: dict[str, str]) -> None:
    """The program waits for its second line while every argument list and environment is read."""
    environment = {**program.environment, **plugin, "PYTHON_KEYRING_BACKEND": NULL}
    command = program.command("credentials", "set", "cloud-nine")
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(f"{ID}\n{CANARY}\n".encode())
        process.stdin.flush()
        for entry in Path("/proc").glob("[0-9]*"):
            for name in ("cmdline", "environ"):
                try:
                    assert CANARY.encode() not in (entry / name).read_bytes(), entry
                except OSError:
                    continue
        process.communicate()
        assert process.returncode == 4


def test_without_a_keyring_every_command_says_what_to_do(headless: Run) -> None:
    done = headless("credentials", "set", "cloud-nine", stdin=LINES)
    assert done.returncode == 4
    assert "There is no keyring here" in done.stderr
    assert "environment variables" in done.stderr
    done = headless("credentials", "list", "--json")
    assert done.returncode == 0
    assert not any(row["set"] for row in json.loads(done.stdout))
    assert done.stderr.startswith("There is no keyring here"), "a remark, and no error"
    done = headless("credentials", "list", "cloud-nine", "--json", OVERTITLE_CLOUD_NINE_APP_ID=ID)
    assert done.returncode == 0
    assert [row["field"] for row in json.loads(done.stdout) if row["set"]] == ["app_id"]
    assert headless("credentials", "delete", "cloud-nine", "--yes").returncode == 4
    given = {"OVERTITLE_CLOUD_NINE_APP_ID": ID, "OVERTITLE_CLOUD_NINE_SECRET": CANARY}
    assert headless("credentials", "test", "cloud-nine", **given).returncode == 0
    assert '"keyring", "result": "warn"' in headless("doctor", "--json").stdout


def test_a_keyring_that_forgets_is_not_believed(headless: Run) -> None:
    done = headless("credentials", "set", "cloud-nine", stdin=LINES, PYTHON_KEYRING_BACKEND=NULL)
    assert done.returncode == 4
    assert "There is no keyring here" in done.stderr
    assert headless("credentials", "list", PYTHON_KEYRING_BACKEND="no.such.Backend").returncode == 0


@pytest.mark.parametrize(
    ("stdin", "status", "sentence"),
    [
        ("", 4, "needs the credential “App id”"),
        (f"{ID}\n", 4, "needs the credential “App secret”"),
        ("WRONG!\nx\n", 4, "“App id” can't be right"),
        (f"{ID}\n{CANARY}\n\n\nmore\n", 2, "more lines"),
    ],
)
def test_what_can_not_be_right_is_refused(headless: Run, stdin: str, status: int, sentence: str) -> None:
    done = headless("credentials", "set", "cloud-nine", stdin=stdin)
    assert done.returncode == status
    assert sentence in done.stderr
    assert "WRONG" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2, done.stderr


def test_a_provider_without_an_account_says_so(program: Program, headless: Run) -> None:
    for action in ("set", "list", "delete"):
        assert "needs no account" in program.refused("credentials", action, "on-device", status=2)
    assert "overtitle doctor on-device" in program.refused("credentials", "test", "on-device", status=2)
    assert "Did you mean “cloud-nine”" in headless("credentials", "set", "cloud-nin").stderr


def test_a_password_never_comes_from_an_argument(headless: Run) -> None:
    assert headless("credentials", "set", "cloud-nine", CANARY).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="platform: a terminal of its own needs a pty")
def test_a_terminal_asks_field_by_field_and_shows_no_secret(program: Program, plugin: dict[str, str]) -> None:
    import pty

    controller, terminal = pty.openpty()
    environment = {**program.environment, **plugin, "PYTHON_KEYRING_BACKEND": NULL, "TERM": "xterm"}
    process = subprocess.Popen(
        program.command("credentials", "set", "cloud-nine"),
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    answers = [
        ("App id: ", "WRONG!"),
        ("App id: ", ID),
        ("secret: ", CANARY),
        ("Region (optional): ", ""),
        ("l): ", ""),
    ]
    shown = _answer(controller, answers)
    assert process.wait(30) == 4
    assert "On the account page." in shown
    assert "“App id” can't be right" in shown
    assert "Session token (optional): " in shown
    assert "There is no keyring here" in shown
    assert CANARY not in shown


def _answer(controller: int, answers: list[tuple[str, str]]) -> str:
    """Type each answer when its prompt is the last thing shown."""
    shown = ""
    while True:
        try:
            piece = os.read(controller, 1024).decode(errors="replace")
        except OSError:  # Linux says so when the other side has closed
            break
        shown += piece
        if answers and shown.endswith(answers[0][0]):
            os.write(controller, f"{answers.pop(0)[1]}\n".encode())
            shown += "\0"
    os.close(controller)
    return shown
