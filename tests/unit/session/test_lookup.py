"""A name server that does not answer holds up nobody but who asked for the name."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from desktop.session.lookup import look_up_aside


@pytest.fixture
def unanswered(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Set once somebody asks for slow.test, which is not answered before the test is over."""
    asked, answer, real = threading.Event(), threading.Event(), socket.getaddrinfo

    def look_up(host: Any, *port: Any, **hints: Any) -> Any:
        if host == "slow.test":
            asked.set()
            answer.wait()
            raise socket.gaierror
        return real(host, *port, **hints)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    answer.set()
    for thread in [each for each in threading.enumerate() if each.name == "aside"]:
        thread.join()


def test_the_end_of_a_loop_waits_for_no_name(unanswered: threading.Event) -> None:
    async def work() -> None:
        look_up_aside(asyncio.get_running_loop())
        for _ in range(8):  # more than asyncio's own pool has threads where there are two cores
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await asyncio.open_connection("slow.test", 80)
        assert await asyncio.to_thread(unanswered.wait)

    asyncio.run(work())


async def test_names_are_found_as_before() -> None:
    loop = asyncio.get_running_loop()
    usual = await loop.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    look_up_aside(loop)
    assert await loop.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM) == usual
    with pytest.raises(socket.gaierror):
        await asyncio.open_connection("nowhere.invalid", 80)
