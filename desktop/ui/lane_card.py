"""One side of the conversation: whose it is, which device is heard, and how loud it is right now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.core.audio import Device
from desktop.ui.hearing import Heard
from desktop.ui.icons import icon
from desktop.ui.pick_button import Choice, PickButton
from desktop.ui.style import px
from desktop.ui.text import plain
from desktop.ui.theme import Palette, mixed
from desktop.ui.values import REMOTE

_FLOOR_DB = -60.0
"""Quieter than this shows as nothing."""
OFF = "off"
"""The choice not to caption this side; no device has this id."""


class LevelMeter(QWidget):
    """A bar that follows the loudness; paints only when a pixel changes."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._colour = QColor()
        self._track = QColor()
        self.setFixedHeight(5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def apply_palette(self, palette: Palette, colour: str) -> None:
        """Take the lane's colour."""
        self._colour = QColor(colour)
        self._track = QColor(mixed(palette.text, palette.card, 0.12))
        self.update()

    @property
    def share(self) -> float:
        """How much of the bar is filled, 0 to 1."""
        return self._share

    def show_level(self, rms: float) -> None:
        """Show `rms`, in dB relative to full scale."""
        share = min(max(1.0 - rms / _FLOOR_DB, 0.0), 1.0)
        if round(share * self.width()) != round(self._share * self.width()):
            self.update()
        self._share = share

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the track and the bar."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(self._track)
        painter.drawRoundedRect(whole, 2.5, 2.5)
        if self._share > 0:
            painter.setBrush(self._colour)
            painter.drawRoundedRect(QRectF(0, 0, max(whole.width() * self._share, 5.0), whole.height()), 2.5, 2.5)


@dataclass(frozen=True, slots=True)
class LaneWords:
    """The sentences of one card, in the language of the window."""

    label: str
    device: str
    """What the device is: microphone, system sound."""
    off: str
    """The choice not to caption this side."""
    heard: str
    """A voice is heard."""
    icons: tuple[str, str]
    """Heard, muted."""


class LaneCard(QFrame):
    """Label, device picker, mute button and level meter of one lane."""

    device_picked = Signal(str)
    """A device id, empty for the default, `OFF` for not captioning this side."""
    mute_toggled = Signal(bool)

    def __init__(self, words: LaneWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._palette: Palette | None = None
        self._colour = ""
        self._devices: Sequence[Device] | None = None
        self._chosen = ""
        self._running = False
        self._changeable = False
        """A device of this side is heard by what runs."""
        self.setObjectName("card")
        self.label = QLabel(plain(words.label))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.picker = PickButton(self.tr("Device for {label}").format(label=words.label))
        self.mute = QToolButton()
        self.mute.setCheckable(True)
        self.mute.setIconSize(QSize(18, 18))
        self.mute.setFixedSize(26, 28)
        self.meter = LevelMeter(self.tr("Loudness of {label}").format(label=words.label))
        self.heard = QLabel()
        self.heard.setObjectName("heard")
        self.heard.setTextFormat(Qt.TextFormat.PlainText)
        self._heard = Heard.NONE
        self._arrange()
        self.picker.picked.connect(self.device_picked)
        self.mute.toggled.connect(self._on_muted)
        self._name_mute()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.label)
        top.addWidget(self.picker, 1)
        top.addWidget(self.mute)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 2, 8, 4)
        layout.setSpacing(0)
        layout.addLayout(top)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.meter, 1)
        below.addWidget(self.heard)
        layout.addLayout(below)
        font = self.heard.font()
        font.setPixelSize(px(12))
        self.heard.setFont(font)
        # As wide as its longest word, so that the meter never moves
        wide = max(self.heard.fontMetrics().horizontalAdvance(each) for each in self._heard_words().values()) + 4
        self.heard.setFixedWidth(wide)
        self.heard.hide()
        self.setMinimumWidth(max(180, wide + 60))
        self.setMaximumWidth(max(280, wide + 60))
        self.setFixedHeight(px(50))

    def apply_palette(self, palette: Palette, colour: str) -> None:
        """Take the lane's colour."""
        self._palette, self._colour = palette, colour
        self.label.setStyleSheet(f"color: {colour}; font-weight: 700;")
        self.picker.apply_palette(palette)
        self.meter.apply_palette(palette, colour)
        self._tint()

    def show_devices(self, devices: Sequence[Device], chosen: str) -> None:
        """List the devices of this side; `chosen` is a device id, empty for the default, or `OFF`."""
        self._devices, self._chosen = devices, chosen
        self._list(devices, chosen)

    def show_running(self, running: bool) -> None:
        """While captions run another device can be picked where one is heard; all else waits for the next start."""
        if running is self._running:
            return
        if running:
            self._changeable = self._chosen not in (OFF, REMOTE)
        self._running = running
        self.picker.setEnabled(not running or self._changeable)
        if self._devices is not None:
            self._list(self._devices, self._chosen)

    def _list(self, devices: Sequence[Device], chosen: str) -> None:
        later = self.tr("Stop the captions first.") if self._running else ""
        default = next((device for device in devices if device.default), None)
        name = self.tr("System default") if default is None else f"{default.name} ({self.tr('default')})"
        choices = [Choice("", name)]
        for each in devices:
            if each.id == REMOTE and later:
                choices.append(Choice(each.id, each.name, False, later))
            elif not each.default:
                choices.append(Choice(each.id, each.name, each.available, each.reason))
        choices.append(Choice(OFF, self._words.off, not later, later))
        self.picker.show_choices(choices, chosen)
        self.picker.show_text(self._shown(devices, default, chosen))

    def _shown(self, devices: Sequence[Device], default: Device | None, chosen: str) -> str:
        if chosen == OFF:
            return self.tr("off")
        if chosen != REMOTE and all(device.id == REMOTE for device in devices):
            return self.tr("none connected")
        found = next((device for device in devices if device.id == chosen), default if not chosen else None)
        if found is not None:
            return found.name
        return self.tr("not connected") if chosen else self._words.device

    def show_level(self, rms: float) -> None:
        """Show how loud it is, in dB relative to full scale."""
        self.meter.show_level(_FLOOR_DB if self.mute.isChecked() else rms)

    def show_heard(self, heard: Heard) -> None:
        """Say what is heard, beside the meter."""
        if heard is self._heard:
            return
        self._heard = heard
        word = self._heard_words().get(heard, "")
        self.heard.setText(word)
        self.heard.setAccessibleName(f"{self._words.label}: {word}" if word else "")
        self.heard.setVisible(bool(word))
        self._tint()

    def _heard_words(self) -> dict[Heard, str]:
        return {
            Heard.NOTHING: self.tr("No sound"),
            Heard.PAUSED: self.tr("Paused"),
            Heard.MUTED: self.tr("Muted"),
            Heard.QUIET: self.tr("Quiet"),
            Heard.VOICE: self._words.heard,
        }

    def show_muted(self, muted: bool) -> None:
        """Show the lane as muted or heard, without telling anybody."""
        self.mute.blockSignals(True)
        self.mute.setChecked(muted)
        self.mute.blockSignals(False)
        self._name_mute()
        self._tint()

    def _on_muted(self, muted: bool) -> None:
        self._name_mute()
        self._tint()
        self.show_level(_FLOOR_DB)
        self.mute_toggled.emit(muted)

    def _name_mute(self) -> None:
        text = self.tr("Hear {label} again") if self.mute.isChecked() else self.tr("Mute {label}")
        self.mute.setAccessibleName(text.format(label=self._words.label))
        self.mute.setToolTip(text.format(label=self._words.label))

    def _tint(self) -> None:
        if self._palette is not None:
            heard, muted = self._words.icons
            name, colour = (muted, self._palette.danger) if self.mute.isChecked() else (heard, self._palette.dim)
            self.mute.setIcon(icon(name, colour, 18))
            loud = self._heard is Heard.VOICE
            colour = self._palette.text if loud else self._palette.dim
            self.heard.setStyleSheet(f"color: {colour}; font-size: {px(12)}px;")
