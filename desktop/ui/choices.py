"""What can be chosen, as the pickers and the settings dialog list it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs
from PySide6.QtCore import QCoreApplication

from desktop.core.audio import Device, SourceKind
from desktop.core.languages import LANGUAGES
from desktop.settings.schema import AudioSettings, Settings
from desktop.ui.lane_card import OFF
from desktop.ui.pick_button import Choice
from desktop.ui.text import localise
from desktop.ui.values import REMOTE, THEM, YOU, LaneRequest, ProviderEntry, StartRequest


def setting_choices(devices: Sequence[Device], providers: Sequence[ProviderEntry]) -> Mapping[str, Sequence[Choice]]:
    """Named values of settings by `group.name`."""
    default = Choice("", QCoreApplication.translate("Choices", "System default"))
    microphones = [Choice(each.id, each.name) for each in devices if each.kind is SourceKind.MICROPHONE]
    systems = [Choice(each.id, each.name) for each in devices if each.kind is SourceKind.SYSTEM]
    return {
        "audio.microphone": [default, *microphones],
        "audio.system": [default, *systems, Choice(REMOTE, remote_calls().name)],
        "captions.language": [Choice(tag, localise(name)) for tag, name in LANGUAGES.items()],
        "captions.provider": [Choice(each.id, named(each), note=localise(each.privacy)) for each in providers],
    }


def sides(audio: AudioSettings) -> Sequence[tuple[str, SourceKind, str]]:
    """Each side of a call, what kind of device it hears, and the chosen one: an id, empty for the default, or `OFF`."""
    return (
        (YOU, SourceKind.MICROPHONE, audio.microphone if audio.use_microphone else OFF),
        (THEM, SourceKind.SYSTEM, audio.system if audio.use_system else OFF),
    )


def muted_lanes(devices: Sequence[Device], audio: AudioSettings) -> list[str]:
    """The sides whose device the system has muted."""
    return [
        lane
        for lane, kind, chosen in sides(audio)
        for device in devices
        if device.kind is kind and device.muted and (device.id == chosen or (device.default and not chosen))
    ]


def named(entry: ProviderEntry) -> str:
    """The name of a provider, and whether it hears what is said."""
    if entry.needs_network:
        return QCoreApplication.translate("Choices", "{provider} · sends sound").format(provider=localise(entry.title))
    return QCoreApplication.translate("Choices", "{provider} · private").format(provider=localise(entry.title))


def remote_calls() -> Device:
    """Remote calls, as the list of what can be heard shows them."""
    return Device(REMOTE, QCoreApplication.translate("Choices", "Remote calls"), SourceKind.SYSTEM)


def start_request(settings: Settings) -> StartRequest:
    """What these settings ask to be captioned."""
    audio, captions = settings.audio, settings.captions
    lanes = []
    if audio.use_microphone:
        lanes.append(LaneRequest(YOU, QCoreApplication.translate("Choices", "You"), audio.microphone))
    if audio.use_system:
        lanes.append(LaneRequest(THEM, QCoreApplication.translate("Choices", "Them"), audio.system))
    return StartRequest(tuple(lanes), captions.language, captions.provider)


def only_calls(request: StartRequest) -> StartRequest:
    """The same by the same service, of a call and of nothing that this computer hears."""
    lane = LaneRequest(THEM, QCoreApplication.translate("Choices", "Remote calls"), REMOTE)
    return StartRequest((lane,), request.language, request.provider)


def with_device(settings: Settings, lane: str, device: str) -> Settings:
    """The settings with another device for this side: an id, empty for the default, or `OFF`."""
    use, name = ("use_microphone", "microphone") if lane == YOU else ("use_system", "system")
    changes: dict[str, object] = {use: False} if device == OFF else {use: True, name: device}
    return structs.replace(settings, audio=structs.replace(settings.audio, **changes))


def with_captions(settings: Settings, **changes: str) -> Settings:
    """The settings with another language or provider."""
    return structs.replace(settings, captions=structs.replace(settings.captions, **changes))


def with_options(settings: Settings, provider: str, options: Mapping[str, str]) -> Settings:
    """The settings with other options for this provider; no options at all leave no trace."""
    every = {**settings.captions.options, provider: dict(options)}
    kept = {key: each for key, each in every.items() if each}
    return structs.replace(settings, captions=structs.replace(settings.captions, options=kept))


def with_allowance(
    settings: Settings, provider: str, *, limit: int | None = None, price: float | None = None
) -> Settings:
    """The settings with another limit (minutes) or price (US dollars a minute) for a provider; 0 leaves no trace."""
    captions = settings.captions
    limits = captions.limits if limit is None else {**captions.limits, provider: limit}
    prices = captions.prices if price is None else {**captions.prices, provider: price}
    changed = structs.replace(
        captions,
        limits={key: each for key, each in limits.items() if each},
        prices={key: each for key, each in prices.items() if each},
    )
    return structs.replace(settings, captions=changed)


def with_overlay(settings: Settings, **changes: bool) -> Settings:
    """The settings with the caption bar shown, hidden, locked or unlocked."""
    return structs.replace(settings, overlay=structs.replace(settings.overlay, **changes))
