"""Taking settings elsewhere and back: the person sees what changes, and can undo it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.app.loop import Tasks
from desktop.app.transfers import Transfers
from desktop.settings.schema import CaptionSettings, Settings
from desktop.settings.transfer import exported
from desktop.ui.import_dialog import ImportDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.settings_dialog import SettingsDialog

LARGE = structs.replace(Settings(), overlay=structs.replace(Settings().overlay, size=60, locked=True, preset="top"))


class Desk:
    """The window with its settings open, and what reads and writes files for it."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.tasks = Tasks()
        self.heard: list[Settings] = []
        self.now = Settings()
        window.settings_changed.connect(self._hear)
        self.transfers = Transfers(self.tasks, window.settings, lambda: self.now)
        window.open_settings()

    def _hear(self, settings: Settings) -> None:
        self.now = settings
        self.heard.append(settings)

    @property
    def dialog(self) -> SettingsDialog:
        assert self.window.settings.dialog is not None
        return self.window.settings.dialog

    async def until_idle(self) -> None:
        async with asyncio.timeout(60):
            while self.tasks._running:
                await asyncio.sleep(0.005)

    async def take_in(self, path: Path) -> ImportDialog | None:
        self.window.settings.import_wanted.emit(path)
        await self.until_idle()
        found = self.dialog.findChildren(ImportDialog)
        return found[-1] if found else None


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    return Desk(window)


async def test_out_and_in_again(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "réglages.toml"
    desk.now = LARGE
    desk.window.settings.export_wanted.emit(path)
    await desk.until_idle()
    assert path.read_bytes() == exported(LARGE)
    assert desk.dialog.notice.text() == "Saved: réglages.toml"
    desk.now = Settings()
    question = await desk.take_in(path)
    assert question is not None
    lines = [question.changes.item(at).text() for at in range(question.changes.count())]
    assert sorted(lines) == ["Locked: off → on", "Place: Bottom bar → Top bar", "Text size: 30 → 60"]
    assert desk.heard == [], "nothing changes before somebody agrees"
    question.take.click()
    assert desk.heard == [LARGE]
    assert desk.dialog.control("overlay.size").property("value") == 60
    desk.dialog.undo.click()
    assert desk.heard == [LARGE, Settings()]
    assert desk.dialog.control("overlay.size").property("value") == 30
    assert not desk.dialog.undo.isVisible()


async def test_no_means_no(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(exported(LARGE))
    question = await desk.take_in(path)
    assert question is not None
    question.reject()
    assert desk.heard == []


async def test_what_can_not_be_used_is_said(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("schema_version = 1\n[overlay]\nsize = 900\nlines = 3\n")
    question = await desk.take_in(path)
    assert question is not None
    texts = [label.text() for label in question.findChildren(QLabel) if label.isVisible()]
    assert any("Can't be used and stays as it is: overlay.size." in text for text in texts)
    question.take.click()
    assert desk.now.overlay.lines == 3
    assert desk.now.overlay.size == 30


async def test_a_file_without_changes_offers_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(exported(Settings()))
    question = await desk.take_in(path)
    assert question is not None
    assert not question.take.isEnabled()
    assert question.sentence.text() == "The file changes nothing."


@pytest.mark.parametrize("data", [b"\x00\x01", None])
async def test_a_file_that_is_none_is_told_beside_the_buttons(desk: Desk, tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "a.toml"
    if data is not None:
        path.write_bytes(data)
    assert await desk.take_in(path) is None
    assert desk.dialog.notice.text().startswith("The file can't be read" if data is None else "That is no file")
    assert desk.heard == []


async def test_an_export_that_fails_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    desk.window.settings.export_wanted.emit(tmp_path / "folder")
    await desk.until_idle()
    assert desk.dialog.notice.text().startswith("The file can't be written")


def test_a_page_goes_back_to_its_defaults_and_comes_again(desk: Desk, qtbot: QtBot) -> None:
    own = CaptionSettings(language="fr-FR", limits={"cloud": 9}, options={"cloud": {"model": "big"}})
    desk.now = structs.replace(LARGE, captions=own)
    desk.window.show_settings(desk.now)
    desk.dialog.show_group("transcripts")
    assert not desk.dialog.reset_page.isEnabled()
    desk.dialog.show_group("captions")
    desk.dialog.reset_page.click()
    assert desk.now.captions == structs.replace(own, language="en-US"), "accounts and limits are no part of the page"
    assert desk.now.overlay == LARGE.overlay, "nor are other pages"
    assert not desk.dialog.reset_page.isEnabled()
    desk.dialog.undo.click()
    assert desk.now.captions == own
