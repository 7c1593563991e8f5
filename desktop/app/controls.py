"""Every way to steer the program from outside its window: keys, tray, other starts; and what they need to know."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.app import places
from desktop.app.captioning import Captioning
from desktop.app.views import Views, come_forward
from desktop.core.state import SessionState
from desktop.session.events import SessionEvent, StateChanged
from desktop.session.session import Session
from desktop.settings.schema import Settings
from desktop.ui import problems
from desktop.ui.awake import Wakefulness
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.hub import Shortcuts
from desktop.ui.shortcuts.keys import Action
from desktop.ui.top_bar import RUNNING
from desktop.ui.tour import Tour
from desktop.ui.values import YOU


class Controls(QObject):
    """Keys that work everywhere, the tray, pause, and a computer that stays awake."""

    def __init__(
        self,
        views: Views,
        captioning: Captioning,
        settings: Callable[[], Settings],
        change_overlay: Callable[..., None],
        start: Callable[[], None],
    ) -> None:
        super().__init__(views.window)
        self._views = views
        self._captioning = captioning
        self._settings = settings
        self._change_overlay = change_overlay
        self._wakefulness = Wakefulness()
        self._state = SessionState.IDLE
        self._tour: Tour | None = None
        self._dialog: SettingsDialog | None = None
        self.shortcuts = Shortcuts(self)
        self._deeds: dict[str, Callable[[], object]] = {
            Action.LOCK: self._lock,
            Action.BAR: lambda: change_overlay(visible=not settings().overlay.visible),
            Action.START: start,
            Action.PAUSE: self.pause,
            Action.MUTE: self._mute,
            Action.MARK: lambda: views.overlay.mark_requested.emit(""),
            Action.NOTE: self._note,
            Action.MISS: self._miss,
        }
        self._connect()

    def _connect(self) -> None:
        window, tray, bar = self._views.window, self._views.tray, self._views.window.bar
        self.shortcuts.pressed.connect(self.press)
        self.shortcuts.changed.connect(self._tell_keys)
        window.settings_opened.connect(self._on_settings_opened)
        window.mute_toggled.connect(lambda lane, muted: tray.show_muted(muted) if lane == YOU else None)
        window.problem_bar.changed.connect(self._show_trouble)
        window.calls.sounding_changed.connect(tray.show_remote)
        bar.pause_pressed.connect(self.pause)
        bar.language.button.listed.connect(tray.languages.show)
        bar.provider.button.listed.connect(tray.providers.show)
        tray.language_picked.connect(bar.language.picked)
        tray.provider_picked.connect(bar.provider.picked)
        tray.start_pressed.connect(self._deeds[Action.START])
        tray.pause_pressed.connect(self.pause)
        tray.mute_pressed.connect(self._mute)
        tray.lock_pressed.connect(self._lock)
        window.show_languages()
        self._show_trouble()

    # ---- as the program goes

    def begin(self) -> None:
        """Ask for the keys; the event loop runs."""
        self.shortcuts.apply(self._settings().shortcuts)

    def end(self) -> None:
        """Give everything back."""
        self.shortcuts.close()
        self._wakefulness.keep(False, "")

    def settings_changed(self) -> None:
        """Take over what was chosen."""
        self.shortcuts.apply(self._settings().shortcuts)
        self._tell_keys()
        self._stay_awake()

    def attach(self, session: Session) -> None:
        """Follow this session."""
        self._show_paused(False)
        session.subscribe(self._on_event)

    def _on_event(self, event: SessionEvent) -> None:
        if isinstance(event, StateChanged) and not event.lane:
            self._state = event.state
            self._views.tray.show_state(event.state)
            if event.state is SessionState.LIVE:
                self._show_tour()
            elif event.state not in RUNNING:
                self._show_paused(False)
            self._stay_awake()

    def _show_tour(self) -> None:
        if self._tour is None and not places.tour_was_seen():
            tour = self._tour = Tour(self._views.window, self._views.palette())
            tour.ended.connect(places.save_tour)
            tour.begin()

    def _show_trouble(self) -> None:
        """Only what needs a person: a lost connection mends itself."""
        problem = self._views.window.problem_bar.problem
        needed = problem is not None and problems.action_for(problem.error) is not problems.Action.NONE
        self._views.tray.show_trouble(needed)

    def _stay_awake(self) -> None:
        listening = self._state in RUNNING and not self._views.tray.look.paused
        self._wakefulness.keep(listening and self._settings().computer.keep_awake, self.tr("Captions are running"))

    # ---- what keys, tray and other starts do

    def press(self, action: str) -> None:
        """Do what the key of this action does; unknown ones do nothing."""
        deed = self._deeds.get(action)
        if deed is not None:
            deed()

    def pause(self) -> None:
        """Pause the session, or let it go on."""
        session = self._captioning.session
        if session is not None:
            session.pause(not session.paused)
            self._show_paused(session.paused)
            self._stay_awake()

    def _show_paused(self, paused: bool) -> None:
        window = self._views.window
        window.bar.show_paused(paused)
        window.line.set_paused(paused, window.clock())
        self._views.tray.show_paused(paused)

    def _lock(self) -> None:
        self._change_overlay(locked=not self._settings().overlay.locked)

    def _mute(self) -> None:
        card = self._views.window.bar.you
        if self._captioning.session is not None:
            card.mute.toggle()  # which tells everybody else

    def _note(self) -> None:
        if self._captioning.session is not None:
            self._views.overlay.note_moment()

    def _miss(self) -> None:
        overlay, window = self._views.overlay, self._views.window
        if overlay.isVisible():
            if overlay.history.isVisible():
                overlay.history.hide()
            else:
                overlay.open_history(missed=True)
        else:
            come_forward(window)
            window.page.open_miss(window.elapsed)

    # ---- what the settings say about the keys

    def _on_settings_opened(self, dialog: SettingsDialog) -> None:
        self._dialog = dialog
        dialog.destroyed.connect(self._forget_dialog)
        self._tell_keys()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _tell_keys(self) -> None:
        if self._dialog is not None:
            self._dialog.tell_keys(list(keys.sentences(self._settings().shortcuts, self.shortcuts.bound)))
