from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.audio import devices
from desktop.cli import checks
from desktop.cli.checks import Finding, Level
from desktop.core.audio import Device, SourceKind
from desktop.core.errors import EngineUnavailable
from desktop.core.message import say
from desktop.settings.controls import ComputerSettings
from desktop.settings.schema import Settings

MIC = Device("m", "USB microphone", SourceKind.MICROPHONE, default=True)
SPEAKERS = Device("s", "Speakers", SourceKind.SYSTEM)
DEAF = Device("mic", "Microphone", SourceKind.MICROPHONE, available=False, reason="No sound server answers.")
Usage = namedtuple("Usage", "total used free")


def levels(found: Iterator[Finding]) -> list[tuple[str, Level, int]]:
    return [(finding.check, finding.level, finding.status) for finding in found]


@pytest.mark.parametrize(
    ("connected", "expected"),
    [
        ([MIC, SPEAKERS], [("microphone", Level.OK, 0), ("system sound", Level.OK, 0)]),
        ([SPEAKERS], [("microphone", Level.WARN, 0), ("system sound", Level.OK, 0)]),
        ([DEAF, SPEAKERS], [("microphone", Level.WARN, 0), ("system sound", Level.OK, 0)]),
        ([DEAF], [("sound", Level.FAIL, 3)]),
        ([], [("sound", Level.FAIL, 3)]),
    ],
)
def test_sound(
    monkeypatch: pytest.MonkeyPatch, connected: list[Device], expected: list[tuple[str, Level, int]]
) -> None:
    monkeypatch.setattr(devices, "list_devices", lambda: connected)
    assert levels(checks.sound()) == expected


@pytest.mark.parametrize(
    ("free", "level", "status"),
    [(10**10, Level.OK, 0), (checks.SCARCE - 1, Level.WARN, 0), (checks.TOO_LITTLE - 1, Level.FAIL, 6)],
)
def test_room_for_transcripts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, level: Level, status: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, free))
    assert levels(checks.folder(tmp_path / "not" / "yet")) == [("transcripts", level, status)]
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    assert levels(checks.folder(path / "below")) == [("transcripts", Level.FAIL, 6)]


def test_clock_before_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(checks.clock()) == [("clock", Level.OK, 0)]
    monkeypatch.setattr("time.time", lambda: 1.0)
    assert levels(checks.clock()) == [("clock", Level.WARN, 0)]


def test_settings_are_read_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert levels(checks.settings_file(path)) == [("settings", Level.OK, 0)]
    path.write_text("[captions]\nlangage = 'en-GB'\n", encoding="utf-8")
    assert levels(checks.settings_file(path)) == [("settings", Level.WARN, 0)]
    path.write_text("= =", encoding="utf-8")
    assert levels(checks.settings_file(path)) == [("settings", Level.FAIL, 2)]
    assert [entry.name for entry in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("address", "tell", "words"),
    [
        ("", True, "asks nobody"),
        ("https://overtitle.example/", True, "tells about"),
        ("https://overtitle.example/", False, "does not tell"),
    ],
)
def test_new_versions(monkeypatch: pytest.MonkeyPatch, address: str, tell: bool, words: str) -> None:
    monkeypatch.setattr("desktop.settings.releases.address", lambda: address)
    settings = Settings(computer=ComputerSettings(tell_updates=tell))
    (finding,) = checks.updates(settings)
    assert finding.level is Level.OK
    assert words in finding.text


def failing(error: Exception) -> checks.Check:
    def check() -> Iterator[Finding]:
        yield checks.ok("first", "fine")
        raise error

    return check


@pytest.mark.parametrize(
    ("error", "status"), [(EngineUnavailable(say("T", "Not here.")), 5), (ZeroDivisionError("secret"), 1)]
)
def test_trouble_in_a_check_is_a_finding(error: Exception, status: int) -> None:
    found = list(checks.guarded("a", failing(error)))
    assert levels(iter(found)) == [("first", Level.OK, 0), ("a", Level.FAIL, status)]
    assert "secret" not in found[1].text
