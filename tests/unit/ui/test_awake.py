"""The computer stays awake while that is held: against stand-in services on a private bus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from desktop.ui.awake import DesktopAwake, Wakefulness, WindowsAwake
from tests.support.desktop_bus import desktop, private_bus

SAVER, PORTAL = "org.freedesktop.ScreenSaver", "org.freedesktop.portal.Desktop"


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with private_bus(monkeypatch):
        yield


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.005)


@pytest.mark.usefixtures("bus")
async def test_the_screen_saver_is_inhibited_until_it_is_let_go() -> None:
    async with desktop(SAVER) as services:
        awake = DesktopAwake()
        awake.hold("Captions are running")
        await until(lambda: services.calls)
        assert services.asked("Inhibit") == [("overtitle", "Captions are running")]
        assert not services.gone.is_set()
        awake.let_go()
        await until(services.gone.is_set)


@pytest.mark.usefixtures("bus")
async def test_without_a_screen_saver_service_the_portal_is_asked() -> None:
    async with desktop(PORTAL) as services:
        awake = DesktopAwake()
        awake.hold("Captions are running")
        await until(lambda: services.calls)
        window, flags, options = services.asked("Inhibit")[0]
        assert (window, flags) == ("", 12), "neither suspend nor idle"
        assert options["reason"] == ("s", "Captions are running")
        awake.let_go()
        await until(services.gone.is_set)


@pytest.mark.usefixtures("bus")
async def test_a_desktop_that_can_not_be_asked_is_no_trouble() -> None:
    awake = DesktopAwake()
    awake.hold("Captions are running")
    task = awake._task
    assert task is not None
    await asyncio.wait_for(task, 60)
    awake.let_go()


async def test_no_bus_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    awake = DesktopAwake()
    awake.hold("Captions are running")
    task = awake._task
    assert task is not None
    await asyncio.wait_for(task, 60)


def test_windows_is_told_both_and_takes_it_back() -> None:
    class Kernel:
        states: list[int] = []  # noqa: RUF012 - one test

        def SetThreadExecutionState(self, state: object) -> int:  # noqa: N802 - the name in winbase.h
            self.states.append(state.value)  # type: ignore[attr-defined] # a ctypes number
            return 1

    awake = WindowsAwake(Kernel())
    awake.hold("Captions are running")
    awake.let_go()
    assert Kernel.states == [0x80000003, 0x80000000]


def test_holding_twice_asks_once() -> None:
    class Count:
        held = gone = 0

        def hold(self, reason: str) -> None:
            self.held += 1

        def let_go(self) -> None:
            self.gone += 1

    count = Count()
    one = Wakefulness(count)
    for wanted in (False, True, True, False, False):
        one.keep(wanted, "x")
    assert (count.held, count.gone) == (1, 1)
