"""The listener: opens a port, and turns whoever comes in into lanes. `websockets` is loaded when it opens."""

from __future__ import annotations

import asyncio
import errno
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import quote

from desktop.audio.convert import preload
from desktop.core.errors import ListenerError
from desktop.core.message import say
from desktop.ingress.config import DEFAULT_PORT, NEXT_PORTS, ListenerConfig, check, tls_context
from desktop.ingress.events import ListenerEvent, ListenerEventKind, log
from desktop.ingress.gate import detector
from desktop.ingress.peer import Host

if TYPE_CHECKING:
    from desktop.ingress.sockets import Sockets


class _LoggingHost:
    """Passes everything on, and writes events to the log."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.lane_started = host.lane_started
        self.lane_ended = host.lane_ended

    def told(self, event: ListenerEvent) -> None:
        log.info("%s: %s", event.kind.value, event.message)
        self._host.told(event)


class Listener:
    """A port that remote peers connect to, open within its context."""

    def __init__(self, config: ListenerConfig, token: str, host: Host) -> None:
        self.config = config
        self._token = token
        self._host: Host = _LoggingHost(host)
        self._sockets: Sockets | None = None

    async def __aenter__(self) -> Listener:
        """Open; raises `ListenerError` or `ConnectionUntrusted`."""
        check(self.config)
        detector(self.config.handling.gate)  # what is not installed is said now, and not in a call
        tls = await asyncio.to_thread(tls_context, self.config)
        sockets = await asyncio.to_thread(_load)
        await asyncio.to_thread(preload)  # what the first call would wait for
        self._sockets = sockets(self.config, self._token, self._host)
        await self._open(self._sockets, tls)
        self._host.told(
            ListenerEvent(ListenerEventKind.READY, say("Listener", "Waiting for calls at {url}.", url=self.url))
        )
        return self

    async def _open(self, sockets: Sockets, tls: ssl.SSLContext | None) -> None:
        wanted = self.config.port
        ports = [wanted] if wanted is not None else range(DEFAULT_PORT, DEFAULT_PORT + NEXT_PORTS)
        for port in ports:
            try:
                await sockets.open(port, tls)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise self._unavailable(error) from error
            else:
                return
        raise ListenerError(
            say(
                "Listener", "Port {port} of {host} is in use by another program.", port=ports[0], host=self.config.host
            ),
            say("Listener", "Use another port, or 0 for any that is free."),
        )

    def _unavailable(self, error: OSError) -> ListenerError:
        cause = error.strerror or type(error).__name__
        return ListenerError(
            say("Listener", "Nothing can listen on {host}: {cause}.", host=self.config.host, cause=cause),
            say("Listener", "Use 127.0.0.1, or an address of this computer, and a port above 1023."),
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sockets is not None:
            await self._sockets.close()

    def change_token(self, token: str) -> None:
        """Ask for another token from now on; those who are connected stay."""
        self._token = token
        if self._sockets is not None:
            self._sockets.change_token(token)

    def close_door(self) -> None:
        """Let nobody in any more; those who are connected stay until the context ends."""
        if self._sockets is not None:
            self._sockets.close_door()

    def hang_up(self) -> None:
        """End the sound of everyone, so that the last captions can be made and told before the context ends."""
        if self._sockets is not None:
            self._sockets.end_lanes()

    @property
    def port(self) -> int:
        """The port that is open."""
        return self._sockets.port if self._sockets is not None else 0

    @property
    def url(self) -> str:
        """Where peers connect to: the whole address of a single protocol, otherwise without the path."""
        return next(iter(self.urls.values())) if len(self.config.protocols) == 1 else self._base

    @property
    def urls(self) -> Mapping[str, str]:
        """The address of each protocol; none holds the token."""
        return {protocol.value: self._base + path for path, protocol in self.config.paths.items() if path != "/"}

    @property
    def _base(self) -> str:
        host = f"[{self.config.host}]" if ":" in self.config.host else quote(self.config.host)
        return f"{'wss' if self.config.encrypted else 'ws'}://{host}:{self.port}"


def _load() -> type[Sockets]:
    from desktop.ingress.sockets import Sockets

    return Sockets
