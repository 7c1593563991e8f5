"""Which source is listened to, and what ends that; the rest runs against a real server."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from desktop.audio.pulse import PulseSource, PulseState
from desktop.audio.pulse_source import PulseCapture
from desktop.core.audio import SourceKind
from desktop.core.errors import AudioUnavailable, DeviceLost, DeviceNotFound
from desktop.core.message import say

MIC = PulseSource("usb", 1, "Blue Yeti")
OTHER = PulseSource("pci", 2, "Built-in Microphone")
SPEAKERS = PulseSource("out.monitor", 3, "Built-in Audio", monitor_of="out")
STATE = PulseState((OTHER, MIC, SPEAKERS), "usb", "out")
NAMED = PulseCapture("pulse:usb", "Blue Yeti", SourceKind.MICROPHONE, "usb")


def default(kind: SourceKind = SourceKind.MICROPHONE) -> PulseCapture:
    return PulseCapture("mic", "Microphone", kind)


async def news(state: PulseState | Exception) -> asyncio.Future[PulseState]:
    future = asyncio.get_running_loop().create_future()
    if isinstance(state, Exception):
        future.set_exception(state)
    else:
        future.set_result(state)
    return future


def test_a_default_takes_the_name_of_what_it_stands_for() -> None:
    source = default()
    assert source._pick(STATE) is MIC
    assert (source.id, source.name) == ("mic", "Blue Yeti")
    assert default(SourceKind.SYSTEM)._pick(STATE) is SPEAKERS


def test_nothing_to_listen_to_is_a_sentence_of_its_own_kind() -> None:
    empty = PulseState((), "", "")
    with pytest.raises(DeviceNotFound, match="Blue Yeti is not connected"):
        NAMED._pick(empty)
    with pytest.raises(DeviceNotFound, match="No microphone is connected"):
        default()._pick(empty)
    with pytest.raises(DeviceNotFound, match="no sound output"):
        default(SourceKind.SYSTEM)._pick(empty)


@pytest.mark.parametrize(
    "state",
    [
        PulseState((OTHER, SPEAKERS), "pci", "out"),
        PulseState((OTHER, SPEAKERS, replace(MIC, index=9)), "usb", "out"),
    ],
)
async def test_going_and_coming_back_anew_are_both_a_lost_device(state: PulseState) -> None:
    with pytest.raises(DeviceLost, match="Blue Yeti was disconnected"):
        NAMED._follow(await news(state), MIC)


async def test_of_a_dead_server_is_said_that_it_is_dead_and_not_that_a_device_is_to_be_plugged_in() -> None:
    gone = AudioUnavailable(say("Audio", "The sound server has stopped."), say("Audio", "Start it."))
    with pytest.raises(DeviceLost) as caught:
        NAMED._follow(await news(gone), MIC)
    assert (caught.value.what, caught.value.hint) == (gone.what, gone.hint)


async def test_only_a_source_that_follows_the_default_minds_its_change() -> None:
    changed = replace(STATE, default_source="pci")
    assert NAMED._follow(await news(changed), MIC) is MIC
    with pytest.raises(DeviceLost, match="another device than Blue Yeti"):
        default()._follow(await news(changed), MIC)


async def test_a_suspended_source_is_told_from_a_dead_one() -> None:
    asleep = replace(MIC, suspended=True)
    assert default()._follow(await news(replace(STATE, sources=(OTHER, asleep, SPEAKERS))), MIC) is asleep
