"""The Debian package, made of the frozen folder with Debian's own tools; runs on Debian 12, Ubuntu 24.04 and newer."""

from __future__ import annotations

import gzip
import hashlib
import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import icons
import manual

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "packaging" / "linux"
PLACE = Path("usr/lib/overtitle")
SHARE = Path("usr/share")
ASKS = "_internal/desktop/resources/releases.txt"
PRIVATE = ("_internal", "_internal/PySide6/Qt/lib", "_internal/moonshine_voice.libs", "_internal/numpy.libs")
MAINTAINER = os.environ.get("OVERTITLE_MAINTAINER", "The Overtitle engineers <engineers@overtitle.invalid>")
GTK = "platformthemes/libqgtk3.so"  # used where a desktop has GTK anyway
CONTROL = """\
Package: overtitle
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Section: sound
Priority: optional
Depends: {depends}
Recommends: pipewire-pulse | pulseaudio, gnome-keyring | kwalletmanager
Suggests: libgtk-3-0
Description: live captions for both sides of a call
 Overtitle listens to the microphone and to what the computer plays, and shows
 what is said as captions above every other window. It needs no account and no
 network: a speech engine for English comes inside. Other languages can be
 captioned by services, from one's own account. Transcripts are on disk
 sentence by sentence, can be searched, and exported as text and subtitles.
"""


def build(frozen: Path, work: Path, target: Path, version: str) -> Path:
    """Build the package from the frozen folder into the folder `target`."""
    shutil.rmtree(work, ignore_errors=True)
    tree = work / "tree"
    shutil.copytree(frozen, tree / PLACE, symlinks=True)
    (tree / PLACE / ASKS).unlink()  # newer versions are apt's business
    share(tree / SHARE, version)
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/overtitle").symlink_to("../lib/overtitle/overtitle")
    _documents(tree, version)
    _modes(tree)
    architecture = _asked("dpkg", "--print-architecture").strip()
    _control(tree, work, version, architecture)
    deb = target / f"overtitle_{version}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(deb)], check=True)
    return deb


def share(folder: Path, version: str) -> None:
    """What every Linux desktop and shell looks for, below a `share` folder."""
    made = folder / "made"
    manual.write(made)
    moves = {
        "overtitle.bash": "bash-completion/completions/overtitle",
        "_overtitle": "zsh/vendor-completions/_overtitle",
        "overtitle.fish": "fish/vendor_completions.d/overtitle.fish",
    }
    for name, place in moves.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (made / name).rename(folder / place)
    _compress(folder / "man/man1/overtitle.1.gz", (made / "overtitle.1").read_text(encoding="utf-8"))
    shutil.rmtree(made)
    icons.hicolor(folder / "icons" / "hicolor")
    (folder / "applications").mkdir()
    shutil.copy(PARTS / "overtitle.desktop", folder / "applications")
    about = (PARTS / "overtitle.metainfo.xml").read_text(encoding="utf-8")
    about = about.replace("@VERSION@", version).replace("@DATE@", f"{moment():%Y-%m-%d}")
    (folder / "metainfo").mkdir()
    (folder / "metainfo" / "io.github.overtitle.Overtitle.metainfo.xml").write_text(about, encoding="utf-8")


def moment() -> datetime:
    """The time that the build carries: that of the change it is made from, so that two builds are alike."""
    asked = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(asked), UTC) if asked else datetime.now(UTC)


def _documents(tree: Path, version: str) -> None:
    folder = tree / SHARE / "doc" / "overtitle"
    folder.mkdir(parents=True)
    shutil.copy(PARTS / "copyright", folder)
    news = f"overtitle ({version}) unstable; urgency=medium\n\n  * What is new in this version is listed in NEWS.gz."
    _compress(folder / "changelog.gz", f"{news}\n\n -- {MAINTAINER}  {format_datetime(moment())}\n")
    _compress(folder / "NEWS.gz", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    overrides = tree / SHARE / "lintian" / "overrides" / "overtitle"
    overrides.parent.mkdir(parents=True)
    shutil.copy(PARTS / "lintian-overrides", overrides)


def _compress(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _modes(tree: Path) -> None:
    """What Debian's policy wants: libraries and data can't be executed, everyone can read."""
    for path in tree.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path == tree / PLACE / "overtitle"
            path.chmod(0o755 if executable else 0o644)


def _control(tree: Path, work: Path, version: str, architecture: str) -> None:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(1 + path.stat().st_size // 1024 for path in files)
    depends = ", ".join(dependencies(tree, work))
    folder = tree / "DEBIAN"
    folder.mkdir()
    control = CONTROL.format(
        version=version, architecture=architecture, maintainer=MAINTAINER, size=size, depends=depends
    )
    (folder / "control").write_text(control)
    (folder / "md5sums").write_text("".join(f"{_md5(path)}  {path.relative_to(tree)}\n" for path in files))


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def dependencies(tree: Path, work: Path) -> list[str]:
    """What the program's libraries are linked to, and what they load while running (`RUN_PACKAGES` of ./dev)."""
    (work / "debian").mkdir()  # dpkg-shlibdeps wants to see a source package
    (work / "debian" / "control").write_text("Source: overtitle\n\nPackage: overtitle\nArchitecture: any\n")
    elf = [path for path in (tree / PLACE).rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]
    wanted = [f"-e{path}" for path in elf if not path.match(GTK)]
    places = [f"-l{tree / PLACE / place}" for place in PRIVATE]
    found = _asked("dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", *places, *wanted, cwd=work)
    linked = re.sub(r"^shlibs:Depends=", "", found.strip()).split(", ")
    named = {entry.split()[0].removesuffix("t64") for entry in linked}
    return sorted(linked + [package for package in _loaded() if package not in named])


def _loaded() -> list[str]:
    loader = importlib.machinery.SourceFileLoader("dev", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev", loader)
    assert spec is not None
    dev = importlib.util.module_from_spec(spec)
    loader.exec_module(dev)
    return list(dev.RUN_PACKAGES)


def _asked(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:2])}: {done.stderr[-3000:]}")
    return done.stdout
