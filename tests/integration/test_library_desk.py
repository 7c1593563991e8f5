"""The library's page on real files: searching, correcting, naming, deleting, going on, and recordings that come in."""

from __future__ import annotations

import asyncio
import gc
import wave
from array import array
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.app import library as desk_module
from desktop.app import recordings as recordings_module
from desktop.app.library import LibraryDesk
from desktop.app.loop import Tasks, WindowLoop
from desktop.app.recordings import Recordings, time_left
from desktop.app.shelf import Shelf
from desktop.core.audio import SPEECH
from desktop.core.captions import CaptionEvent
from desktop.core.errors import OvertitleError, TranscriptCutOff
from desktop.session.recorder import Earlier
from desktop.session.service import Service
from desktop.settings import paths
from desktop.settings.credentials import CredentialStore
from desktop.settings.schema import Settings
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.transcript import JournalHeader
from desktop.ui.library_view import LibraryView
from desktop.ui.theme import LIGHT
from desktop.ui.values import StartRequest
from tests.support.beacon import BASE, BeaconProvider, numbers

STARTED = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
REQUEST = StartRequest((), "en-US", "beacon")
PATIENCE = 30.0


@dataclass
class Stage:
    """The page, and who works behind it."""

    view: LibraryView
    folder: Path
    tasks: Tasks = field(default_factory=Tasks)
    settings: Settings = field(default_factory=Settings)
    errors: list[OvertitleError] = field(default_factory=list)

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not ready():
                await asyncio.sleep(0.01)

    def desk(self) -> LibraryDesk:
        return LibraryDesk(self.tasks, self.view, Shelf(lambda: self.settings), self.errors.append)

    def lines(self) -> list[str]:
        return [self.view.items.item(at).text() for at in range(self.view.items.count())]

    def choose(self, identity: str) -> None:
        item = self.view._find_item(identity)
        assert item is not None
        self.view.items.setCurrentItem(item)


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    folder = tmp_path / "transcripts"
    monkeypatch.setattr(paths, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(desk_module, "show_file", lambda path: None)
    view = LibraryView()
    qtbot.addWidget(view)
    view.apply_palette(LIGHT)
    view.show()
    settings = Settings()
    chosen = structs.replace(settings.transcripts, folder=str(folder))
    return Stage(view, folder, settings=structs.replace(settings, transcripts=chosen))


def journal(folder: Path, session: str, text: str, *, whole: bool = True) -> Path:
    header = JournalHeader(STARTED, f"Call {session}", (("you", "You"),), "en-US", "on-device", session)
    with Journal.create(folder, header) as made:
        made.append(CaptionEvent("you", "1", 0, text, True, 0.0, 1.0))
        if whole:
            made.close(2.0)
    return made.path


def played(qapp: QApplication, stage: Stage, play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        try:
            await play()
        finally:
            await stage.tasks.end()

    with WindowLoop(qapp) as loop, ThreadPoolExecutor(4) as threads:
        loop.set_default_executor(threads)
        loop.run_until_complete(whole())
    gc.collect()  # another test's thread must not be the one to take the loop's timers down: Qt does not survive that


def test_it_lists_finds_opens_and_corrects(qapp: QApplication, stage: Stage) -> None:
    path = journal(stage.folder, "0a0b0c0d", "The customs papers.")

    async def play() -> None:
        desk = stage.desk()
        await desk.refresh()
        assert any("Call 0a0b0c0d" in line for line in stage.lines())
        QTest.keyClicks(stage.view.field, "customs")
        await stage.until(lambda: any(": The customs papers." in line for line in stage.lines()))
        stage.view.items.itemClicked.emit(stage.view.items.item(stage.view.items.count() - 1))
        page = stage.view.session
        await stage.until(lambda: page.model.rowCount() == 1)
        page.model.setData(page.model.index(0), "The other papers.")
        await stage.until(lambda: read(path).segments[0].text == "The other papers.")
        page.stack.undo()
        await stage.until(lambda: read(path).segments[0].text == "The customs papers.")
        assert read(path, edited=False).segments[0].text == "The customs papers."

    played(qapp, stage, play)
    assert stage.errors == []


def test_names_the_trash_and_the_way_back(qapp: QApplication, stage: Stage) -> None:
    path = journal(stage.folder, "0a0b0c0d", "Hello.")

    async def play() -> None:
        desk = stage.desk()
        await desk.refresh()
        stage.choose("0a0b0c0d")
        card = stage.view.card
        await stage.until(lambda: bool(card._fields))
        card.title.setText("Customs")
        QTest.keyClick(card.title, Qt.Key.Key_Return)
        await stage.until(lambda: any("Customs" in line for line in stage.lines()))
        card.delete_button.click()
        await stage.until(lambda: not path.exists() and stage.view.undo.isVisible())
        assert stage.view.undo.words.text() == "“Customs” is in the trash."
        stage.view.undo.button.click()
        await stage.until(lambda: path.exists() and any("Customs" in line for line in stage.lines()))
        stage.choose("0a0b0c0d")
        card.delete_button.click()
        await stage.until(lambda: not path.exists())
        stage.view.trash_button.click()
        await stage.until(lambda: any("Customs" in line for line in stage.lines()))
        stage.view.items.setCurrentRow(1)
        card.erase_button.click()
        stage.view.question.yes.click()
        await stage.until(lambda: stage.lines() == [])

    played(qapp, stage, play)
    assert stage.errors == []
    assert list(paths.trash_folder().iterdir()) == []


def test_a_correction_that_cannot_be_saved_is_taken_back_and_said(qapp: QApplication, stage: Stage) -> None:
    path = journal(stage.folder, "0a0b0c0d", "Hello.")

    async def play() -> None:
        desk = stage.desk()
        await desk.refresh()
        stage.view.opened.emit("0a0b0c0d", 0.0)
        page = stage.view.session
        await stage.until(lambda: page.model.rowCount() == 1)
        with Journal.reopen(path):  # another Overtitle goes on with it
            page.model.setData(page.model.index(0), "Goodbye.")
            await stage.until(lambda: bool(stage.errors))
            await stage.until(lambda: page.model.line(0).text == "Hello.")

    played(qapp, stage, play)
    assert "being written by another" in str(stage.errors[0].what)
    assert read(path).segments[0].text == "Hello."


def test_what_was_cut_off_can_go_on(qapp: QApplication, stage: Stage) -> None:
    path = journal(stage.folder, "0a0b0c0d", "Hello.", whole=False)
    given: list[Earlier] = []

    async def play() -> None:
        desk = stage.desk()
        desk.continue_requested.connect(given.append)
        await desk.refresh()
        stage.choose("0a0b0c0d")
        assert stage.view.card.broken.isVisible()
        stage.view.card.continue_button.click()
        await stage.until(lambda: bool(given))

    played(qapp, stage, play)
    assert given[0].path == path
    assert given[0].transcript.segments[0].text == "Hello."


def test_exports_of_the_whole_and_of_a_part(qapp: QApplication, stage: Stage, tmp_path: Path) -> None:
    path = journal(stage.folder, "0a0b0c0d", "Hello <b>there</b>.")
    target = tmp_path / "part.docx"

    async def play() -> None:
        desk = stage.desk()
        await desk.refresh()
        stage.choose("0a0b0c0d")
        stage.view.card.export_pressed.emit("0a0b0c0d", "pdf")
        await stage.until(path.with_suffix(".pdf").exists)
        stage.view.session.part_pressed.emit("0a0b0c0d", "docx", frozenset({("you", "1")}))
        dialog = stage.view.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.fileSelected.emit(str(target))
        dialog.reject()
        await stage.until(target.exists)
        stage.view.card.delete_button.click()  # a PDF that was made of it goes with it
        await stage.until(lambda: list(stage.folder.iterdir()) == [])

    played(qapp, stage, play)
    assert stage.errors == []
    assert target.read_bytes().startswith(b"PK")


def test_a_pdf_holds_the_words_as_plain_text_and_says_whose_it_is(stage: Stage) -> None:
    from desktop.ui import pdf

    told = read(journal(stage.folder, "0a0b0c0d", "Hello <b>there</b>."))
    data = pdf.pdf(told)
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert b"overtitle-session:0a0b0c0d;" in data
    lines = pdf.document_of(told).toPlainText().splitlines()
    assert lines[0] == "Call 0a0b0c0d"
    assert lines[2] == "00:00:00\tHello <b>there</b>."


def test_old_sessions_go_at_the_start_when_that_is_wanted(qapp: QApplication, stage: Stage) -> None:
    import os

    path = journal(stage.folder, "0a0b0c0d", "Hello.")
    os.utime(path, (0, 0))

    async def play() -> None:
        desk = stage.desk()
        await desk.tidy()
        assert path.exists(), "off by default"
        chosen = structs.replace(stage.settings.transcripts, keep_days=30)
        stage.settings = structs.replace(stage.settings, transcripts=chosen)
        await desk.tidy()
        assert not path.exists()

    played(qapp, stage, play)
    assert stage.errors == []


def recording(path: Path, count: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH.sample_rate)
        for number in range(count):
            file.writeframes(array("h", [BASE + number]).tobytes() * (SPEECH.sample_rate // 2))
    return path


@pytest.fixture
def recordings(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Recordings]:
    monkeypatch.setattr(recordings_module, "service_for", lambda *_: Service(BeaconProvider(), "en-US"))
    store = CredentialStore(object())  # type: ignore[arg-type]  # nobody asks it anything
    return lambda: Recordings(stage.tasks, stage.view.recording, lambda: stage.settings, store, stage.errors.append)


def test_recordings_come_into_the_library_one_after_the_other(
    qapp: QApplication, stage: Stage, tmp_path: Path, recordings: Callable[[], Recordings]
) -> None:
    saved: list[Path] = []

    async def play() -> None:
        work = recordings()
        work.saved.connect(saved.append)
        work.add([recording(tmp_path / "one.wav", 6), recording(tmp_path / "two.wav", 4)], REQUEST)
        await stage.until(lambda: stage.view.recording.isVisible() and "one.wav" in stage.view.recording.words.text())
        await stage.until(lambda: not work.running)

    played(qapp, stage, play)
    assert stage.errors == []
    assert [numbers([each.text for each in read(path).segments]) for path in saved] == [[*range(6)], [*range(4)]]
    assert [read(path).header.title for path in saved] == ["one", "two"]
    assert not stage.view.recording.isVisible()


def test_a_file_without_sound_is_said_and_the_next_one_still_done(
    qapp: QApplication, stage: Stage, tmp_path: Path, recordings: Callable[[], Recordings]
) -> None:
    saved: list[Path] = []
    (tmp_path / "text.wav").write_text("no sound")

    async def play() -> None:
        work = recordings()
        work.saved.connect(saved.append)
        work.add([tmp_path / "text.wav", recording(tmp_path / "two.wav", 4)], REQUEST)
        await stage.until(lambda: not work.running)

    played(qapp, stage, play)
    assert len(stage.errors) == 1
    assert len(saved) == 1


def test_cancelling_keeps_nothing(
    qapp: QApplication, stage: Stage, tmp_path: Path, recordings: Callable[[], Recordings]
) -> None:
    saved: list[Path] = []

    async def play() -> None:
        work = recordings()
        work.saved.connect(saved.append)
        work.add([recording(tmp_path / "long.wav", 4000), recording(tmp_path / "next.wav", 4)], REQUEST)
        await stage.until(lambda: stage.folder.exists() and any(stage.folder.iterdir()))
        stage.view.recording.cancel.click()
        await stage.until(lambda: not work.running)

    played(qapp, stage, play)
    assert saved == []
    assert list(stage.folder.iterdir()) == []
    assert stage.errors == []


def test_the_time_left_follows_the_speed() -> None:
    import time

    now = time.monotonic()
    assert time_left(now, 10.0, 100.0) is None, "too early to tell"
    left = time_left(now - 10.0, 50.0, 100.0)
    assert left is not None
    assert round(left) == 10
    assert time_left(now - 10.0, 50.0, 0.0) is None


def test_after_a_crash_the_next_start_tells_of_what_was_said_last(qapp: QApplication, stage: Stage) -> None:
    journal(stage.folder, "0a0b0c0d", "The customs papers.", whole=False)

    async def play() -> None:
        await stage.desk().tidy()
        assert [type(error) for error in stage.errors] == [TranscriptCutOff]
        with Journal.reopen(next(stage.folder.glob("*.jsonl"))) as gone_on:
            gone_on.close(9.0)
        await stage.desk().tidy()
        assert len(stage.errors) == 1

    played(qapp, stage, play)
