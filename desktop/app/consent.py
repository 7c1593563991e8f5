"""When the window reminds of telling the others: once a session, as soon as there are others to be told."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from desktop.core.audio import SourceKind
from desktop.session.session import Session
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow


class Consent:
    """The reminder of the session that runs."""

    def __init__(self, window: MainWindow, settings: Callable[[], Settings]) -> None:
        self._window = window
        self._settings = settings
        self._session: Session | None = None
        self._reminded = False
        window.consent.told_pressed.connect(window.mark_requested)
        window.consent.never_pressed.connect(self._never)
        window.calls.sounding_changed.connect(self._on_call)

    def begin(self, session: Session) -> None:
        """A session begins: what the computer plays may be a call."""
        self._session, self._reminded = session, False
        if any(lane.source.live and lane.source.kind is SourceKind.SYSTEM for lane in session.lanes):
            self._remind(session)

    def end(self) -> None:
        """It is over."""
        self._session = None
        self._window.consent.hide()

    def _on_call(self, sounding: bool) -> None:
        if sounding and self._session is not None:
            self._remind(self._session)

    def _remind(self, session: Session) -> None:
        wanted = self._settings().transcripts
        if self._reminded or not wanted.remind:
            return
        self._reminded = True
        private = not session.service.provider.capabilities.needs_network
        kept = self._window.keeping
        self._window.consent.remind(kept=kept, sound=kept and wanted.keep_sound, private=private)

    def _never(self) -> None:
        settings = self._settings()
        changed = structs.replace(settings, transcripts=structs.replace(settings.transcripts, remind=False))
        self._window.show_settings(changed)
        self._window.settings_changed.emit(changed)
