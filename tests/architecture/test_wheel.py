"""What Python users get: the wheel and the source distribution, built here, installed and run outside the checkout."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from desktop import __version__

ROOT = Path(__file__).resolve().parents[2]
NAME = f"overtitle-{__version__}"
SKIPPED = "hatchling is not installed: it is part of requirements/test.txt"


@dataclass(frozen=True)
class Built:
    """Names inside the two archives, and the folder that the wheel is installed in."""

    sdist: set[str]
    wheel: set[str]
    place: Path


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel is made of the source distribution, as `python -m build` does, with nothing downloaded."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip(SKIPPED)
    work = tmp_path_factory.mktemp("built")
    build = (sys.executable, "-m", "hatchling", "build", "-d", work)
    run(*build, "-t", "sdist", cwd=ROOT)
    with tarfile.open(work / f"{NAME}.tar.gz") as archive:
        archive.extractall(work, filter="data")
        sdist = {member.name.removeprefix(f"{NAME}/") for member in archive if member.isfile()}
    run(*build, "-t", "wheel", cwd=work / NAME)
    wheel = work / f"{NAME}-py3-none-any.whl"
    python = getattr(sys, "_base_executable", sys.executable)  # the environment of the tests has no pip of its own
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-index", "--no-deps")
    run(*pip, "--no-compile", "--target", work / "place", wheel, cwd=work)
    return Built(sdist, set(zipfile.ZipFile(wheel).namelist()), work / "place")


def project_files(*folders: str) -> set[str]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return {path.relative_to(ROOT).as_posix() for path in found if path.suffix != ".pyc"}


def test_the_wheel_holds_the_program_and_its_resources_and_nothing_else(built: Built) -> None:
    wanted = project_files("desktop") | {f"desktop/{name}" for name in project_files("resources")}
    about = {f"{NAME}.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    assert built.wheel == wanted | about | {f"{NAME}.dist-info/licenses/LICENSE"}
    for part in ("translations/*.ts", "icons/*.svg", "fonts/*.ttf", "sample/*.flac", "voximplant/*"):
        folder, _, pattern = part.rpartition("/")
        shipped = [name for name in built.wheel if Path(name).match(f"desktop/resources/{folder}/{pattern}")]
        assert shipped, f"no {part}"


def test_the_source_distribution_builds_without_tests_and_leftovers(built: Built) -> None:
    assert project_files("desktop", "resources") <= built.sdist
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "packaging/build.py"} <= built.sdist
    foreign = re.compile(r"(^|/)(tests|benchmarks|build|dist|\.git|\.venv|__pycache__|\.\w+_cache)/|\.(pyc|whl|deb)$")
    assert not [name for name in built.sdist if foreign.search(name)]


def test_the_metadata_says_what_pyproject_says(built: Built) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = Distribution.at(built.place / f"{NAME}.dist-info")
    about = found.metadata
    assert isinstance(about, Message)
    assert (about["Name"], about["Version"], about["Summary"]) == ("overtitle", __version__, project["description"])
    assert (about["License-Expression"], about.get_all("License-File")) == ("Apache-2.0", ["LICENSE"])
    assert about["Requires-Python"] == project["requires-python"]
    assert set(about.get_all("Provides-Extra") or ()) == set(project["optional-dependencies"])
    extra = [line for line in found.requires or () if "extra ==" in line]
    assert len(found.requires or ()) - len(extra) == len(project["dependencies"])
    assert len(extra) == sum(map(len, project["optional-dependencies"].values()))
    scripts = {entry.name: (entry.group, entry.value) for entry in found.entry_points}
    assert scripts == {
        "overtitle": ("console_scripts", "desktop.__main__:main"),
        "overtitle-window": ("gui_scripts", "desktop.__main__:main"),
    }


def test_what_is_installed_runs_outside_the_checkout(built: Built, tmp_path: Path) -> None:
    def says(*arguments: str | Path) -> str:
        return run(sys.executable, *arguments, cwd=tmp_path, PYTHONPATH=str(built.place)).strip()

    places = "import desktop; from desktop.settings import paths; print(desktop.__file__, paths.resources())"
    package = built.place / "desktop"
    assert says("-c", places) == f"{package / '__init__.py'} {package / 'resources'}"
    (script,) = [path for path in (built.place / "bin").iterdir() if path.stem == "overtitle"]
    if script.suffix != ".exe":  # of Windows
        assert says(script, "--version") == f"overtitle {__version__}"
    assert "usage: overtitle" in says("-m", "desktop", "--help")
    listed = says("-m", "desktop", "providers", "--json")
    folders = [path.name for path in (ROOT / "desktop" / "providers").iterdir() if (path / "__init__.py").exists()]
    assert len(folders) > 4
    for name in folders:
        assert f'"{name.replace("_", "-")}"' in listed
