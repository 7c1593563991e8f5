"""The program behind the window: it hands what the person wants to those who do it, and what they say to the views."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from desktop.app.accounts import Accounts, has_account
from desktop.app.calls import Calls
from desktop.app.captioning import Captioning
from desktop.app.loop import Tasks, spare_collections
from desktop.app.preferences import Preferences
from desktop.app.questions import Questions
from desktop.app.shelf import Shelf
from desktop.app.sound import Sound
from desktop.app.views import Views
from desktop.core.audio import SourceKind
from desktop.core.errors import CredentialMissing, OvertitleError
from desktop.core.state import Problem, SessionState
from desktop.session.events import LevelChanged, Saved, SessionEvent, StateChanged
from desktop.session.service import LaneSpec
from desktop.session.session import Session
from desktop.settings.schema import Settings
from desktop.settings.store import Loaded
from desktop.transcripts.transcript import Transcript
from desktop.ui.choices import with_options
from desktop.ui.problems import Action
from desktop.ui.unhurried import Unhurried
from desktop.ui.values import REMOTE, THEM, LaneView, ProviderEntry, StartRequest

T = TypeVar("T")

_SOUND_SETTINGS = {"win32": "ms-settings:sound", "darwin": "x-apple.systempreferences:com.apple.preference.security"}

_SETTINGS_PAGES = {
    Action.SOUND_SETTINGS: "audio",
    Action.CHOOSE_DEVICE: "audio",
    Action.CHOOSE_FOLDER: "transcripts",
}


class Program(QObject):
    """Owns everyone who works for the window, the caption bar and the tray."""

    def __init__(self, views: Views, loaded: Loaded, *, demo: bool = False) -> None:
        super().__init__()
        self._views = views
        self._demo = demo
        self._stop: asyncio.Event | None = None
        self.window, self.overlay, self.tray = views.window, views.overlay, views.tray
        self._to_window = Unhurried(views.window.on_event)
        self._tasks = Tasks()
        self._preferences = Preferences(loaded.settings, self._tasks, self._tell_error)
        self._shelf = Shelf(lambda: self._preferences.settings)
        self._sound = Sound(self._tasks, self.window.show_devices, self._show_idle_level)
        self._accounts = Accounts(
            self._tasks, self.window, views.palette, lambda: self._preferences.settings, self._account_changed
        )
        self._calls = Calls(self._tasks, self.window, lambda: self._preferences.settings)
        self._questions = Questions(lambda: self._accounts.form or self.window)
        self._captioning = Captioning(
            self._tasks,
            lambda: self._preferences.settings,
            self._attach,
            self._ended,
            self._accounts.store,
            self._calls,
        )
        self._connect(views)
        if loaded.problem is not None:
            self._tell_error(loaded.problem)

    def _connect(self, views: Views) -> None:
        window, overlay, tray = views.window, views.overlay, views.tray
        window.start_requested.connect(self._start)
        window.stop_requested.connect(self._captioning.stop)
        window.mute_toggled.connect(self._mute)
        window.mark_requested.connect(self._mark)
        window.settings_changed.connect(self._settings_changed)
        window.library_requested.connect(lambda: self._tasks.start(self._list_library()))
        window.library_search.connect(lambda query: self._tasks.start(self._search(query)))
        window.open_transcript.connect(lambda key, _start: self._tasks.start(self._open(key)))
        window.export_requested.connect(lambda key, kind: self._tasks.start(self._export(key, kind)))
        window.delete_requested.connect(lambda key: self._tasks.start(self._delete(key)))
        window.account_requested.connect(self._accounts.open)
        window.problem_action.connect(self._act)
        window.quit_requested.connect(self.quit)
        overlay.locked_changed.connect(lambda locked: self._overlay_changed(locked=locked))
        overlay.size_changed.connect(lambda size: self._overlay_changed(size=size))
        overlay.lines_changed.connect(lambda lines: self._overlay_changed(lines=lines))
        overlay.changed.connect(lambda changes: self._overlay_changed(**changes))
        overlay.closed.connect(lambda: self._overlay_changed(visible=False))
        overlay.mute_toggled.connect(self._mute_at_bar)
        overlay.mark_requested.connect(self._mark)
        overlay.settings_requested.connect(views.open_bar_settings)
        tray.window_pressed.connect(views.toggle_window)
        tray.start_pressed.connect(self._toggle_captions)
        tray.lock_pressed.connect(lambda: self._overlay_changed(locked=not self._preferences.settings.overlay.locked))
        tray.quit_pressed.connect(self.quit)
        views.app.styleHints().colorSchemeChanged.connect(
            lambda _scheme: self._views.show_theme(self._preferences.settings)
        )

    # Beginning and end

    def quit(self) -> None:
        """End the program once the last words are saved."""
        if self._stop is not None:
            self._stop.set()

    async def main(self, stop: asyncio.Event) -> int:
        """The program's life from the first turn of the loop to its last."""
        self._stop = stop
        self._tasks.start(self._sound.follow_devices())
        self._meter()
        await self._show_providers()
        spare_collections()
        if self._demo:
            self._start(self.window.start_request, sample=True)
        await stop.wait()
        await self._captioning.end()
        self._views.hide()
        await self._preferences.save()
        await self._tasks.end()
        return 0

    async def _show_providers(self) -> None:
        def load() -> list[ProviderEntry]:
            from desktop.providers import discover

            self._questions.serve(discover().values())
            return [
                ProviderEntry(
                    one.id,
                    one.title,
                    one.capabilities.needs_network,
                    one.capabilities.languages,
                    one.capabilities.privacy,
                    one.availability(),
                    has_account(one),
                    one.capabilities.note,
                )
                for one in discover().values()
                if not one.capabilities.internal
            ]

        self.window.show_providers(await asyncio.to_thread(load))

    # Captions

    def _start(self, request: StartRequest, *, sample: bool = False) -> None:
        title = self.tr("Sample") if sample else self.tr("Captions")
        self.window.clear_problem()
        self._captioning.start(request, title, self._cannot_start, sample=sample)

    def _cannot_start(self, problem: Problem) -> None:
        self.window.show_problem(problem)
        if isinstance(problem.error, CredentialMissing):
            self._accounts.open(self._preferences.settings.captions.provider)

    def _attach(self, session: Session) -> None:
        self._sound.stop_meter()
        self.window.show_session([_view(lane) for lane in session.lanes])
        self.overlay.bind(session.document, session.lanes)
        session.subscribe(self.overlay.on_event)
        session.subscribe(self._to_window)
        session.subscribe(self._on_event)
        self.overlay.setVisible(self._preferences.settings.overlay.visible)

    def _on_event(self, event: SessionEvent) -> None:
        if isinstance(event, StateChanged) and not event.lane:
            self.tray.show_state(event.state)
            self.overlay.set_status(self._overlay_sentence(event.state))
        elif isinstance(event, Saved) and event.complete:
            if self._demo:
                sys.stdout.write(self.tr("Saved: {path}").format(path=event.path) + "\n")
                sys.stdout.flush()
            self._tasks.start(self._after(event))

    def _overlay_sentence(self, state: SessionState) -> str:
        return {
            SessionState.CONNECTING: self.tr("Getting ready"),
            SessionState.RECONNECTING: self.tr("Reconnecting, keeping your words"),
            SessionState.FALLBACK: self.tr("The service is away; captions come from this computer"),
            SessionState.FAILED: self.tr("Captions have stopped"),
        }.get(state, "")

    async def _after(self, saved: Saved) -> None:
        for error in await self._shelf.export_all(saved.path, self._preferences.settings.transcripts.formats):
            self._tell_error(error)
        await self._guarded(self._shelf.entries, self.window.show_library)

    def _ended(self, session: Session, failure: OvertitleError | None) -> None:
        if failure is None or session.journal is None:
            self.overlay.retire()
        if session.journal is None:
            self.window.show_unsaved()
        self._meter()

    def _mute(self, lane: str, muted: bool) -> None:
        if self._captioning.session is not None:
            self._captioning.session.mute(lane, muted)
        self.overlay.show_muted(lane, muted)

    def _mute_at_bar(self, lane: str, muted: bool) -> None:
        card = self.window.bar.cards.get(lane)
        if card is not None:
            card.mute.setChecked(muted)  # which tells us in its turn
        else:
            self._mute(lane, muted)

    def _mark(self, note: str) -> None:
        if self._captioning.session is not None:
            self._captioning.session.mark(note)

    def _toggle_captions(self) -> None:
        if self._captioning.running:
            self._captioning.stop()
        else:
            self._start(self.window.start_request)

    def _meter(self) -> None:
        audio = self._preferences.settings.audio
        if audio.use_system and audio.system != REMOTE and not self._captioning.session:
            self._sound.meter(audio.system)
        else:
            self._sound.stop_meter()

    def _show_idle_level(self, level: float) -> None:
        if not self._captioning.session:
            self.window.on_event(LevelChanged(THEM, level, voiced=False))

    # Settings

    def _settings_changed(self, settings: Settings) -> None:
        before, self._preferences.settings = self._preferences.settings, settings
        self._preferences.change(settings)
        self.overlay.apply(settings.overlay)
        self.overlay.set_reduce_motion(settings.appearance.reduce_motion)
        self.overlay.setVisible(settings.overlay.visible and self._captioning.session is not None)
        self.tray.show_locked(settings.overlay.locked)
        if settings.appearance.theme != before.appearance.theme:
            self._show_theme()
        if settings.audio != before.audio:
            self._meter()
        if settings.captions != before.captions:
            self._captioning.choose(self.window.start_request, self._cannot_start)

    def _account_changed(self, provider: str, options: Mapping[str, str]) -> None:
        self.window.clear_problem()
        settings = with_options(self._preferences.settings, provider, options)
        if settings != self._preferences.settings:
            self.window.show_settings(settings)
            self._settings_changed(settings)
        elif provider == settings.captions.provider:  # new keys for what runs
            self._captioning.choose(self.window.start_request, self._cannot_start)

    def _overlay_changed(self, **changes: object) -> None:
        self._preferences.change_overlay(**changes)
        settings = self._preferences.settings
        self.overlay.apply(settings.overlay)
        self.overlay.setVisible(settings.overlay.visible and self._captioning.session is not None)
        self.window.show_settings(settings)
        self.tray.show_locked(settings.overlay.locked)

    def _show_theme(self) -> None:
        self._views.show_theme(self._preferences.settings)

    # The library

    async def _list_library(self) -> None:
        await self._guarded(self._shelf.entries, self.window.show_library)

    async def _search(self, query: str) -> None:
        if query.strip():
            await self._guarded(lambda: self._shelf.search(query), lambda hits: self.window.show_hits(query, hits))
        else:
            await self._list_library()

    async def _open(self, key: str) -> None:
        if self._captioning.running:
            await self._guarded(lambda: self._shelf.export(key, "txt"), _open_file)  # the window shows the live one
        else:
            await self._guarded(lambda: self._shelf.open(key), self._show_transcript)

    def _show_transcript(self, transcript: Transcript) -> None:
        self.window.show_session([LaneView(lane, label) for lane, label in transcript.header.lanes])
        for entry in transcript.entries:
            self.window.on_event(entry)

    async def _export(self, key: str, kind: str) -> None:
        await self._guarded(lambda: self._shelf.export(key, kind), _open_file)

    async def _delete(self, key: str) -> None:
        await self._guarded(lambda: self._shelf.delete(key), lambda _nothing: None)
        await self._list_library()

    async def _guarded(self, work: Callable[[], Awaitable[T]], show: Callable[[T], object]) -> None:
        """Show what `work` brings, or its trouble."""
        try:
            show(await work())
        except OvertitleError as error:
            self._tell_error(error)

    # Trouble

    def _tell_error(self, error: OvertitleError) -> None:
        self.window.show_problem(Problem(error, since=0.0))

    def _act(self, action: Action, _problem: Problem) -> None:
        if action is Action.TRY_AGAIN:
            self._start(self.window.start_request)
        elif action is Action.LIBRARY:
            self.window.show_library_page()
        elif action is Action.CREDENTIALS:
            self._accounts.open(self._preferences.settings.captions.provider)
        elif action is Action.SOUND_SETTINGS and sys.platform in _SOUND_SETTINGS:
            QDesktopServices.openUrl(QUrl(_SOUND_SETTINGS[sys.platform]))
        else:
            self.window.open_settings(_SETTINGS_PAGES.get(action, "captions"))


def _view(lane: LaneSpec) -> LaneView:
    source = lane.source.name if lane.source.kind is SourceKind.FILE else ""
    return LaneView(lane.id, lane.label, source)


def _open_file(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
