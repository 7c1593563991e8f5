"""Live captions in a pipe: lanes, JSON, the journal, interrupts, and readers that leave."""

from __future__ import annotations

import json
import os
import signal
import wave
from pathlib import Path

import pytest

from desktop.audio.flac import FlacReader
from tests.e2e.conftest import ROOT, Program, write_wave


def rows_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_finals_in_a_pipe(program: Program, recording: Path, replay: list[str]) -> None:
    done = program.run("live", "--source", f"Ann=file:{recording}", *replay)
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["Ann: hello the\u0301re [2J", "Ann: how are you"]
    journal = Path(done.stderr.removeprefix("Saved: ").strip())
    assert "] how are you" in journal.with_suffix(".txt").read_text(encoding="utf-8")


def test_json_events(program: Program, recording: Path, replay: list[str]) -> None:
    done = program.run("live", "--json", "--source", f"Ann=file:{recording}", "--source", f"file:{recording}", *replay)
    assert done.returncode == 0
    rows = rows_of(done.stdout)
    finals = [row for row in rows if row["event"] == "final"]
    assert {row["lane"] for row in finals} == {"Ann", "lane-2"}
    assert {"partial", "final", "status", "saved"} == {str(row["event"]) for row in rows}
    assert rows[-2]["event"] == "saved" or rows[-1]["event"] == "saved"
    saved = [row for row in rows if row["event"] == "saved"]
    journal = Path(str(saved[-1]["path"]))
    assert saved[-1]["complete"] is True
    assert [row["type"] for row in rows_of(journal.read_text(encoding="utf-8"))].count("segment") == len(finals) == 4


def test_the_sound_is_kept_when_it_is_asked_for(program: Program, recording: Path, replay: list[str]) -> None:
    done = program.run("live", "--keep-sound", "--source", f"Ann=file:{recording}", *replay)
    assert done.returncode == 0
    journal = Path(done.stderr.removeprefix("Saved: ").strip())
    reader = FlacReader.open(journal.with_name(f"{journal.stem}.Ann.flac"))
    with wave.open(str(recording)) as file:
        pcm = file.readframes(file.getnframes())
    assert reader.samples * 2 == len(pcm)
    assert reader.read(0, reader.samples).tobytes() == pcm, "what was heard, to the last sample"
    reader.close()
    header = json.loads(journal.read_text(encoding="utf-8").splitlines()[0])
    assert program.run("transcripts", "delete", "--yes", str(header["id"])).returncode == 0
    assert not list(journal.parent.glob("*.flac"))
    refused = program.run("live", "--keep-sound", "--no-keep", "--source", f"Ann=file:{recording}", *replay)
    assert refused.returncode == 2
    assert "Leave one of them out." in refused.stderr


def test_time_is_up(program: Program, tmp_path: Path, replay: list[str]) -> None:
    long = write_wave(tmp_path / "long.wav", 60.0)
    done = program.run("live", "--seconds", "0.5", "--source", f"file:{long}", *replay)
    assert done.returncode == 0
    assert "Saved: " in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="platform: signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_ends_gracefully(program: Program, tmp_path: Path, replay: list[str], number: signal.Signals) -> None:
    long = write_wave(tmp_path / "long.wav", 60.0)
    running = program.start("live", "--json", "--source", f"file:{long}", *replay)
    assert running.stdout is not None
    for line in running.stdout:
        if json.loads(line)["event"] == "final":
            break
    running.send_signal(number)
    rest, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "Traceback" not in said
    saved = [row for row in rows_of(rest) if row["event"] == "saved"]
    assert saved[-1]["complete"] is True


@pytest.mark.skipif(os.name != "posix", reason="platform: pipes of POSIX")
def test_reader_that_leaves_ends_it_quietly(program: Program, tmp_path: Path, replay: list[str]) -> None:
    long = write_wave(tmp_path / "long.wav", 60.0)
    running = program.start("live", "--json", "--source", f"file:{long}", *replay)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait(timeout=60) == 0
    assert "overtitle:" not in said
    assert "Exception" not in said


def test_no_sound_at_all_is_an_audio_error(program: Program, replay: list[str]) -> None:
    done = program.run("live", "--seconds", "1", *replay)
    assert done.returncode == 3
    assert "overtitle: " in done.stderr


def test_unknown_device(program: Program, replay: list[str]) -> None:
    assert program.run("live", "--source", "usb-nothing", *replay).returncode == 3


def test_missing_file_beside_a_lane_that_works(program: Program, recording: Path, replay: list[str]) -> None:
    done = program.run("live", "--json", "--source", "gone=file:gone.wav", "--source", f"ok=file:{recording}", *replay)
    assert done.returncode == 0
    rows = rows_of(done.stdout)
    problems = [row for row in rows if row["event"] == "problem"]
    assert problems[0]["lane"] == "gone"
    assert {"class", "sentence", "hint", "retry_at"} <= set(problems[0])
    assert [row["lane"] for row in rows if row["event"] == "final"] == ["ok", "ok"]


@pytest.mark.engine
def test_demo_in_the_terminal(program: Program) -> None:
    done = program.run("demo", "--no-window")
    assert done.returncode == 0, done.stderr
    assert "You: " in done.stdout
    assert "Them: " in done.stdout
    journal = Path(done.stderr.split("Saved: ")[1].strip())
    assert "winter of despair" in journal.read_text(encoding="utf-8")


@pytest.mark.engine
@pytest.mark.skipif(os.name != "posix", reason="platform: signals of POSIX")
def test_control_c_reaches_the_engine_too_and_costs_no_word(program: Program) -> None:
    spoken = ROOT / "resources" / "sample" / "them.flac"
    running = program.start("live", "--json", "--source", f"file:{spoken}", group=True)
    assert running.stdout is not None
    for line in running.stdout:
        if json.loads(line)["event"] == "final":
            break
    os.killpg(running.pid, signal.SIGINT)
    rest, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "problem" not in {row["event"] for row in rows_of(rest)}
