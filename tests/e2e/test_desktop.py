"""The main job on real parts: two real captures, the real engine, the real window, and what a person can read."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent
from desktop.transcripts.journal import read
from tests.support.desktop import (
    MICROPHONE_FEED,
    SPEAKERS,
    environment_of,
    journals,
    missing,
    play,
    read_pictures,
    wait_until,
    window,
    words,
    xdotool,
)

pytestmark = [pytest.mark.desktop, pytest.mark.engine, pytest.mark.timeout(240)]

YOU = "Sunday is the best part of the week. Drop the two when you add the figures. The pencils have all been used."
THEM = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, "
    "it was the spring of hope, it was the winter of despair."
)


def spoken(home: Path, lane: str) -> list[str]:
    found = journals(home)
    entries = read(found[-1]).entries if found else ()
    texts = [entry.text for entry in entries if isinstance(entry, CaptionEvent) and entry.lane == lane]
    return words(" ".join(texts))


def test_both_sides_of_a_call_become_captions_and_a_saved_transcript(tmp_path: Path, sample_speech: Path) -> None:
    with window(tmp_path) as shown:
        shown.press("space")
        wait_until(lambda: bool(shown.bar), "the caption bar")
        players = [play(sample_speech / "you.flac", MICROPHONE_FEED), play(sample_speech / "them.flac", SPEAKERS)]
        pictures = tmp_path / "pictures"
        pictures.mkdir()

        def to_the_end() -> bool:
            shown.photograph_bar(pictures / f"{time.monotonic():010.2f}.ppm")
            time.sleep(0.8)  # what is said stays for seconds; the engine needs the computer too
            return not missing(words("winter of despair"), spoken(tmp_path, "them"))

        wait_until(to_the_end, "the last words")
        for player in players:
            player.wait()
        assert xdotool("getactivewindow") == shown.id, "the caption bar took the focus"
        shown.press("space")
        wait_until(lambda: read(journals(tmp_path)[0]).complete, "the end of the transcript")
        wait_until(lambda: journals(tmp_path)[0].with_suffix(".txt").exists(), "the export")
    assert len(missing(words(YOU), spoken(tmp_path, "you"))) <= 2
    assert len(missing(words(THEM), spoken(tmp_path, "them"))) <= 3
    read_on_screen = words(read_pictures(pictures))
    assert len(set(missing(sorted(set(words(YOU + THEM))), read_on_screen))) <= 6, "the words were on the screen"
    assert not set(words("pencils figures")) & set(spoken(tmp_path, "them")), "lanes stay apart"
    assert journals(tmp_path)[0].stat().st_mode & 0o777 == 0o600


def test_a_second_start_shows_the_first_window(tmp_path: Path) -> None:
    with window(tmp_path) as shown:
        xdotool("windowminimize", "--sync", shown.id)
        with subprocess.Popen(shown.process.args, env=environment_of(shown.process.pid), cwd=tmp_path) as second:
            assert second.wait(60) == 0
        wait_until(lambda: xdotool("getactivewindow") == shown.id, "the first window coming forward")


def test_quitting_in_the_middle_saves_what_was_said(tmp_path: Path, sample_speech: Path) -> None:
    with window(tmp_path) as shown:
        shown.press("space")
        wait_until(lambda: bool(shown.bar), "the caption bar")
        player = play(sample_speech / "them.flac", SPEAKERS)
        wait_until(lambda: len(spoken(tmp_path, "them")) > 5, "the first sentence")
    player.kill()
    player.wait()
    saved = read(journals(tmp_path)[0])
    assert saved.complete
    assert saved.damaged == 0


def test_settings_and_places_survive_a_restart(tmp_path: Path) -> None:
    config = tmp_path / "config" / "Overtitle" / "config.toml"
    with window(tmp_path) as shown:
        shown.press("ctrl+l")
        wait_until(config.exists, "saving the settings")
    assert "locked = true" in config.read_text(encoding="utf-8")
    places = json.loads((tmp_path / "state" / "Overtitle" / "windows.json").read_text(encoding="utf-8"))
    assert all("window" in place for place in places.values())
