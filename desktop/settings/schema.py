"""Every setting, with its default, its limits and its words; dialog and reference page are generated from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, Struct, field

from desktop.core.languages import DEFAULT_LANGUAGE
from desktop.core.message import Message, say

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads about a setting; stands in its annotation beside the limits that msgspec checks."""

    label: Message
    help: Message


Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]


class AudioSettings(Struct, frozen=True, kw_only=True):
    """What is listened to."""

    microphone: Annotated[
        str,
        Words(say("Settings", "Microphone"), say("Settings", "Captioned as “You”. Empty for the system's default.")),
    ] = ""
    system: Annotated[
        str,
        Words(say("Settings", "System sound"), say("Settings", "Captioned as “Them”. Empty for the system's default.")),
    ] = ""
    use_microphone: Annotated[
        bool,
        Words(say("Settings", "Caption my voice"), say("Settings", "The microphone opens only while captions run.")),
    ] = True
    use_system: Annotated[
        bool,
        Words(
            say("Settings", "Caption what I hear"),
            say("Settings", "Calls, videos and everything else this computer plays."),
        ),
    ] = True


class CaptionSettings(Struct, frozen=True, kw_only=True):
    """How speech becomes text."""

    language: Annotated[
        str,
        Words(say("Settings", "Spoken language"), say("Settings", "The language that is spoken.")),
    ] = DEFAULT_LANGUAGE
    provider: Annotated[
        str,
        Words(
            say("Settings", "Captions by"),
            say("Settings", "On this computer, or by a service that you have an account with."),
        ),
    ] = "on-device"
    fallback: Annotated[
        bool,
        Words(
            say("Settings", "Go on when the service is away"),
            say("Settings", "Captions are made on this computer meanwhile, if it knows the language."),
        ),
    ] = True
    patience: Annotated[
        int,
        Meta(ge=1, le=60),
        Words(
            say("Settings", "Patience with the service"),
            say("Settings", "Seconds that a service may be away before this computer takes over."),
        ),
    ] = 3
    limits: Annotated[
        dict[str, Annotated[int, Meta(ge=0)]],
        Words(say("Settings", "Minutes a month"), say("Settings", "For each provider; 0 for no limit.")),
    ] = field(default_factory=dict)
    options: Annotated[
        dict[str, dict[str, str]],
        Words(say("Settings", "Provider options"), say("Settings", "For each provider its own options, as text.")),
    ] = field(default_factory=dict)


class OverlaySettings(Struct, frozen=True, kw_only=True):
    """The caption bar."""

    visible: Annotated[
        bool,
        Words(say("Settings", "Show the caption bar"), say("Settings", "While captions run.")),
    ] = True
    lines: Annotated[
        int,
        Meta(ge=1, le=6),
        Words(say("Settings", "Lines"), say("Settings", "How many lines of text it holds.")),
    ] = 2
    font: Annotated[
        str,
        Words(say("Settings", "Typeface"), say("Settings", "Empty for the one that comes with Overtitle.")),
    ] = ""
    size: Annotated[
        int,
        Meta(ge=18, le=96),
        Words(say("Settings", "Text size"), say("Settings", "In points.")),
    ] = 30
    text_colour: Annotated[
        Colour,
        Words(say("Settings", "Text colour"), say("Settings", "Of words that will not change.")),
    ] = "#ffffff"
    panel_colour: Annotated[
        Colour,
        Words(say("Settings", "Panel colour"), say("Settings", "Behind the text.")),
    ] = "#14161a"
    opacity: Annotated[
        int,
        Meta(ge=0, le=100),
        Words(say("Settings", "Panel opacity"), say("Settings", "In percent.")),
    ] = 88
    locked: Annotated[
        bool,
        Words(say("Settings", "Locked"), say("Settings", "Clicks go through the caption bar to what lies below.")),
    ] = False


class TranscriptSettings(Struct, frozen=True, kw_only=True):
    """What is kept."""

    folder: Annotated[
        str,
        Words(
            say("Settings", "Folder"), say("Settings", "Where transcripts are saved. Empty for Documents/Overtitle.")
        ),
    ] = ""
    formats: Annotated[
        tuple[str, ...],
        Words(say("Settings", "Also save as"), say("Settings", "Written beside the transcript when captions stop.")),
    ] = ("txt",)
    keep: Annotated[
        bool,
        Words(
            say("Settings", "Keep transcripts"),
            say("Settings", "Without it nothing is saved: what was said is gone when captions stop."),
        ),
    ] = True
    keep_days: Annotated[
        int,
        Meta(ge=0, le=3650),
        Words(
            say("Settings", "Delete after"),
            say("Settings", "Days after the last change, for good; 0 keeps everything. Sessions kept by hand stay."),
        ),
    ] = 0


class AppearanceSettings(Struct, frozen=True, kw_only=True):
    """How the program looks and speaks."""

    interface_language: Annotated[
        str,
        Meta(pattern="^(|en|fr|es)$"),
        Words(say("Settings", "Language of the window"), say("Settings", "Empty for the system's.")),
    ] = ""
    theme: Annotated[
        str,
        Meta(pattern="^(system|light|dark)$"),
        Words(say("Settings", "Colours"), say("Settings", "Follow the system, or always light or dark.")),
    ] = "system"
    reduce_motion: Annotated[
        bool,
        Words(say("Settings", "Reduce motion"), say("Settings", "Lines jump instead of sliding.")),
    ] = False


class Settings(Struct, frozen=True, kw_only=True):
    """Everything the user chose. Replaced as a whole, never changed in place."""

    schema_version: int = SCHEMA_VERSION
    audio: AudioSettings = field(default_factory=AudioSettings)
    captions: CaptionSettings = field(default_factory=CaptionSettings)
    overlay: OverlaySettings = field(default_factory=OverlaySettings)
    transcripts: TranscriptSettings = field(default_factory=TranscriptSettings)
    appearance: AppearanceSettings = field(default_factory=AppearanceSettings)
