from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.cli.destination import check_writable, destinations
from desktop.core.errors import ExportFailed, UsageError

A, B = Path("a.wav"), Path("b.wav")


def test_standard_output_takes_all_in_order() -> None:
    assert [(to.recording, to.format, to.path) for to in destinations([A, B], "-", None)] == [
        (A, "txt", None),
        (B, "txt", None),
    ]


@pytest.mark.parametrize(
    ("output", "wanted", "form"),
    [("x.srt", None, "srt"), ("x.SRT", None, "srt"), ("x.srt", "vtt", "vtt"), ("x.doc", None, "txt")],
)
def test_format_follows_the_name(output: str, wanted: str | None, form: str) -> None:
    (to,) = destinations([A], output, wanted)
    assert (to.format, to.path) == (form, Path(output))


def test_folder_takes_one_file_each(tmp_path: Path) -> None:
    found = destinations([A, B], str(tmp_path), "md")
    assert [to.path for to in found] == [tmp_path / "a.md", tmp_path / "b.md"]


def test_one_file_cannot_take_several(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder"):
        destinations([A, B], str(tmp_path / "x.txt"), None)


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    recording = tmp_path / "notes.txt"
    with pytest.raises(UsageError, match="over a recording"):
        destinations([recording], str(tmp_path), None)


def test_two_recordings_of_one_name_do_not_share_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="twice"):
        destinations([Path("x/a.wav"), Path("y/a.wav")], str(tmp_path), None)


def test_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    (to,) = destinations([A], str(tmp_path / "x.txt"), None)
    check_writable(to)
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    (to,) = destinations([A], str(tmp_path / "gone" / "x.txt"), None)
    with pytest.raises(ExportFailed, match="No such file") as caught:
        check_writable(to)
    assert caught.value.exit_status == 6


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="platform: root may write everywhere")
def test_read_only_folder_is_a_storage_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    (to,) = destinations([A], str(tmp_path / "x.txt"), None)
    with pytest.raises(ExportFailed):
        check_writable(to)
    tmp_path.chmod(0o700)
