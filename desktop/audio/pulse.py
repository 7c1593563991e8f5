"""The sound server of Linux, PulseAudio or PipeWire: what sources there are, and news of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.audio.queue import Latest
from desktop.audio.threads import in_thread
from desktop.core.audio import Device, SourceKind
from desktop.core.errors import AudioUnavailable
from desktop.core.message import say

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "pulse:"
BLUETOOTH_NOTE = "Using this microphone lowers the sound quality of the headset; another microphone avoids that."

_COALESCE_SECONDS = 0.03
"""News come in bursts: one plug is a card, a sink, two sources and a change of defaults."""
_LISTEN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class PulseSource:
    """One source of the server."""

    name: str
    index: int
    """Given out anew when a device of the same name comes back."""
    label: str
    """What a person recognises: for a monitor, what the sink is called."""
    monitor_of: str = ""
    """Name of the sink whose sound this is; empty for microphones."""
    suspended: bool = False
    bluetooth: bool = False
    muted: bool = False
    """By itself, or, for a monitor, with its sink."""


@dataclass(frozen=True, slots=True)
class PulseState:
    """What the server has at one moment."""

    sources: tuple[PulseSource, ...]
    default_source: str
    default_sink: str

    def default(self, kind: SourceKind) -> PulseSource | None:
        """The source that `mic` or `system` stands for now.

        Without any microphone the server calls a monitor its default source; that is no microphone.
        """
        if kind is SourceKind.SYSTEM:
            return next((one for one in self.sources if one.monitor_of and one.monitor_of == self.default_sink), None)
        microphones = [one for one in self.sources if not one.monitor_of]
        return next((one for one in microphones if one.name == self.default_source), next(iter(microphones), None))

    def find(self, name: str) -> PulseSource | None:
        """The source of this name."""
        return next((one for one in self.sources if one.name == name), None)


def devices_of(state: PulseState) -> list[Device]:
    """Microphones, then system sound, each with its default first; equal names are told apart by the server's own."""
    labels = Counter((bool(one.monitor_of), one.label) for one in state.sources)
    defaults = {state.default(SourceKind.MICROPHONE), state.default(SourceKind.SYSTEM)}

    def device(source: PulseSource) -> Device:
        twins = labels[bool(source.monitor_of), source.label] > 1
        return Device(
            id=PREFIX + source.name,
            name=f"{source.label} ({source.monitor_of or source.name})" if twins else source.label,
            kind=SourceKind.SYSTEM if source.monitor_of else SourceKind.MICROPHONE,
            default=source in defaults,
            note=BLUETOOTH_NOTE if source.bluetooth and not source.monitor_of else "",
            muted=source.muted,
        )

    return sorted(
        map(device, state.sources), key=lambda one: (one.kind is SourceKind.SYSTEM, not one.default, one.name)
    )


def read_state() -> PulseState:
    """Ask the server once; blocks some milliseconds, 30 s when it hangs. Raises `AudioUnavailable`."""
    with _connected() as pulse:
        return _read(pulse)


@contextmanager
def _connected() -> Iterator[Any]:
    pulsectl = _load()
    pulse = pulsectl.Pulse("Overtitle", connect=False)
    try:
        _connect(pulsectl, pulse)
        yield pulse
    finally:
        pulse.close()


def _load() -> Any:
    try:
        import pulsectl
    except OSError as error:
        raise AudioUnavailable(
            say("Audio", "The PulseAudio library is missing, so microphones and system sound can't be found."),
            say("Audio", "Install it: `sudo apt install libpulse0`, or `sudo dnf install pulseaudio-libs`."),
        ) from error
    return pulsectl


def _connect(pulsectl: Any, pulse: Any) -> None:
    try:
        # Never start a server: a second one beside PipeWire would take the devices away from it. No time limit either:
        # pulsectl 24.12 always waits for all of it, and libpulse itself gives up after 30 s.
        pulse.connect(autospawn=False)
    except pulsectl.PulseError as error:
        raise AudioUnavailable(
            say("Audio", "No sound server answers, so there is neither a microphone nor system sound."),
            say("Audio", "Start PipeWire or PulseAudio (`systemctl --user start pipewire-pulse`) and try again."),
        ) from error


def _read(pulse: Any) -> PulseState:
    server = pulse.server_info()
    sinks = {sink.name: (sink.description, bool(sink.mute)) for sink in pulse.sink_list()}
    return PulseState(
        sources=tuple(_source(source, sinks) for source in pulse.source_list()),
        default_source=server.default_source_name or "",
        default_sink=server.default_sink_name or "",
    )


def _source(source: Any, sinks: dict[str, tuple[str, bool]]) -> PulseSource:
    monitor_of = source.monitor_of_sink_name or ""
    label, muted = sinks.get(monitor_of, ("", False))
    return PulseSource(
        name=source.name,
        index=source.index,
        label=label or source.description or source.name,
        monitor_of=monitor_of,
        suspended=source.state == "suspended",
        bluetooth=source.proplist.get("device.bus") == "bluetooth",
        muted=muted or bool(source.mute),
    )


@asynccontextmanager
async def watch() -> AsyncIterator[Latest[PulseState]]:
    """Yield the server's states: at once the present one, then each that differs from it.

    Iteration raises `AudioUnavailable` when the server goes. Entering raises it when there is none.
    """
    pulsectl = await in_thread(_load)
    pulse = pulsectl.Pulse("Overtitle", connect=False)
    listener = _Listener(pulsectl, pulse, Latest())
    try:
        await in_thread(_connect, pulsectl, pulse)
        listener.start()
        yield listener.states
    finally:
        try:
            await in_thread(listener.stop)
        finally:
            pulse.close()


class _Listener:
    """A thread that waits for the server's events and reads its state after each burst of them."""

    def __init__(self, pulsectl: Any, pulse: Any, states: Latest[PulseState]) -> None:
        self.states = states
        self._pulsectl = pulsectl
        self._pulse = pulse
        self._stopping = False
        self._changed = False
        self._thread = threading.Thread(target=self._run, name="pulse events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; blocks until it is gone, a second at most."""
        self._stopping = True
        while self._thread.is_alive():
            self._pulse.event_listen_stop()  # is forgotten when the thread is about to listen, hence again and again
            self._thread.join(0.02)

    def _run(self) -> None:
        try:
            self._listen()
        except (self._pulsectl.PulseError, self._pulsectl.PulseDisconnected) as error:
            gone = AudioUnavailable(
                say("Audio", "The sound server has stopped, so nothing can be heard."),
                say("Audio", "Start PipeWire or PulseAudio (`systemctl --user start pipewire-pulse`) and try again."),
            )
            gone.__cause__ = error
            self.states.close(gone)

    def _listen(self) -> None:
        self._pulse.event_mask_set("source", "sink", "server")
        self._pulse.event_callback_set(self._note)
        state = _read(self._pulse)
        self.states.put(state)
        while not self._stopping:
            if not self._changed:  # news may have come while the last state was read
                self._pulse.event_listen(timeout=_LISTEN_SECONDS)
                continue
            self._pulse.event_listen(timeout=_COALESCE_SECONDS)
            self._changed = False
            known, state = state, _read(self._pulse)
            if state != known:
                self.states.put(state)

    def _note(self, _event: Any) -> None:
        if not self._changed:
            self._changed = True
            raise self._pulsectl.PulseLoopStop
