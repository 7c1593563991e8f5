"""The sample speech that comes with the program: two lanes of one short scene."""

from __future__ import annotations

from desktop.audio.files import MediaFile
from desktop.core.errors import AudioUnavailable
from desktop.core.message import say
from desktop.session.service import LaneSpec
from desktop.settings import paths


def sample_lanes(labels: tuple[str, str] = ("You", "Them"), *, realtime: bool = True) -> list[LaneSpec]:
    """The lanes of the sample; raises `AudioUnavailable` when the installation lacks it."""
    folder = paths.resources() / "sample"
    lanes = [
        LaneSpec(name, label, MediaFile(folder / f"{name}.flac", realtime=realtime))
        for name, label in zip(("you", "them"), labels, strict=True)
    ]
    if not all((folder / f"{lane.id}.flac").is_file() for lane in lanes):
        raise AudioUnavailable(
            say("Session", "The sample speech is missing from this installation."),
            say("Session", "Install Overtitle again."),
        )
    return lanes
