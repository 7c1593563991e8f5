"""Settings taken elsewhere: nothing is lost on the way, nothing secret goes, and nothing bad comes in."""

from __future__ import annotations

import tomllib

import pytest
from msgspec import structs

from desktop.core.errors import InvalidValue, SettingsError
from desktop.settings.schema import AppearanceSettings, CaptionSettings, OverlaySettings, Settings, TranscriptSettings
from desktop.settings.transfer import Change, exported, imported
from desktop.settings.values import FIELDS

OTHER = Settings(
    captions=CaptionSettings(
        language="fr-CA", limits={"cloud": 600}, prices={"cloud": 0.5}, options={"cloud": {"model": "big"}}
    ),
    overlay=OverlaySettings(size=48, you_colour="#ff00ff"),
    transcripts=TranscriptSettings(formats=("srt", "md")),
    appearance=AppearanceSettings(theme="dark"),
)


def test_a_file_brings_every_value_to_another_computer() -> None:
    taken = imported(exported(OTHER), Settings())
    assert taken.settings == OTHER
    assert taken.problem is None
    assert Change("overlay.size", 30, 48) in taken.changes
    assert imported(exported(Settings()), OTHER).settings == Settings(), "defaults are values too"


def test_every_setting_is_in_the_file() -> None:
    table = tomllib.loads(exported(Settings()).decode())
    assert {f"{group}.{name}" for group, values in table.items() if group != "schema_version" for name in values} == {
        *FIELDS
    }


def test_an_address_leaves_without_the_password_in_it() -> None:
    url = "wss://me:hunter2@bots.example:8443/ws?token=hunter3#hunter4"
    options = {"pipecat": {"url": url, "origin": "https://me.example", "broken": "wss://[hunter5"}}
    data = exported(Settings(captions=CaptionSettings(options=options)))
    assert b"hunter" not in data
    kept = imported(data, Settings()).settings.captions.options["pipecat"]
    assert kept == {"url": "wss://bots.example:8443/ws", "origin": "https://me.example", "broken": ""}


def test_what_a_file_does_not_name_stays() -> None:
    taken = imported(b"[overlay]\nsize = 60\n", OTHER)
    assert taken.changes == (Change("overlay.size", 48, 60),)
    assert taken.settings == structs.replace(OTHER, overlay=structs.replace(OTHER.overlay, size=60))


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("[overlay]\nsize = 900\n", "Can't be used and stays as it is: overlay.size.", "from 18 to 96"),
        ("[overlay]\nsise = 40\n", "Can't be used and stays as it is: overlay.sise.", "Did you mean overlay.size?"),
        ("[overlay]\nsize = 9\n[colors]\na = 1", "stays as it is: overlay.size, colors.", "Everything else"),
    ],
)
def test_what_can_not_be_used_is_told_in_one_sentence(text: str, sentence: str, hint: str) -> None:
    taken = imported(f"schema_version = 1\n{text}".encode(), OTHER)
    assert isinstance(taken.problem, InvalidValue)
    assert sentence in str(taken.problem)
    assert hint in str(taken.problem.hint)
    assert taken.settings == OTHER


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n", b"size: 40", b"", b"[tool]\nx = 1", b"a = 1\n" * 400_000, b"a = " + b"[" * 50_000]
)
def test_another_kind_of_file_changes_nothing(data: bytes) -> None:
    with pytest.raises(SettingsError, match="no file of settings"):
        imported(data, OTHER)


def test_a_newer_file_is_left_alone() -> None:
    with pytest.raises(SettingsError, match="newer Overtitle"):
        imported(b"schema_version = 99\n[overlay]\nsize = 60\n", OTHER)


@pytest.mark.parametrize("price", ["nan", "inf", "-1.0", "1e9"])
def test_a_price_is_a_number(price: str) -> None:
    taken = imported(f"schema_version = 1\n[captions]\nprices = {{ cloud = {price} }}\n".encode(), Settings())
    assert taken.settings == Settings()
    assert taken.problem is not None
