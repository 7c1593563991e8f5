"""Which sentence tells the truth right now."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.core.state import SessionState
from desktop.session.events import LevelChanged
from desktop.ui.status_bar import TONES, Tone
from desktop.ui.text import plain
from desktop.ui.values import YOU

SILENCE = 10.0
"""Seconds without a voice after which the window asks whether the call is muted."""
_DEAD_DB = -75.0
"""Quieter than any open microphone; a person who only listens is louder than that."""
HEARING = {SessionState.LIVE, SessionState.FALLBACK}


@dataclass(slots=True)
class _Lane:
    label: str
    heard: float
    """When there was sound last."""
    muted: bool = False


class StateLine(QObject):
    """State, how long it lasts, and who is silent. Times are seconds on any steady clock."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = SessionState.IDLE
        self._since = 0.0
        self._lanes: dict[str, _Lane] = {}

    @property
    def state(self) -> SessionState:
        """Where the session stands."""
        return self._state

    def set_lanes(self, labels: dict[str, str], now: float) -> None:
        """Listen to these lanes."""
        self._lanes = {lane: _Lane(plain(label, 40), now) for lane, label in labels.items()}

    def set_state(self, state: SessionState, now: float) -> None:
        """Take in a new state."""
        if state is SessionState.LIVE and self._state is not SessionState.LIVE:
            for lane in self._lanes.values():
                lane.heard = now
        if state is not self._state:
            self._since = now
        self._state = state

    def set_muted(self, lane: str, muted: bool, now: float) -> None:
        """A muted lane is silent on purpose."""
        if lane in self._lanes:
            self._lanes[lane].muted = muted
            self._lanes[lane].heard = now

    def hear(self, event: LevelChanged, now: float) -> None:
        """Take in a lane's loudness."""
        lane = self._lanes.get(event.lane)
        # Listening without talking is normal, so for the microphone only a dead line counts as silence.
        if lane is not None and (event.voiced or (event.lane == YOU and event.rms > _DEAD_DB)):
            lane.heard = now

    def text(self, now: float) -> tuple[str, Tone]:
        """The sentence and its colour."""
        if self._state in HEARING:
            silent = self._silent(now)
            if silent:
                return silent, TONES[self._state]
        return self._sentence(now), TONES[self._state]

    def _silent(self, now: float) -> str:
        for name, lane in self._lanes.items():
            seconds = int(now - lane.heard)
            if lane.muted or seconds < SILENCE:
                continue
            if name == YOU:
                return self.tr("No sound from your microphone for {seconds} s. Is it muted?").format(seconds=seconds)
            template = self.tr("No sound from {lane} for {seconds} s. Is the call muted?")
            return template.format(lane=lane.label, seconds=seconds)
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
        seconds = max(int(now - self._since), 0)
        return sentences[self._state].replace("{seconds}", str(seconds))
