"""Caption languages: BCP 47 tags, their names, and which of a list is the nearest."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.core.message import Message, say

LANGUAGES: dict[str, Message] = {
    "en-US": say("Language", "English (US)"),
    "en-GB": say("Language", "English (UK)"),
    "fr-FR": say("Language", "French (France)"),
    "fr-CA": say("Language", "French (Canada)"),
    "es-US": say("Language", "Spanish (US)"),
}
"""The languages that Overtitle is made for, in the order in which they are offered."""

DEFAULT_LANGUAGE = "en-US"


def base(tag: str) -> str:
    """The language without its region: `fr` of `fr-CA`."""
    return tag.split("-", 1)[0].lower()


def canonical(tag: str) -> str | None:
    """The tag as listed in `LANGUAGES` whatever its case or separator, or None when it is not listed."""
    wanted = tag.strip().replace("_", "-").lower()
    return next((known for known in LANGUAGES if known.lower() == wanted), None)


def nearest(tag: str, offered: Iterable[str]) -> str | None:
    """The offered tag that equals `tag`, or else the first of the same base language, or None."""
    candidates = list(offered)
    if tag in candidates:
        return tag
    return next((other for other in candidates if base(other) == base(tag)), None)
