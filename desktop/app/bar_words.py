"""What stands beside the caption bar's words: where the session stands, what is wrong, and what just changed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from desktop.core.captions import Gap, Seam
from desktop.core.errors import ProviderError
from desktop.core.state import Problem, SessionState
from desktop.session.events import ProblemCleared, ProblemRaised, SessionEvent, StateChanged
from desktop.ui.main_window import MainWindow
from desktop.ui.notes import AWAY, PAUSED, note_of
from desktop.ui.overlay import Overlay
from desktop.ui.text import localise

_ENDING = {SessionState.STOPPING, SessionState.STOPPED, SessionState.FAILED}
NEWS = 8.0
"""Seconds for which a gap or a seam is told; it stays in the panel of what was said."""
FAR_BEHIND = 3.0
"""Seconds from which on a person who looks at the speaker wonders."""


class BarWords(QObject):
    """Tells whoever looks at nothing but the bar what the window tells in several places."""

    def __init__(self, window: MainWindow, overlay: Overlay) -> None:
        super().__init__(window)
        self._window = window
        self._overlay = overlay
        self._standing: list[Problem] = []
        self._news = ""
        self._news_until = 0.0
        self._carriers: dict[str, str] = {}
        """Which provider each lane's sound goes to."""
        window.refreshed.connect(self.tell)

    def begin(self, lanes: Iterable[str], provider: str) -> None:
        """Another session, of which this provider captions every lane for now."""
        self._standing.clear()
        self._news = ""
        self._carriers = dict.fromkeys(lanes, provider)
        self._show_carriers()

    def on_event(self, event: SessionEvent) -> None:
        """A reader of the session, after the window."""
        match event:
            case Seam(lane, _, provider):
                self._carriers[lane] = provider
                self.note(event)
                self._show_carriers()
            case Gap():
                self.note(event)
            case ProblemRaised(problem):
                self._standing.append(problem)
            case ProblemCleared(problem):
                self._standing = [each for each in self._standing if not _alike(each, problem)]
            case StateChanged(state, ""):
                if state in (SessionState.STOPPED, SessionState.FAILED):
                    self._carriers.clear()
                    self._show_carriers()
                self.tell()
            case _:
                pass

    def note(self, entry: Gap | Seam, *, earlier: bool = False) -> None:
        """Keep a gap or a seam among what was said, and tell it unless it is of an `earlier` run."""
        text, _ = note_of(entry, self._overlay.captions.labels, self._window.titles)
        if not (isinstance(entry, Gap) and entry.reason == PAUSED):  # a pause is told while it lasts
            self._overlay.show_note(entry.start, text)
            away = isinstance(entry, Seam) and entry.reason == AWAY  # which the state says as long as it lasts
            if not earlier and not away:
                self._news, self._news_until = text, self._window.clock() + NEWS
                self.tell()

    def _show_carriers(self) -> None:
        self._window.bar.provider.show_carriers(self._carriers.values())

    def tell(self) -> None:
        """Say what holds now; before the first word also who is heard."""
        told = " · ".join(filter(None, (self._state(), self._newest())))
        first = self._overlay.captions.is_empty
        self._overlay.set_status(told or (self._window.bar.heard if first else ""), calm=not told)

    def _newest(self) -> str:
        state = self._window.line.state
        over = self._window.clock() >= self._news_until or state in _ENDING
        return "" if over or self._window.line.paused else self._news

    def _state(self) -> str:
        window, state = self._window, self._window.line.state
        if window.line.paused:
            return self.tr("Paused")
        if state is SessionState.LIVE:
            return self._trouble() or window.line.silence(window.clock()) or self._behind()
        if state is SessionState.FALLBACK:  # which says already what is wrong with the service
            away = self.tr("The service is away; captions come from this computer")
            return self._trouble(besides=ProviderError) or window.line.silence(window.clock()) or away
        if state is SessionState.STOPPING:
            return window.line.text(window.clock())[0]
        return {
            SessionState.CONNECTING: self.tr("Getting ready"),
            SessionState.RECONNECTING: self.tr("Reconnecting, keeping your words"),
            SessionState.FAILED: self.tr("Captions have stopped"),
        }.get(state, "")

    def _trouble(self, besides: type[Exception] | None = None) -> str:
        """The newest trouble of the session that nobody has put away in the window."""
        shown = self._window.problem_bar.problems
        known = [each for each in self._standing if each in shown]
        told = [each for each in known if besides is None or not isinstance(each.error, besides)]
        return localise(told[-1].error.what) if told else ""

    def _behind(self) -> str:
        behind = self._window.line.behind
        if behind is None or behind < FAR_BEHIND:
            return ""
        return self.tr("Catching up, {seconds} s behind").format(seconds=round(behind))


def _alike(one: Problem, other: Problem) -> bool:
    return type(one.error) is type(other.error) and one.lane == other.lane
