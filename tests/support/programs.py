"""The real program as a whole: how it ends while its provider stands still, and what it lets out of its secrets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from tests.support.amazon_server import REGION, SECRET, TOKEN, AmazonServer
from tests.support.beacon import beacon_pcm
from tests.support.beacon_server import AmazonAdapter, BeaconServer, beacon_server, settled
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
CANARY = "canary-5up3r"
"""Part of every secret that `planted` makes up."""
LATEST = 40.0
"""Seconds after which a program that was asked to end is killed."""


@dataclass
class End:
    """How a program ended."""

    seconds: float
    status: int | None
    """Exit status, negative for the signal that ended it; None when it had to be killed."""
    said: str = ""
    """Its standard error."""
    left: list[str] = field(default_factory=list)
    """What was found afterwards that should not be there, by name."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """Of a program with a home of its own."""
    (home / "Documents").mkdir(parents=True, exist_ok=True)
    own = {f"XDG_{name}": str(home / name.lower()) for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME")}
    documents = {"XDG_DOCUMENTS_DIR": str(home / "Documents"), "HOME": str(home), "PYTHONPATH": str(ROOT)}
    return {**os.environ, **own, **documents, **more}


def sound(folder: Path, seconds: float) -> Path:
    """A recording of numbers."""
    import wave

    path = folder / "numbers.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(b"".join(beacon_pcm(number) for number in range(round(seconds * 2))))
    return path


@contextmanager
def started(home: Path, *arguments: str | Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program, with its output in `home`; killed at the end if it still lives."""
    command = [sys.executable, "-m", "desktop", *map(str, arguments)]
    with (home / "stdout").open("wb") as out, (home / "stderr").open("wb") as err:
        process = subprocess.Popen(command, cwd=home, env=environment(home, **more), stdout=out, stderr=err)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def asked_to_end(process: subprocess.Popen[bytes], home: Path, number: signal.Signals) -> End:
    """Send a signal, and see how long it takes."""
    began = time.monotonic()
    process.send_signal(number)
    status: int | None = None
    with suppress(subprocess.TimeoutExpired):
        status = await asyncio.to_thread(process.wait, LATEST)
    return End(time.monotonic() - began, status, (home / "stderr").read_text(encoding="utf-8", errors="replace"))


def amazon_arguments(proxy: FaultProxy) -> list[str]:
    """The options that point the program at a port of this computer."""
    options = ["--option", f"endpoint=ws://127.0.0.1:{proxy.port}", "--option", f"region={REGION}"]
    return ["--provider", "amazon-transcribe", *options]


@asynccontextmanager
async def _amazon(signatures: list[str] | None = None) -> AsyncIterator[tuple[BeaconServer, FaultProxy]]:
    strict = AmazonServer()

    def check(connection: ServerConnection, request: Request) -> Response | None:
        if signatures is not None:
            signatures.append(request.path.rpartition("X-Amz-Signature=")[2])
        return strict.check(connection, request)

    async with beacon_server(AmazonAdapter, check) as server, fault_proxy("127.0.0.1", server.port) as proxy:
        yield server, proxy


async def quit_in_terminal() -> End:
    """`live` is interrupted while its service takes nothing and says nothing."""
    async with _amazon() as (server, proxy):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            what = ("live", "--source", f"file:{sound(home, 60.0)}", *amazon_arguments(proxy))
            with started(home, *what, **KEYS) as process:
                await settled(lambda: server.finals > 1)
                proxy.apply(Fault.BLACK_HOLE)
                await asyncio.sleep(1.0)  # as long as a person sees that nothing comes
                return await asked_to_end(process, home, signal.SIGINT)


CONFIG = """schema_version = 1
[captions]
provider = "amazon-transcribe"
language = "en-US"
[captions.options.amazon-transcribe]
endpoint = "ws://127.0.0.1:{port}"
region = "{region}"
"""


async def quit_in_window() -> End:
    """The window is asked to quit while its service takes nothing and says nothing; needs the test desktop."""
    from tests.support.desktop import Window

    async with _amazon() as (server, proxy):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            config = home / "config_home" / "Overtitle" / "config.toml"
            config.parent.mkdir(parents=True)
            config.write_text(CONFIG.format(port=proxy.port, region=REGION))
            with started(home, **KEYS) as process:
                shown = Window(process)
                await asyncio.to_thread(shown.wait)
                await asyncio.to_thread(shown.press, "space")
                await settled(lambda: server.connections > 0)
                await asyncio.sleep(2.0)
                proxy.apply(Fault.BLACK_HOLE)
                await asyncio.sleep(1.0)
                return await asked_to_end(process, home, signal.SIGTERM)


