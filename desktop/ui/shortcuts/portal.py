"""Keys on Wayland: the desktop's GlobalShortcuts portal, which asks the person and may choose other keys.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html. A session's keys are
bound once, so other keys need another session.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence

from desktop.core.message import say
from desktop.ui.bus import PORTAL, PORTAL_PATH, Bus, BusTrouble, Target, session_bus, variants
from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound, Pressed, Told

_SHORTCUTS = Target(PORTAL, PORTAL_PATH, "org.freedesktop.portal.GlobalShortcuts")
_REGISTRY = Target(PORTAL, PORTAL_PATH, "org.freedesktop.host.portal.Registry")
_MODIFIERS = {
    Qt.KeyboardModifier.ControlModifier: "CTRL",
    Qt.KeyboardModifier.AltModifier: "ALT",
    Qt.KeyboardModifier.ShiftModifier: "SHIFT",
    Qt.KeyboardModifier.MetaModifier: "LOGO",
}
_GRANTED = 0


class PortalKeys:
    """A session of the portal; it lives in the event loop that `bind` is called in."""

    def __init__(self, pressed: Pressed, told: Told) -> None:
        self._pressed = pressed
        self._told = told
        self._task: asyncio.Task[None] | None = None

    def bind(self, wanted: Mapping[str, QKeyCombination]) -> None:
        """End the session and begin one with these keys."""
        before, self._task = self._task, asyncio.get_running_loop().create_task(self._run(dict(wanted), self._task))
        if before is not None:
            before.cancel()

    def close(self) -> None:
        """End the session; the portal forgets the keys with the connection."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, wanted: dict[str, QKeyCombination], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if not wanted:
            self._told(Bound({}))
            return
        try:
            async with session_bus() as bus:
                await self._serve(bus, wanted)
        except BusTrouble:
            self._told(Bound({}, keys.no_way()))

    async def _serve(self, bus: Bus, wanted: dict[str, QKeyCombination]) -> None:
        with suppress(BusTrouble):  # portals before 1.20 ask nobody for a name
            await bus.call(_REGISTRY, "Register", "sa{sv}", QGuiApplication.desktopFileName(), {})
        async with bus.signals(_SHORTCUTS) as activated:
            session = await self._open(bus)
            granted = await self._ask(bus, session, wanted)
            self._told(_bound(wanted, granted))
            if granted is None:
                return
            while True:
                signal = await activated.get()
                if signal.header.fields.get(3) == "Activated" and signal.body[0] == session:  # 3: the member's name
                    self._pressed(signal.body[1])

    async def _open(self, bus: Bus) -> str:
        token = _token()
        options = variants(handle_token=("s", token), session_handle_token=("s", _token()))
        status, results = await _answer(bus, token, "CreateSession", "a{sv}", options)
        if status != _GRANTED:
            raise BusTrouble("CreateSession")
        return str(results["session_handle"][1])

    async def _ask(self, bus: Bus, session: str, wanted: dict[str, QKeyCombination]) -> dict[str, str] | None:
        """The keys that the desktop gave, by action; None when it, or the person, gave none."""
        token = _token()
        asked = [
            (name, variants(description=("s", keys.spoken(name)), preferred_trigger=("s", trigger(each))))
            for name, each in wanted.items()
        ]
        options = variants(handle_token=("s", token))
        status, results = await _answer(bus, token, "BindShortcuts", "oa(sa{sv})sa{sv}", session, asked, "", options)
        if status != _GRANTED:
            return None
        given = results.get("shortcuts", ("", []))[1]
        return {name: str(about.get("trigger_description", ("s", ""))[1]) for name, about in given}


async def _answer(bus: Bus, token: str, method: str, signature: str, *values: object) -> tuple[int, dict[str, Any]]:
    """Status and results of a request; a person may take long over it."""
    path = f"{PORTAL_PATH}/request/{bus.sender}/{token}"
    request = Target(PORTAL, path, "org.freedesktop.portal.Request")
    async with bus.signals(request) as answers:
        await bus.call(_SHORTCUTS, method, signature, *values)
        status, results = (await answers.get()).body
    return status, results


def _token() -> str:
    return f"overtitle_{secrets.token_hex(8)}"


def _bound(wanted: Mapping[str, QKeyCombination], granted: Mapping[str, str] | None) -> Bound:
    if granted is None:
        return Bound({}, say("Shortcuts", "The desktop did not give these keys. Change one of them to be asked again."))
    refused = {
        name: say("Shortcuts", "The desktop did not give {keys}. Its own settings may.", keys=_native(keys_))
        for name, keys_ in wanted.items()
        if name not in granted
    }
    other = [
        f"{keys.spoken(name)}: {given}"
        for name, given in granted.items()
        if given
        and name in wanted
        and _plain(given) not in (_plain(_native(wanted[name])), _plain(trigger(wanted[name])))
    ]
    if not other:
        return Bound(refused)
    list_ = "; ".join(other)
    return Bound(refused, say("Shortcuts", "The desktop decides which keys work: {list}.", list=list_))


def _native(wanted: QKeyCombination) -> str:
    return QKeySequence(wanted).toString(QKeySequence.SequenceFormat.NativeText)


def _plain(text: str) -> str:
    return "".join(text.replace("Press", "").replace("<", "").replace(">", "+").split()).casefold()


def trigger(wanted: QKeyCombination) -> str:
    """Keys as the shortcuts specification of freedesktop.org writes them: `CTRL+ALT+l`."""
    held = [name for modifier, name in _MODIFIERS.items() if wanted.keyboardModifiers() & modifier]
    key = QKeySequence(wanted.key()).toString(QKeySequence.SequenceFormat.PortableText)
    return "+".join([*held, key.lower() if len(key) == 1 else _NAMES.get(key, key)])


_NAMES = {"PgUp": "Page_Up", "PgDown": "Page_Down", "Ins": "Insert", "Del": "Delete", "Space": "space"}
"""Keysym names (xkbcommon) where Qt has others."""
