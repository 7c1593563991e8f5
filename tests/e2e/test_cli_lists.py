"""The listing commands, the library and the doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Program


def listed(program: Program, *arguments: str) -> list[dict[str, object]]:
    done = program.run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_languages(program: Program) -> None:
    found = listed(program, "languages")
    assert {"tag", "name"} <= set(found[0])
    assert [row["tag"] for row in found] == ["en-US", "en-GB", "fr-FR", "fr-CA", "es-US"]
    assert "en-GB  English (UK)" in program.run("languages").stdout


def test_providers(program: Program) -> None:
    found = listed(program, "providers")
    assert "replay" not in {row["id"] for row in found}
    for row in found:
        assert {"id", "title", "available", "reason", "languages", "needs_network"} <= set(row)
    assert program.run("providers").stdout.startswith("ID ")


def test_devices(program: Program) -> None:
    for row in listed(program, "devices"):
        assert {"id", "name", "kind", "default", "available", "reason"} <= set(row)
        assert row["kind"] in {"microphone", "system"}
        assert row["available"] or row["reason"]
    assert program.run("devices").returncode == 0


def test_library_lists_shows_finds(program: Program, saved: str) -> None:
    (row,) = listed(program, "transcripts", "list")
    assert {"id", "path", "title", "started", "duration", "lanes", "language", "provider"} <= set(row)
    assert saved in program.run("transcripts", "list").stdout
    assert "Ann" in program.run("transcripts", "show", saved).stdout
    assert json.loads(program.run("transcripts", "show", saved, "--json").stdout)
    (hit,) = listed(program, "transcripts", "search", "how", "are")
    assert (hit["id"], hit["lane"]) == (saved, "Ann")
    assert {"id", "lane", "start", "text"} <= set(hit)
    assert "how are you" in program.run("transcripts", "search", "you").stdout
    assert listed(program, "transcripts", "search", "nothing") == []


def test_library_exports(program: Program, saved: str, tmp_path: Path) -> None:
    assert "WEBVTT" in program.run("transcripts", "export", saved, "--format", "vtt").stdout
    assert program.run("transcripts", "export", saved, "--output", tmp_path / "x.srt").returncode == 0
    assert "-->" in (tmp_path / "x.srt").read_text(encoding="utf-8")
    program.refused("transcripts", "export", saved, "--output", tmp_path / "gone" / "x.srt", status=6)


def test_library_deletes_only_when_told(program: Program, saved: str) -> None:
    assert "--yes" in program.refused("transcripts", "delete", saved, status=2)
    assert len(listed(program, "transcripts", "list")) == 1
    assert program.run("transcripts", "delete", saved, "--yes").returncode == 0
    assert listed(program, "transcripts", "list") == []
    assert "no transcript" in program.refused("transcripts", "delete", saved, "--yes", status=2)


def test_empty_library(program: Program) -> None:
    assert listed(program, "transcripts", "list") == []
    assert "no transcripts" in program.run("transcripts", "list").stderr


def test_broken_index_is_built_anew(program: Program, saved: str) -> None:
    index = next((program.home / "data_home").rglob("library.db"))
    index.write_bytes(b"not a database" * 500)
    assert listed(program, "transcripts", "list")[0]["id"] == saved


def test_doctor_names_what_is_wrong(program: Program) -> None:
    done = program.run("doctor", "replay", "--json")
    found = {row["check"]: row for row in json.loads(done.stdout)}
    assert {"system", "display", "clock", "settings", "transcripts", "library", "keyring", "provider"} <= set(found)
    assert found["display"]["result"] == "warn"
    assert found["transcripts"]["result"] == "ok"
    worst = max(row["status"] for row in found.values() if row["result"] == "fail")
    assert done.returncode == worst


def test_doctor_leaves_nothing_behind_but_the_index(program: Program) -> None:
    program.run("doctor", "replay")
    left = {path.name for path in program.home.rglob("*") if path.is_file()}
    assert {name for name in left if not name.startswith("library.db")} == set()


def test_doctor_reads_broken_settings_without_touching_them(program: Program) -> None:
    path = program.home / "config_home" / "Overtitle" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("this is = = no TOML", encoding="utf-8")
    done = program.run("doctor", "replay")
    assert "fail  settings" in done.stdout
    assert path.read_text(encoding="utf-8") == "this is = = no TOML"


@pytest.mark.engine
def test_doctor_has_the_engine_hear_a_sentence(program: Program) -> None:
    assert "ok    self test" in program.run("doctor").stdout
