"""Driving the real window on the test desktop: start it, press keys, play speech, read the screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds for anything that has to happen on a busy machine."""
MICROPHONE_FEED, SPEAKERS = "ci_micfeed", "ci_out"


def happens(ready: Callable[[], bool], within: float = PATIENCE) -> bool:
    """Whether something comes to hold within so many seconds."""
    deadline = time.monotonic() + within
    while not ready():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def wait_until(ready: Callable[[], bool], what: str) -> None:
    assert happens(ready), f"{what} did not happen within {PATIENCE:.0f} s"


def xdotool(*arguments: str) -> str:
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False, timeout=PATIENCE)
    return done.stdout.strip()


def give_keyboard(window: str) -> None:
    """Focus a window as often as it takes: a window manager that is late takes the keyboard away again."""

    def has_it() -> bool:
        if xdotool("getwindowfocus") == window:
            return True
        xdotool("windowfocus", window)
        return False

    wait_until(has_it, f"the keyboard for window {window}")


class Window:
    """The running program with its window and caption bar."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.id = ""

    def wait(self) -> None:
        wait_until(lambda: bool(self._find("Overtitle$")), "the window")
        self.id = self._find("Overtitle$")

    @staticmethod
    def _find(name: str) -> str:
        return xdotool("search", "--onlyvisible", "--name", name).partition("\n")[0]

    @property
    def bar(self) -> str:
        """The caption bar's window; empty while it is hidden."""
        return self._find("^Overtitle captions$")

    def press(self, key: str) -> None:
        xdotool("windowactivate", self.id)
        wait_until(lambda: xdotool("getactivewindow") == self.id, "the window to be active")
        xdotool("key", "--window", self.id, key)

    def photograph_bar(self, picture: Path) -> None:
        """Keep what a person sees where the caption bar is; nothing while it is hidden."""
        shell = xdotool("getwindowgeometry", "--shell", self.bar or "0")
        place = dict(re.findall(r"^(X|Y|WIDTH|HEIGHT)=(\d+)$", shell, re.MULTILINE))
        if len(place) == 4:
            area = f"{place['WIDTH']}x{place['HEIGHT']}+{place['X']}+{place['Y']}"
            taken = ["import", "-silent", "-window", "root", "-crop", area, "+repage", str(picture)]
            subprocess.run(taken, check=True, timeout=PATIENCE)


def read_pictures(folder: Path) -> str:
    """What a person reads in the pictures of a folder, through optical character recognition."""
    different = {path.read_bytes(): path for path in sorted(folder.glob("*.ppm"))}
    names = folder / "names.txt"
    names.write_text("\n".join(map(str, different.values())), encoding="utf-8")
    read = ["tesseract", str(names), "-", "--psm", "6"]
    calm = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # its threads wait for each other where there are few cores
    return subprocess.run(read, capture_output=True, text=True, check=True, timeout=2 * PATIENCE, env=calm).stdout


@contextmanager
def window(home: Path, *arguments: str) -> Iterator[Window]:
    """Start the program in a home of its own; it has to end well when asked to."""
    (home / "Documents").mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DOCUMENTS_DIR": str(home / "Documents"),
    }
    with (home / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "desktop", *arguments], cwd=home, env=environment, stdout=output, stderr=output
        )
    shown = Window(process)
    try:
        shown.wait()
        yield shown
        process.terminate()
        assert process.wait(PATIENCE) == 0
        said = (home / "output").read_text(encoding="utf-8")
        assert "ERROR" not in said, said
        assert "WARNING" not in said, said
    finally:
        process.kill()
        process.wait()


def environment_of(pid: int) -> dict[str, str]:
    """The environment of a process that runs."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def play(path: Path, sink: str) -> subprocess.Popen[bytes]:
    """Play a recording; with a large buffer the first sound would come seconds late, with a small one some is lost."""
    return subprocess.Popen(["paplay", "--latency-msec=250", f"--device={sink}", str(path)])


def journals(home: Path) -> list[Path]:
    return sorted((home / "Documents" / "Overtitle").glob("*.jsonl"))


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("’", "'"))


def missing(expected: Sequence[str], found: Sequence[str]) -> list[str]:
    """The expected words that were not found, each occurrence counted."""
    left = list(found)
    gone = []
    for word in expected:
        if word in left:
            left.remove(word)
        else:
            gone.append(word)
    return gone
