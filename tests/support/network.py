"""Tests reach this computer alone: a connection or a name look-up that leaves it fails the test."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

ROUTES = ("192.0.2.1", "2001:db8::1")
LOCAL = {None, "", "localhost", b"localhost", socket.gethostname()}


def stays_here(host: Any) -> bool:
    """Whether a host is this computer."""
    if host in LOCAL:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def is_address(host: Any) -> bool:
    """Whether a host is a plain address, which is looked up without asking anyone."""
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session")
def outgoing() -> Iterator[list[str]]:
    """Hosts that somebody tried to reach; the attempts themselves fail as they would without a network."""
    tried: list[str] = []

    def guard(connect: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(self: socket.socket, address: Any) -> Any:
            if self.type == socket.SOCK_DGRAM and address[0] in ROUTES:
                raise OSError(101, "Tests have no network")  # asked of the routing table; nothing would be sent
            if self.family in (socket.AF_INET, socket.AF_INET6) and not stays_here(address[0]):
                tried.append(f"connection to {address[0]}")
                raise OSError(101, "Tests have no network")  # ENETUNREACH
            return connect(self, address)

        return guarded

    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host in LOCAL or is_address(host):
            return look_up(host, *args, **kwargs)
        if not str(host).endswith(".invalid"):  # the name that is reserved for hosts that don't exist, RFC 2606
            tried.append(f"look-up of {host}")
        raise socket.gaierror(socket.EAI_NONAME, "Tests have no network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guard(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guard(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield tried


@pytest.fixture(autouse=True)
def only_this_computer(outgoing: list[str]) -> Iterator[None]:
    """Fails the test when something in it tried to leave this computer."""
    outgoing.clear()
    yield
    if outgoing:
        pytest.fail("left this computer: " + ", ".join(outgoing), pytrace=False)
