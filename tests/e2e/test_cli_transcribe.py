"""Recordings to text: formats, destinations, bad files, and trouble on the way."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Program, caption, write_replay, write_wave


def everything_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_text_on_standard_output(program: Program, recording: Path, replay: list[str]) -> None:
    done = program.run("transcribe", recording, *replay)
    assert (done.returncode, done.stderr) == (0, "")
    assert "hello thére" in done.stdout.replace("e\u0301", "é")
    assert "how are you" in done.stdout
    assert everything_below(program.home) == []


@pytest.mark.parametrize(("form", "sign"), [("srt", "00:00:01,000 --> "), ("vtt", "WEBVTT"), ("md", "#")])
def test_formats(program: Program, recording: Path, replay: list[str], form: str, sign: str) -> None:
    assert sign in program.run("transcribe", recording, "--format", form, *replay).stdout


def test_jsonl_prints_finals_as_journal_lines(program: Program, recording: Path, replay: list[str]) -> None:
    done = program.run("transcribe", recording, "--format", "jsonl", *replay)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["type"] for row in rows] == ["session", "segment", "segment", "end"]
    assert rows[2]["text"] == "how are you"
    assert rows[0]["language"] == "en-US"


def test_json_is_one_document(program: Program, recording: Path, replay: list[str]) -> None:
    assert json.loads(program.run("transcribe", recording, "--format", "json", *replay).stdout)


def test_output_names_the_format(program: Program, recording: Path, replay: list[str], tmp_path: Path) -> None:
    done = program.run("transcribe", recording, "--output", tmp_path / "x.srt", *replay)
    assert (done.returncode, done.stdout) == (0, "")
    assert "-->" in (tmp_path / "x.srt").read_text(encoding="utf-8")


def test_folder_takes_one_file_each(program: Program, replay: list[str], tmp_path: Path) -> None:
    files = [write_wave(tmp_path / name, 2.5) for name in ("a.wav", "b.wav")]
    into = tmp_path / "out"
    into.mkdir()
    assert program.run("transcribe", *files, "--output", into, *replay).returncode == 0
    assert everything_below(into) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("content", [None, b"", b"This is not sound.", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_file_without_sound(program: Program, replay: list[str], tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    assert "bad.wav" in program.refused("transcribe", path, *replay, status=3)


def test_recording_of_no_length(program: Program, replay: list[str], tmp_path: Path) -> None:
    assert "empty.wav" in program.refused("transcribe", write_wave(tmp_path / "empty.wav", 0.0), *replay, status=3)


def test_folder_is_no_recording(program: Program, replay: list[str], tmp_path: Path) -> None:
    program.refused("transcribe", tmp_path, *replay, status=3)


def test_bad_file_leaves_the_others_alone(program: Program, recording: Path, replay: list[str], tmp_path: Path) -> None:
    done = program.run("transcribe", tmp_path / "gone.wav", recording, *replay)
    assert done.returncode == 3
    assert "gone.wav" in done.stderr
    assert "how are you" in done.stdout


@pytest.mark.parametrize("target", ["gone/x.txt", "talk.wav/x.txt"])
def test_unwritable_output_is_found_before_the_work(
    program: Program, recording: Path, tmp_path: Path, target: str
) -> None:
    # the replay does not exist: had the work begun, it would have failed with 5
    broken = ["--provider", "replay", "--option", "path=nowhere"]
    program.refused("transcribe", recording, "--output", tmp_path / target, *broken, status=6)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="platform: a device of Linux")
def test_full_disk(program: Program, recording: Path, replay: list[str]) -> None:
    program.refused("transcribe", recording, "--output", "/dev/full", *replay, status=6)
    assert not Path("/dev/full").is_file()


def test_trouble_of_the_provider(program: Program, recording: Path, tmp_path: Path) -> None:
    path = write_replay(tmp_path / "r.jsonl", [caption(1.0, "kept"), (2.0, {"fail": "AuthenticationFailed"})])
    done = program.run("transcribe", recording, "--provider", "replay", "--option", f"path={path}")
    assert done.returncode == 4
    assert "kept" in done.stdout
    assert done.stderr.startswith("overtitle: ")


def test_missing_replay_is_the_providers_trouble(program: Program, recording: Path) -> None:
    program.refused("transcribe", recording, "--provider", "replay", "--option", "path=nowhere", status=5)


def test_narrow_encoding_does_not_stop_it(program: Program, recording: Path, replay: list[str]) -> None:
    narrow = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}
    done = program.run("transcribe", recording, *replay, environment=narrow)
    assert done.returncode == 0
    assert "how are you" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="platform: signals of POSIX")
def test_interrupt_keeps_what_was_captioned(program: Program, replay: list[str], tmp_path: Path) -> None:
    long = write_wave(tmp_path / "long.wav", 60.0)
    target = tmp_path / "x.txt"
    arguments: list[str | Path] = ["transcribe", long, "--realtime", "--output", target, "--log-level", "info", *replay]
    running = program.start(*arguments)
    assert running.stderr is not None
    for line in running.stderr:
        assert "how are you" not in line
        if "2 captions" in line:
            break
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "how are you" in target.read_text(encoding="utf-8")
    assert str(target) in said


@pytest.mark.engine
def test_sample_speech_becomes_words(program: Program) -> None:
    done = program.run("transcribe", ROOT / "resources" / "sample" / "them.flac", "--format", "jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    words = " ".join(row["text"] for row in map(json.loads, done.stdout.splitlines()) if row["type"] == "segment")
    assert "it was the worst of times" in words.lower()


@pytest.mark.engine
def test_language_that_the_engine_lacks_is_refused_with_what_there_is(program: Program, recording: Path) -> None:
    assert "en-US" in program.refused("transcribe", recording, "--language", "fr-FR", status=2)
