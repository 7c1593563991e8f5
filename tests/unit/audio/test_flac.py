"""FLAC files that grow: playable at every moment, and told apart from what is no sound of ours."""

from __future__ import annotations

import os
import sys
from array import array
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop.audio.flac import BLOCK, FlacReader, FlacWriter
from desktop.core.errors import SoundUnreadable

SOUND = array("h", [at % 3000 for at in range(5 * BLOCK + 100)]).tobytes()


def test_it_can_be_read_while_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    writer = FlacWriter.create(path, "mine")
    writer.write(SOUND)
    reader = FlacReader.open(path)
    assert reader.samples == 0, "nothing is told yet"
    assert not reader.read(0, 100).any()
    reader.close()
    writer.tell_length()
    reader = FlacReader.open(path)
    assert reader.samples == 5 * BLOCK
    assert reader.read(2 * BLOCK + 7, 500).tobytes() == SOUND[(2 * BLOCK + 7) * 2 :][:1000]
    assert reader.read(100, 5).tobytes() == SOUND[200:210], "and back"
    assert reader.read(5 * BLOCK - 100, 200).tobytes() == SOUND[10 * BLOCK - 200 :][:200] + bytes(200)
    reader.close()
    writer.write(SOUND)
    writer.close()
    whole, rate = soundfile.read(path, dtype="int16")
    assert (rate, whole.tobytes()) == (16_000, SOUND * 2), "as any other program reads it"


def test_a_torn_end_is_silence_and_what_is_before_it_can_be_heard(tmp_path: Path) -> None:
    path, torn = tmp_path / "a.flac", tmp_path / "torn.flac"
    writer = FlacWriter.create(path, "mine")
    writer.write(SOUND)
    writer.tell_length()
    torn.write_bytes(path.read_bytes()[:-50])  # a power cut took the last page, and the length was written already
    writer.close()
    reader = FlacReader.open(torn)
    assert not reader.read(4 * BLOCK, BLOCK).any()
    assert reader.read(0, 3 * BLOCK).tobytes() == SOUND[: 6 * BLOCK]
    assert reader.read(BLOCK, 1600).tobytes() == SOUND[2 * BLOCK :][:3200]
    reader.close()


def test_what_is_no_sound_of_ours_is_told_from_what_is_gone(tmp_path: Path) -> None:
    with pytest.raises(SoundUnreadable, match="no longer there"):
        FlacReader.open(tmp_path / "gone.flac")
    (tmp_path / "text.flac").write_text("no sound", encoding="utf-8")
    soundfile.write(tmp_path / "other.flac", np.zeros((100, 2), np.int16), 44_100)
    for name in ("text.flac", "other.flac"):
        with pytest.raises(SoundUnreadable, match=f"{name} can't be read"):
            FlacReader.open(tmp_path / name)


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        FlacWriter.create(tmp_path / "a.flac", "x")
    assert (tmp_path / "a.flac").read_bytes() == b"mine"
    with pytest.raises(FileNotFoundError):
        FlacWriter.create(tmp_path / "nowhere" / "a.flac", "x")


@pytest.mark.skipif(sys.platform == "win32", reason="platform: no descriptor can be taken away there")
def test_a_disk_that_refuses_is_an_error_of_the_system_and_the_handle_is_let_go(tmp_path: Path) -> None:
    writer = FlacWriter.create(tmp_path / "a.flac", "x")
    writer.write(SOUND)
    handle = writer._disk.handle
    full = os.open("/dev/full", os.O_RDWR)
    kept = os.dup(handle)
    os.dup2(full, handle)
    os.close(full)
    with pytest.raises(OSError, match="No space left"):
        writer.write(SOUND)
    with pytest.raises(OSError, match="No space left"):
        writer.write(SOUND)
    writer.close()
    os.close(kept)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(handle)
