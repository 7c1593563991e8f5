"""Whether an installed Overtitle works: started from outside the checkout, by a person with an empty home.

    python tests/desktop_session.py python packaging/smoke.py [--root FOLDER] [--installed FOLDER] COMMAND...

COMMAND starts the installed program; with --root it is run inside that other system. Prints a table; whatever is wrong
ends it with its reason. The start from source that the table compares with uses the Python that runs this script.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "sample" / "you.flac"
PATIENCE = 60.0  # s for anything that has to happen on a busy machine
ROUNDS = 7
ACCOUNT = {"OVERTITLE_VOXIMPLANT_ACCOUNT_ID": "1", "OVERTITLE_VOXIMPLANT_API_KEY": "of-nobody"}
PASSED_ON = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PULSE_SERVER", "XDG_RUNTIME_DIR", "LC_ALL", "QT_QPA_PLATFORM")


@dataclass
class Program:
    """An Overtitle to try, and the home of the person who does."""

    command: Sequence[str]
    home: Path
    root: Path | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str, output: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start it in an environment that holds nothing of the checkout's."""
        inside = ["chroot", str(self.root)] if self.root else []
        home = f"/{self.home.relative_to(self.root)}" if self.root else str(self.home)
        clean = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        env = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": home, **clean, **self.variables}
        command = [*inside, *self.command, *arguments]
        return subprocess.Popen(command, env=env, cwd=self.home, stdout=output, stderr=output, text=True)

    def says(self, *arguments: str) -> str:
        """What it prints; it has to end well."""
        process = self.start(*arguments, output=subprocess.PIPE)
        told, complaint = process.communicate(timeout=PATIENCE)
        expect(process.returncode == 0, f"{' '.join(arguments)}: status {process.returncode}: {told}{complaint}")
        return told

    def place(self, file: Path) -> str:
        """A file's path as the program knows it; copied into its home."""
        copy = shutil.copy(file, self.home)
        return f"/{Path(copy).relative_to(self.root)}" if self.root else str(copy)


def expect(truth: object, otherwise: str) -> None:
    """Stop the test unless something holds."""
    if not truth:
        raise SystemExit(f"FAILED: {otherwise}")


def wait_until(ready: Callable[[], object], what: str) -> None:
    """Return as soon as something is so."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        expect(time.monotonic() < deadline, f"{what} did not happen within {PATIENCE:.0f} s")
        time.sleep(0.05)


@contextmanager
def person(root: Path | None) -> Iterator[Path]:
    """An empty home, inside `root` where there is one."""
    with tempfile.TemporaryDirectory(prefix="person-", dir=root / "tmp" if root else None) as folder:
        yield Path(folder)


def forget_files() -> bool:
    """Let Linux forget the files it has read, so that the next start is like the first after installing."""
    subprocess.run(["sync"], check=True)
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:  # not root, or a container that may not
        return False
    return True


def first_caption(program: Program) -> float:
    """Seconds from the start to the first words, in the first start in an empty home."""
    source = f"You=file:{program.place(SAMPLE)}"
    began = time.perf_counter()
    process = program.start("live", "--json", "--source", source, output=subprocess.PIPE)
    assert process.stdout is not None
    said = next((line for line in process.stdout if json.loads(line)["event"] in {"partial", "final"}), "")
    seconds = time.perf_counter() - began
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    expect(said and process.returncode in {0, 130}, f"no caption, status {process.returncode}")
    return seconds


def mapped(program: Program, *arguments: str) -> tuple[subprocess.Popen[str], float]:
    """Start it; returns it and the seconds until the window manager lists one more window."""
    watcher = subprocess.Popen(["xprop", "-root", "-spy", "_NET_CLIENT_LIST"], stdout=subprocess.PIPE, text=True)
    assert watcher.stdout is not None
    known = len(re.findall("0x", watcher.stdout.readline()))
    began = time.perf_counter()
    process = program.start(*arguments)
    for line in watcher.stdout:
        if len(re.findall("0x", line)) > known:
            break
    seconds = time.perf_counter() - began
    watcher.kill()
    watcher.communicate()
    return process, seconds


def end(process: subprocess.Popen[str]) -> None:
    """Ask it to end, as a session that is logged out does; it has to end well."""
    process.send_signal(signal.SIGTERM)
    expect(process.wait(PATIENCE) == 0, f"the window ended with status {process.returncode}")


def start_up(program: Program, source: Program) -> tuple[float, float, float]:
    """Seconds from the start to the window, installed and from source in turn, and one beside the other; medians."""
    times: list[list[float]] = []
    for _ in range(ROUNDS + 1):
        times.append([])
        for one in (program, source):
            process, seconds = mapped(one)
            times[-1].append(seconds)
            time.sleep(1)  # the rest of the program loads after the window
            end(process)
    ours, theirs = zip(*times[1:], strict=True)  # the first of each reads its files from the disk
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return statistics.median(ours), statistics.median(theirs), statistics.median(ratios)


def visible(name: str) -> bool:
    """Whether a window of that name is on the screen."""
    find = ["xdotool", "search", "--onlyvisible", "--name", name]
    return bool(subprocess.run(find, capture_output=True, check=False).stdout.strip())


def demo(program: Program) -> int:
    """The whole scene in the window: caption bar, transcript, clean end. Returns the sentences that were saved."""
    process, _ = mapped(program, "demo")
    wait_until(lambda: visible("^Overtitle captions$"), "the caption bar")
    expect(visible("Overtitle$"), "there is no window")
    wait_until(lambda: any(entry["type"] == "end" for entry in journal(program)), "the transcript's end")
    end(process)
    told = " ".join(entry.get("text", "") for entry in journal(program)).lower()
    expect(all(word in told for word in ("sunday", "pencils", "wisdom", "despair")), f"the transcript says: {told}")
    return sum(entry["type"] == "segment" for entry in journal(program))


def windows(program: Program) -> None:
    """Windows that open from the main one; each comes to the screen and goes again."""
    process, _ = mapped(program)
    _look_into("F1", "^All keys$")
    _look_into("ctrl+comma", "^Settings$")
    end(process)


def _look_into(key: str, name: str) -> None:
    """Keys are pressed until they work: a window takes them only once it has the focus."""

    def opened() -> bool:
        return visible(name) or (press("Overtitle$", key) and visible(name))

    def closed() -> bool:
        return not visible(name) or (press(name, "Escape") and not visible(name))

    wait_until(opened, f"the window {name}")
    wait_until(closed, f"the end of {name}")


def press(name: str, key: str) -> bool:
    """Press a key in the window of that name, where there is one."""
    find = ["xdotool", "search", "--onlyvisible", "--name", name, "windowactivate", "key", key]
    return subprocess.run(find, capture_output=True, check=False, timeout=PATIENCE).returncode == 0


def listen(program: Program) -> None:
    """Calls are waited for, and asked for as far as it goes without anyone to ask."""
    process = program.start("listen", "--json", "--port", "0", output=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    complaint = process.communicate(timeout=PATIENCE)[1]
    expect('"listening"' in said and process.returncode in {0, 130}, f"listen: {said}{complaint}")
    nobody = ["--agent", "user:me", "--caller", "user:you", "--api", "http://127.0.0.1:9"]
    caller = replace(program, variables={**program.variables, **ACCOUNT})
    process = caller.start(
        "listen", "--port", "0", "--protocol", "voximplant", "--dial-out", "1", *nobody, output=subprocess.PIPE
    )
    told, complaint = process.communicate(timeout=PATIENCE)
    expect(process.returncode == 5 and "127.0.0.1" in complaint, f"dial-out: {told}{complaint}")


def journal(program: Program) -> list[dict[str, Any]]:
    """The lines of the newest transcript in the person's home, without one that is being written."""
    found = sorted(program.home.rglob("*.jsonl"), key=lambda path: path.stat().st_mtime)
    lines = found[-1].read_text(encoding="utf-8").splitlines(keepends=True) if found else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def running(home: Path) -> list[str]:
    """Processes of the person whose home it is: all that the program has started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            theirs = home.name.encode() in (entry / "environ").read_bytes()
            found += [(entry / "cmdline").read_text().replace("\0", " ")] if theirs else []
        except OSError:  # gone, or another user's
            continue
    return found


def size(folder: Path) -> float:
    """MB (10^6 bytes) of the files in `folder`, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() or path.is_symlink()) / 1e6


