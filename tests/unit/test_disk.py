"""Folders are made for their owner, outlive a power cut, and a drive that is not there is an error and no hang."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.disk import make_folder


def test_a_drive_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On Windows the parent of a missing drive is that drive."""
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    monkeypatch.setattr(Path, "mkdir", lambda path, **_: (_ for _ in ()).throw(FileNotFoundError(str(path))))
    with pytest.raises(FileNotFoundError):
        make_folder(tmp_path / "Overtitle")


def test_the_name_of_a_new_folder_is_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]


def test_a_folder_that_may_not_be_read_takes_a_new_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refused)
    make_folder(tmp_path / "a")
    assert (tmp_path / "a").is_dir()
