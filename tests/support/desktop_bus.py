"""A session bus of a test's own, and a stand-in for the desktop's services on it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
DESKTOP = "/org/freedesktop/portal/desktop"


@contextmanager
def private_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A bus that nobody else is on."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("platform: needs dbus-daemon")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        try:
            assert daemon.stdout is not None
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
            yield
        finally:
            daemon.terminate()


@dataclass
class Services:
    """What was asked of the desktop, and what it says."""

    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    """Methods that answer with an error."""
    status: int = 0
    """Of the answer to BindShortcuts: 1 when the person said no."""
    given: dict[str, str] = field(default_factory=dict)
    """Keys that the desktop gives in place of those asked for, by action; empty for none."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody has left the bus."""
    session: str = ""
    _connection: Any = None

    def asked(self, method: str) -> list[tuple[Any, ...]]:
        """The arguments of each call of a method."""
        return [body for name, body in self.calls if name == method]

    async def activate(self, action: str, session: str = "") -> None:
        """The person presses the keys of an action."""
        await self._signal(DESKTOP, SHORTCUTS, "Activated", "osta{sv}", (session or self.session, action, 1, {}))

    async def _signal(self, path: str, interface: str, name: str, signature: str, body: tuple[Any, ...]) -> None:
        from jeepney import DBusAddress, new_signal

        await self._connection.send(new_signal(DBusAddress(path, interface=interface), name, signature, body))

    async def serve(self, connection: Any) -> None:
        """Answer until cancelled."""
        from jeepney import HeaderFields, MessageType, new_error, new_method_return

        self._connection = connection
        while True:
            message = await connection.receive()
            name = message.header.fields.get(HeaderFields.member)
            if message.header.message_type is MessageType.signal and name == "NameOwnerChanged":
                if message.body[0].startswith(":") and not message.body[2]:
                    self.gone.set()
            elif message.header.message_type is MessageType.method_call:
                self.calls.append((name, message.body))
                if name in self.refuse:
                    await connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
                    continue
                sender = message.header.fields[HeaderFields.sender].lstrip(":").replace(".", "_")
                signature, body = ("u", (7,)) if message.body and name == "Inhibit" else ("o", ("/request",))
                await connection.send(new_method_return(message, signature, body))
                await self._answer(name, message.body, sender)

    async def _answer(self, name: str, body: tuple[Any, ...], sender: str) -> None:
        options = body[-1] if body and isinstance(body[-1], dict) else {}
        token = options.get("handle_token", ("s", ""))[1]
        results: dict[str, Any] = {}
        if name == "CreateSession":
            self.session = f"{DESKTOP}/session/{sender}/{options['session_handle_token'][1]}"
            results = {"session_handle": ("s", self.session)}
        elif name == "BindShortcuts":
            granted = {key: self.given.get(key, about["preferred_trigger"][1]) for key, about in body[1]}
            shortcuts = [(key, {"trigger_description": ("s", text)}) for key, text in granted.items() if text]
            results = {"shortcuts": ("a(sa{sv})", shortcuts)}
        else:
            return
        status = self.status if name == "BindShortcuts" else 0
        path = f"{DESKTOP}/request/{sender}/{token}"
        await self._signal(path, "org.freedesktop.portal.Request", "Response", "ua{sv}", (status, results))


@asynccontextmanager
async def desktop(*names: str) -> AsyncIterator[Services]:
    """A desktop that owns these names on the bus."""
    from jeepney import MatchRule
    from jeepney.bus_messages import message_bus
    from jeepney.io.asyncio import DBusRouter, open_dbus_connection

    connection = await open_dbus_connection("SESSION")
    async with DBusRouter(connection) as router:
        for name in names:
            await router.send_and_get_reply(message_bus.RequestName(name))
        rule = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
        await router.send_and_get_reply(message_bus.AddMatch(rule))
    services = Services()
    task = asyncio.ensure_future(services.serve(connection))
    try:
        yield services
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await connection.close()