@dataclass
class Leaks:
    """Where secrets were looked for, and where they were found."""

    places: int = 0
    found: list[str] = field(default_factory=list)

    def look(self, where: str, data: bytes, canaries: dict[str, bytes]) -> None:
        """Look at one place."""
        self.places += 1
        self.found += [f"{name} in {where}" for name, canary in canaries.items() if canary in data]

    def look_at_processes(self, pid: int, canaries: dict[str, bytes]) -> None:
        """Command lines of the program and all below it, and the environment of those that it started itself."""
        with suppress(psutil.NoSuchProcess):
            program = psutil.Process(pid)
            for each in (program, *program.children(recursive=True)):
                files = ["cmdline"] if each.pid == pid else ["cmdline", "environ"]
                for name in files:
                    with suppress(OSError):
                        self.look(f"{name} of {each.name()}", Path(f"/proc/{each.pid}/{name}").read_bytes(), canaries)

    def look_at_files(self, home: Path, canaries: dict[str, bytes]) -> None:
        """Everything that the program left: output, log, settings, journal."""
        for path in home.rglob("*"):
            if path.is_file() and path.suffix != ".wav":
                self.look(str(path.relative_to(home)), path.read_bytes(), canaries)


def secrets() -> dict[str, bytes]:
    """What must not be found, by name."""
    from urllib.parse import quote

    amazon = {"secret key": SECRET.encode(), "session token": TOKEN.encode(), "quoted token": quote(TOKEN).encode()}
    return {**amazon, "planted secret": CANARY.encode()}


async def leaks_of_a_provider() -> Leaks:
    """A session on a line with every fault, logged at debug; the keys come from the environment."""
    leaks, signatures = Leaks(), list[str]()
    async with _amazon(signatures) as (server, proxy):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            file = sound(home, 10.0)
            what = ("--log-level", "debug", "live", "--json", "--source", f"file:{file}", *amazon_arguments(proxy))
            with started(home, *what, **KEYS) as process:
                for fault in (Fault.RESET, Fault.FLIP, Fault.RESTART, Fault.DROP):
                    before = server.finals
                    await settled(lambda before=before: server.finals > before + 1)  # type: ignore[misc]  # a default
                    leaks.look_at_processes(process.pid, secrets())
                    proxy.apply(fault)
                    await asyncio.sleep(0.5)
                    await proxy.heal()
                status = await asyncio.to_thread(process.wait, LATEST)
            assert status == 0, f"the program ended with {status}"
            assert b"DEBUG" in (home / "stderr").read_bytes(), "nothing was logged at debug"
            canaries = secrets() | {f"signature {at}": one.encode() for at, one in enumerate(signatures)}
            leaks.look_at_files(home, canaries)
    assert len(signatures) > 2, "the faults broke nothing"
    return leaks


def planted() -> dict[str, str]:
    """An environment with a secret in every place that there is for one: accounts, the listener, the proxy."""
    from desktop.core.provider import Account
    from desktop.ingress.token import VARIABLE
    from desktop.ingress.voximplant_api import ACCOUNT
    from desktop.providers import discover
    from desktop.settings.credentials import variable

    accounts: list[Account] = [*discover().values(), ACCOUNT]
    fields = [(one.id, each.key) for one in accounts for each in one.credential_fields if each.secret]
    proxy = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), f"http://kim:{CANARY}-proxy@127.0.0.1:9")
    return {
        **KEYS,
        **{variable(*each): f"{CANARY}-{'-'.join(each)}-0123456789" for each in fields},
        "OVERTITLE_SYMBL_APP_ID": "app",
        "OVERTITLE_AMAZON_TRANSCRIBE_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        VARIABLE: f"{CANARY}-listener-0123456789abcdef0123456789",
        **proxy,
    }


async def leaks_of_trials() -> Leaks:
    """Every network provider is tried out, logged at debug, behind a proxy that is not there."""
    from desktop.core.provider import OptionKind
    from desktop.providers import discover

    leaks = Leaks()
    services = [one for one in discover().values() if one.capabilities.needs_network]
    for service in services:
        known = [one.key for one in service.capabilities.options if one.kind is OptionKind.ADDRESS]
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            config = home / "config_home" / "Overtitle" / "config.toml"
            config.parent.mkdir(parents=True)
            address = "".join(f'{key} = "wss://service.invalid/x"\n' for key in known[:1])
            config.write_text(f"schema_version = 1\n[captions.options.{service.id}]\n{address}")
            for more in ((), ("--json",)):
                with started(home, "--log-level", "debug", "doctor", service.id, *more, **planted()) as process:
                    leaks.look_at_processes(process.pid, secrets())
                    await asyncio.to_thread(process.wait, LATEST)
                leaks.look_at_files(home, secrets())
    return leaks


async def leaks_of_the_engine() -> Leaks:
    """A session of the engine while secrets of all kinds are in the environment, for its child process."""
    leaks = Leaks()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        what = ("--log-level", "debug", "live", "--json", "--source", f"file:{sound(home, 4.0)}")
        with started(home, *what, **planted()) as process:
            await settled(lambda: bool(psutil.Process(process.pid).children()))
            await asyncio.sleep(0.5)
            leaks.look_at_processes(process.pid, secrets())
            assert leaks.places > 2, "the engine's process was gone"
            status = await asyncio.to_thread(process.wait, LATEST)
            assert status == 0, f"the program ended with {status}"
        leaks.look_at_files(home, secrets())
    return leaks


def finals_of(home: Path) -> list[str]:
    """Texts that a program with `--json` wrote."""
    rows = [json.loads(line) for line in (home / "stdout").read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows if row["event"] == "final"]
