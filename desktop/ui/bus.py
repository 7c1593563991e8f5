"""Asking the desktop for something over its session bus (Linux), with jeepney, which keyring brings along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

ANSWER = 10.0
"""Seconds that a service may take to answer; the desktop goes on without it after that."""
PORTAL = "org.freedesktop.portal.Desktop"
PORTAL_PATH = "/org/freedesktop/portal/desktop"


class BusTrouble(Exception):
    """There is no bus, nobody of that name on it, or an answer that says no."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes."""

    name: str
    path: str
    interface: str


class Bus:
    """A connection to the session bus."""

    def __init__(self, router: Any) -> None:
        self._router = router

    @property
    def sender(self) -> str:
        """The connection's own name, as portals write it into paths."""
        return str(self._router.unique_name).lstrip(":").replace(".", "_")

    async def call(self, target: Target, method: str, signature: str = "", *values: object) -> tuple[Any, ...]:
        """Call a method and return what it returns; raises `BusTrouble`."""
        from jeepney import DBusAddress, MessageType, new_method_call

        address = DBusAddress(target.path, target.name, target.interface)
        message = new_method_call(address, method, signature or None, values)
        try:
            reply = await asyncio.wait_for(self._router.send_and_get_reply(message), ANSWER)
        except (TimeoutError, OSError, EOFError) as error:
            raise BusTrouble(type(error).__name__) from error
        if reply.header.message_type is MessageType.error:
            raise BusTrouble(
                str(reply.header.fields.get(4, ""))
            )  # the error's name (D-Bus specification, header fields)
        return tuple(reply.body)

    @asynccontextmanager
    async def signals(self, target: Target, *, path: str = "") -> AsyncIterator[asyncio.Queue[Any]]:
        """A queue of the messages that arrive from this interface; `path` where it is not the target's."""
        from jeepney import MatchRule
        from jeepney.bus_messages import message_bus

        rule = MatchRule(type="signal", interface=target.interface, path=path or target.path)
        queue: asyncio.Queue[Any] = asyncio.Queue(100)
        with self._router.filter(rule, queue=queue):
            await asyncio.wait_for(self._router.send_and_get_reply(message_bus.AddMatch(rule)), ANSWER)
            yield queue

    async def until_gone(self) -> None:
        """Return once the bus ends."""
        await asyncio.wait([self._router._rcv_task])  # the only place that knows


@asynccontextmanager
async def session_bus() -> AsyncIterator[Bus]:
    """The session bus; raises `BusTrouble` where there is none."""
    from jeepney.io.asyncio import DBusRouter, open_dbus_connection

    try:
        connection = await open_dbus_connection("SESSION")
    except Exception as error:
        raise BusTrouble(type(error).__name__) from error
    try:
        async with DBusRouter(connection) as router:
            yield Bus(router)
    except (OSError, EOFError) as error:
        raise BusTrouble(type(error).__name__) from error
    finally:
        connection.writer.close()


def variants(**values: tuple[str, object]) -> Mapping[str, tuple[str, object]]:
    """Options as `a{sv}` has them: each value with its signature."""
    return values