def doctor(program: Program) -> None:
    """Its own checks; they may find trouble on this computer, but none of them may break."""
    told = program.start("doctor", output=subprocess.PIPE).communicate(timeout=PATIENCE)[0]
    expect("self test" in told and "The check itself failed" not in told, f"doctor: {told}")


def providers(program: Program) -> set[str]:
    """The ids that it lists."""
    return {entry["id"] for entry in json.loads(program.says("providers", "--json"))}


def main() -> None:
    """Try one program and print what was measured."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--root", type=Path, help="another system that COMMAND lies in")
    options.add_argument("--installed", type=Path, help="the folder that the program is installed in")
    options.add_argument("--quick", action="store_true", help="compare no starts with those from source")
    options.add_argument("--limit", default="", help="what its size is to be compared with")
    options.add_argument("command", nargs="+")
    args = options.parse_args()
    with person(args.root) as home, person(None) as home_of_source:
        program = Program(args.command, home, args.root)
        source = Program([sys.executable, "-m", "desktop"], home_of_source, variables={"PYTHONPATH": str(ROOT)})
        cold = forget_files()
        caption = first_caption(program)
        from desktop import __version__

        expect(program.says("--version").split() == ["overtitle", __version__], "it is another version")
        listed = providers(program)
        expect(listed == providers(source), f"the source has other providers than {listed}")
        text = program.says("transcribe", program.place(SAMPLE))
        expect("pencils" in text, f"the recording was heard as: {text}")
        doctor(program)
        listen(program)
        sentences = demo(program)
        windows(program)
        starts = [] if args.quick else [start_up(program, source)]
        left = running(home)
        expect(not left, f"still running: {left}")
    rows = [
        ("first caption, first start", f"{caption:.2f} s", "<= 5 s" + ("" if cold else ", files not forgotten before")),
        *(("start to window mapped", f"{ours:.3f} s", f"source {theirs:.3f} s") for ours, theirs, _ in starts),
        *(("beside the source", f"{ratio:.2f}", "<= 1.2") for _, _, ratio in starts),
        ("providers", str(len(listed)), ", ".join(sorted(listed))),
        ("sentences of the demo", str(sentences), "window, caption bar and transcript"),
        ("processes left", str(len(left)), "0"),
    ]
    if args.installed:
        rows.insert(0, ("installed size", f"{size(args.installed):.0f} MB", args.limit))
    print("\n".join(f"  {name:<28} {value:>10}   {beside}" for name, value, beside in rows))


if __name__ == "__main__":
    main()
