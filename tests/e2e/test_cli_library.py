"""What changes saved transcripts, by the real program: names, trash, parts, going on, keeping nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.e2e.conftest import Program
from tests.e2e.test_cli_lists import listed


def journals(program: Program) -> list[Path]:
    return sorted(program.home.rglob("*.jsonl"))


def test_names_are_given(program: Program, saved: str) -> None:
    done = program.run("transcripts", "rename", saved, "--title", "Customs", "--name", "Ann=Bob")
    assert done.returncode == 0, done.stderr
    (row,) = listed(program, "transcripts", "list")
    assert (row["title"], row["lanes"]) == ("Customs", [{"id": "Ann", "label": "Bob"}])
    assert "no lane" in program.refused("transcripts", "rename", saved, "--name", "Zoe=Bob", status=2)
    assert "no new name" in program.refused("transcripts", "rename", saved, status=2)


def test_the_trash_gives_back_and_deletes_for_good(program: Program, saved: str) -> None:
    assert program.run("transcripts", "trash", saved).returncode == 0
    assert listed(program, "transcripts", "list") == []
    (row,) = listed(program, "transcripts", "list", "--trash")
    assert row["id"] == saved
    assert program.run("transcripts", "restore", saved).returncode == 0
    assert listed(program, "transcripts", "list")[0]["id"] == saved
    assert "trash is empty" in program.run("transcripts", "list", "--trash").stderr
    assert program.run("transcripts", "trash", saved).returncode == 0
    assert program.run("transcripts", "delete", saved, "--yes").returncode == 0
    assert listed(program, "transcripts", "list", "--trash") == []
    assert journals(program) == []


def test_a_part_is_exported_and_a_word_document(program: Program, saved: str, tmp_path: Path) -> None:
    text = program.run("transcripts", "export", saved, "--from", "0:01").stdout
    assert "how are you" in text
    assert "hello" not in text
    assert "how are you" not in program.run("transcripts", "export", saved, "--lane", "Zoe").stdout
    target = tmp_path / "call.docx"
    assert program.run("transcripts", "export", saved, "--output", target).returncode == 0
    with zipfile.ZipFile(target) as package:
        assert b"how are you" in package.read("word/document.xml")
    assert "--output" in program.refused("transcripts", "export", saved, "--format", "docx", status=2)


def test_exports_are_in_english_or_in_the_language_that_the_settings_name(program: Program, saved: str) -> None:
    with journals(program)[0].open("a", encoding="utf-8") as journal:
        journal.write('{"type": "gap", "lane": "Ann", "start": 9.0, "end": 10.5, "reason": "connection lost"}\n')
    assert "1.5 s of Ann may be missing here (connection lost)" in program.run("transcripts", "show", saved).stdout
    settings = program.home / "config_home" / "Overtitle" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('schema_version = 1\n[appearance]\ninterface_language = "es"\n', encoding="utf-8")
    assert "(conexión perdida)" in program.run("transcripts", "export", saved, "--format", "srt").stdout


def test_a_saved_session_goes_on(program: Program, saved: str, recording: Path, replay: list[str]) -> None:
    done = program.run("live", "--continue", saved, "--source", f"Ann=file:{recording}", *replay)
    assert done.returncode == 0, done.stderr
    (row,) = listed(program, "transcripts", "list")
    assert row["id"] == saved
    assert program.run("transcripts", "show", saved).stdout.count("how are you") == 2
    source = f"file:{recording}"
    assert "no transcript" in program.refused("live", "--continue", "ffff", "--source", source, *replay, status=2)
    assert "--no-keep" in program.refused("live", "--continue", saved, "--no-keep", "--source", source, status=2)


def test_nothing_is_kept_when_that_is_the_wish(program: Program, recording: Path, replay: list[str]) -> None:
    done = program.run("live", "--no-keep", "--source", f"Ann=file:{recording}", *replay)
    assert done.returncode == 0, done.stderr
    assert "how are you" in done.stdout
    assert "Saved" not in done.stderr
    assert journals(program) == []


def test_what_is_kept_by_hand(program: Program, saved: str) -> None:
    assert program.run("transcripts", "keep", saved).returncode == 0
    assert '"keep": true' in journals(program)[0].read_text(encoding="utf-8")
    assert program.run("transcripts", "unkeep", saved).returncode == 0
