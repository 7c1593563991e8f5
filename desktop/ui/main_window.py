"""The main window: it shows what it is told and says what the person wants; nothing is decided here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.core.audio import Device
from desktop.core.captions import CaptionEvent, Gap, Insight, LaneAdded, Mark, Seam
from desktop.core.languages import LANGUAGES
from desktop.core.state import Problem, SessionState
from desktop.session.events import (
    BehindChanged,
    Forgotten,
    LevelChanged,
    ProblemCleared,
    ProblemRaised,
    Saved,
    SessionEvent,
    StateChanged,
)
from desktop.settings import paths
from desktop.settings.schema import Settings
from desktop.ui import choices as given
from desktop.ui.clock import Stopwatch
from desktop.ui.dialogs import KeysDialog
from desktop.ui.keyboard import add_keys
from desktop.ui.problems import Action
from desktop.ui.settings_host import SettingsHost
from desktop.ui.state_line import StateLine
from desktop.ui.text import localise, plain
from desktop.ui.theme import Palette
from desktop.ui.top_bar import RUNNING
from desktop.ui.values import THEM, LaneView, ProviderEntry, StartRequest
from desktop.ui.window_frame import WindowFrame

_TICK_MS = 250


class MainWindow(WindowFrame):
    """What the parts show and say, wired together."""

    start_requested = Signal(object)
    """`StartRequest`."""
    stop_requested = Signal()
    mute_toggled = Signal(str, bool)
    mark_requested = Signal(str)
    overlay_toggled = Signal(bool)
    overlay_lock_toggled = Signal(bool)
    settings_opened = Signal(object)
    settings_changed = Signal(object)
    """`Settings`."""
    library_requested = Signal()
    """The library page was opened: its list may be old."""
    keep_toggled = Signal(bool)
    """Whether the running session, or the next one, is to be kept."""
    account_requested = Signal(str)
    """Provider id: its account and options are to be shown."""
    problem_action = Signal(object, object)
    """`problems.Action` and `Problem`."""
    quit_requested = Signal()
    refreshed = Signal()
    """What is told of the running session was looked at anew."""

    def __init__(
        self,
        palette: Palette,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(palette, parent)
        self._settings = settings
        self.clock = clock
        self._watch = Stopwatch(clock)
        self._devices: Sequence[Device] = ()
        self._providers: Sequence[ProviderEntry] = ()
        self._labels: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._muted: set[str] = set()
        self.settings = SettingsHost(self)
        self.line = StateLine(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._connect()
        self._add_keys()
        self.show_settings(settings)
        self.show_languages()
        self._refresh_status()

    # ---- wiring

    def _connect(self) -> None:
        self._timer.timeout.connect(self._on_tick)
        bar = self.bar
        bar.start_pressed.connect(self._on_start)
        bar.stop_pressed.connect(self.stop_requested)
        bar.language.picked.connect(lambda tag: self._change(given.with_captions(self._settings, language=tag)))
        bar.provider.picked.connect(lambda each: self._change(given.with_captions(self._settings, provider=each)))
        bar.provider.account_pressed.connect(lambda: self.account_requested.emit(self._settings.captions.provider))
        for lane, card in bar.cards.items():
            card.mute_toggled.connect(lambda muted, lane=lane: self._on_mute(lane, muted))
            card.device_picked.connect(
                lambda device, lane=lane: self._change(given.with_device(self._settings, lane, device))
            )
        rail = self.rail
        rail.captions_pressed.connect(self.show_captions_page)
        rail.library_pressed.connect(self.show_library_page)
        rail.overlay_pressed.connect(lambda on: self._change_overlay(visible=on))
        rail.lock_pressed.connect(lambda on: self._change_overlay(locked=on))
        rail.keys_pressed.connect(lambda: KeysDialog(self).open())
        rail.settings_pressed.connect(self.open_settings)
        self.settings.changed.connect(self._change)
        self.settings.account_pressed.connect(self.account_requested)
        self.settings.calls_pressed.connect(self.calls.details_pressed)
        self.page.mark_pressed.connect(self._on_mark)
        self.page.miss_pressed.connect(self._open_miss)
        self.status.folder_pressed.connect(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(path)))
        self.status.step_pressed.connect(lambda: self.problem_action.emit(Action.SOUND_SETTINGS, None))
        self.problem_bar.action_pressed.connect(self.problem_action)
        self.status.keep_toggled.connect(self.keep_toggled)

    def _add_keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+P": self.bar.pause.click,
            "Ctrl+M": self._open_miss,
            "Ctrl+B": self._on_mark,
            "Ctrl+L": lambda: self._change_overlay(locked=not self._settings.overlay.locked),
            "Ctrl+F": self._on_find,
            "Ctrl+Shift+C": self.copy_all,
            "F1": lambda: KeysDialog(self).open(),
            "Ctrl+,": self.open_settings,
            "Ctrl+Q": self.quit_requested.emit,
        }
        add_keys(self, keys, self._toggle_lane)

    # ---- what it is told

    def show_settings(self, settings: Settings) -> None:
        """Show choices that were made elsewhere, or read from disk."""
        self._settings = settings
        self.status.show_kept(settings.transcripts.keep)
        self.rail.show_overlay(settings.overlay.visible, settings.overlay.locked)
        folder = settings.transcripts.folder
        self.page.empty.show_folder(Path(folder) if folder else paths.transcripts_folder())
        self._refresh_devices()
        self._refresh_providers()
        self.settings.show_settings(settings)

    def show_devices(self, devices: Sequence[Device]) -> None:
        """List what can be heard; called again whenever something is plugged in or out."""
        self._devices = tuple(devices)
        self._refresh_devices()

    def show_providers(self, providers: Sequence[ProviderEntry]) -> None:
        """List who can caption."""
        self._providers = tuple(providers)
        self._refresh_providers()

    def show_languages(self) -> None:
        """List the spoken languages; those the chosen provider can't do are there but can't be chosen."""
        chosen = self._settings.captions.provider
        offered = next((entry.languages for entry in self._providers if entry.id == chosen), ())
        self.bar.language.show_languages(LANGUAGES, offered, self._settings.captions.language)

    def show_session(self, lanes: Sequence[LaneView]) -> None:
        """Empty the transcript for a session with these lanes."""
        self._labels = {each.lane: each.label for each in lanes}
        self._sources = {each.lane: each.source for each in lanes if each.source}
        self._watch.restart()
        self._muted.clear()
        self.page.show_session(self._labels)
        self.status.clear_saved()
        self.problem_bar.clear_problem()
        self._refresh_devices()
        self.line.set_lanes(self._labels, self.clock())
        for card in self.bar.cards.values():
            card.show_muted(False)
        self.show_captions_page()

    def on_event(self, event: SessionEvent) -> None:
        """Show what the session tells."""
        match event:
            case CaptionEvent() | Forgotten():
                self.page.show_words(event)
            case LevelChanged():
                self._on_level(event)
            case LaneAdded(lane, label):
                self._labels[lane] = label
                self.page.add_lane(lane, label)
                self.line.add_lane(lane, label, self.clock())
            case BehindChanged():
                self.line.set_behind(event.lane, event.seconds)
            case StateChanged(state, ""):
                self.show_state(state)
            case ProblemRaised():
                self.show_problem(event.problem)
                self.line.set_trouble(event.problem, self.clock())
            case ProblemCleared():
                self.clear_problem(event.problem)
                self.line.set_trouble(event.problem, self.clock(), over=True)
            case Saved():
                self.show_saved(event.path, event.complete, event.sound)
            case Gap() | Seam() | Mark() | Insight():
                self.page.show_note(event, self.titles)

    def show_state(self, state: SessionState) -> None:
        """Show where the session as a whole stands."""
        now = self.clock()
        running = state in RUNNING
        self._watch.run(running)
        self.line.set_state(state, now)
        self.bar.show_state(state)
        self.page.show_running(running)
        self.status.show_running(running)
        self.library.card.show_busy(running)
        self.library.session.along.bar.show_busy(running)
        if running:
            self._timer.start()
        else:
            self._timer.stop()
            for card in self.bar.cards.values():
                card.show_level(-120.0)
        self._on_tick()

    def show_problem(self, problem: Problem) -> None:
        """Show trouble, its remedy and at most one button."""
        self.problem_bar.show_problem(problem)

    def clear_problem(self, problem: Problem | None = None) -> None:
        """Take one problem away, or all."""
        self.problem_bar.clear_problem(problem)

    def show_saved(self, path: Path, complete: bool, sound: bool = False) -> None:
        """Say where the transcript is."""
        self.status.show_saved(path, complete, sound)
        self.setWindowTitle(f"{plain(path.stem, 80)} - Overtitle")

    def show_unsaved(self) -> None:
        """Nothing was said, or it was not to be kept, so nothing is saved."""
        self.status.show_unsaved()
        self.setWindowTitle("Overtitle")

    # ---- what the person does

    @property
    def elapsed(self) -> float:
        """Seconds since the session began, or the length of the last one."""
        return self._watch.elapsed

    @property
    def titles(self) -> dict[str, str]:
        """What the providers are called, by id."""
        return {each.id: localise(each.title) for each in self._providers}

    @property
    def keeping(self) -> bool:
        """Whether the next session is to be saved."""
        return self.status.keeping

    @property
    def start_request(self) -> StartRequest:
        """What would be captioned if the button were pressed now."""
        return given.start_request(self._settings)

    def show_captions_page(self) -> None:
        """Turn to the transcript of the session."""
        self.pages.setCurrentWidget(self.page)
        self.rail.show_page(library=False)

    def show_library_page(self) -> None:
        """Turn to the saved sessions."""
        self.pages.setCurrentWidget(self.library)
        self.rail.show_page(library=True)
        self.library_requested.emit()

    def open_settings(self, place: str = "") -> None:
        """Open the settings, on the page of a group or at one setting (`group.name`) when one is named."""
        dialog = self.settings.open(self._settings, self._palette, self._devices, self._providers)
        if "." in place:
            dialog.show_setting(place)
        elif place:
            dialog.show_group(place)
        self.settings_opened.emit(dialog)

    def copy_all(self) -> None:
        """Copy the whole transcript as plain text."""
        QGuiApplication.clipboard().setText(self.page.view.latest(float("-inf")))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing the window ends the program; the last words are still saved."""
        self.quit_requested.emit()
        super().closeEvent(event)

    def _on_start(self) -> None:
        request = self.start_request
        if request.lanes:
            self.start_requested.emit(request)
        else:
            self.show_nothing_chosen()

    def show_nothing_chosen(self) -> None:
        """Say that there is nothing to be captioned."""
        self.status.show_sentence(self.tr("Nothing to caption: choose a microphone or the system sound."), "warn")

    def _on_mark(self) -> None:
        if self.line.state in RUNNING:
            self.mark_requested.emit("")

    def _on_mute(self, lane: str, muted: bool) -> None:
        self.line.set_muted(lane, muted, self.clock())
        self.mute_toggled.emit(lane, muted)

    def _toggle_lane(self, place: int) -> None:
        lanes = list(self._labels or self.bar.cards)
        if place >= len(lanes):
            return
        lane = lanes[place]
        card = self.bar.cards.get(lane)
        if card is not None:
            card.mute.toggle()
        else:  # a lane from elsewhere has no card, but its key
            self._muted ^= {lane}
            self._on_mute(lane, lane in self._muted)

    def _change_overlay(self, **changes: bool) -> None:
        self._change(given.with_overlay(self._settings, **changes))
        if "visible" in changes:
            self.overlay_toggled.emit(changes["visible"])
        if "locked" in changes:
            self.overlay_lock_toggled.emit(changes["locked"])

    def _change(self, settings: Settings) -> None:
        self.show_settings(settings)
        self.settings_changed.emit(settings)

    def _on_find(self) -> None:
        if self.pages.currentWidget() is self.library:
            self.library.show_browse()
            self.library.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.page.open_find()

    def _open_miss(self) -> None:
        self.page.open_miss(self.elapsed)

    # ---- keeping in step

    def _on_tick(self) -> None:
        self.bar.show_elapsed(self.elapsed)
        self._refresh_status()

    def _refresh_status(self) -> None:
        sentence, tone = self.line.text(self.clock())
        troubled = tone == "good" and self.problem_bar.problem is not None
        self.status.show_sentence(sentence, "warn" if troubled else tone)
        if self.line.waits_for_last_words(self.clock()):
            self.bar.show_waiting()
        self.status.step.setVisible(bool(self.line.silent(self.clock())))
        elsewhere = [lane for lane in self._labels if lane not in self.bar.cards]  # remote calls show as “Them”
        for lane, card in self.bar.cards.items():
            lanes = elsewhere if lane == THEM and THEM not in self._labels else [lane]
            card.show_heard(self.line.heard(lanes, self.clock()))
        self.refreshed.emit()
        self.status.show_behind(self.line.behind)

    def _on_level(self, event: LevelChanged) -> None:
        card = self.bar.cards.get(event.lane)
        if card is None and THEM not in self._labels:  # a remote call is heard instead
            card = self.bar.them
        if card is not None:
            card.show_level(event.rms)
        self.line.hear(event, self.clock())

    def _refresh_devices(self) -> None:
        for lane, kind, chosen in given.sides(self._settings.audio):
            heard = [device for device in (*self._devices, given.remote_calls()) if device.kind is kind]
            self.bar.cards[lane].show_devices(heard, chosen)
        self.line.set_muted_by_system(given.muted_lanes(self._devices, self._settings.audio), self.clock())
        for lane, card in self.bar.cards.items():
            if lane in self._sources:
                card.picker.show_text(plain(self._sources[lane]))

    def _refresh_providers(self) -> None:
        chosen = self._settings.captions.provider
        self.bar.provider.show_providers(self._providers, chosen)
        entry = next((each for each in self._providers if each.id == chosen), None)
        if entry is not None:
            self.page.empty.show_privacy(localise(entry.privacy), not entry.needs_network)
        self.show_languages()
