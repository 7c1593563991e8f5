"""Installs what was built, tries it like a person would, and removes it again: `./dev package --test`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SESSION = ROOT / "tests" / "desktop_session.py"
SMOKE = ROOT / "packaging" / "smoke.py"
DEBIAN = ROOT / "build" / "debian"
"""A fresh Debian 12, made once by debootstrap and kept."""
LIMIT = "<= 250 MB"


def try_out(kind: str, dist: Path, frozen: Path, *options: str) -> None:
    """Try one kind with these options of the smoke test; those that are no program are looked at only."""
    trials = {"wheel": _wheel, "freeze": _freeze, "tarball": _tarball, "deb": _deb}
    if kind == "freeze" and sys.platform != "linux":
        _terminal(frozen)
    elif kind in trials:
        trials[kind](dist, frozen, *options)
    else:
        print("  not tried out")


def smoke(*arguments: str | Path) -> None:
    """Run the smoke test in a desktop of its own, where there can be one."""
    session = [sys.executable, str(SESSION)] if sys.platform == "linux" else []
    command = [*session, sys.executable, str(SMOKE), *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    env.pop("QT_QPA_PLATFORM", None)
    run(*command, env=env)


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """One step; its failure ends the trial."""
    done = subprocess.run(command, check=False, env=env)
    if done.returncode:
        raise SystemExit(f"This step failed (status {done.returncode}): {' '.join(command)}")


def _freeze(_dist: Path, frozen: Path, *options: str) -> None:
    smoke(*options, "--installed", frozen, "--limit", LIMIT, frozen / "overtitle")


def _terminal(frozen: Path) -> None:
    """Where no display of one's own can be had: what the command line can show."""
    program = frozen / "overtitle"
    if sys.platform == "darwin":
        program = frozen.parent / "Overtitle.app" / "Contents" / "MacOS" / "overtitle"
    for command in (["--version"], ["providers"], ["transcribe", str(ROOT / "resources" / "sample" / "you.flac")]):
        run(str(program), *command)


def _tarball(dist: Path, _frozen: Path, *options: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(_newest(dist, "overtitle-*.tar.xz")) as archive:
            archive.extractall(folder, filter="data")
        (place,) = Path(folder).iterdir()
        smoke(*options, "--installed", place, "--limit", LIMIT, place / "overtitle")


def contents(wheel: Path) -> list[str]:
    """What is missing from a wheel, and what should not be in it."""
    held = set(zipfile.ZipFile(wheel).namelist())
    sources = [*(ROOT / "desktop").rglob("*"), *(ROOT / "resources").rglob("*")]
    files = [path.relative_to(ROOT).as_posix() for path in sources if path.is_file() and path.suffix != ".pyc"]
    wanted = {f"desktop/{name}" if name.startswith("resources/") else name for name in files}
    foreign = {name for name in held if not name.startswith(("desktop/", "overtitle-"))}
    return [f"missing: {name}" for name in sorted(wanted - held)] + [f"not ours: {name}" for name in sorted(foreign)]


def _wheel(dist: Path, _frozen: Path, *options: str) -> None:
    """Into an environment that holds what the lock names, and nothing of the checkout."""
    if wrong := contents(_newest(dist, "overtitle-*.whl")):
        raise SystemExit("\n".join(wrong))
    if sys.platform != "linux":
        return
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=False)
        python = Path(folder, "bin", "python")
        pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet", "install", "--no-deps"]
        run(*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "requirements" / "runtime.txt"))
        run(*pip, str(_newest(dist, "overtitle-*.whl")))
        smoke(*options, "--installed", folder, Path(folder, "bin", "overtitle"))


def _deb(dist: Path, _frozen: Path, *options: str) -> None:
    """Into a fresh Debian 12, and out of it again."""
    package = _newest(dist, "overtitle_*.deb")
    if shutil.which("lintian"):
        run("lintian", "--fail-on", "error,warning", "--allow-root", str(package))
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        print("  installing it in a fresh Debian needs root and debootstrap: not tried")
        return
    root = fresh_debian()
    shutil.copy(package, root)
    with mounted(root):
        install = ["apt-get", "-q", "-y", "--no-install-recommends", "install", f"./{package.name}"]
        inside(root, *install)
        inside(root, "apt-get", "-q", "-y", "purge", "overtitle")  # leaves what it depends on
        before = set(files(root))
        inside(root, *install)
        place = ("--root", root, "--installed", root / "usr/lib/overtitle")
        smoke(*options, *place, "--limit", LIMIT, "/usr/bin/overtitle")
        inside(root, "apt-get", "-q", "-y", "purge", "overtitle")
        left = sorted(set(files(root)) - before)
    print(f"  {'files left after purge':<28} {len(left):>10}   0")
    if left:
        raise SystemExit(f"left: {left[:20]}")


def fresh_debian() -> Path:
    """A minimal Debian 12 from the mirror that this system's own packages come from."""
    if not (DEBIAN / "etc").is_dir():
        ask = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Codename: bookworm"]
        mirror = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.split()[0]
        run("debootstrap", "--variant=minbase", "bookworm", str(DEBIAN), mirror)
    return DEBIAN


@contextmanager
def mounted(root: Path) -> Iterator[None]:
    """What a chroot needs of this system: processes, devices, and the display of the smoke test."""
    places = ["proc", "dev", "tmp/.X11-unix"]
    Path("/tmp/.X11-unix").mkdir(mode=0o1777, exist_ok=True)  # noqa: S108 - the fixed place of X's sockets
    (root / "tmp/.X11-unix").mkdir(exist_ok=True)
    done: list[str] = []
    try:
        for place in places:
            run("mount", "--bind", f"/{place}", str(root / place))
            done.insert(0, str(root / place))
        yield
    finally:
        for place in done:
            subprocess.run(["umount", place], check=False)


def inside(root: Path, *command: str) -> None:
    """Run a command in the other system; its output is shown only when it fails."""
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["chroot", str(root), *command], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def files(root: Path) -> Iterator[str]:
    """Every file of the other system, without apt's own records and what is mounted."""
    ours = {"proc", "sys", "dev", "tmp", "run"}
    for top in root.iterdir():
        if top.name not in ours and top.is_dir() and not top.is_symlink():
            for path in top.rglob("*"):
                name = f"/{path.relative_to(root)}"
                if not name.startswith(("/var/log/", "/var/cache/", "/var/lib/apt/", "/var/lib/dpkg/")):
                    yield name


def _newest(dist: Path, pattern: str) -> Path:
    found = sorted(dist.glob(pattern), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit(f"There is no {pattern} in {dist}")
    return found[-1]
