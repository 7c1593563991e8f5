"""Places of windows come back with their monitors, and trouble with them is nobody's business."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from desktop.settings.window_state import MAX_SETS, load_places, save_places


def test_places_belong_to_a_set_of_monitors(tmp_path: Path) -> None:
    path = tmp_path / "state" / "windows.json"
    save_places(path, "laptop", {"window": "AAA", "overlay": "BBB"})
    save_places(path, "desk", {"window": "CCC"})
    save_places(path, "laptop", {"overlay": "DDD"})
    assert load_places(path, "laptop") == {"window": "AAA", "overlay": "DDD"}
    assert load_places(path, "desk") == {"window": "CCC"}
    assert load_places(path, "train") == {}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_oldest_set_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "windows.json"
    for number in range(MAX_SETS):
        save_places(path, str(number), {"window": "x"})
    save_places(path, "0", {"window": "y"})
    save_places(path, "new", {"window": "z"})
    assert load_places(path, "0") == {"window": "y"}
    assert load_places(path, "1") == {}


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"laptop": 3}', b'{"laptop": {"window": 3}}', b"[" * 100_000])
def test_a_damaged_file_is_an_empty_one(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "windows.json"
    path.write_bytes(data)
    assert load_places(path, "laptop") == {}
    save_places(path, "laptop", {"window": "x"})
    assert load_places(path, "laptop") == {"window": "x"}


def test_a_folder_that_can_not_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    save_places(tmp_path / "file" / "windows.json", "laptop", {"window": "x"})
    assert load_places(tmp_path / "file" / "windows.json", "laptop") == {}
