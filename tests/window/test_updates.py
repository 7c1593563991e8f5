"""A newer version becomes one line in the window, for those who asked for it; everything else stays silent."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from desktop import __version__
from desktop.app import updates as module
from desktop.app.loop import Tasks
from desktop.app.updates import Updates, ask
from desktop.settings import paths, releases
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from tests.support.amazon_parts import certificate
from tests.support.web_server import Answer, WebServer, moved, reply, web_server

LONG = 30.0
NEWER = "99.1.0"


def document(server: WebServer, version: str = NEWER, page: str = "") -> bytes:
    return reply(json.dumps({"version": version, "page": page or f"{server.url}/page"}).encode())


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WebServer]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with web_server(pem) as running:
        running.answers["/latest"] = document(running)
        yield running


class Person:
    """Who has the window, and what they chose."""

    def __init__(self, window: MainWindow) -> None:
        self.tasks = Tasks()
        self.settings = Settings()
        self.window = window
        self.updates = Updates(self.tasks, window, lambda: self.settings)

    def choose(self, *, tell: bool) -> None:
        self.settings = structs.replace(
            self.settings, computer=structs.replace(self.settings.computer, tell_updates=tell)
        )
        self.updates.settings_changed()


@pytest.fixture
async def person(window: MainWindow) -> AsyncIterator[Person]:
    one = Person(window)
    yield one
    await one.tasks.end()


@pytest.fixture
def build(server: WebServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The program was built with the server's address."""
    folder = tmp_path / "resources"
    folder.mkdir()
    (folder / "releases.txt").write_text(f"{server.url}/latest?canary=1\n")
    monkeypatch.setattr(paths, "resources", lambda: folder)
    monkeypatch.setattr(module, "SETTLED", 0.0)


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not so():
            await asyncio.sleep(0.005)


def put_off() -> bool:
    return not releases.is_due(time.time() + 6 * releases.DAY)


@pytest.mark.usefixtures("build")
async def test_switched_on_it_tells(person: Person, server: WebServer) -> None:
    following = person.tasks.start(person.updates.follow())
    await until(lambda: person.window.settings.updates_offered)
    strip = person.window.updates
    assert not strip.isVisible()
    assert not server.heads
    person.choose(tell=True)
    await until(strip.isVisible)
    assert strip.sentence.text() == f"Overtitle {NEWER} is out; this is {__version__}."
    assert strip.sentence.textFormat() is Qt.TextFormat.PlainText
    assert len(server.heads) == 1
    assert "User-Agent: Overtitle/0.1\r\n" in server.heads[0]
    person.choose(tell=False)
    assert not strip.isVisible()
    assert not following.done()
    await person.tasks.end()


@pytest.mark.usefixtures("build")
async def test_it_is_looked_for_again_in_a_program_that_runs_for_days(
    person: Person, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    monkeypatch.setattr(releases, "DAY", 0.0)  # always due
    person.choose(tell=True)
    person.tasks.start(person.updates.follow())
    await until(lambda: len(server.heads) >= 3)
    await person.tasks.end()


async def test_a_build_without_an_address_offers_nothing(person: Person, server: WebServer) -> None:
    person.choose(tell=True)
    await asyncio.wait_for(person.updates.follow(), LONG)
    assert not person.window.settings.updates_offered
    assert not server.heads


@pytest.mark.parametrize("offered", [False, True])
def test_the_setting_is_shown_only_where_it_can_work(window: MainWindow, offered: bool) -> None:
    window.settings.updates_offered = offered
    window.open_settings("computer")
    dialog = window.settings.dialog
    assert dialog is not None
    assert dialog.control("computer.tell_updates").isVisible() is offered
    dialog.search.setText("new versions")
    assert dialog.control("computer.tell_updates").isVisible() is offered
    dialog.close()


async def test_once_a_day(person: Person, server: WebServer) -> None:
    person.choose(tell=True)
    for _ in range(3):
        await person.updates.look(f"{server.url}/latest")
    assert len(server.heads) == 1


async def test_who_can_t_remember_does_not_ask(person: Person, server: WebServer) -> None:
    (paths.state_folder() / "updates.json").mkdir(parents=True)
    person.choose(tell=True)
    await person.updates.look(f"{server.url}/latest")
    assert not server.heads


async def test_not_now_is_asked_again_in_a_week(person: Person, server: WebServer) -> None:
    person.choose(tell=True)
    await person.updates.look(f"{server.url}/latest")
    strip = person.window.updates
    assert strip.isVisible()
    assert not put_off()
    strip.not_now.click()
    assert not strip.isVisible()
    await until(put_off)
    await person.tasks.end()


async def test_the_page_opens_in_the_browser(
    person: Person, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    person.choose(tell=True)
    await person.updates.look(f"{server.url}/latest")
    person.window.updates.open_page.click()
    assert opened == [f"{server.url}/page"]
    assert not person.window.updates.isVisible()


async def test_switched_off_while_the_answer_is_on_its_way(person: Person, server: WebServer) -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        person.choose(tell=False)
        writer.write(document(server))
        await writer.drain()

    server.answers["/latest"] = late
    person.choose(tell=True)
    await person.updates.look(f"{server.url}/latest")
    assert not person.window.updates.isVisible()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(b"<!doctype html><b>Log in</b>"), "no JSON"),
        (reply(b"[" * 60_000), "no JSON"),
        (reply(b'{"version": "<b>99.0</b>", "page": "https://localhost/"}'), "no version"),
        (reply(b'{"version": "99.0\\u202e", "page": "https://localhost/"}'), "no version"),
        (reply(b'{"version": "99.0", "page": "https://elsewhere.example/canary"}'), "somewhere else"),
        (reply(b'{"version": "99.0", "page": "javascript:alert(1)"}'), "somewhere else"),
        (reply(b"x" * 1_000_000), "too long"),
        (moved("http://localhost/latest"), "not be encrypted"),
        (reply(b"", "503 Busy"), "status 503"),
    ],
)
async def test_trouble_is_logged_without_the_query_and_not_shown(
    person: Person, server: WebServer, answer: Answer, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers["/latest"] = answer
    person.choose(tell=True)
    with caplog.at_level(logging.INFO, "desktop.app.updates"):
        await person.updates.look(f"{server.url}/latest?canary=1")
    assert not person.window.updates.isVisible()
    (record,) = caplog.records
    assert reason in record.getMessage()
    assert "canary" not in record.getMessage()


@pytest.mark.parametrize("version", ["0.0.1", __version__, "99.0rc1", "99.0.dev1"])
async def test_what_is_not_newer_is_not_told(server: WebServer, version: str) -> None:
    server.answers["/latest"] = document(server, version)
    assert await ask(f"{server.url}/latest") is None
    assert server.heads


async def test_a_header_that_never_ends_is_given_up(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    release = asyncio.Event()

    async def silence(_writer: asyncio.StreamWriter) -> None:
        await release.wait()

    monkeypatch.setattr(module, "PATIENCE", 0.2)
    server.answers["/latest"] = silence
    assert await ask(f"{server.url}/latest") is None
    release.set()
