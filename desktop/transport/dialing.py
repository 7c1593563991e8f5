"""Opens and closes WebSockets with `websockets`; loaded by the first connection, because it costs 0.15 s to import."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as websocket
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI, ProxyError
from websockets.proxy import Proxy
from websockets.typing import Origin, Subprotocol

from desktop.core.errors import ConnectionLost, ConnectionUntrusted, ProtocolViolation, ProviderError
from desktop.core.message import say
from desktop.transport.proxy import explain_proxy, way_to
from desktop.transport.target import Refusal, Target, require_encryption

MAX_MESSAGE = 256 * 1024
"""Bytes of one message; captions are a few thousand."""
MAX_BODY = 16 * 1024
"""Bytes of a refusal's body that are looked at; AWS quotes a whole request twice."""
SEND_BUFFER = 16 * 1024
"""Bytes that the system may take before `send` waits: by default it swallows two minutes of sound for a dead peer."""
WRITE_LIMIT = 3200
"""Bytes that may wait in this process on top of that: 100 ms of sound."""
UNACKNOWLEDGED = 5.0
"""Seconds after which the system gives up a peer that acknowledges nothing, where it can be told to (Linux)."""

quiet = logging.getLogger(__name__ + ".messages")
quiet.setLevel(logging.WARNING)  # at DEBUG `websockets` writes the request line and every header


class Refused(Exception):
    """The service answered with an HTTP status; caught by `desktop.transport.websocket.connect`."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.status)
        self.refusal = refusal


class _Dialer(websocket):
    """Follows no redirect: a signed URL is for one host, and a token must not travel on."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """The redirect is the refusal."""
        return exc


async def tls_context() -> ssl.SSLContext:
    """Verified TLS, 1.2 at least; SSL_CERT_FILE is honoured by OpenSSL. Reading the certificates takes 30 ms."""
    context = await asyncio.to_thread(ssl.create_default_context)
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


async def dial(target: Target, timeout: float) -> ClientConnection:  # noqa: ASYNC109 - it becomes the library's own
    """Open a WebSocket; raises `Refused` or `ProviderError`."""
    require_encryption(target)
    way = way_to(target.url)
    options: dict[str, Any] = {"ssl": await tls_context()} if way.encrypted else {}
    if way.proxy is not None and way.proxy.scheme == "https":
        options["proxy_ssl"] = await tls_context()
    try:
        connection = await _Dialer(
            target.url,
            origin=Origin(target.origin) if target.origin else None,
            subprotocols=[Subprotocol(name) for name in target.subprotocols] or None,
            additional_headers=dict(target.headers),
            compression=None,
            proxy=way.address,
            open_timeout=timeout,
            ping_interval=None,
            close_timeout=1,
            max_size=MAX_MESSAGE,
            write_limit=WRITE_LIMIT,
            logger=quiet,
            **options,
        )
    except InvalidStatus as error:
        raise Refused(_refusal(error)) from None
    except (OSError, InvalidHandshake, InvalidURI, EOFError) as error:
        raise explain(error, way.host, way.port, way.proxy) from None
    _bound_buffers(connection)
    return connection


def _refusal(error: InvalidStatus) -> Refusal:
    response = error.response
    headers = {name.lower(): value for name, value in response.headers.raw_items()}
    return Refusal(response.status_code, headers, bytes(response.body or b"")[:MAX_BODY].decode("utf-8", "replace"))


def _bound_buffers(connection: ClientConnection) -> None:
    raw = connection.transport.get_extra_info("socket")
    if raw is None:
        return
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    user_timeout = getattr(socket, "TCP_USER_TIMEOUT", None)
    if user_timeout is not None:
        with contextlib.suppress(OSError):  # a socket that is no TCP
            raw.setsockopt(socket.IPPROTO_TCP, user_timeout, round(UNACKNOWLEDGED * 1000))


def drop(connection: ClientConnection) -> None:
    """End a connection now, without a word to the peer."""
    connection.transport.abort()


async def hang_up(connection: ClientConnection, patience: float) -> None:
    """Close a connection; a peer that does not answer within `patience` seconds is dropped."""
    try:
        async with asyncio.timeout(patience):
            await connection.close()
    except TimeoutError:
        pass
    finally:
        connection.transport.abort()


def explain(error: Exception, host: str, port: int, proxy: Proxy | None = None) -> ProviderError:
    """The sentence for a connection that could not be opened; never quotes `error`, which may hold the URL."""
    if isinstance(error, ssl.SSLError):
        return _explain_tls(error, host)
    if isinstance(error, ProxyError):
        return explain_proxy(error, proxy)
    if proxy is not None and isinstance(error, socket.gaierror | ConnectionRefusedError):
        return ConnectionLost(  # behind a proxy only the way to the proxy itself can end like this
            _explain_network(error, proxy.host, proxy.port).what,
            say("Network", "This is the proxy: check HTTPS_PROXY."),
        )
    if isinstance(error, InvalidHandshake) and not isinstance(error.__cause__, EOFError | OSError):
        return ProtocolViolation(
            say("Network", "{host} does not speak WebSocket on port {port}.", host=host, port=port),
            say("Network", "Check the address of the service."),
        )
    return _explain_network(error, host, port)


def _explain_network(error: Exception, host: str, port: int) -> ConnectionLost:
    if isinstance(error, socket.gaierror):
        return ConnectionLost(
            say("Network", "The address {host} can't be found.", host=host),
            say("Network", "Check this computer's network and the address."),
        )
    if isinstance(error, TimeoutError):
        return ConnectionLost(
            say("Network", "{host} does not answer on port {port}.", host=host, port=port),
            say("Network", "Check the network; a firewall may block port {port}.", port=port),
        )
    if isinstance(error, ConnectionRefusedError):
        return ConnectionLost(
            say("Network", "{host} refuses connections on port {port}.", host=host, port=port),
            say("Network", "Check the address; a firewall may block port {port}.", port=port),
        )
    return ConnectionLost(
        say("Network", "The connection to {host} on port {port} broke while being opened.", host=host, port=port),
        say("Network", "Check this computer's network."),
    )


def _explain_tls(error: ssl.SSLError, host: str) -> ProviderError:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return ConnectionUntrusted(
            say("Network", "No encrypted connection to {host} could be agreed on.", host=host),
            say("Network", "Check the address; something in between may not let encryption through."),
        )
    return ConnectionUntrusted(
        say("Network", "The certificate of {host} is not trusted ({reason}).", host=host, reason=error.verify_message),
        say("Network", "Check the clock. Behind a company's proxy, set SSL_CERT_FILE to its certificate."),
    )
