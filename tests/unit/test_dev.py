"""The parts of ./dev that can be wrong without anyone noticing; the rest is what every run of it shows."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """./dev over a checkout of its own."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("dev", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_locks_belong_to_the_project_file(dev: ModuleType, tmp_path: Path) -> None:
    assert dev.locks() == []
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text().replace("qasync>=0.28,<1", "qasync>=0.27,<1"))
    assert len(dev.locks()) == 3


def test_the_soak_is_the_table_of_the_promise_in_long(dev: ModuleType) -> None:
    script, *options = dev.SOAK
    done = subprocess.run(
        [sys.executable, script, *options, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "--write" in done.stdout


def test_the_lock_of_other_peoples_programs_belongs_to_its_list(dev: ModuleType, tmp_path: Path) -> None:
    wanted = tmp_path / "requirements" / "peers.in"
    wanted.write_text(wanted.read_text() + "another==1\n")
    (trouble,) = dev.locks()
    assert "peers.txt" in trouble


def test_locks_of_tools_belong_to_their_groups(dev: ModuleType, tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text().replace("mkdocs>=1.6,<2", "mkdocs>=1.5,<2"))
    assert [line.split()[0] for line in dev.locks()] == ["requirements/docs.txt"]


def test_locks_hold_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "pip install --index" + "-url x",
        "find" + "_links = x",
        '"resol' + 'ved": "https://x"',
        "https://py" + "pi.org/x",
    ],
)
def test_places_that_packages_come_from_are_found(dev: ModuleType, tmp_path: Path, text: str) -> None:
    assert dev.contents() == []
    (tmp_path / "notes.md").write_text(f"first\n{text}\n")
    assert len(dev.contents()) == 1


def test_the_place_of_the_checkout_is_found(dev: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(f"see {tmp_path}/dev\n")
    assert len(dev.contents()) == 1


@pytest.mark.skipif(not shutil.which("apt-cache"), reason="platform: no apt here")
def test_packages_are_found_by_the_name_of_this_system(dev: ModuleType) -> None:
    names, unknown = dev.installable(["bash", "no-such-package-at-all"])
    assert (names, unknown) == (["bash"], ["no-such-package-at-all"])
    assert dev.missing_packages(["bash", "no-such-package-at-all"]) == ["no-such-package-at-all"]


def test_a_renamed_library_counts_under_both_names(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "installed_packages", lambda: {"libglib2.0-0t64", "xvfb"})
    assert dev.missing_packages(["libglib2.0-0", "xvfb", "libegl1"]) == ["libegl1"]


def test_pulseaudio_is_not_put_beside_pipewire(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "installed_packages", lambda: {"pipewire-pulse"})
    assert dev.missing_packages(["pulseaudio"]) == []


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 0, "./dev demo"),
        (["nonsense"], 2, "There is no command called nonsense."),
        (["bench", "nonsense"], 1, "No benchmark is called nonsense."),
    ],
)
def test_a_command_line_is_answered(arguments: list[str], status: int, words: str) -> None:
    command = [sys.executable, str(ROOT / "dev"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert words in done.stdout + done.stderr


def test_what_is_built_alone_needs_less_of_the_system(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "lintian" in dev.build_packages(["--test"])
    assert "lintian" in dev.build_packages(["--test", "deb"])
    frozen = set(dev.build_packages(["--test", "--quick", "freeze"]))
    assert "xvfb" in frozen
    assert not frozen & {"lintian", "debootstrap"}
    assert "xvfb" not in dev.build_packages([])
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    assert f"libpython3.{sys.version_info.minor}" in dev.build_packages(["freeze"])


def test_both_halves_of_the_tests_end_in_one_count(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What the halves print is passed on, their closing lines are added up, and any failure is the status."""
    half = (
        "import sys; waits = 'tests/e2e' in sys.argv; print('12 passed')\n"
        "print('== \\033[32m3 passed\\033[0m, 1 rerun in 1.20s ==' if waits else\n"
        "      '= 1 failed, 20 passed in 61.00s (0:01:01) =')\n"
        "sys.exit(0 if waits else 1)\n"
    )
    monkeypatch.setattr(dev, "in_session", lambda command: [sys.executable, "-c", half, *command])
    assert dev.test_everything(["--reruns", "1"]) == 1
    said = capfd.readouterr().out.splitlines()
    assert said.count("12 passed") == 2
    assert said[-1].strip("= ").startswith("23 passed, 1 rerun, 1 failed in ")


def test_a_half_without_tests_is_no_failure(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    half = "import sys; sys.exit(5 if 'tests/e2e' in sys.argv else 0)"
    monkeypatch.setattr(dev, "in_session", lambda command: [sys.executable, "-c", half, *command])
    assert dev.test_everything([]) == 0
    monkeypatch.setattr(dev, "in_session", lambda command: [sys.executable, "-c", "raise SystemExit(5)", *command])
    assert dev.test_everything(["-k", "nothing"]) == 5


def test_each_half_remembers_its_own_failures(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for folder in ("unit", "e2e", "integration"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / f"test_{folder}.py").write_text(
            f"import os\ndef test_well(): pass\ndef test_ill(): assert '{folder}' not in os.environ['ILL']\n"
        )
    (tmp_path / "plain.ini").write_text("[pytest]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    monkeypatch.setattr(dev, "in_session", lambda command: command)

    def closing(ill: str, *options: str) -> str:
        monkeypatch.setenv("ILL", ill)
        dev.test_everything(["-c", "plain.ini", *options])
        return str(capfd.readouterr().out.splitlines()[-1].strip("= ").partition(" in ")[0])

    assert closing("unit e2e") == "2 failed, 4 passed"
    assert closing("e2e", "--lf") == "1 failed, 1 passed"
