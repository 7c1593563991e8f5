"""Which sentence tells the truth right now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.core.errors import AudioError
from desktop.core.state import Problem, SessionState
from desktop.session.events import LevelChanged
from desktop.ui.hearing import Heard, Hearing
from desktop.ui.status_bar import TONES, Tone
from desktop.ui.text import plain
from desktop.ui.values import THEM, YOU

SILENCE = 10.0
"""Seconds without a voice after which the window asks whether the call is muted."""
LAST_WORDS = 2.0
"""Seconds that the last words usually take; after more a person may want to end without them."""
_DEAD_DB = -75.0
"""Quieter than any open microphone; a person who only listens is louder than that."""
HEARING = {SessionState.LIVE, SessionState.FALLBACK}
_DEAF = {
    *(SessionState.IDLE, SessionState.CONNECTING),
    *(SessionState.STOPPING, SessionState.STOPPED, SessionState.FAILED),
}
"""States in which no microphone is open, or not for sure."""
_OVER = {SessionState.IDLE, SessionState.STOPPED, SessionState.FAILED}


@dataclass(slots=True)
class _Lane:
    label: str
    heard: float
    """When there was sound last."""
    hearing: Hearing
    muted: bool = False
    troubled: bool = False
    """What is the matter with its device is told in a sentence of its own."""


class StateLine(QObject):
    """State, how long it lasts, and who is silent. Times are seconds on any steady clock."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = SessionState.IDLE
        self._since = 0.0
        self._lanes: dict[str, _Lane] = {}
        self._paused = False
        self._behind: dict[str, float] = {}
        self._system: Collection[str] = ()

    @property
    def state(self) -> SessionState:
        """Where the session stands."""
        return self._state

    @property
    def paused(self) -> bool:
        """Whether nobody is heard, on purpose."""
        return self._paused

    @property
    def behind(self) -> float | None:
        """Seconds by which the captions of the slowest side are behind its sound; None before the first ones."""
        return max(self._behind.values(), default=None)

    def waits_for_last_words(self, now: float) -> bool:
        """Whether the last words take longer than usual."""
        return self._state is SessionState.STOPPING and now - self._since >= LAST_WORDS

    def set_behind(self, lane: str, seconds: float) -> None:
        """Take in how far the captions of a lane are behind."""
        self._behind[lane] = seconds

    def set_lanes(self, labels: dict[str, str], now: float) -> None:
        """Listen to these lanes."""
        self._lanes = {lane: _Lane(plain(label, 40), now, Hearing(now)) for lane, label in labels.items()}
        self._paused = False
        self._behind.clear()

    def add_lane(self, lane: str, label: str, now: float) -> None:
        """A side whose device came late; of remote calls each comes and goes, so nobody is missed."""
        if lane in (YOU, THEM):
            self._lanes[lane] = _Lane(plain(label, 40), now, Hearing(now))

    def set_state(self, state: SessionState, now: float) -> None:
        """Take in a new state."""
        if state is SessionState.LIVE and self._state is not SessionState.LIVE:
            for lane in self._lanes.values():
                lane.heard = now
        if state is not self._state:
            self._since = now
        self._state = state
        if state in _OVER:
            self._behind.clear()

    def set_muted(self, lane: str, muted: bool, now: float) -> None:
        """A muted lane is silent on purpose."""
        if lane in self._lanes:
            self._lanes[lane].muted = muted
            self._lanes[lane].heard = now

    def set_paused(self, paused: bool, now: float) -> None:
        """While paused nobody is heard, on purpose."""
        self._paused = paused
        for lane in self._lanes.values():
            lane.heard = now

    def set_muted_by_system(self, lanes: Collection[str], now: float) -> None:
        """These lanes give silence because the system has muted their devices."""
        for lane in set(self._system) ^ set(lanes):
            if lane in self._lanes:
                self._lanes[lane].heard = now
        self._system = tuple(lanes)

    def set_trouble(self, problem: Problem, now: float, *, over: bool = False) -> None:
        """A lane whose device is lost is silent because of that."""
        lane = self._lanes.get(problem.lane)
        if lane is not None and isinstance(problem.error, AudioError):
            lane.troubled = not over
            lane.heard = now

    def silent(self, now: float) -> str:
        """The lane that has been silent for too long without anybody wanting that; empty for none."""
        if self._state not in HEARING or self._paused:
            return ""
        return next((name for name in self._lanes if self._is_silent(name, now)), "")

    def _is_silent(self, name: str, now: float) -> bool:
        lane = self._lanes[name]
        return not (lane.muted or lane.troubled or name in self._system) and now - lane.heard >= SILENCE

    def hear(self, event: LevelChanged, now: float) -> None:
        """Take in a lane's loudness."""
        lane = self._lanes.get(event.lane)
        if lane is not None:
            lane.hearing.hear(now, voiced=event.voiced)
        # Listening without talking is normal, so for the microphone only a dead line counts as silence.
        if lane is not None and (event.voiced or (event.lane == YOU and event.rms > _DEAD_DB)):
            lane.heard = now

    def heard(self, lanes: Collection[str], now: float) -> Heard:
        """What is heard of these lanes, which share one meter."""
        known = [name for name in lanes if name in self._lanes]
        if self._state in _DEAF or not known:
            return Heard.NONE
        if self._paused:
            return Heard.PAUSED
        return max(self._heard(name, now) for name in known)

    def _heard(self, name: str, now: float) -> Heard:
        lane = self._lanes[name]
        return Heard.MUTED if lane.muted or name in self._system else lane.hearing.word(now)

    def text(self, now: float) -> tuple[str, Tone]:
        """The sentence and its colour."""
        if self._state in HEARING:
            if self._paused:
                return self.tr("Paused: nothing is heard or sent"), "warn"
            told = self.silence(now) or self._muted_sentence()
            if told:
                return told, "warn"
        return self._sentence(now), TONES[self._state]

    def silence(self, now: float) -> str:
        """Who is silent and what may be the cause; empty when nobody is."""
        name = self.silent(now)
        if not name:
            return ""
        lane = self._lanes[name]
        seconds = int(now - lane.heard)
        if name == YOU:
            return self.tr("No sound from your microphone for {seconds} s. Is it muted?").format(seconds=seconds)
        template = self.tr("No sound from {lane} for {seconds} s. Is the call muted?")
        return template.format(lane=lane.label, seconds=seconds)

    def _muted_sentence(self) -> str:
        muted = [name for name in self._lanes if name in self._system and not self._lanes[name].muted]
        if YOU in muted:
            return self.tr("Listening; your microphone is muted by the system")
        if muted:
            return self.tr("Listening; the speakers are muted by the system")
        return ""

    def _sentence(self, now: float) -> str:
        sentences = {
            SessionState.IDLE: self.tr("Ready"),
            SessionState.CONNECTING: self.tr("Getting ready"),
            SessionState.LIVE: self.tr("Listening"),
            SessionState.RECONNECTING: self.tr("Reconnecting, keeping your words: {seconds} s"),
            SessionState.FALLBACK: self.tr("The service is away; captioning on this computer meanwhile"),
            SessionState.STOPPING: self.tr("Finishing the last words"),
            SessionState.STOPPED: self.tr("Saved"),
            SessionState.FAILED: self.tr("Captions have stopped"),
        }
        if self.waits_for_last_words(now):
            return self.tr("Waiting for the last words; “Stop now” ends without them")
        seconds = max(int(now - self._since), 0)
        return sentences[self._state].replace("{seconds}", str(seconds))
