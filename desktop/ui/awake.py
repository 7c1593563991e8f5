"""Keeps screen and computer from going to sleep by themselves while captions run."""

from __future__ import annotations

import asyncio
import ctypes
import ctypes.util
import logging
import sys
from contextlib import suppress
from typing import Any, Protocol

from desktop.ui.bus import PORTAL, PORTAL_PATH, Bus, BusTrouble, Target, session_bus, variants

log = logging.getLogger(__name__)

_SAVER = Target("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver")
_PORTAL = Target(PORTAL, PORTAL_PATH, "org.freedesktop.portal.Inhibit")
_SUSPEND, _IDLE = 4, 8
"""Flags of the portal's Inhibit."""
_CONTINUOUS, _SYSTEM, _DISPLAY = 0x80000000, 1, 2
"""ES_... of winbase.h."""
_ASSERTION_ON = 255
"""kIOPMAssertionLevelOn of IOPMLib.h."""
_UTF8 = 0x08000100


class Awake(Protocol):
    """One system's way."""

    def hold(self, reason: str) -> None:
        """Keep the computer awake from now on; `reason` is shown by the system."""

    def let_go(self) -> None:
        """Let it sleep again."""


class DesktopAwake:
    """Linux: the desktop's screen saver service, else its portal. Both forget us with our connection to the bus."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def hold(self, reason: str) -> None:
        """Ask in a task of the running loop."""
        self.let_go()
        self._task = asyncio.get_running_loop().create_task(self._hold(reason))

    def let_go(self) -> None:
        """End the task, and with it the connection."""
        if self._task is not None:
            self._task.cancel()
        self._task = None

    async def _hold(self, reason: str) -> None:
        try:
            async with session_bus() as bus:
                await self._ask(bus, reason)
                await bus.until_gone()
        except BusTrouble as error:
            log.info("This desktop can't be asked to stay awake: %s", error)

    @staticmethod
    async def _ask(bus: Bus, reason: str) -> None:
        try:
            await bus.call(_SAVER, "Inhibit", "ss", "overtitle", reason)
        except BusTrouble:
            options = variants(reason=("s", reason))
            await bus.call(_PORTAL, "Inhibit", "sua{sv}", "", _SUSPEND | _IDLE, options)


class WindowsAwake:
    """SetThreadExecutionState, which holds for as long as its thread lives."""

    def __init__(self, kernel32: Any = None) -> None:
        self._kernel32 = kernel32

    def hold(self, reason: str) -> None:
        """Windows asks for no reason."""
        del reason
        self._set(_CONTINUOUS | _SYSTEM | _DISPLAY)

    def let_go(self) -> None:
        """Back to the system's own times."""
        self._set(_CONTINUOUS)

    def _set(self, state: int) -> None:
        if self._kernel32 is None:
            self._kernel32 = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore] # Windows alone has it
        self._kernel32.SetThreadExecutionState(ctypes.c_uint(state))


class MacAwake:
    """IOPMAssertionCreateWithName. Not tried on a Mac yet."""

    def __init__(self) -> None:
        self._assertion: ctypes.c_uint32 | None = None

    def hold(self, reason: str) -> None:
        """Hold one assertion; `pmset -g assertions` lists it with its reason."""
        if self._assertion is not None:
            return
        kit, foundation = self._libraries()
        kind, name = (
            foundation.CFStringCreateWithCString(None, text.encode(), _UTF8)
            for text in ("PreventUserIdleDisplaySleep", f"Overtitle: {reason}")
        )
        made = ctypes.c_uint32()
        if not kit.IOPMAssertionCreateWithName(kind, _ASSERTION_ON, name, ctypes.byref(made)):
            self._assertion = made
        for text in (kind, name):
            foundation.CFRelease(text)

    def let_go(self) -> None:
        """Release it."""
        if self._assertion is not None:
            self._libraries()[0].IOPMAssertionRelease(self._assertion)
        self._assertion = None

    @staticmethod
    def _libraries() -> tuple[Any, Any]:
        kit = ctypes.CDLL(ctypes.util.find_library("IOKit"))
        foundation = ctypes.CDLL(ctypes.util.find_library("CoreFoundation"))
        foundation.CFStringCreateWithCString.restype = ctypes.c_void_p
        foundation.CFStringCreateWithCString.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32)
        foundation.CFRelease.argtypes = (ctypes.c_void_p,)
        kit.IOPMAssertionCreateWithName.argtypes = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p)
        return kit, foundation


def this_system() -> Awake:
    """The way of the system that the program runs on."""
    if sys.platform == "win32":
        return WindowsAwake()
    return MacAwake() if sys.platform == "darwin" else DesktopAwake()


class Wakefulness:
    """Holds the computer awake while that is wanted; asking again for what is so changes nothing."""

    def __init__(self, awake: Awake | None = None) -> None:
        self._awake = awake
        self._held = False

    def keep(self, wanted: bool, reason: str) -> None:
        """Hold, or let go."""
        if wanted == self._held:
            return
        self._held = wanted
        if self._awake is None:
            self._awake = this_system()
        with suppress(OSError, AttributeError):  # a library that this system lacks; captions matter more
            if wanted:
                self._awake.hold(reason)
            else:
                self._awake.let_go()
