"""One run of captioning: owns every task, the lanes and what its readers are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.core.audio import AudioSource
from desktop.core.captions import CaptionDocument
from desktop.core.provider import Provider
from desktop.core.state import Problem, SessionState
from desktop.session.events import Reader


@dataclass(frozen=True, slots=True)
class LaneSpec:
    """One speaker side of a session."""

    id: str
    """Unique in the session; stands in the journal: `you`, `them`, `lane-3`."""
    label: str
    """What is shown; foreign text when a peer or a user named it."""
    source: AudioSource


@dataclass(frozen=True, slots=True)
class Service:
    """Which provider captions, and how."""

    provider: Provider
    language: str
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)


class Session:
    """One run of captioning."""

    def __init__(self, lanes: Sequence[LaneSpec], service: Service) -> None:
        self.lanes = tuple(lanes)
        self.service = service
        self.document = CaptionDocument()

    @property
    def state(self) -> SessionState:
        """Where the session as a whole stands."""
        raise RuntimeError

    @property
    def problems(self) -> Sequence[Problem]:
        """Trouble that lasts, oldest first."""
        raise RuntimeError

    @property
    def elapsed(self) -> float:
        """Seconds on the session clock; 0 before `run`."""
        raise RuntimeError

    def subscribe(self, reader: Reader) -> Callable[[], None]:
        """Tell `reader` everything from now on; returns what ends that."""
        raise RuntimeError

    async def run(self) -> None:
        """Caption until every source has ended or `stop` is called; raises `OvertitleError` when it can't go on."""
        raise RuntimeError

    def stop(self) -> None:
        """Stop listening; `run` returns once the last finals are in. Calling it again changes nothing."""
        raise RuntimeError

    def mute(self, lane: str, muted: bool) -> None:
        """While muted, a lane hears silence."""
        raise RuntimeError

    def mark(self, note: str = "") -> None:
        """Mark this moment in the transcript."""
        raise RuntimeError
