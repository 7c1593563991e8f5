"""Which lanes a command listens to."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.errors import AudioError, UsageError
from desktop.core.message import say

if TYPE_CHECKING:  # the session loads too much for `--help`
    from desktop.core.audio import AudioSource
    from desktop.session.service import LaneSpec
    from desktop.settings.schema import AudioSettings

MICROPHONE, SYSTEM, REMOTE = "mic", "system", "remote"
_USUAL_LABELS = {"microphone": "You", "system": "Them"}
"""By kind of source."""
_USUAL_IDS = {"microphone": "you", "system": "them"}


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One `--source [LABEL=]ID`."""

    id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class MissingLane:
    """A lane that can't be listened to while others can."""

    lane: str
    label: str
    error: AudioError


def source_spec(text: str) -> SourceSpec:
    """Read `[LABEL=]ID`. A label has no colon and no slash, so that `file:a=b.wav` stays whole."""
    label, equals, source = text.partition("=")
    if not equals or ":" in label or "/" in label or "\\" in label:
        label, source = "", text
    if not source.strip() or (equals and source != text and not label.strip()):
        raise ArgumentTypeError(f"“{text}” is not [LABEL=]ID")
    return SourceSpec(source.strip(), label.strip())


def default_specs(settings: AudioSettings) -> list[SourceSpec]:
    """What the settings listen to: the microphone as “You”, what the computer plays as “Them”."""
    chosen = []
    if settings.use_microphone:
        chosen.append(SourceSpec(settings.microphone or MICROPHONE))
    if settings.use_system:
        chosen.append(SourceSpec(settings.system or SYSTEM))
    return chosen or [SourceSpec(MICROPHONE), SourceSpec(SYSTEM)]


def build_lanes(
    specs: Sequence[SourceSpec], open_source: Callable[[str], AudioSource], *, lenient: bool
) -> tuple[list[LaneSpec], list[MissingLane]]:
    """The lanes that can be listened to, and those that can't.

    A missing source is an error unless it was not asked for by name (`lenient`, `mic`, `system`) and another is there.
    """
    from desktop.session.service import LaneSpec

    lanes: list[LaneSpec] = []
    missing: list[MissingLane] = []
    for spec in specs:
        try:
            source = open_source(spec.id)
        except AudioError as error:
            if not lenient and spec.id not in {MICROPHONE, SYSTEM}:
                raise
            label = spec.label or {MICROPHONE: "You", SYSTEM: "Them"}.get(spec.id, spec.id)
            missing.append(MissingLane(label.lower(), label, error))
            continue
        taken = {lane.id for lane in lanes}
        lanes.append(LaneSpec(_lane_id(spec, source, taken), _label(spec, source, lanes), source))
    if missing and not lanes:
        raise missing[0].error
    return lanes, missing


def without_remote(specs: Sequence[SourceSpec]) -> tuple[list[SourceSpec], bool]:
    """The sources that are opened here, and whether remote calls are asked for as well.

    Raises `UsageError` for remote calls with a label: they bring their own.
    """
    remote = [spec for spec in specs if spec.id == REMOTE]
    if any(spec.label for spec in remote):
        raise UsageError(
            say("CommandLine", "Remote calls can't be given a label."),
            say("CommandLine", "Their lanes are named by the callers: --source remote."),
        )
    return [spec for spec in specs if spec.id != REMOTE], bool(remote)


def _lane_id(spec: SourceSpec, source: AudioSource, taken: set[str]) -> str:
    """The name given, `you`, `them`, or `lane-3`: what events and the journal call the lane."""
    wanted = spec.label or _USUAL_IDS.get(source.kind, "")
    if spec.label and wanted in taken:
        raise UsageError(
            say("CommandLine", "Two sources have the label “{label}”.", label=spec.label),
            say("CommandLine", "Give each its own: --source LABEL=ID."),
        )
    return wanted if wanted and wanted not in taken else f"lane-{len(taken) + 1}"


def _label(spec: SourceSpec, source: AudioSource, lanes: Sequence[LaneSpec]) -> str:
    taken = {lane.label for lane in lanes}
    wanted = spec.label or _USUAL_LABELS.get(source.kind, source.name)
    return wanted if wanted not in taken else f"{wanted} {len(lanes) + 1}"
