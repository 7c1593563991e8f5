"""Every window of the program, each in the states a person meets, for tests and pictures that look at all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.core.audio import Device, SourceKind
from desktop.core.captions import CaptionEvent, Gap, Insight, InsightKind, Mark
from desktop.core.errors import AuthenticationFailed, DeviceNotFound, NoKeyring
from desktop.core.message import say
from desktop.core.provider import ProbeStep, Probing
from desktop.core.release import Release
from desktop.core.state import Problem, SessionState
from desktop.providers import discover
from desktop.session.events import BehindChanged, LevelChanged, ProblemRaised, Saved, StateChanged
from desktop.settings.credentials import Source
from desktop.settings.schema import Settings
from desktop.transcripts.hits import Found, Page, Place
from desktop.transcripts.sound import LaneSound
from desktop.transcripts.talk import talk_of
from desktop.transcripts.transcript import JournalHeader, Transcript, Voice
from desktop.ui.choices import setting_choices
from desktop.ui.credentials_form import CredentialsForm
from desktop.ui.dialogs import KeysDialog, MissDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.question_dialog import QuestionDialog
from desktop.ui.remote_dialog import RemoteDialog
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.style import prepare, sheet
from desktop.ui.theme import Palette
from desktop.ui.tour import Tour
from desktop.ui.values import AccountView, LaneView, LibraryEntry, OpenedSession, ProviderEntry, SessionDetails

DEVICES = (
    Device("mic-1", "Built-in microphone", SourceKind.MICROPHONE, default=True),
    Device("sys-1", "Built-in audio", SourceKind.SYSTEM, default=True),
)
TALK = (
    ("them", "So the delivery is planned for the second week of January, if the customs papers arrive in time."),
    ("you", "Could you send me the list of papers today? I would like to check it with our office in Lyon."),
    ("them", "Yes, of course. You will have it before five o’clock, and the office will be in copy."),
)
FOUND = (
    (InsightKind.ACTION_ITEM, "Send the list of papers before five o’clock"),
    (InsightKind.QUESTION, "Could you send me the list of papers today?"),
    (InsightKind.TOPIC, "Delivery in January"),
)
W = TypeVar("W", bound=QWidget)
GROUPS = ("audio", "captions", "overlay", "transcripts", "listener", "appearance", "shortcuts", "computer")


def settle() -> None:
    """Let sizes that depend on each other come to rest, and closed windows go: each would cost time at a restyle."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for _ in range(8):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def entries() -> list[ProviderEntry]:
    """The providers as the program lists them."""
    return [
        ProviderEntry(
            each.id,
            each.title,
            each.capabilities.needs_network,
            (),
            each.capabilities.privacy,
            account=bool(each.credential_fields or each.capabilities.options),
        )
        for each in discover().values()
    ]


