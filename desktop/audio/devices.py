"""The device list, news of it, and the way from what a person names to a source."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from desktop.audio.files import PREFIX as FILE
from desktop.audio.files import MediaFile
from desktop.audio.queue import Latest
from desktop.audio.threads import in_thread
from desktop.core.audio import AudioSource, Device, SourceKind
from desktop.core.errors import AudioUnavailable, DeviceNotFound
from desktop.core.message import say

POLL_SECONDS = 1.5
"""How often the list is read where the system sends no news."""

DEFAULTS = {"mic": SourceKind.MICROPHONE, "system": SourceKind.SYSTEM}
_DEFAULT_NAMES = {"mic": "Microphone", "system": "System sound"}


class System(Protocol):
    """What the module of each operating system has."""

    def list_devices(self) -> list[Device]:
        """Microphones, then system sound, defaults first; raises `AudioUnavailable`."""

    def source(self, device: Device) -> AudioSource:
        """The source behind an entry of the list."""

    def default(self, kind: SourceKind) -> AudioSource:
        """The source that follows the system's default."""


@cache
def this_system() -> System:
    """The module for the system this runs on."""
    name = {"win32": "wasapi", "darwin": "coreaudio"}.get(sys.platform, "linux")
    return cast("System", import_module(f"desktop.audio.{name}"))


def list_devices() -> list[Device]:
    """Every microphone, then everything that can be heard of the system's sound, the defaults first.

    Never raises: what can't be used stands in the list with `available` False and the reason. Blocks for some
    milliseconds, at the first time some 100; call it in a worker thread from a window.
    """
    try:
        return this_system().list_devices()
    except AudioUnavailable as error:
        return unavailable(error)


def unavailable(error: AudioUnavailable) -> list[Device]:
    """The list for a computer where nothing can be heard."""
    return [
        Device(spec, _DEFAULT_NAMES[spec], kind, available=False, reason=str(error)) for spec, kind in DEFAULTS.items()
    ]


def open_source(spec: str, *, realtime: bool = True) -> AudioSource:
    """The source that `spec` means: a device's id or name, `mic`, `system`, or `file:PATH`.

    Opens nothing, but may read the device list, see `list_devices`. `mic` and `system` mean the default at the time of
    opening; when it changes they end with `DeviceLost`, which is retryable. `realtime` is for files alone. Raises
    `DeviceNotFound` with the nearest names, or `AudioUnavailable`.
    """
    if spec.startswith(FILE):
        return MediaFile(Path(spec.removeprefix(FILE)).expanduser(), realtime=realtime)
    if spec in DEFAULTS:
        return this_system().default(DEFAULTS[spec])
    devices = this_system().list_devices()
    for device in [one for one in devices if one.id == spec] or [one for one in devices if one.name == spec]:
        if device.available:
            return this_system().source(device)
        raise AudioUnavailable(say("Audio", "{name} can't be used. {reason}", name=device.name, reason=device.reason))
    raise _unknown(spec, devices)


def _unknown(spec: str, devices: list[Device]) -> DeviceNotFound:
    known = {text.casefold(): device for device in devices for text in (device.id, device.name)}
    near = {known[text].id for text in get_close_matches(spec.casefold(), known, n=3, cutoff=0.4)}
    what = say("Audio", "There is no device called {name}.", name=spec)
    if near:
        return DeviceNotFound(what, say("Audio", "Did you mean {names}?", names=", ".join(sorted(near))))
    return DeviceNotFound(
        what, say("Audio", "`overtitle devices` lists what is connected; `mic` and `system` always work.")
    )


@asynccontextmanager
async def watch_devices() -> AsyncIterator[AsyncIterator[list[Device]]]:
    """Yield the device list: at once as it is, then each time it has changed, within 2 s.

    Never raises for sound that is missing or goes away: the list says so, see `list_devices`. On Windows and macOS
    microphones that come or go while one is being listened to appear once that ends.
    """
    lists: Latest[list[Device]] = Latest()
    task = asyncio.create_task(_watch(lists))
    try:
        yield lists
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _watch(lists: Latest[list[Device]]) -> None:
    watch = _follow_server if sys.platform.startswith("linux") else _poll
    news = _Changes(lists)
    try:
        while True:
            await watch(news)
            await asyncio.sleep(POLL_SECONDS)
    except Exception as error:  # noqa: BLE001 - a bug here must reach the one who iterates
        lists.close(error)


class _Changes:
    """Passes a list on when it differs from the one before."""

    def __init__(self, lists: Latest[list[Device]]) -> None:
        self._lists = lists
        self._known: list[Device] | None = None

    def tell(self, devices: list[Device]) -> None:
        if devices != self._known:
            self._known = devices
            self._lists.put(devices)


async def _poll(news: _Changes) -> None:
    news.tell(await in_thread(list_devices))


async def _follow_server(news: _Changes) -> None:
    """Until the server goes; returns at once when there is none."""
    from desktop.audio import linux, pulse

    try:
        async with pulse.watch() as states:
            async for state in states:
                news.tell(await in_thread(linux.devices_of, state))
    except AudioUnavailable:
        news.tell(await in_thread(list_devices))
