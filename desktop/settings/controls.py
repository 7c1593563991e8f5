"""Settings of the keys that work everywhere and of the program's place on the computer; part of the schema."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from desktop.core.message import say
from desktop.settings.words import Words

Keys = Annotated[str, Meta(max_length=60)]
"""As Qt writes them: `Ctrl+Alt+Shift+L`; empty for none."""


class ShortcutSettings(Struct, frozen=True, kw_only=True):
    """Keys that work while another window has the keyboard."""

    lock: Annotated[
        Keys,
        Words(
            say("Settings", "Lock or unlock the caption bar"),
            say("Settings", "A locked bar lets clicks through; this key always unlocks it."),
        ),
    ] = "Ctrl+Alt+Shift+L"
    bar: Annotated[
        Keys,
        Words(say("Settings", "Show or hide the caption bar"), say("Settings", "Captions go on meanwhile.")),
    ] = "Ctrl+Alt+Shift+H"
    start: Annotated[
        Keys,
        Words(say("Settings", "Start or stop"), say("Settings", "As the big button does.")),
    ] = "Ctrl+Alt+Shift+S"
    pause: Annotated[
        Keys,
        Words(say("Settings", "Pause or go on"), say("Settings", "While paused nothing is heard or sent.")),
    ] = "Ctrl+Alt+Shift+P"
    mute: Annotated[
        Keys,
        Words(
            say("Settings", "Mute me, or hear me again"),
            say("Settings", "Only the captions stop hearing you; the others in the call still do."),
        ),
    ] = "Ctrl+Alt+Shift+M"
    mark: Annotated[
        Keys,
        Words(say("Settings", "Mark this moment"), say("Settings", "To find it again in the transcript.")),
    ] = "Ctrl+Alt+Shift+B"
    note: Annotated[
        Keys,
        Words(say("Settings", "Mark this moment with a note"), say("Settings", "The note is asked for at the bar.")),
    ] = "Ctrl+Alt+Shift+N"
    miss: Annotated[
        Keys,
        Words(say("Settings", "What did I miss"), say("Settings", "The last two minutes, above the caption bar.")),
    ] = "Ctrl+Alt+Shift+W"


class ComputerSettings(Struct, frozen=True, kw_only=True):
    """The program's place on this computer."""

    keep_awake: Annotated[
        bool,
        Words(
            say("Settings", "Keep the computer awake"),
            say("Settings", "While captions run neither the screen nor the computer goes to sleep by itself."),
        ),
    ] = True
    start_hidden: Annotated[
        bool,
        Words(
            say("Settings", "Start in the tray"),
            say("Settings", "The window stays away until you ask for it; only where there is a tray."),
        ),
    ] = False
    tell_updates: Annotated[
        bool,
        Words(
            say("Settings", "Tell me about new versions"),
            say("Settings", "Asked for once a day, without a word about you. Nothing is downloaded or installed."),
        ),
    ] = False