def window(palette: Palette) -> MainWindow:
    """Before the first word."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    prepare(app, palette)
    made = MainWindow(palette, Settings(), clock=lambda: 100.0)
    made.show_devices(DEVICES)
    made.show_providers(entries())
    made.page.empty.show_folder(Path("/home/ana/Documents/Overtitle"))
    return made


def talking(palette: Palette) -> MainWindow:
    """In the middle of a call, with everything that can be beside the words."""
    made = window(palette)
    shown = [LaneView("you", made.bar.you.label.text()), LaneView("them", made.bar.them.label.text())]
    made.show_session(shown)
    made.on_event(StateChanged(SessionState.LIVE))
    for number, (lane, text) in enumerate(TALK):
        start = 12.0 * number
        made.on_event(CaptionEvent(lane, f"s{number}", 1, text, True, start, start + 8))
    late = "There is one more thing about the invoice from last month that we"
    made.on_event(CaptionEvent("them", "s9", 1, late, False, 50.0, 55.0, stable_chars=47))
    made.on_event(Gap("them", 40.0, 46.0, "no sound from the device"))
    made.on_event(Mark(24.0, "ask for the list of papers"))
    for kind, text in FOUND:
        made.on_event(Insight(kind, text, "them", start=24.0))
    made.on_event(LevelChanged("you", -30.0, voiced=False))
    made.on_event(LevelChanged("them", -18.0, voiced=True))
    made.on_event(BehindChanged("them", 0.4))
    made.on_event(StateChanged(SessionState.LIVE))  # what is heard shows at the next tick
    made.bar.show_elapsed(58.0)
    made.status.show_behind(0.4)
    made.on_event(Saved(Path("/home/ana/Documents/Overtitle/2026-11-21 14.03 Delivery.jsonl"), False))
    return made


def in_trouble(palette: Palette) -> MainWindow:
    """A lane is muted, a device is gone, a remote caller is heard, the way to find words is open, a version is out."""
    made = talking(palette)
    made.bar.you.mute.setChecked(True)
    gone = say("Audio", "No microphone is connected.")
    made.on_event(
        ProblemRaised(Problem(DeviceNotFound(gone, say("Audio", "Plug one in; it is found by itself.")), 1.0))
    )
    made.calls.show_callers(["192.0.2.17", "192.0.2.18", "192.0.2.19", "192.0.2.20"])
    made.updates.show_release(Release("0.2.0", "https://overtitle.example/0.2.0"), "0.1.0")
    made.page.open_find()
    return made


def library(palette: Palette) -> MainWindow:
    """Saved sessions, and the offer to bring one back."""
    made = window(palette)
    titles = ("Delivery call", "Interview with Ana", "Physics, lecture 4")
    listed = [
        LibraryEntry(str(at), title, datetime(2026, 11, 21 - at, 14, 3, tzinfo=UTC), 754.0 + at, ("You", "Them"))
        for at, title in enumerate(titles)
    ]
    made.show_library_page()
    made.library.show_library(listed)
    made.library.items.setCurrentRow(0)
    made.library.show_discarded("Physics, lecture 3", "9")
    return made


def listening(palette: Palette) -> MainWindow:
    """A saved session is listened to, and the person has scrolled away from the line that is heard."""
    made = library(palette)
    voices = (Voice("you", "", "You"), Voice("them", "", "Them"))
    header = JournalHeader(
        datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Delivery call", (("you", "You"), ("them", "Them"))
    )
    said = [(lane, text, 12.0 * at) for at, (lane, text) in enumerate(TALK * 5)]
    lines = tuple(
        CaptionEvent(lane, f"1-{start}", 0, text, True, start, start + 9, speaker="") for lane, text, start in said
    )
    told = Transcript(header, lines, True, 0, 190.0, voices=voices)
    sound = (LaneSound("you", Path("a.you.flac"), 1), LaneSound("them", Path("a.them.flac"), 1))
    made.library.show_details(SessionDetails("0", voices, talk_of(told), kept=False, sound=68_300_000))
    made.library.show_session(OpenedSession("0", told, told, sound=sound), 12.0)
    made.library.session.along.show_place(15.0)
    made.library.session.along.bar.follow.show()
    made.library.session.along.bar.show_busy(True)
    return made


def found(palette: Palette) -> MainWindow:
    """Where the words of a search are."""
    made = library(palette)
    made.library.field.setText("papers")
    places = tuple(Place("Them", 12.0 * at, text, ()) for at, (_, text) in enumerate(TALK))
    started = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
    hit = Found(
        "0", Path("/home/ana/Documents/Overtitle/delivery.jsonl"), "Delivery call", started, places, len(places)
    )
    made.library.show_found("papers", 0, Page((hit,), 0))
    return made


def session(palette: Palette) -> MainWindow:
    """A saved session, open: said, corrected, with a note, and lines chosen."""
    made = library(palette)
    lanes = (("you", made.bar.you.label.text()), ("them", made.bar.them.label.text()))
    header = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Delivery call", lanes, id="0")
    said = [
        CaptionEvent(lane, str(at), 1, text, True, 12.0 * at, 12.0 * at + 8) for at, (lane, text) in enumerate(TALK)
    ]
    voices = tuple(Voice(lane, "", label) for lane, label in lanes)
    corrected = replace(said[1], text="Could you send me the list today?")
    notes = (Gap("them", 8.0, 11.0, "connection lost"), Mark(23.0, "ask for the list of papers"))
    heard = Transcript(header, (said[0], notes[0], said[1], notes[1], said[2]), True, 0, 60.0, voices=voices)
    now = replace(heard, entries=(said[0], notes[0], corrected, notes[1], said[2]))
    made.library.show_session(OpenedSession("0", now, heard), 12.0)
    made.library.session.view.selectAll()
    made.library.session.put([(4, "Yes, before five.")])
    return made


def trash(palette: Palette) -> MainWindow:
    """What was deleted, one of it chosen."""
    made = library(palette)
    made.library.trash_button.setChecked(True)
    gone = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    made.library.show_trash(
        [LibraryEntry(str(at), f"Old call {at}", gone, 60.0, ("You",), key=f"k-{at}") for at in (1, 2)]
    )
    made.library.items.setCurrentRow(1)
    return made


def tour(palette: Palette) -> MainWindow:
    """The first minute, at the tour's longest sentence."""
    made = talking(palette)
    made.resize(1024, 568)
    shown = Tour(made, palette)
    shown.begin()
    shown.forward.click()
    return made


