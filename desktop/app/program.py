"""The program behind the window: it hands what the person wants to those who do it, and what they say to the views."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import structs
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from desktop.app.accounts import Accounts
from desktop.app.bar_words import BarWords
from desktop.app.calls import Calls
from desktop.app.captioning import Audience, Captioning
from desktop.app.consent import Consent
from desktop.app.controls import Controls
from desktop.app.library import LibraryDesk
from desktop.app.listening import ListeningDesk
from desktop.app.loop import Tasks
from desktop.app.offers import offers
from desktop.app.preferences import Preferences
from desktop.app.questions import Questions
from desktop.app.recordings import Recordings
from desktop.app.shelf import Shelf
from desktop.app.sound import Sound
from desktop.app.spending import Spending
from desktop.app.transfers import Transfers
from desktop.app.updates import Updates
from desktop.app.views import Views
from desktop.core.audio import SourceKind
from desktop.core.captions import Gap, Seam
from desktop.core.errors import AudioError, CredentialMissing, OvertitleError, ProviderError, TranscriptError
from desktop.core.state import Problem
from desktop.session.events import LevelChanged, Saved, SessionEvent
from desktop.session.recorder import NOT_KEPT, Earlier, JournalPlan
from desktop.session.service import LaneSpec
from desktop.session.session import Session
from desktop.session.spare import spare_collections
from desktop.settings import paths
from desktop.settings.schema import Settings
from desktop.settings.store import Loaded
from desktop.ui.choices import only_calls, with_allowance, with_options
from desktop.ui.drop import RecordingDrop
from desktop.ui.problems import Action
from desktop.ui.unhurried import Unhurried
from desktop.ui.usage_text import usage_sentence
from desktop.ui.values import REMOTE, THEM, Entered, LaneView, ProviderEntry, StartRequest

_SOUND_SETTINGS = {"win32": "ms-settings:sound", "darwin": "x-apple.systempreferences:com.apple.preference.security"}

_SETTINGS_PAGES = {
    Action.SOUND_SETTINGS: "audio",
    Action.CHOOSE_DEVICE: "audio",
    Action.CHOOSE_FOLDER: "transcripts",
    Action.CHANGE_LIMIT: "captions.limits",
}


class Program(QObject):
    """Owns everyone who works for the window, the caption bar and the tray."""

    def __init__(self, views: Views, loaded: Loaded, *, demo: bool = False) -> None:
        super().__init__()
        self._views = views
        self._demo = demo
        self._stop: asyncio.Event | None = None
        self._told: list[Problem] = []  # what stood in the way of a wish, until somebody tries again
        self.window, self.overlay, self.tray = views.window, views.overlay, views.tray
        self._to_window = Unhurried(views.window.on_event)
        self._tasks = Tasks()
        self._preferences = Preferences(loaded.settings, self._tasks, self._tell_error)
        self._shelf = Shelf(lambda: self._preferences.settings)
        self._sound = Sound(self._tasks, self.window.show_devices, self._show_idle_level)
        self._spending = Spending(self._tasks, lambda: self._preferences.settings)
        self.window.settings.usage_of = self._spending.view
        self._accounts = Accounts(
            self._tasks,
            self.window,
            views.palette,
            lambda: self._preferences.settings,
            self._account_changed,
            self._spending.view,
        )
        self._transfers = Transfers(self._tasks, self.window.settings, lambda: self._preferences.settings)
        self._calls = Calls(self._tasks, self.window, lambda: self._preferences.settings, self._accounts.store)
        self._calls.dialling.start = self._start_call
        self._bar_words = BarWords(self.window, self.overlay)
        self._consent = Consent(self.window, lambda: self._preferences.settings)
        self._updates = Updates(self._tasks, self.window, lambda: self._preferences.settings)
        self._questions = Questions(lambda: self._accounts.form or self.window)
        self._captioning = Captioning(
            self._tasks,
            lambda: self._preferences.settings,
            Audience(self._attach, self._ended),
            self._accounts.store,
            self._calls,
            self._spending,
        )
        self._library = LibraryDesk(self._tasks, self.window.library, self._shelf, self._tell_error)
        self._listening = ListeningDesk(self._tasks, self.window.library.session, self._tell_error)
        self._recordings = Recordings(
            self._tasks,
            self.window.library.recording,
            lambda: self._preferences.settings,
            self._accounts.store,
            self._tell_error,
        )
        self._drop = RecordingDrop(self.window)
        self._connect(views)
        self.controls = Controls(
            views,
            self._captioning,
            lambda: self._preferences.settings,
            self._overlay_changed,
            self._toggle_captions,
        )
        if loaded.problem is not None:
            self._tell_error(loaded.problem)

    def _connect(self, views: Views) -> None:
        window, overlay, tray = views.window, views.overlay, views.tray
        window.start_requested.connect(self._start)
        window.stop_requested.connect(self._captioning.stop)
        window.mute_toggled.connect(self._mute)
        window.mark_requested.connect(self._mark)
        window.settings_changed.connect(self._settings_changed)
        window.library_requested.connect(lambda: self._tasks.start(self._library.refresh()))
        window.library.recordings_given.connect(self._transcribe)
        self._drop.dropped.connect(self._transcribe)
        self._recordings.saved.connect(lambda journal: self._tasks.start(self._after(journal)))
        self._library.continue_requested.connect(self._continue)
        window.keep_toggled.connect(self._keep)
        window.account_requested.connect(self._accounts.open)
        window.problem_action.connect(self._act)
        self._spending.changed.connect(self._show_usage)
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
        tray.quit_pressed.connect(self.quit)
        hints = views.app.styleHints()
        for changed in (hints.colorSchemeChanged, hints.accessibility().contrastPreferenceChanged):
            changed.connect(lambda _asked: self._show_theme())

    # Beginning and end

    def quit(self) -> None:
        """End the program once the last words are saved."""
        if self._stop is not None:
            self._stop.set()

    async def main(self, stop: asyncio.Event) -> int:
        """The program's life from the first turn of the loop to its last."""
        self._stop = stop
        self._tasks.start(self._sound.follow_devices())
        self._tasks.start(self._library.tidy())
        self._meter()
        self.controls.begin()
        await self._show_providers()
        await self._spending.load()
        spare_collections()
        self._tasks.start(self._updates.follow())
        if self._demo:
            self._start(self.window.start_request, sample=True)
        await stop.wait()
        self._recordings.cancel()
        await self._captioning.end()
        self._views.hide()
        self.controls.end()
        await self._preferences.save()
        await self._tasks.end()
        return 0

    async def _show_providers(self) -> None:
        def load() -> list[ProviderEntry]:
            from desktop.providers import discover

            self._questions.serve(discover().values())
            return offers(discover().values())

        self.window.show_providers(await asyncio.to_thread(load))

    # Captions

    def _start(self, request: StartRequest, *, sample: bool = False) -> None:
        plan = self._plan(self.tr("Sample") if sample else self.tr("Captions"), sample=sample)
        self.window.clear_problem()
        self._captioning.start(request, plan if self.window.keeping else NOT_KEPT, self._cannot_start, sample=sample)

    def _plan(self, title: str, earlier: Earlier | None = None, *, sample: bool = False) -> JournalPlan:
        settings = self._preferences.settings
        sound = settings.transcripts.keep_sound and not sample
        return JournalPlan(paths.transcripts_folders(settings), title, earlier, sound)

    def _start_call(self) -> bool:
        if self._captioning.running:
            return False
        plan = self._plan(self.tr("Remote call")) if self.window.keeping else NOT_KEPT
        self.window.clear_problem()
        self._captioning.start(only_calls(self.window.start_request), plan, self._call_failed)
        return True

    def _call_failed(self, problem: Problem) -> None:
        self._calls.dialling.failed(problem.error)
        self._cannot_start(problem)

    def _continue(self, earlier: Earlier) -> None:
        request = self.window.start_request
        if not request.lanes:
            self.window.show_nothing_chosen()
            return
        self.window.clear_problem()
        plan = self._plan(earlier.transcript.header.title, earlier)
        self._captioning.start(request, plan, self._cannot_start)

    def _transcribe(self, files: Sequence[str | Path]) -> None:
        self.window.show_library_page()
        self._recordings.add([Path(file) for file in files], self.window.start_request)

    def _keep(self, keep: bool) -> None:
        if self._captioning.session is not None:
            self._captioning.session.forget(not keep)

    def _cannot_start(self, problem: Problem) -> None:
        self._told.append(problem)
        self.window.show_problem(problem)
        if isinstance(problem.error, CredentialMissing):
            self._accounts.open(self._preferences.settings.captions.provider)

    def _forget_told(self, kind: type[OvertitleError]) -> None:
        """What could not be done is tried anew: whether it can be now is told again."""
        for problem in [each for each in self._told if isinstance(each.error, kind)]:
            self._told.remove(problem)
            self.window.clear_problem(problem)

    def _attach(self, session: Session) -> None:
        self._sound.stop_meter()
        self.window.show_session([_view(lane) for lane in session.lanes])
        self.overlay.bind(session.document, session.lanes)
        self._bar_words.begin([each.id for each in session.lanes], session.service.provider.id)
        for entry in session.document.entries():  # of a session that goes on
            self.window.on_event(entry)
            if isinstance(entry, Gap | Seam):
                self._bar_words.note(entry, earlier=True)
        session.subscribe(self.overlay.on_event)
        session.subscribe(self._to_window)
        session.subscribe(self._bar_words.on_event)
        session.subscribe(self._on_event)
        self.controls.attach(session)
        self._consent.begin(session)
        self.overlay.setVisible(self._preferences.settings.overlay.visible)

    def _on_event(self, event: SessionEvent) -> None:
        if isinstance(event, Saved) and event.complete:
            if self._demo:
                sys.stdout.write(self.tr("Saved: {path}").format(path=event.path) + "\n")
                sys.stdout.flush()
            self._tasks.start(self._after(event.path))

    async def _after(self, journal: Path) -> None:
        for error in await self._shelf.export_all(journal, self._preferences.settings.transcripts.formats):
            self._tell_error(error)
        await self._library.refresh()

    def _ended(self, session: Session, failure: OvertitleError | None) -> None:
        if failure is None or session.journal is None:
            self.overlay.retire()
        for problem in session.problems if failure is None else ():
            if problem.error.retryable and not isinstance(problem.error, TranscriptError):
                self.window.clear_problem(problem)  # nobody tries any more, and the transcript marks what is missing
        if session.journal is None:
            self.window.show_unsaved()
        self.window.status.begin_again()
        self._consent.end()
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
        self.controls.settings_changed()
        self._updates.settings_changed()
        if settings.appearance != before.appearance:
            self._show_theme()
        if settings.audio != before.audio:
            self._meter()
            self._forget_told(AudioError)
            self._captioning.hear(self.window.start_request, self._cannot_start)
        self._spending.follow()
        if _service_changed(settings, before):
            self._forget_told(ProviderError)
            self._captioning.choose(self.window.start_request, self._cannot_start)

    def _account_changed(self, provider: str, entered: Entered) -> None:
        self.window.clear_problem()
        settings = with_options(self._preferences.settings, provider, entered.options)
        if entered.allowance is not None:
            limit, price = entered.allowance
            settings = with_allowance(settings, provider, limit=limit, price=price)
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

    def _show_usage(self) -> None:
        usage = self._spending.view(self._preferences.settings.captions.provider)
        self.window.status.show_usage("" if usage is None else usage_sentence(usage))
        self.window.settings.show_usage()
        self._accounts.show_usage()

    def _show_theme(self) -> None:
        self._views.show_theme(self._preferences.settings)

    # Trouble

    def _tell_error(self, error: OvertitleError) -> None:
        self.window.show_problem(Problem(error, since=0.0))

    def _act(self, action: Action, _problem: Problem) -> None:
        if action is Action.TRY_AGAIN and self._captioning.running:
            self._forget_told(OvertitleError)
            self._captioning.choose(self.window.start_request, self._cannot_start)
            self._captioning.hear(self.window.start_request, self._cannot_start)
        elif action is Action.TRY_AGAIN:
            self._start(self.window.start_request)
        elif action is Action.LIBRARY:
            self.window.show_library_page()
        elif action is Action.CREDENTIALS:
            self._accounts.open(self._preferences.settings.captions.provider)
        elif action is Action.SOUND_SETTINGS and sys.platform in _SOUND_SETTINGS:
            QDesktopServices.openUrl(QUrl(_SOUND_SETTINGS[sys.platform]))
        else:
            self.window.open_settings(_SETTINGS_PAGES.get(action, "captions"))


def _service_changed(settings: Settings, before: Settings) -> bool:
    """Whether what runs has to go on in another way; limits and prices are followed as they are."""
    same = {name: getattr(before.captions, name) for name in ("limits", "prices")}
    return structs.replace(settings.captions, **same) != before.captions


def _view(lane: LaneSpec) -> LaneView:
    source = lane.source.name if lane.source.kind is SourceKind.FILE else ""
    return LaneView(lane.id, lane.label, source)
