"""What the window is told and what it asks for; plain values, so that views know neither devices nor sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desktop.core.errors import OvertitleError
from desktop.core.message import NOTHING, Message
from desktop.core.provider import CredentialField, Option
from desktop.transcripts.sound import LaneSound
from desktop.transcripts.talk import Talk
from desktop.transcripts.transcript import Transcript, Voice

YOU = "you"
THEM = "them"
REMOTE = "remote"
"""The device id of what remote peers stream to this computer; they bring lanes of their own."""


def lane_places(lanes: Iterable[str]) -> dict[str, int]:
    """Which colour each lane has: "you" and "them" always their own, also when only one of them is captioned."""
    ids = list(lanes)
    fixed = {YOU: 0, THEM: 1}
    free = iter(range(2 if fixed.keys() & set(ids) else 0, 2 + len(ids)))
    return {lane: fixed[lane] if lane in fixed else next(free) for lane in ids}


@dataclass(frozen=True, slots=True)
class LaneRequest:
    """One side to be captioned."""

    lane: str
    """Lane id: `you` or `them`."""
    label: str
    """What is shown beside its captions, in the language of the window."""
    device: str
    """Device id, or empty for the system's default."""


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What the person wants captioned, and how."""

    lanes: tuple[LaneRequest, ...]
    language: str
    """BCP 47 tag."""
    provider: str
    """Provider id."""


@dataclass(frozen=True, slots=True)
class LaneView:
    """A lane of the running session, in the order in which it is shown."""

    lane: str
    label: str
    """Foreign text when a peer named it."""
    source: str = ""
    """What is heard, when it is not the chosen device: the name of a recording, say."""


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """One line of the provider list."""

    id: str
    title: Message
    needs_network: bool
    languages: tuple[str, ...]
    """BCP 47 tags."""
    privacy: Message
    """One sentence: where the sound goes."""
    problem: OvertitleError | None = None
    """Why it can't run here."""
    account: bool = False
    """Whether it has account details or options that a person can enter."""
    note: Message = NOTHING
    """What a person should know before choosing it, in few words."""


@dataclass(frozen=True, slots=True)
class UsageView:
    """What a provider was sent this month, and what the user allows."""

    minutes: float
    """Of sound, as the provider counts it."""
    limit: int = 0
    """Minutes a month that the user allows; 0 for no limit."""
    own_price: float = 0.0
    """US dollars a minute as the user entered them; 0 for none."""
    list_price: float | None = None
    """US dollars a minute by the provider's list; None when nobody knows."""

    @property
    def price(self) -> float | None:
        """US dollars a minute: the user's own, or that of the list."""
        return self.own_price or self.list_price

    @property
    def cost(self) -> float | None:
        """US dollars this month, an estimate; None when the price is unknown."""
        return None if self.price is None else self.minutes * self.price


@dataclass(frozen=True, slots=True)
class AccountView:
    """What a provider wants to be told, as its form asks for it."""

    provider: str
    """Provider id."""
    title: Message
    privacy: Message
    """One sentence: where the sound goes."""
    fields: tuple[CredentialField, ...]
    options: tuple[Option, ...]
    chosen: Mapping[str, str]
    """Options that are not at their default."""
    testable: bool
    usage: UsageView | None = None
    """What it was sent this month; None for what may cost nothing."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person entered in such a form."""

    values: Mapping[str, str] = field(repr=False)
    """Only those that changed; an empty one is to be forgotten."""
    options: Mapping[str, str]
    """Only those that are not at their default."""
    allowance: tuple[int, float] | None = None
    """Minutes a month and US dollars a minute, 0 for no limit and the list's price; None where nothing is counted."""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One saved session."""

    id: str
    title: str
    """Foreign text: the user's own words."""
    started: datetime
    duration: float
    """Seconds."""
    lanes: tuple[str, ...]
    """Labels."""
    path: Path | None = None
    complete: bool = True
    """It was stopped in order: no crash, and it is not running."""
    running: bool = False
    """It is being written."""
    key: str = ""
    """Its name in the trash; empty for one in the library."""

    @property
    def broken(self) -> bool:
        """It was neither stopped in order nor does it run: a crash or a power cut ended it."""
        return not self.complete and not self.running and not self.key


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """What the library shows of one session beside its line."""

    id: str
    voices: tuple[Voice, ...]
    talk: Talk
    kept: bool
    """Never deleted for its age."""
    sound: int = 0
    """Bytes of sound that were kept; 0 for none."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A saved session whose words are shown."""

    id: str
    told: Transcript
    """As it reads now."""
    heard: Transcript
    """As it was heard, without changes."""
    providers: Mapping[str, Message] = field(default_factory=dict)
    """Titles by id."""
    sound: tuple[LaneSound, ...] = ()
    """What was heard, where it was kept."""
