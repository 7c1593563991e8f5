"""The whole program under what can happen to it: stopped by the system, started twice, and searched for its secrets."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

import psutil
import pytest

from desktop.core.captions import CaptionEvent, Gap
from desktop.transcripts.journal import read
from tests.support import programs
from tests.support.beacon_server import amazon_beacon, settled
from tests.support.fault_proxy import Fault, fault_proxy

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="platform: signals of POSIX"),
    pytest.mark.timeout(180),
]


def journals(home: Path) -> list[Path]:
    return sorted((home / "Documents" / "Overtitle").glob("*.jsonl"))


def numbers(journal: Path) -> list[int]:
    texts = " ".join(entry.text for entry in read(journal).entries if isinstance(entry, CaptionEvent))
    return [int(number) for number in re.findall(r"\d+", texts)]


async def test_a_program_that_stood_still_misses_no_word(tmp_path: Path) -> None:
    """SIGSTOP for longer than connections live: what a closed lid does to a program.

    Nobody stands in, for the engine of this computer can't hear numbers.
    """
    async with amazon_beacon() as server, fault_proxy("127.0.0.1", server.port) as proxy:
        arguments = programs.amazon_arguments(proxy)
        what = ("live", "--json", "--fallback=none", "--source", f"file:{programs.sound(tmp_path, 7.0)}", *arguments)
        with programs.started(tmp_path, *what, **programs.KEYS) as process:
            await settled(lambda: server.finals > 2)
            process.send_signal(signal.SIGSTOP)
            proxy.apply(Fault.RESET)  # the service has long given up
            await asyncio.sleep(5.0)
            await proxy.heal()
            process.send_signal(signal.SIGCONT)
            assert await asyncio.to_thread(process.wait, 90) == 0
    (journal,) = journals(tmp_path)
    assert numbers(journal) == list(range(14))
    assert read(journal).complete
    gaps = [entry.reason for entry in read(journal).entries if isinstance(entry, Gap)]
    assert gaps == ["the computer was asleep"]


async def test_two_at_once_write_two_whole_journals(tmp_path: Path) -> None:
    async with amazon_beacon() as server, fault_proxy("127.0.0.1", server.port) as proxy:
        what = ("live", "--source", f"file:{programs.sound(tmp_path, 4.0)}", *programs.amazon_arguments(proxy))
        with (
            programs.started(tmp_path, *what, **programs.KEYS) as first,
            programs.started(tmp_path, *what, **programs.KEYS) as second,
        ):
            assert await asyncio.to_thread(first.wait, 90) == 0
            assert await asyncio.to_thread(second.wait, 90) == 0
    found = journals(tmp_path)
    assert len(found) == 2
    for journal in found:
        assert numbers(journal) == list(range(8))
        assert read(journal).complete


HANGS = """
import pathlib, socket, threading
real = socket.getaddrinfo
def look_up(host, *port, **hints):
    if host != "slow.test":
        return real(host, *port, **hints)
    pathlib.Path("asked").touch()
    threading.Event().wait()
socket.getaddrinfo = look_up
"""


async def test_a_name_server_that_hangs_does_not_keep_the_program(tmp_path: Path) -> None:
    """As where the network is gone and nobody says so; the resolver's own patience is half a minute."""
    (tmp_path / "sitecustomize.py").write_text(HANGS)
    file = programs.sound(tmp_path, 60.0)
    what = ("live", "--json", "--fallback=none", "--source", f"file:{file}", "--provider", "vosk")
    more = {"PYTHONPATH": f"{tmp_path}:{programs.ROOT}"}
    with programs.started(tmp_path, *what, "--option", "url=wss://slow.test:2700", **more) as process:
        await settled((tmp_path / "asked").exists)
        end = await programs.asked_to_end(process, tmp_path, signal.SIGINT)
    assert end.status == 130


async def test_no_secret_gets_out_whatever_breaks() -> None:
    leaks = await programs.leaks_of_a_provider()
    assert leaks.places > 5
    assert not leaks.found


async def test_no_secret_gets_out_of_a_trial() -> None:
    leaks = await programs.leaks_of_trials()
    assert leaks.places > 20
    assert not leaks.found


@pytest.mark.engine
async def test_the_engine_is_told_no_secret_of_a_cloud() -> None:
    leaks = await programs.leaks_of_the_engine()
    assert leaks.places > 5
    assert not leaks.found


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"key=" + programs.secrets()["secret key"])
    leaks = programs.Leaks()
    leaks.look_at_files(tmp_path, programs.secrets())
    leaks.look_at_processes(psutil.Process().pid, {"python": b"python"})
    assert leaks.found[0] == "secret key in log"
    assert any(one.startswith("python in cmdline") for one in leaks.found)
