"""The real program, in a home of its own, without a display and without sound."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CUT_OFF = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "QT_QPA_PLATFORM",
    "NO_COLOR",
    "PULSE_SERVER",
    "PULSE_RUNTIME_PATH",
    "DBUS_SESSION_BUS_ADDRESS",
)


@dataclass
class Program:
    """Starts `python -m desktop` with HOME and the XDG folders below `home`."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in CUT_OFF}
        folders = {
            f"XDG_{name}": str(self.home / name.lower())
            for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR", "DOCUMENTS_DIR")
        }
        return {**kept, **folders, "HOME": str(self.home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "desktop", *map(str, arguments)]

    def run(
        self, *arguments: str | Path, environment: dict[str, str] | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.home,
            env={**self.environment, **(environment or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=90,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *arguments: str | Path, group: bool = False) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=group,
        )

    def refused(self, *arguments: str | Path, status: int) -> str:
        """The sentence with which the program refuses."""
        done = self.run(*arguments)
        assert done.returncode == status, done.stderr
        assert done.stderr.startswith("overtitle: ")
        assert len(done.stderr.splitlines()) <= 3, done.stderr
        return done.stderr


def program_in(folder: Path) -> Program:
    """The program in a home below this folder."""
    home = folder / "home"
    (home / "runtime_dir").mkdir(parents=True, mode=0o700)
    return Program(home)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return program_in(tmp_path)


@pytest.fixture(scope="session")
def a_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of transcripts that a session left; it takes its time, because sound is captioned as it is spoken."""
    folder = tmp_path_factory.mktemp("session")
    replay = write_replay(folder / "replay.jsonl", CAPTIONS)
    recording = write_wave(folder / "talk.wav", 2.2)
    program = program_in(folder)
    what = ("--source", f"Ann=file:{recording}", "--provider", "replay", "--option", f"path={replay}")
    done = program.run("live", *what)
    assert done.returncode == 0, done.stderr
    return program.home / "documents_dir"


@pytest.fixture
def saved(program: Program, a_session: Path) -> str:
    """The id of a transcript that was saved in this program's home."""
    shutil.copytree(a_session, program.home / "documents_dir")
    (row,) = json.loads(program.run("transcripts", "list", "--json").stdout)
    return str(row["id"])


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A little more than two seconds that any reader of WAV files takes."""
    return write_wave(tmp_path / "talk.wav", 2.2)


def write_wave(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\x00\x10" * int(16_000 * seconds))
    return path


Line = tuple[float, dict[str, object]]


def caption(at: float, text: str, segment: str = "1", revision: int = 1, *, final: bool = True) -> Line:
    """A line of a replay: at which second which caption."""
    row = {"id": segment, "revision": revision, "text": text, "final": final, "start": max(at - 1, 0.0), "end": at}
    return at, {"caption": row}


def write_replay(path: Path, lines: Sequence[Line]) -> Path:
    rows = [json.dumps({"at": at, **line}) for at, line in lines]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


CAPTIONS = [
    caption(0.5, "hello", final=False),
    caption(1.0, "hello the\u0301re\x1b[2J", revision=2),
    caption(2.0, "how are you", "2"),
]


@pytest.fixture
def replay(tmp_path: Path) -> list[str]:
    """The arguments that have captions come from a file in step with the sound."""
    path = write_replay(tmp_path / "replay.jsonl", CAPTIONS)
    return ["--provider", "replay", "--option", f"path={path}"]
