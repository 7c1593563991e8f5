"""Start to window mapped, and memory, beside a bare PySide6 window in the same run.

    ./dev bench window

Needs X11 (`./dev bench` brings a display). Memory is proportional set size: shared pages are counted once.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
BARE = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([]); label = QLabel("bare"); label.setWindowTitle("bare window"); label.show(); app.exec()
"""


def start(command: list[str], home: Path) -> tuple[subprocess.Popen[bytes], float]:
    """Start a program; returns it and the seconds until the window manager lists one more window."""
    watcher = subprocess.Popen(["xprop", "-root", "-spy", "_NET_CLIENT_LIST"], stdout=subprocess.PIPE, text=True)
    assert watcher.stdout is not None
    known = len(re.findall("0x", watcher.stdout.readline()))
    places = {f"XDG_{name}": str(home / name) for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "DOCUMENTS_DIR")}
    env = {**os.environ, **places, "HOME": str(home), "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    program = subprocess.Popen(command, env=env, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(re.findall("0x", watcher.stdout.readline())) <= known:
        pass
    mapped = time.perf_counter() - began
    watcher.kill()
    watcher.wait()
    return program, mapped


def end(program: subprocess.Popen[bytes]) -> None:
    program.send_signal(signal.SIGTERM)
    try:
        program.wait(15)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    time.sleep(0.3)


def memory(program: subprocess.Popen[bytes]) -> float:
    """MB of the program and its children."""
    parent = psutil.Process(program.pid)
    return sum(one.memory_full_info().pss for one in [parent, *parent.children(recursive=True)]) / 1e6


def report() -> tuple[float, float]:
    """Print every figure; returns the median seconds from start to window of the program and of the bare window."""
    ours = [sys.executable, "-m", "desktop"]
    bare = [sys.executable, "-c", BARE]
    times: dict[str, list[float]] = {"bare PySide6 window": [], "Overtitle": []}
    sizes: dict[str, list[float]] = {name: [] for name in times}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for command in (bare, ours):
            end(start(command, home)[0])
        for _ in range(ROUNDS):
            for name, command in (("bare PySide6 window", bare), ("Overtitle", ours)):
                program, mapped = start(command, home)
                times[name].append(mapped)
                time.sleep(3)
                sizes[name].append(memory(program))
                end(program)
        program, _ = start([*ours, "demo"], home)
        time.sleep(15)
        captioning = memory(program)
        processes = 1 + len(psutil.Process(program.pid).children(recursive=True))
        end(program)
    print(f"start to window mapped, {ROUNDS} rounds in turn")
    for name, seconds in times.items():
        print(
            f"  {name:<22} median {statistics.median(seconds):.3f} s   min {min(seconds):.3f}   max {max(seconds):.3f}"
        )
    ratio = statistics.median(
        mine / other for mine, other in zip(times["Overtitle"], times["bare PySide6 window"], strict=True)
    )
    print(f"  ratio                  median {ratio:.2f}   (target: at most 3)")
    print("memory (proportional set size)")
    for name, megabytes in sizes.items():
        print(
            f"  {name:<22} idle {statistics.median(megabytes):.0f} MB"
            + ("   (target: 110)" if name == "Overtitle" else "")
        )
    print(f"  Overtitle              captioning two lanes {captioning:.0f} MB in {processes} processes   (target: 400)")
    return statistics.median(times["Overtitle"]), statistics.median(times["bare PySide6 window"])


if __name__ == "__main__":
    report()
