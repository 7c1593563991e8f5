"""Whatever the settings file holds, the program starts, says what is wrong, and loses nothing of it."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from desktop.core.errors import InvalidValue, SettingsError, UnknownKey
from desktop.settings import store
from desktop.settings.schema import CaptionSettings, OverlaySettings, Settings, TranscriptSettings
from desktop.settings.store import load, save
from desktop.settings.values import FIELDS, allowed, set_value

CHANGED = Settings(
    overlay=OverlaySettings(size=40, text_colour="#ffff00"),
    captions=CaptionSettings(language="fr-FR", options={"symbl": {"region": "eu"}}),
    transcripts=TranscriptSettings(formats=("txt", "srt")),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "overtitle" / "config.toml"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def content(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_without_a_file_everything_has_its_default(path: Path) -> None:
    assert load(path) == store.Loaded(Settings())
    assert not path.parent.exists()


def test_what_is_saved_comes_back(path: Path) -> None:
    save(path, CHANGED)
    assert load(path) == store.Loaded(CHANGED)


def test_only_what_differs_is_written_and_a_default_can_be_chosen_again(path: Path) -> None:
    save(path, structs.replace(Settings(), overlay=OverlaySettings(size=40)))
    assert content(path) == {"schema_version": 1, "overlay": {"size": 40}}
    save(path, Settings())
    assert load(path).settings == Settings()


def test_what_is_not_ours_stays_in_the_file(path: Path) -> None:
    written(
        path, '[overlay]\nglow = 3\nsize = 50\n[plugins.mine]\nwhen = 2026-11-21\n[captions.options.old]\nx = "1"\n'
    )
    loaded = load(path)
    assert loaded.settings.overlay.size == 50
    save(path, structs.replace(loaded.settings, captions=CaptionSettings(options={"new": {"y": "2"}})))
    kept = content(path)
    assert kept["overlay"] == {"glow": 3, "size": 50}
    assert "when" in kept["plugins"]["mine"]
    assert kept["captions"]["options"] == {"new": {"y": "2"}}


def test_an_unknown_key_is_a_warning_with_the_nearest_name(path: Path) -> None:
    loaded = load(written(path, "[overlay]\nsise = 50\n"))
    assert loaded.settings == Settings()
    assert isinstance(loaded.problem, UnknownKey)
    assert str(loaded.problem) == "There is no setting overlay.sise. Did you mean overlay.size?"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("size = 400", "overlay.size is a whole number from 18 to 96."),
        ('size = "40"', "overlay.size is a whole number from 18 to 96."),
        ("lines = 2.5", "overlay.lines is a whole number from 1 to 12."),
        ('text_colour = "white"', "overlay.text_colour is a colour such as #14161a."),
        ("visible = 1", "overlay.visible is yes or no (true or false in the file)."),
        ("font = 3", "overlay.font is a text."),
    ],
)
def test_one_bad_value_costs_only_itself(path: Path, line: str, sentence: str) -> None:
    loaded = load(written(path, f"[overlay]\nopacity = 50\n{line}\n"))
    assert loaded.settings == Settings(overlay=OverlaySettings(opacity=50))
    assert isinstance(loaded.problem, InvalidValue)
    assert f"overlay.{line.split(maxsplit=1)[0]} can't be used; it has its default" in str(loaded.problem.what)
    assert str(loaded.problem.hint) == sentence


def test_several_bad_values_are_all_named(path: Path) -> None:
    loaded = load(written(path, 'overlay = 3\n[appearance]\ntheme = "pink"\n[audio]\nmicrophone = "m"\n'))
    assert loaded.settings.audio.microphone == "m"
    assert "overlay.size" in str(loaded.problem)
    assert "appearance.theme" in str(loaded.problem)


@pytest.mark.parametrize("text", ["= broken", "\udcff", "x = " + "[" * 5000, "x = " + "9" * 5000])
def test_a_file_that_is_no_toml_is_moved_aside(path: Path, text: str) -> None:
    data = text.encode(errors="surrogateescape")
    for use in (load, lambda at: save(at, CHANGED)):
        written(path, "").write_bytes(data)
        use(path)
    loaded = load(path)
    assert loaded == store.Loaded(CHANGED)
    aside = [each for each in path.parent.iterdir() if each.name.startswith("config.toml.bad-20")]
    assert [each.read_bytes() for each in aside] == [data, data]


def test_a_damaged_file_is_told_about(path: Path) -> None:
    loaded = load(written(path, "= broken"))
    assert loaded.settings == Settings()
    assert "is damaged and kept as config.toml.bad-" in str(loaded.problem)
    assert not path.exists()


def test_a_newer_file_is_used_as_far_as_it_goes_and_kept(path: Path) -> None:
    loaded = load(written(path, "schema_version = 7\n[overlay]\nsize = 50\nglow = 3\n"))
    assert loaded.settings.overlay.size == 50
    assert "newer Overtitle" in str(loaded.problem)
    save(path, loaded.settings)
    assert content(path) == {"schema_version": 7, "overlay": {"size": 50, "glow": 3}}


def test_older_files_are_migrated_step_by_step(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def second(table: dict[str, Any]) -> dict[str, Any]:
        return {**table, "overlay": {"size": table["text"]["size"] * 2}}

    def third(table: dict[str, Any]) -> dict[str, Any]:
        return {**table, "overlay": {"size": table["overlay"]["size"] + 1}}

    monkeypatch.setattr(store, "MIGRATIONS", (second, third))
    monkeypatch.setattr(store, "SCHEMA_VERSION", 3)
    written(path, "schema_version = 1\n[text]\nsize = 20\n")
    assert load(path).settings.overlay.size == 41
    save(path, load(path).settings)
    assert content(path)["schema_version"] == 3
    assert load(path).settings.overlay.size == 41


def test_a_folder_that_can_not_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "config.toml"
    loaded = load(path)
    assert loaded.settings == Settings()
    assert "can't be read: Not a directory" in str(loaded.problem)
    with pytest.raises(SettingsError, match=r"can't be saved in .*: Not a directory"):
        save(path, CHANGED)


def test_a_full_disk_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(path, CHANGED)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        save(path, Settings())
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_the_file_is_the_owners_only_and_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save(path, CHANGED)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    save(link, Settings())
    assert link.is_symlink()
    assert load(path).settings == Settings()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("overlay.size", " 40 ", 40),
        ("overlay.visible", "No", False),
        ("overlay.locked", "on", True),
        ("transcripts.formats", "srt, vtt,", ("srt", "vtt")),
        ("captions.language", "fr-FR", "fr-FR"),
        ("appearance.theme", "dark", "dark"),
    ],
)
def test_a_typed_value_becomes_a_setting(key: str, text: str, value: object) -> None:
    group, name = key.split(".")
    assert getattr(getattr(set_value(Settings(), key, text), group), name) == value


def test_provider_options_are_set_one_by_one() -> None:
    first = set_value(CHANGED, "captions.options.symbl.mode", "fast")
    assert first.captions.options == {"symbl": {"region": "eu", "mode": "fast"}}
    assert CHANGED.captions.options == {"symbl": {"region": "eu"}}


@pytest.mark.parametrize("text", ["4", "97", "forty", "", "1e9", "9" * 400, "²"])
def test_a_typed_value_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"overlay\.size is a whole number from 18 to 96"):
        set_value(Settings(), "overlay.size", text)


@pytest.mark.parametrize(
    "key", ["overlay.sise", "overlay", "schema_version", "", "captions.options", "captions.options.x"]
)
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(UnknownKey, match=r"There is no setting"):
        set_value(Settings(), key, "1")


def test_every_setting_can_say_what_it_allows() -> None:
    assert all(str(allowed(key)).startswith(key) for key in FIELDS)
    assert str(allowed("appearance.theme")) == "appearance.theme is one of: system, light, dark."


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["size", "options", "x"]), inner),
    max_leaves=5,
)
TABLES = st.dictionaries(st.sampled_from([*FIELDS, "x.y"]), VALUES, max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES)
def test_any_values_can_be_loaded_and_saved(path: Path, table: dict[str, Any]) -> None:
    import tomli_w

    nested: dict[str, Any] = {}
    for key, value in table.items():
        group, name = key.split(".")
        nested.setdefault(group, {})[name] = value
    loaded = load(written(path, tomli_w.dumps(nested)))
    save(path, loaded.settings)
    assert load(path).settings == loaded.settings
