"""Keys through the portal, against a stand-in desktop on a private bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtGui import QGuiApplication

from desktop.settings.controls import ShortcutSettings
from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound
from desktop.ui.shortcuts.portal import PortalKeys, trigger
from desktop.ui.text import localise
from tests.support.desktop_bus import desktop, private_bus

PORTAL = "org.freedesktop.portal.Desktop"
WANTED = {name: each for name, each in keys.usable(ShortcutSettings()).items() if name in ("lock", "mute")}


@pytest.fixture(autouse=True)
def bus(monkeypatch: pytest.MonkeyPatch, qapp: QGuiApplication) -> Iterator[None]:
    with private_bus(monkeypatch):
        yield


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.005)


class Asked:
    def __init__(self) -> None:
        self.pressed: list[str] = []
        self.told: list[Bound] = []
        self.keys = PortalKeys(self.pressed.append, self.told.append)


@asynccontextmanager
async def asking() -> AsyncIterator[Asked]:
    one = Asked()
    try:
        yield one
    finally:
        task = one.keys._task
        one.keys.close()
        if task is not None:
            await asyncio.wait([task])


async def test_keys_are_asked_for_by_name_and_their_presses_arrive() -> None:
    async with desktop(PORTAL) as services, asking() as one:
        one.keys.bind(WANTED)
        await until(lambda: one.told)
        assert one.told == [Bound({})]
        session, asked, window, _options = services.asked("BindShortcuts")[0]
        assert session == services.session
        assert window == ""
        assert {name: about["preferred_trigger"][1] for name, about in asked} == {
            "lock": "CTRL+ALT+SHIFT+l",
            "mute": "CTRL+ALT+SHIFT+m",
        }
        assert all(about["description"][1] for _name, about in asked)
        assert services.asked("Register"), "programs outside of a sandbox give their name first"
        await services.activate("lock", session="/somebody/elses")
        await services.activate("mute")
        await until(lambda: one.pressed)
        assert one.pressed == ["mute"]


async def test_other_keys_are_another_session() -> None:
    async with desktop(PORTAL) as services, asking() as one:
        one.keys.bind(WANTED)
        await until(lambda: one.told)
        first = services.session
        one.keys.bind({"lock": WANTED["lock"]})
        await until(lambda: len(one.told) == 2)
        assert services.session != first
        assert services.gone.is_set(), "the first connection has ended, and its keys with it"


async def test_keys_that_the_desktop_changed_are_told() -> None:
    async with desktop(PORTAL) as services, asking() as one:
        services.given = {"lock": "Meta+F1", "mute": ""}
        one.keys.bind(WANTED)
        await until(lambda: one.told)
        bound = one.told[0]
        assert list(bound.refused) == ["mute"]
        assert bound.about is not None
        assert "Lock or unlock the caption bar: Meta+F1" in localise(bound.about)


async def test_a_person_who_says_no_is_not_asked_again_and_again() -> None:
    async with desktop(PORTAL) as services, asking() as one:
        services.status = 1
        one.keys.bind(WANTED)
        await until(lambda: one.told)
        assert one.told[0].about is not None
        assert "asked again" in localise(one.told[0].about)
        assert len(services.asked("BindShortcuts")) == 1


@pytest.mark.parametrize("refused", [{"CreateSession"}, {"CreateSession", "Register"}])
async def test_a_desktop_without_the_portal_leads_to_its_own_settings(refused: set[str]) -> None:
    async with desktop(PORTAL) as services, asking() as one:
        services.refuse = refused
        one.keys.bind(WANTED)
        await until(lambda: one.told)
        assert one.told == [Bound({}, keys.no_way())]


async def test_no_bus_at_all_is_told_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    async with asking() as one:
        one.keys.bind(WANTED)
        await until(lambda: one.told)
        assert one.told == [Bound({}, keys.no_way())]


def test_triggers_are_written_as_the_specification_has_them() -> None:
    def written(text: str) -> str:
        wanted = keys.combination(text)
        assert wanted is not None
        return trigger(wanted)

    assert written("Ctrl+Shift+PgUp") == "CTRL+SHIFT+Page_Up"
    assert written("Meta+F9") == "LOGO+F9"
