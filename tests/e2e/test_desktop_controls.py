"""The running program steered from outside its window, on a real desktop: keys, other starts, pause, staying awake."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.core.captions import Gap, Mark
from desktop.transcripts.journal import read
from tests.support.desktop import environment_of, give_keyboard, journals, wait_until, window, xdotool
from tests.support.desktop_bus import desktop

pytestmark = [pytest.mark.desktop, pytest.mark.engine, pytest.mark.timeout(240)]
GLOBAL = "ctrl+alt+shift+"


@pytest.fixture
def other() -> Iterator[str]:
    """The window of another program, which has the keyboard."""
    with subprocess.Popen(["xev", "-event", "keyboard"], stdout=subprocess.DEVNULL) as program:
        wait_until(lambda: bool(find_tester()), "the window of the other program")
        yield find_tester()
        program.terminate()


def find_tester() -> str:
    return xdotool("search", "--onlyvisible", "--name", "^Event Tester$").partition("\n")[0]


def press(other: str, key: str) -> None:
    give_keyboard(other)
    xdotool("key", GLOBAL + key)


def is_locked(home: Path) -> bool:
    """Whether the bar is locked, as the settings have it; that clicks go through then has a test of its own."""
    return any("locked = true" in file.read_text() for file in (home / "config").rglob("config.toml"))


def test_keys_work_while_another_window_has_the_keyboard(tmp_path: Path, other: str) -> None:
    with window(tmp_path) as shown:
        shown.press("space")  # not by a key: those are asked for only when the program is ready
        wait_until(lambda: bool(shown.bar), "the caption bar")
        press(other, "l")
        wait_until(lambda: is_locked(tmp_path), "a locked bar")
        press(other, "l")
        wait_until(lambda: not is_locked(tmp_path), "the bar unlocked again")
        press(other, "b")
        wait_until(lambda: any(isinstance(entry, Mark) for entry in entries(tmp_path)), "the mark")
        press(other, "p")
        wait_until(lambda: any(isinstance(entry, Gap) for entry in entries(tmp_path)), "the break")
        press(other, "h")
        wait_until(lambda: not shown.bar, "the bar hidden")
        press(other, "h")
        wait_until(lambda: bool(shown.bar), "the bar again")
        press(other, "s")
        wait_until(lambda: read(journals(tmp_path)[0]).complete, "the end of the transcript")
        wait_until(lambda: journals(tmp_path)[0].with_suffix(".txt").exists(), "the export")
    assert [entry.reason for entry in entries(tmp_path) if isinstance(entry, Gap)] == ["paused", "paused"]


def test_another_start_presses_keys_for_desktops_that_lend_none(tmp_path: Path) -> None:
    with window(tmp_path) as shown:
        environment = environment_of(shown.process.pid)

        def ask(key: str) -> int:
            command = [sys.executable, "-m", "desktop", "--press", key]
            return subprocess.run(command, env=environment, cwd=tmp_path, timeout=60, check=False).returncode

        assert ask("start") == 0
        wait_until(lambda: bool(shown.bar), "the caption bar")
        assert ask("lock") == 0
        wait_until(lambda: is_locked(tmp_path), "a locked bar")
        assert ask("lock") == 0
        wait_until(lambda: not is_locked(tmp_path), "the bar unlocked again")
    assert ask("lock") == 2, "nobody runs who could do it"


def test_the_computer_stays_awake_while_captions_run_and_not_while_they_rest(tmp_path: Path, other: str) -> None:
    async def play() -> None:
        async with desktop("org.freedesktop.ScreenSaver") as services:
            await asyncio.to_thread(shown.press, "space")
            await until(lambda: len(services.asked("Inhibit")) == 1)
            services.gone.clear()
            await asyncio.to_thread(press, other, "p")
            await asyncio.wait_for(services.gone.wait(), 60)
            await asyncio.to_thread(press, other, "p")
            await until(lambda: len(services.asked("Inhibit")) == 2)
            services.gone.clear()
            await asyncio.to_thread(press, other, "s")
            await asyncio.wait_for(services.gone.wait(), 60)

    async def until(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():
                await asyncio.sleep(0.05)

    with window(tmp_path) as shown:
        asyncio.run(play())
        wait_until(lambda: read(journals(tmp_path)[0]).complete, "the end of the transcript")
        wait_until(lambda: journals(tmp_path)[0].with_suffix(".txt").exists(), "the export")


def entries(home: Path) -> tuple[object, ...]:
    found = journals(home)
    return tuple(read(found[0]).entries) if found else ()


def test_on_wayland_the_keys_come_through_the_portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-stand-in")  # XWayland draws; the portal alone lends keys

    async def play() -> None:
        async with desktop("org.freedesktop.portal.Desktop") as services:
            with window(tmp_path) as shown:
                async with asyncio.timeout(60):
                    while not services.asked("BindShortcuts"):
                        await asyncio.sleep(0.05)
                await services.activate("start")
                await asyncio.to_thread(wait_until, lambda: bool(shown.bar), "the caption bar")
                await services.activate("lock")
                await asyncio.to_thread(wait_until, lambda: is_locked(tmp_path), "a locked bar")
                await services.activate("lock")
                await asyncio.to_thread(wait_until, lambda: not is_locked(tmp_path), "the bar unlocked again")
                await services.activate("start")
                await asyncio.to_thread(wait_until, lambda: read(journals(tmp_path)[0]).complete, "the end")
                exported = journals(tmp_path)[0].with_suffix(".txt")
                await asyncio.to_thread(wait_until, exported.exists, "the export")

    asyncio.run(play())


def test_where_there_is_no_tray_a_hidden_start_shows_the_window_all_the_same(tmp_path: Path) -> None:
    with window(tmp_path, "--hidden") as shown:
        assert shown.id
