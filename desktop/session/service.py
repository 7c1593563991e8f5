"""What a session is told to do: which sides to listen to, and who captions them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop.core.audio import SPEECH, AudioFormat, AudioSource
from desktop.core.provider import Provider, StreamConfig
from desktop.session.meter import Meter, Unmetered

PATIENCE = 3.0
"""Seconds that the chosen service may be away before the standby's captions are there."""


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

    def config(self, sound: AudioFormat = SPEECH, side: str = "") -> StreamConfig:
        """What a stream is opened with."""
        return StreamConfig(self.language, sound, self.credentials, self.options, side)

    @property
    def joins(self) -> bool:
        """Whether two lanes share one stream as its channels."""
        key = self.provider.capabilities.joining
        return bool(key) and self.options.get(key, "").strip().lower() in ("yes", "true", "on", "1")


@dataclass(frozen=True, slots=True)
class Fallback:
    """Who captions while the chosen service is away, and when it begins to."""

    service: Service
    """Its language is the chosen service's."""
    patience: float = PATIENCE

    def standing_in_for(self, chosen: Service) -> Service | None:
        """The service that takes over from `chosen`; None when it is the same one or lacks the language."""
        provider = self.service.provider
        if provider.id == chosen.provider.id or chosen.language not in provider.capabilities.languages:
            return None
        return replace(self.service, language=chosen.language)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which conditions a service captions."""

    fallback: Fallback | None = None
    """Who captions while it is away."""
    meter: Meter = field(default_factory=Unmetered)
    """What is counted and limited."""
