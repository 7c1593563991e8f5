"""Whom a build may ask, and when; what can't be read never keeps anyone from being told."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.settings import paths, releases

NOW = 1_800_000_000.0


def test_a_checkout_asks_nobody() -> None:
    assert releases.address() == ""


@pytest.mark.parametrize(
    ("content", "address"),
    [
        (b"https://overtitle.example/latest.json\n", "https://overtitle.example/latest.json"),
        (b"", ""),
        (b"http://overtitle.example/latest.json", ""),
        (b"https://name@overtitle.example/", ""),
        (b"https://a.example/ https://b.example/", ""),
        (b"\xff\xfe", ""),
    ],
)
def test_a_build_carries_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, address: str
) -> None:
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    (tmp_path / "releases.txt").write_bytes(content)
    assert releases.address() == address


def test_it_is_due_once_a_day() -> None:
    assert releases.is_due(NOW)
    assert releases.ask_at(NOW + releases.DAY)
    assert not releases.is_due(NOW)
    assert not releases.is_due(NOW + releases.DAY - 1)
    assert releases.is_due(NOW + releases.DAY)


def test_not_now_is_a_week() -> None:
    releases.ask_at(NOW + releases.LATER)
    assert not releases.is_due(NOW)
    assert not releases.is_due(NOW + 6 * releases.DAY)
    assert releases.is_due(NOW + releases.LATER)


def test_a_clock_that_was_wrong_is_forgotten() -> None:
    releases.ask_at(NOW + 40 * releases.DAY)
    assert releases.is_due(NOW)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b'{"next": "soon"}', b'{"next": NaN}', b'{"next": 1e999}', b"[" * 60_000]
)
def test_a_damaged_file_is_no_file(data: bytes) -> None:
    file = paths.state_folder() / "updates.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    assert releases.is_due(NOW)
    releases.ask_at(NOW + releases.DAY)
    assert not releases.is_due(NOW)


def test_what_can_t_be_remembered_is_said() -> None:
    file = paths.state_folder() / "updates.json"
    file.mkdir(parents=True)
    assert not releases.ask_at(NOW)
