"""Starting is cheap, and what does not exist is refused in a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.conftest import ROOT, Program

HEAVY = {
    "PySide6", "shiboken6", "qasync", "numpy", "asyncio", "soxr", "soundfile", "sounddevice", "pulsectl", "keyring",
    "websockets", "moonshine_voice", "msgspec", "sqlite3", "ssl",
}  # fmt: skip
EXIT_STATUSES = ("0 done", "1 unexpected", "2 usage", "3 audio", "4 cred", "5 prov", "6 storage", "130 interrupted")


@pytest.mark.parametrize(
    "argument", [["--help"], ["--version"], ["transcribe", "--help"], ["live", "--help"], ["transcripts", "--help"]]
)
def test_help_loads_nothing_heavy(argument: list[str]) -> None:
    script = (
        "import sys; from desktop.cli.main import run\n"
        "try: run(sys.argv[1:], None)\n"
        "except SystemExit: print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *argument], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    loaded = set(done.stderr.split())
    assert "desktop.cli.live" in loaded
    assert not loaded & HEAVY


def test_version(program: Program) -> None:
    done = program.run("--version")
    assert (done.returncode, done.stdout) == (0, "overtitle 0.1.0\n")


def test_help_lists_commands_and_statuses(program: Program) -> None:
    shown = program.run("--help").stdout
    for word in ("demo", "transcribe", "live", "devices", "providers", "languages", "transcripts", "doctor"):
        assert f"\n    {word} " in shown
    for status in EXIT_STATUSES:
        assert status in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], "frobnicate"),
        (["transcribe"], "FILE"),
        (["--log-level", "loud", "devices"], "loud"),
        (["live", "--seconds", "-1"], "seconds"),
        (["live", "--source", "=mic"], "LABEL"),
        (["transcribe", "x.wav", "--option", "url"], "KEY=VALUE"),
        (["transcribe", "x.wav", "--format", "pdf"], "pdf"),
        (["transcribe", "x.wav", "--provider", "on-devise"], "Did you mean “on-device”?"),
        (["transcribe", "x.wav", "--language", "xx-XX"], "en-US"),
        (["transcribe", "x.wav", "--option", "colour=red"], "colour"),
        (["transcribe", "x.wav", "y.wav", "--output", "z.txt"], "folder"),
        (["live", "--fallback", "nobody"], "nobody"),
        (["transcripts", "show", "nope"], "nope"),
        (["doctor", "nobody"], "nobody"),
    ],
)
def test_wrong_usage_is_refused(program: Program, arguments: list[str], words: str) -> None:
    assert words in program.refused(*arguments, status=2)


@pytest.mark.parametrize("position", ["before", "after", "last"])
def test_log_level_stands_anywhere(program: Program, position: str) -> None:
    level = ["--log-level", "debug"]
    arguments = {
        "before": [*level, "transcripts", "list"],
        "after": ["transcripts", *level, "list"],
        "last": ["transcripts", "list", *level],
    }[position]
    assert program.run(*arguments).returncode == 0


def test_engine_worker_runs_providers_alone(program: Program) -> None:
    for module in ("desktop.cli.main", "os", "desktop.providers.", "desktop.providers.x;y", ""):
        assert "itself" in program.refused("--engine-worker", module, status=2)


def test_window_without_a_display_is_a_sentence(program: Program) -> None:
    assert "display" in program.refused(status=2)
