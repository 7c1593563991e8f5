"""Every setting, with its default, its limits and its words; dialog and reference page are generated from here."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from desktop.core.languages import DEFAULT_LANGUAGE
from desktop.core.message import say
from desktop.settings.controls import ComputerSettings, ShortcutSettings
from desktop.settings.words import Words

SCHEMA_VERSION = 1


Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
OptionalColour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$|^$")]


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
    prices: Annotated[
        dict[str, Annotated[float, Meta(ge=0, le=1000)]],
        Words(
            say("Settings", "Price a minute"),
            say("Settings", "In US dollars, for each provider; 0 for that of the price list, where it is known."),
        ),
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
    preset: Annotated[
        str,
        Meta(pattern="^(bottom|top|corner|dock-bottom|dock-top|large)$"),
        Words(
            say("Settings", "Place"),
            say("Settings", "Where it stands until you move it. Docks keep their space free where the system allows."),
        ),
    ] = "bottom"
    lines: Annotated[
        int,
        Meta(ge=1, le=12),
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
    backing: Annotated[
        str,
        Meta(pattern="^(auto|outline|box)$"),
        Words(
            say("Settings", "Behind the letters"),
            say("Settings", "By itself: the panel, and an outline where the panel is too thin to read on."),
        ),
    ] = "auto"
    line_spacing: Annotated[
        int,
        Meta(ge=100, le=200),
        Words(say("Settings", "Line spacing"), say("Settings", "In percent of the typeface's own.")),
    ] = 100
    letter_spacing: Annotated[
        int,
        Meta(ge=0, le=30),
        Words(say("Settings", "Letter spacing"), say("Settings", "Added to each letter, in percent of the text size.")),
    ] = 0
    you_colour: Annotated[
        OptionalColour,
        Words(say("Settings", "Your colour"), say("Settings", "Of your name and bar. Empty to suit the panel.")),
    ] = ""
    them_colour: Annotated[
        OptionalColour,
        Words(say("Settings", "Their colour"), say("Settings", "Of their name and bar. Empty to suit the panel.")),
    ] = ""
    sides: Annotated[
        str,
        Meta(pattern="^(left|apart)$"),
        Words(say("Settings", "Sides"), say("Settings", "Where your own words stand.")),
    ] = "left"
    speakers: Annotated[
        bool,
        Words(
            say("Settings", "Names of speakers"),
            say("Settings", "Beside their words, where a provider tells speakers apart."),
        ),
    ] = True
    tail: Annotated[
        str,
        Meta(pattern="^(all|steady|none)$"),
        Words(
            say("Settings", "Uncertain words"),
            say("Settings", "They are dimmed until they are certain. Fewer of them is calmer, and a little later."),
        ),
    ] = "all"
    reading_speed: Annotated[
        int,
        Meta(ge=0, le=600),
        Words(
            say("Settings", "Reading speed"),
            say("Settings", "In words a minute. No line leaves before it could be read at this speed; 0 never waits."),
        ),
    ] = 240
    announce: Annotated[
        bool,
        Words(
            say("Settings", "Read captions out"),
            say("Settings", "Finished sentences are handed to your screen reader."),
        ),
    ] = False
    announce_pause: Annotated[
        int,
        Meta(ge=0, le=60),
        Words(
            say("Settings", "Pause between announcements"),
            say("Settings", "In seconds; what is said meanwhile is announced together."),
        ),
    ] = 3
    hide_from_sharing: Annotated[
        bool,
        Words(
            say("Settings", "Hide from screen sharing"),
            say("Settings", "On Windows and macOS. The caption bar's menu says whether it works."),
        ),
    ] = False
    locked: Annotated[
        bool,
        Words(
            say("Settings", "Locked"),
            say("Settings", "Clicks go through the caption bar to what lies below. Ctrl+L or the tray unlocks it."),
        ),
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
    keep_sound: Annotated[
        bool,
        Words(
            say("Settings", "Keep the sound"),
            say(
                "Settings",
                "What is heard is saved beside the transcript, from the next session on: 60 to 70 MB an hour for each"
                " side. Whoever can open your files can hear it. Ask before you record others; the law may want it.",
            ),
        ),
    ] = False
    remind: Annotated[
        bool,
        Words(
            say("Settings", "Remind me to tell the others"),
            say("Settings", "At the start of each session, with a sentence to read out or to send."),
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


class ListenerSettings(Struct, frozen=True, kw_only=True):
    """Calls that remote peers stream to this computer."""

    host: Annotated[
        str,
        Words(
            say("Settings", "Address"),
            say("Settings", "127.0.0.1 lets in nobody but this computer, and tunnels that end on it."),
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Meta(ge=0, le=65535),
        Words(say("Settings", "Port"), say("Settings", "0 for any that is free.")),
    ] = 8765
    clients: Annotated[
        str,
        Meta(pattern="^(refuse|replace|mix)$"),
        Words(
            say("Settings", "A second caller"),
            say("Settings", "Is refused, replaces the first one, or is captioned beside it."),
        ),
    ] = "refuse"
    stereo: Annotated[
        str,
        Meta(pattern="^(mix|split)$"),
        Words(say("Settings", "Two channels"), say("Settings", "Mixed into one side, or captioned as two.")),
    ] = "mix"
    gate: Annotated[
        str,
        Meta(pattern="^(off|energy|webrtc|silero)$"),
        Words(say("Settings", "Voice gate"), say("Settings", "What holds no voice is captioned as silence.")),
    ] = "off"
    idle_minutes: Annotated[
        int,
        Meta(ge=1, le=1440),
        Words(say("Settings", "Minutes without sound"), say("Settings", "Then a caller is sent away.")),
    ] = 5
    longest_hours: Annotated[
        int,
        Meta(ge=1, le=168),
        Words(say("Settings", "Hours of one call"), say("Settings", "Then it is ended, whatever it sends.")),
    ] = 12
    certificate: Annotated[
        str,
        Words(say("Settings", "Certificate"), say("Settings", "A PEM file, for calls over a network. Empty for none.")),
    ] = ""
    key: Annotated[
        str,
        Words(say("Settings", "Private key"), say("Settings", "A PEM file. Empty when the certificate's file has it.")),
    ] = ""
    insecure: Annotated[
        bool,
        Words(
            say("Settings", "Allow calls that are not encrypted"),
            say("Settings", "Anybody on the way could listen in. Not needed on 127.0.0.1."),
        ),
    ] = False
    hosts: Annotated[
        tuple[str, ...],
        Words(
            say("Settings", "Own names"),
            say("Settings", "As callers know this computer, or its tunnel."),
        ),
    ] = ()
    rule: Annotated[
        str,
        Meta(pattern=r"^\d{0,18}$"),
        Words(
            say("Settings", "Voximplant rule"),
            say("Settings", "The number of the routing rule that calls from here are made with."),
        ),
    ] = ""
    agent: Annotated[
        str,
        Words(
            say("Settings", "Who is called first"),
            say("Settings", "In calls from here: user:NAME, tel:+NUMBER or sip:ADDRESS."),
        ),
    ] = ""
    number: Annotated[
        str,
        Words(
            say("Settings", "Number that is shown"),
            say("Settings", "In calls from here to telephones: one that Voximplant knows as yours."),
        ),
    ] = ""
    origins: Annotated[
        tuple[str, ...],
        Words(
            say("Settings", "Web pages"),
            say("Settings", "Those that may call, say https://example.com."),
        ),
    ] = ()


class AppearanceSettings(Struct, frozen=True, kw_only=True):
    """How the program looks and speaks."""

    interface_language: Annotated[
        str,
        Meta(pattern="^(|en|fr|fr-CA|es)$"),
        Words(say("Settings", "Language of the window"), say("Settings", "Empty for the system's.")),
    ] = ""
    theme: Annotated[
        str,
        Meta(pattern="^(system|light|dark)$"),
        Words(say("Settings", "Colours"), say("Settings", "Follow the system, or always light or dark.")),
    ] = "system"
    contrast: Annotated[
        str,
        Meta(pattern="^(system|high)$"),
        Words(say("Settings", "Contrast"), say("Settings", "Follow the system, or always high.")),
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
    listener: ListenerSettings = field(default_factory=ListenerSettings)
    appearance: AppearanceSettings = field(default_factory=AppearanceSettings)
    shortcuts: ShortcutSettings = field(default_factory=ShortcutSettings)
    computer: ComputerSettings = field(default_factory=ComputerSettings)
