"""Words on the screen: translated sentences, and foreign text made harmless."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.message import Message

LIMIT = 4_000
"""Characters of foreign text that are shown at most; 100,000 would hold the window up for 9 ms at every layout."""

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
_BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_SURROGATES = range(0xD800, 0xE000)
_HARMLESS = (
    dict.fromkeys(_CONTROLS, " ")
    | dict.fromkeys(_BIDI, "\u2060")  # word joiner: no width, breaks no word
    | dict.fromkeys(_SURROGATES, "\ufffd")
)


def localise(message: Message) -> str:
    """The sentence in the language of the window, safe to show as plain text."""
    if not message:
        return ""
    translated = QCoreApplication.translate(message.context, message.template)
    try:
        return plain(message.fill(translated))
    except (KeyError, IndexError, ValueError):  # a translation with a wrong placeholder must not hide a problem
        return plain(str(message))


def plain(text: str, limit: int = LIMIT) -> str:
    """Foreign text without controls, bidi overrides and lone surrogates, cut at `limit` characters.

    Each character is replaced by one other, so offsets such as `CaptionEvent.stable_chars` stay valid. Right-to-left
    text needs none of what is removed: its direction comes from its letters.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return cut if cut.isascii() and cut.isprintable() else cut.translate(_HARMLESS)


def units(text: str) -> int:
    """Length as Qt counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def common(old: str, new: str) -> int:
    """Length of the common prefix."""
    end = min(len(old), len(new))
    if old[:end] == new[:end]:
        return end
    return next((at for at in range(end) if old[at] != new[at]), end)


def tip(text: str) -> str:
    """Foreign text for a tool tip, of several lines maybe: Qt would show one with tags as rich text."""
    return "\n".join(plain(line) for line in text.split("\n")).replace("<", "‹")
