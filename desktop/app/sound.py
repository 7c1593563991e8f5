"""What can be heard, as the window shows it before a session: the device list and the level of the system's sound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from desktop.app.loop import Tasks
from desktop.core.audio import Device
from desktop.core.errors import AudioError


class Sound:
    """Follows the devices; meters the system's sound while no session does. Never opens a microphone."""

    def __init__(
        self, tasks: Tasks, tell_devices: Callable[[Sequence[Device]], None], tell_level: Callable[[float], None]
    ) -> None:
        self._tasks = tasks
        self._tell_devices = tell_devices
        self._tell_level = tell_level
        self._metering: asyncio.Task[None] | None = None

    async def follow_devices(self) -> None:
        """Tell the list now and whenever something is plugged in or out."""
        from desktop.audio.devices import watch_devices

        async with watch_devices() as lists:
            async for devices in lists:
                self._tell_devices(devices)

    def meter(self, device: str) -> None:
        """Show how loud the system's sound is; `device` is an id, or empty for the default."""
        self.stop_meter()
        self._metering = self._tasks.start(self._meter(device or "system"))

    def stop_meter(self) -> None:
        """Stop metering."""
        if self._metering is not None:
            self._metering.cancel()
            self._metering = None

    async def _meter(self, spec: str) -> None:
        from desktop.audio.devices import open_source
        from desktop.audio.meter import LevelMonitor

        try:
            source = await asyncio.to_thread(open_source, spec)
        except AudioError:
            return  # the device list says what is missing
        async with LevelMonitor(source, self._tell_level):
            await asyncio.Event().wait()
