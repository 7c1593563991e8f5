from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest

from desktop.cli.lanes import SourceSpec, build_lanes, default_specs, source_spec, without_remote
from desktop.core.audio import AudioChunk, AudioSource, SourceKind
from desktop.core.errors import DeviceNotFound, UsageError
from desktop.core.message import say
from desktop.settings.schema import AudioSettings


@dataclass
class Source:
    id: str
    name: str
    kind: SourceKind
    live: bool = True

    def open(self, epoch: float) -> AbstractAsyncContextManager[AsyncIterator[AudioChunk]]:
        raise NotImplementedError


def connected(spec: str) -> AudioSource:
    if spec in {"mic", "usb"}:
        return Source(spec, "USB microphone", SourceKind.MICROPHONE)
    if spec == "system":
        return Source(spec, "Speakers", SourceKind.SYSTEM)
    if spec.startswith("file:"):
        return Source(spec, "talk.wav", SourceKind.FILE)
    raise DeviceNotFound(say("T", "No {spec}.", spec=spec))


def no_microphone(spec: str) -> AudioSource:
    return connected("gone" if spec == "mic" else spec)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("mic", SourceSpec("mic")),
        ("Ann=mic", SourceSpec("mic", "Ann")),
        ("Ann Lee=alsa.usb=1", SourceSpec("alsa.usb=1", "Ann Lee")),
        ("file:a=b.wav", SourceSpec("file:a=b.wav")),
        ("Ann=file:a=b.wav", SourceSpec("file:a=b.wav", "Ann")),
    ],
)
def test_source_spec(text: str, spec: SourceSpec) -> None:
    assert source_spec(text) == spec


@pytest.mark.parametrize("text", ["", " ", "=mic", "Ann="])
def test_source_spec_refuses(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        source_spec(text)


def named(specs: list[str], opener: object = connected, *, lenient: bool = False) -> list[tuple[str, str]]:
    assert callable(opener)
    lanes, _ = build_lanes([source_spec(text) for text in specs], opener, lenient=lenient)
    return [(lane.id, lane.label) for lane in lanes]


def test_usual_lanes() -> None:
    assert named(["mic", "system"]) == [("you", "You"), ("them", "Them")]


def test_a_name_is_the_lane() -> None:
    assert named(["Ann=mic", "system", "file:x"]) == [("Ann", "Ann"), ("them", "Them"), ("lane-3", "talk.wav")]


def test_same_kind_twice_is_told_apart() -> None:
    assert named(["mic", "usb"]) == [("you", "You"), ("lane-2", "You 2")]


def test_same_name_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="Ann"):
        named(["Ann=mic", "Ann=system"])


@pytest.mark.parametrize("lenient", [True, False])
def test_missing_microphone_leaves_the_other_lane(lenient: bool) -> None:
    lanes, missing = build_lanes([SourceSpec("mic"), SourceSpec("system")], no_microphone, lenient=lenient)
    assert [lane.id for lane in lanes] == ["them"]
    assert [(each.lane, each.label) for each in missing] == [("you", "You")]


def test_missing_device_asked_for_by_name_is_an_error() -> None:
    with pytest.raises(DeviceNotFound):
        named(["gone", "system"])


def test_missing_device_of_the_settings_leaves_the_other_lane() -> None:
    assert named(["gone", "system"], lenient=True) == [("them", "Them")]


def test_nothing_there_is_an_error() -> None:
    with pytest.raises(DeviceNotFound):
        named(["gone", "mic"], no_microphone, lenient=True)


def test_remote_calls_are_no_source_that_is_opened_here() -> None:
    assert without_remote([SourceSpec("mic"), SourceSpec("remote")]) == ([SourceSpec("mic")], True)
    assert without_remote([SourceSpec("mic")]) == ([SourceSpec("mic")], False)
    with pytest.raises(UsageError, match="label"):
        without_remote([SourceSpec("remote", "Ann")])


def test_settings_decide() -> None:
    assert default_specs(AudioSettings()) == [SourceSpec("mic"), SourceSpec("system")]
    assert default_specs(AudioSettings(use_system=False, microphone="usb")) == [SourceSpec("usb")]
    assert len(default_specs(AudioSettings(use_system=False, use_microphone=False))) == 2
