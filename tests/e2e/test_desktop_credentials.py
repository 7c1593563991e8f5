"""Entering an account in the real window, with keys alone, into the real keyring."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest

from tests.support.account import RIGHT, account_plugin
from tests.support.desktop import Window, wait_until, window, xdotool

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(120)]
SECRET = f"{RIGHT}-canary-5up3r"


def form() -> str:
    return xdotool("search", "--onlyvisible", "--name", "^Account: Cloud Nine").partition("\n")[0]


def test_start_without_credentials_leads_to_the_form_and_saving_to_captions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config" / "Overtitle" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[captions]\nprovider = "cloud-nine"\n', encoding="utf-8")
    folders = account_plugin(tmp_path)
    monkeypatch.setattr("tests.support.desktop.ROOT", folders)
    with window(tmp_path, "--log-level", "debug") as shown:
        _wait_for_form(shown)
        xdotool("windowactivate", "--sync", form())
        xdotool("type", "--delay", "20", "abc123")
        xdotool("key", "Tab")
        xdotool("type", "--delay", "20", SECRET)
        xdotool("key", "Return")
        wait_until(lambda: keyring.get_password("overtitle/cloud-nine", "secret") == SECRET, "saving")
        wait_until(lambda: not form(), "the form closing")
    keyring.delete_password("overtitle/cloud-nine", "secret")
    keyring.delete_password("overtitle/cloud-nine", "app_id")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "output" in files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def _wait_for_form(shown: Window) -> None:
    shown.press("space")
    wait_until(lambda: bool(form()), "the form")
