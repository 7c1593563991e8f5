"""Builds what people install; run by ./dev package [--test [--quick]] [KIND...].

Results go to dist/. Without KIND everything that this system can build is built; a kind brings those it is made of.
With --test each result is installed, tried like a person would, and removed (packaging/smoke.py).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import icons
import parts

ROOT = Path(__file__).resolve().parent.parent
HERE, DIST, WORK = ROOT / "packaging", ROOT / "dist", ROOT / "build" / "package"
FROZEN = WORK / "frozen" / "overtitle"
SIGN = os.environ.get("OVERTITLE_SIGN", "")
"""The command that signs one file on Windows, which is put behind it (docs/how-to/sign-a-release.md)."""
sys.path[:0] = [str(ROOT), str(HERE / "freeze")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # icons are drawn by Qt
if sys.platform == "linux":
    os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"  # where icupkg lies

from desktop import __version__ as VERSION  # noqa: E402, N812 - the checkout's, put in the way above; a constant here


def run(*command: str | Path, **variables: str) -> None:
    """One step; its output is shown, its failure ends the build."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False)
    if done.returncode:
        raise SystemExit(f"This step failed (status {done.returncode}): {' '.join(map(str, command))}")


# --- kinds ----------------------------------------------------------------------------------------------------------


def wheel() -> None:
    """The wheel and the source distribution, by the backend that pyproject.toml names, with nothing downloaded."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", DIST, ROOT)


def freeze() -> None:
    """The frozen folder, which the installers are made of."""
    shutil.rmtree(FROZEN.parent, ignore_errors=True)
    places = ["--distpath", FROZEN.parent, "--workpath", WORK / "pyinstaller"]
    releases = WORK / "releases.txt"
    releases.parent.mkdir(parents=True, exist_ok=True)
    releases.write_text(os.environ.get("OVERTITLE_RELEASES", ""), encoding="ascii")
    spec = HERE / "freeze" / "overtitle.spec"
    run(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *places, spec)
    if sys.platform == "linux":
        from slim import slim

        slim(FROZEN)
    for program in FROZEN.glob("*.exe"):
        if SIGN:
            run(*shlex.split(SIGN, posix=False), program)


def tarball() -> None:
    """The frozen folder as an archive that runs wherever it is unpacked."""
    name = f"overtitle-{VERSION}-linux-{platform.machine()}"
    tree = WORK / "tarball" / name
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(FROZEN, tree, symlinks=True)
    from deb import share

    share(tree / "share", VERSION)
    shutil.copy(HERE / "linux" / "README.txt", tree)
    alike = ["--sort=name", "--owner=root:0", "--group=root:0", f"--mtime=@{os.environ.get('SOURCE_DATE_EPOCH', '0')}"]
    run("tar", "-C", tree.parent, *alike, "-cJf", DIST / f"{name}.tar.xz", name, XZ_OPT="-T0 -6")


def deb() -> None:
    """The package for Debian and Ubuntu."""
    from deb import build

    build(FROZEN, WORK / "deb", DIST, VERSION)


def installer() -> None:
    """The installer for Windows, by Inno Setup."""
    signing = [f"/Ssigner={SIGN} $f", "/DSIGNED"] if SIGN else []
    icons.ico(WORK / "overtitle.ico")
    options = [f"/DVERSION={VERSION}", f"/DFROZEN={FROZEN}", f"/DWORK={WORK}", f"/O{DIST}"]
    compiler = shutil.which("iscc") or r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe"
    run(compiler, *options, *signing, HERE / "windows" / "overtitle.iss")


def dmg() -> None:
    """The disk image for macOS; signed and notarised where OVERTITLE_MACOS_... say by whom."""
    run("sh", HERE / "macos" / "dmg.sh", FROZEN.parent / "Overtitle.app", DIST / f"Overtitle-{VERSION}.dmg")


def sbom() -> None:
    """A list of everything inside, in CycloneDX's form, from the lock that the program is built with."""
    target = DIST / f"overtitle-{VERSION}.cdx.json"
    lock = ROOT / "requirements" / "runtime.txt"
    about = ["--pyproject", ROOT / "pyproject.toml", "--mc-type", "application", "--output-reproducible"]
    run(sys.executable, "-m", "cyclonedx_py", "requirements", lock, *about, "--output-file", target)
    parts.complete(target, ROOT / "pyproject.toml", VERSION)


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be built."""

    build: Callable[[], None]
    systems: tuple[str, ...]
    needs: tuple[str, ...] = ()
    pattern: str = ""
    """The file in dist/ that it becomes."""


ALL = ("linux", "win32", "darwin")
KINDS = {
    "wheel": Kind(wheel, ALL, pattern="overtitle-*.whl"),
    "sbom": Kind(sbom, ALL),
    "freeze": Kind(freeze, ALL),
    "tarball": Kind(tarball, ("linux",), ("freeze",), "overtitle-*.tar.xz"),
    "deb": Kind(deb, ("linux",), ("freeze",), "overtitle_*.deb"),
    "installer": Kind(installer, ("win32",), ("freeze",)),
    "dmg": Kind(dmg, ("darwin",), ("freeze",)),
}


def plan(asked: Iterable[str]) -> list[str]:
    """What to build, in an order in which everything finds what it is made of."""
    wanted = list(asked) or [name for name, kind in KINDS.items() if sys.platform in kind.systems]
    needed = {need for name in wanted for need in KINDS[name].needs} | set(wanted)
    return [name for name in KINDS if name in needed]


def checksums() -> None:
    """SHA-256 of everything in dist/, in the form that `sha256sum --check` reads."""
    files = [path for path in sorted(DIST.iterdir()) if path.is_file() and path.name != "SHA256SUMS"]
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (DIST / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def main() -> int:
    """Build, and try out where asked."""
    options = argparse.ArgumentParser(prog="./dev package", description=__doc__)
    options.add_argument("--test", action="store_true", help="install, try out and remove what was built")
    options.add_argument("--quick", action="store_true", help="with --test: compare no starts with those from source")
    options.add_argument("kinds", nargs="*", metavar="KIND", choices=[*KINDS, []], help=", ".join(KINDS))
    args = options.parse_args()
    if not os.environ.get("SOURCE_DATE_EPOCH") and (git := shutil.which("git")):
        asked = [git, "-c", f"safe.directory={ROOT}", "log", "-1", "--format=%ct"]
        told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        os.environ.update({"SOURCE_DATE_EPOCH": told} if told else {})
    DIST.mkdir(exist_ok=True)
    chosen = plan(args.kinds)
    for name in chosen:
        began = time.monotonic()
        KINDS[name].build()
        print(f"{name}: built in {time.monotonic() - began:.0f} s", flush=True)
    checksums()
    if args.test:
        from trial import try_out

        for name in chosen:
            print(f"{name}:", flush=True)
            try_out(name, DIST, FROZEN, *(["--quick"] if args.quick else []))
    return 0


if __name__ == "__main__":
    sys.exit(main())
