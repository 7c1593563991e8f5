"""What is known of one saved session beside the list: its names, who spoke how much, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.transcripts.change import keep_line, name_line, title_line
from desktop.transcripts.transcript import Voice
from desktop.ui.clock import clock_text
from desktop.ui.icons import icon
from desktop.ui.keyboard import order_tabs
from desktop.ui.talk_picture import TalkPicture, talk_in_words
from desktop.ui.text import plain, tip
from desktop.ui.theme import GRID, Palette
from desktop.ui.values import LibraryEntry, SessionDetails, lane_places

FORMATS = ("txt", "md", "docx", "pdf", "srt", "vtt", "json", "jsonl")
_LONGEST = 200
_MOST_NAMES = 50
"""Names that can be changed here, those of the sides before those of speakers: a service may make one up for each line,
and thousands of fields would hold the window up for minutes."""


def about(entry: LibraryEntry, locale: QLocale) -> str:
    """Date, length and lanes in one line."""
    when = QDateTime.fromSecsSinceEpoch(int(entry.started.timestamp()))
    date = locale.toString(when, QLocale.FormatType.ShortFormat)
    return " · ".join([date, clock_text(entry.duration), ", ".join(plain(lane, 40) for lane in entry.lanes)])


def format_menu(parent: QWidget, chosen: Signal | object) -> QMenu:
    """Every format; `chosen` is called with its name."""
    menu = QMenu(parent)
    for name in FORMATS:
        action = QAction(name, menu)
        action.triggered.connect(lambda _checked=False, name=name: chosen(name))  # type: ignore[operator]  # a callable
        menu.addAction(action)
    return menu


class NameField(QLineEdit):
    """A name that is taken when Enter is pressed or the field is left, and only when it is another one."""

    renamed = Signal(str)

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before = ""
        self.setMaxLength(_LONGEST)
        self.setAccessibleName(label)
        self.setToolTip(tip(label))
        self.editingFinished.connect(self._on_finished)

    def show_name(self, name: str) -> None:
        """Show the name that holds."""
        self._before = plain(name, _LONGEST)
        self.setText(self._before)
        self.setCursorPosition(0)

    def _on_finished(self) -> None:
        name = self.text().strip()
        if name != self._before:
            self._before = name
            self.renamed.emit(name)


class SessionCard(QScrollArea):
    """One session, or one in the trash."""

    changed = Signal(str, object)
    """Id, and the lines to be added to its journal."""
    open_pressed = Signal(str)
    continue_pressed = Signal(str)
    export_pressed = Signal(str, str)
    """Id and format."""
    discard_pressed = Signal(str)
    restore_pressed = Signal(str)
    """Its key in the trash."""
    erase_pressed = Signal(str)
    """The same."""
    sound_pressed = Signal(str)
    """Its sound is to be deleted, and the words kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry: LibraryEntry | None = None
        self._palette: Palette | None = None
        self._details: SessionDetails | None = None
        self._fields: list[NameField] = []
        self._busy = False
        self._last: QWidget = self
        self.title = NameField(self.tr("Title"))
        self.about = _label(dim=True)
        self.broken = _label()
        self.broken.setText(
            self.tr("It was cut off, as in a crash. Every sentence until then is here, and you can go on with it.")
        )
        self.picture = TalkPicture()
        self.words = _label(dim=True)
        self.keep = QCheckBox(self.tr("Keep, however old"))
        self.sound = _label(dim=True)
        self.sound_button = QPushButton(self.tr("Delete the sound…"))
        self.sound_button.setToolTip(self.tr("The words stay."))
        self._voices = QGridLayout()
        self._voices_heading = _label(self.tr("Names"), heading=True)
        self.open_button = QPushButton(self.tr("Open"))
        self.continue_button = QPushButton(self.tr("Continue"))
        self.continue_button.setToolTip(self.tr("Captions go on in this transcript, after its last word."))
        self.export_button = QPushButton(self.tr("Export"))
        self.delete_button = QPushButton(self.tr("Delete"))
        self.restore_button = QPushButton(self.tr("Put back"))
        self.erase_button = QPushButton(self.tr("Delete for good"))
        self.formats = format_menu(self, self._on_export)
        self._arrange()
        self._connect()
        self.show_entry(None)

    def _arrange(self) -> None:
        inner = self._inner = QWidget()
        inner.setObjectName("page")
        body = QVBoxLayout(inner)
        body.setContentsMargins(2 * GRID, 4, GRID, 4)
        body.setSpacing(GRID)
        self._buttons = QGridLayout()
        self._buttons.setSpacing(GRID)
        self._voices.setHorizontalSpacing(GRID)
        self._voices.setVerticalSpacing(4)
        for part in (self.title, self.about, self.broken):
            body.addWidget(part)
        body.addLayout(self._buttons)
        body.addSpacing(4)
        below: list[QWidget] = [self.picture, self.words, self._voices_heading]
        for widget in below:
            body.addWidget(widget)
        body.addLayout(self._voices)
        body.addWidget(self.keep)
        body.addWidget(self.sound)
        body.addWidget(self.sound_button, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)

    def _connect(self) -> None:
        self.title.renamed.connect(lambda name: self._change(title_line(name)))
        self.keep.clicked.connect(lambda on: self._change(keep_line(on)))
        pairs = {
            self.open_button: self.open_pressed,
            self.continue_button: self.continue_pressed,
            self.delete_button: self.discard_pressed,
        }
        for button, signal in pairs.items():
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(self._id))
        self.sound_button.clicked.connect(lambda: self.sound_pressed.emit(self._id))
        self.export_button.clicked.connect(self._open_formats)
        self.restore_button.clicked.connect(lambda: self.restore_pressed.emit(self._key))
        self.erase_button.clicked.connect(lambda: self.erase_pressed.emit(self._key))

    @property
    def buttons(self) -> Sequence[QPushButton]:
        """What can be pressed, in the order of Tab."""
        first = [self.open_button, self.continue_button]
        return [*first, self.export_button, self.delete_button, self.restore_button, self.erase_button]

    @property
    def _id(self) -> str:
        return self.entry.id if self.entry else ""

    @property
    def _key(self) -> str:
        return self.entry.key if self.entry else ""

    def apply_palette(self, palette: Palette) -> None:
        """Tint icons and picture."""
        self._palette = palette
        self.picture.apply_palette(palette)
        pairs = {
            "captions": self.open_button,
            "start": self.continue_button,
            "export": self.export_button,
            "trash": self.delete_button,
            "undo": self.restore_button,
        }
        for name, button in pairs.items():
            button.setIcon(icon(name, palette.text, 18, palette.dim))
            button.setIconSize(QSize(18, 18))
        self.erase_button.setIcon(icon("trash", palette.danger, 18, palette.dim))
        self._show_voices()

    def show_entry(self, entry: LibraryEntry | None) -> None:
        """Show another session, or none; what takes reading comes with `show_details`."""
        self.entry = entry
        self._details = None
        self._inner.setVisible(entry is not None)
        discarded = bool(entry and entry.key)
        broken = entry is not None and entry.broken
        self.broken.setVisible(broken)
        self._place_buttons(discarded=discarded, broken=broken)
        self.title.setReadOnly(discarded)
        self._free()
        self.title.show_name(entry.title if entry else "")
        self.about.setText(about(entry, self.locale()) if entry else "")
        for part in (self.picture, self.words, self._voices_heading, self.keep, self.sound, self.sound_button):
            part.hide()
        self._show_voices()

    def show_busy(self, busy: bool) -> None:
        """While captions run, no other session can go on."""
        self._busy = busy
        self._free()

    def _free(self) -> None:
        running = self.entry is not None and self.entry.running
        self.continue_button.setEnabled(not running and not self._busy)
        self.delete_button.setEnabled(not running)

    def show_details(self, details: SessionDetails) -> None:
        """Show what was read from the journal; late news about another session is dropped."""
        if self.entry is None or details.id != self.entry.id or self.entry.key:
            return
        self._details = details
        self.picture.show_talk(details.talk)
        self.words.setText("\n".join(talk_in_words(details.talk)))
        self.keep.setChecked(details.kept)
        for part in (self.picture, self.words, self._voices_heading, self.keep):
            part.show()
        self._show_sound(details.sound)
        self._show_voices()

    def _show_sound(self, size: int) -> None:
        """Say how much sound was kept; nothing where none was."""
        self.sound.setText(
            self.tr("Sound kept: {size}").format(
                size=self.locale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
            )
        )
        for part in (self.sound, self.sound_button):
            part.setVisible(size > 0)
        running = self.entry is not None and self.entry.running
        self.sound_button.setEnabled(not running)

    def _place_buttons(self, *, discarded: bool, broken: bool) -> None:
        for button in self.buttons:
            self._buttons.removeWidget(button)
            button.hide()
        shown = [self.restore_button, self.erase_button] if discarded else list(self.buttons[:4])
        if broken:  # what was cut off is offered to go on first
            shown[:2] = [self.continue_button, self.open_button]
        for at, button in enumerate(shown):
            place = (
                (at, 0, 1, 2) if discarded else (at // 2, at % 2, 1, 1)
            )  # “Delete for good” is long in some languages
            self._buttons.addWidget(button, *place)
            button.show()
        self._last = shown[-1]
        order_tabs([self.title, *shown, self.keep, self.sound_button])

    def _show_voices(self) -> None:
        for field in self._fields:
            field.deleteLater()
        self._fields.clear()
        while self._voices.count():
            left = self._voices.takeAt(0)
            widget = left.widget() if left is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if self._details is None or self._palette is None:
            return
        voices = sorted(self._details.voices, key=lambda voice: bool(voice.speaker))[:_MOST_NAMES]
        voices.sort(key=self._details.voices.index)
        places = lane_places(voice.lane for voice in voices)
        for at, voice in enumerate(voices):
            self._voices.addWidget(self._chip(voice, self._palette.lane(places[voice.lane])), at, 0)
            self._voices.addWidget(self._name_field(voice), at, 1)
        order_tabs([self._last, *self._fields, self.keep, self.sound_button])

    def _chip(self, voice: Voice, colour: str) -> QWidget:
        chip = QFrame()
        chip.setFixedSize(6 if voice.speaker else 10, 22)
        chip.setStyleSheet(f"background: {colour}; border-radius: 3px;")
        return chip

    def _name_field(self, voice: Voice) -> NameField:
        who = plain(voice.speaker or voice.lane, 40)
        label = self.tr("Name of the speaker {who}") if voice.speaker else self.tr("Name of the side {who}")
        field = NameField(label.format(who=who))
        field.show_name(voice.name)
        field.renamed.connect(lambda name: self._change(name_line(voice.lane, voice.speaker, name)))
        self._fields.append(field)
        return field

    def _change(self, line: object) -> None:
        if self.entry is not None and not self.entry.key:
            self.changed.emit(self.entry.id, [line])

    def _open_formats(self) -> None:
        self.formats.popup(self.export_button.mapToGlobal(QPoint(0, self.export_button.height())))

    def _on_export(self, name: str) -> None:
        self.export_pressed.emit(self._id, name)


def _label(text: str = "", *, dim: bool = False, heading: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if dim:
        label.setProperty("dim", True)
    if heading:
        label.setProperty("heading", True)
    return label