def settings(palette: Palette, group: str) -> SettingsDialog:
    """One page of the settings."""
    made = SettingsDialog(Settings(), palette, setting_choices(DEVICES, entries()))
    made.show_providers(entries())
    made.show_group(group)
    return _dressed(made, palette)


def account(palette: Palette, provider: str) -> CredentialsForm:
    """The account form of a provider: something is saved, a step has failed, and there is no keyring."""
    one = discover()[provider]
    can = one.capabilities
    made = CredentialsForm(
        AccountView(one.id, one.title, can.privacy, one.credential_fields, can.options, {}, isinstance(one, Probing)),
        palette,
    )
    made.show_known({each.key: Source.RUN for each in one.credential_fields}, {}, None)
    made.show_step(ProbeStep(say("Probe", "Name resolution")))
    refused = AuthenticationFailed(say("Test", "The key was refused."))
    made.show_step(ProbeStep(say("Probe", "Account details"), refused))
    hint = say("Credentials", "Use them for this run.")
    made.show_problem(NoKeyring(say("Credentials", "There is no keyring."), hint))
    return _dressed(made, palette)


def remote(palette: Palette) -> RemoteDialog:
    """Remote calls are waited for."""
    made = RemoteDialog()
    made.show_addresses({name: f"ws://127.0.0.1:8765/{name}" for name in ("pipecat", "voximplant", "twilio", "raw")})
    made.show_token("0123456789abcdef" * 4, kept=False)
    made.add_event("192.0.2.17 connected")
    return _dressed(made, palette)


def keys(palette: Palette) -> KeysDialog:
    """Every key."""
    return _dressed(KeysDialog(), palette)


def missed(palette: Palette) -> MissDialog:
    """The last two minutes."""
    made = MissDialog()
    made.text.setPlainText("\n\n".join(text for _, text in TALK))
    return _dressed(made, palette)


def question(palette: Palette) -> QuestionDialog:
    """A provider asks for something."""
    asked = QCoreApplication.translate("Amazon", "Enter the code that your MFA device shows.")
    return _dressed(QuestionDialog(asked), palette)


def surfaces() -> dict[str, Callable[[Palette], QWidget]]:
    """Every window by name; each is made in the colours it is given and the language that is installed."""
    made: dict[str, Callable[[Palette], QWidget]] = {
        "window": window,
        "talking": talking,
        "trouble": in_trouble,
        "library": library,
        "session": session,
        "trash": trash,
        "tour": tour,
        "listening": listening,
        "remote": remote,
        "keys": keys,
        "missed": missed,
        "question": question,
    }
    for group in GROUPS:
        made[f"settings-{group}"] = partial(settings, group=group)
    for entry in entries():
        if entry.account:
            made[f"account-{entry.id}"] = partial(account, provider=entry.id)
    return made


def _dressed(dialog: W, palette: Palette) -> W:
    """In the colours it inherits from the window in the program."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    prepare(app, palette)
    dialog.setStyleSheet(sheet(palette))
    return dialog
