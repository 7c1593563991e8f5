"""Runs a command in a desktop of its own: display, window manager, compositor, sound server, keyring and home.

    python tests/desktop_session.py COMMAND...

Standard library only. Needs the Debian packages that `./dev test` installs; works as root, in a container and beside a
running desktop, because every part is private: nothing is found by a fixed number or in the person's own home.
Speech played to the sink `ci_micfeed` is heard from the default microphone `ci_mic`; what is played to the default
sink `ci_out` is what a call sounds like. The command finds the folder of the parts' logs in OVERTITLE_DESKTOP.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

PATIENCE = 20.0  # s for one part to come up on a busy machine
INHERITED = (
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DISPLAY",
    "PULSE_SINK",
    "PULSE_SOURCE",
    "PULSE_COOKIE",
    "QT_SCALE_FACTOR",
)

PULSEAUDIO = [
    *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no"),
    *("--high-priority=no", "-L", "module-native-protocol-unix auth-anonymous=1"),
]
DEVICES = [
    "module-null-sink sink_name=ci_out rate=48000 channels=2",
    "module-null-sink sink_name=ci_micfeed rate=48000 channels=1",
    "module-remap-source master=ci_micfeed.monitor source_name=ci_mic",
]


def die_with_parent() -> None:
    """Ask Linux to end this process when the session is killed, so that nothing outlives a broken run."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG, prctl(2)


@contextmanager
def part(
    folder: Path, env: dict[str, str], *command: str, fds: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """One server of the desktop, its output in a log; ended with the session."""
    with (folder / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=fds,
            start_new_session=True,  # Ctrl-C is for the command, which still needs its desktop while it ends
            preexec_fn=die_with_parent,  # noqa: PLW1509 - this program has no threads
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what: str, process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    """Wait until a part answers; stops the session when it has died or stays silent."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"The test desktop could not start {what}.")
        time.sleep(0.02)


def answers(env: dict[str, str], expected: str, *command: str) -> Callable[[], bool]:
    """A question that is answered once a command's output holds a text."""

    def ready() -> bool:
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return done.returncode == 0 and expected in done.stdout

    return ready


def home(folder: Path) -> dict[str, str]:
    """The environment of a person with an empty home."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_") and key not in INHERITED}
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700)
    env |= {
        "HOME": str(folder / "home"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "LC_ALL": "C.UTF-8",
        "QT_QPA_PLATFORM": "xcb",
        "OVERTITLE_DESKTOP": str(folder),
    }
    return env


def display(stack: ExitStack, folder: Path, env: dict[str, str]) -> None:
    """X server, window manager and compositor; without the last, translucent windows are black."""
    reader, writer = os.pipe()
    screen = ["-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
    server = stack.enter_context(part(folder, env, "Xvfb", "-displayfd", str(writer), *screen, fds=(writer,)))
    os.close(writer)
    with os.fdopen(reader) as numbers:
        number = numbers.readline().strip()  # the end of the file when the server dies
    if not number or server.poll() is not None:
        sys.exit("The test desktop could not start Xvfb.")
    env["DISPLAY"] = f":{number}"
    manager = stack.enter_context(part(folder, env, "openbox"))
    managed = answers(env, "window id", "xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
    wait_for("the window manager", manager, managed)
    stack.enter_context(part(folder, env, "picom", "--backend", "xrender"))


def sound(stack: ExitStack, folder: Path, env: dict[str, str]) -> None:
    """A sound server with a silent loudspeaker and a microphone that hears what is played to `ci_micfeed`."""
    env["PULSE_SERVER"] = f"unix:{folder}/run/pulse/native"
    if shutil.which("pulseaudio"):
        server = stack.enter_context(part(folder, env, *PULSEAUDIO))
    else:  # on desktops with PipeWire, where pulseaudio can't be installed beside it
        stack.enter_context(part(folder, env, "pipewire"))
        stack.enter_context(part(folder, env, "wireplumber"))
        server = stack.enter_context(part(folder, env, "pipewire-pulse"))
    wait_for("the sound server", server, answers(env, "Server Name", "pactl", "info"))
    for device in DEVICES:
        subprocess.run(["pactl", "load-module", *device.split()], env=env, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["pactl", "set-default-sink", "ci_out"], env=env, check=True)
    subprocess.run(["pactl", "set-default-source", "ci_mic"], env=env, check=True)


def keyring(folder: Path, env: dict[str, str]) -> None:
    """An unlocked keyring on the session's bus; it ends with the bus."""
    unlock = ["gnome-keyring-daemon", "--unlock", "--components=secrets"]
    with (folder / "gnome-keyring.log").open("wb") as log:
        subprocess.run(unlock, env=env, input=b"ci", stdout=subprocess.DEVNULL, stderr=log, check=True)


def run(command: list[str], env: dict[str, str]) -> int:
    """The command's exit status; it gets Ctrl-C itself, and a request to end is passed on."""
    process = subprocess.Popen(command, env=env)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return process.wait()


def main() -> int:
    """Run the command line's command in a desktop; returns its exit status."""
    if not sys.argv[1:]:
        sys.exit("usage: desktop_session.py COMMAND...")
    if os.environ.get("OVERTITLE_BUS") != "private":
        os.environ["OVERTITLE_BUS"] = "private"
        os.execvp("dbus-run-session", ["dbus-run-session", "--", sys.executable, __file__, *sys.argv[1:]])  # noqa: S606 - becomes the bus
    del os.environ["OVERTITLE_BUS"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="overtitle-", ignore_cleanup_errors=True)))
        env = home(folder)
        with logs_on_failure(folder):
            display(stack, folder, env)
            sound(stack, folder, env)
            keyring(folder, env)
        return run(sys.argv[1:], env)


@contextmanager
def logs_on_failure(folder: Path) -> Iterator[None]:
    """Show the parts' logs only when the desktop does not come up."""
    try:
        yield
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            with suppress(OSError):
                lines = log.read_text(errors="replace").splitlines()[-8:]
                print(f"== {log.name}", *lines, sep="\n", file=sys.stderr)  # noqa: T201 - a program of its own
        raise


if __name__ == "__main__":
    sys.exit(main())
