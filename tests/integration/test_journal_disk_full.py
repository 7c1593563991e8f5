"""A disk that is full, or a limit that is reached, costs no final: each comes in order once there is room."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent
from desktop.core.errors import JournalUnwritable
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.transcript import JournalHeader

HEADER = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Full", (("you", "You"),))


def final(number: int) -> CaptionEvent:
    return CaptionEvent("you", str(number), 0, f"number {number} " * 50, True, float(number), number + 1.0)


def append_until_refused(journal: Journal, number: int) -> tuple[int, JournalUnwritable]:
    """The number that was refused, and how."""
    while True:
        try:
            journal.append(final(number))
        except JournalUnwritable as error:
            return number, error
        number += 1
        assert number < 10_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("platform: mounting is not permitted here; test_a_size_limit_costs_nothing stands in")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_costs_nothing(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    with Journal.create(small_disk, HEADER) as journal:
        refused, error = append_until_refused(journal, 0)
        assert "the disk is full" in str(error)
        assert str(small_disk) in str(error)
        assert len(read(journal.path).segments) == refused
        with pytest.raises(JournalUnwritable, match="the disk is full"):
            journal.append(final(refused))
        with pytest.raises(JournalUnwritable, match="the disk is full"):
            Journal.create(small_disk, HEADER)
        ballast.unlink()
        for number in range(refused, refused + 20):
            journal.append(final(number))
        journal.close(1000.0)
    transcript = read(journal.path)
    assert [segment.segment_id for segment in transcript.segments] == [str(n) for n in range(refused + 20)]
    assert (transcript.damaged, transcript.complete) == (0, True)
    assert [path.name for path in small_disk.iterdir()] == [journal.path.name]


def test_a_read_only_disk_is_a_sentence(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for folder in (small_disk, small_disk / "new"):
        with pytest.raises(JournalUnwritable, match="the disk is read-only"):
            Journal.create(folder, HEADER)


LIMITED = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from test_journal_disk_full import *
with Journal.create(Path(sys.argv[2]), HEADER) as journal:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    refused, error = append_until_refused(journal, 0)
    print(error)
    assert len(read(journal.path).segments) == refused
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    for number in range(refused, refused + 20):
        journal.append(final(number))
    journal.close(1000.0)
"""


def test_a_size_limit_costs_nothing(tmp_path: Path) -> None:
    """In a program of its own: the limit holds for a whole process."""
    here = Path(__file__).parent
    command = [sys.executable, "-c", LIMITED, str(here), str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=here.parents[1])
    assert said.returncode == 0, said.stderr
    assert "the file may not grow any larger" in said.stdout
    (path,) = tmp_path.glob("*.jsonl")
    transcript = read(path)
    numbers = [int(segment.segment_id) for segment in transcript.segments]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > 20
    assert (transcript.damaged, transcript.complete) == (0, True)
