"""Provider text made harmless, once for all providers and before anyone shows, saves or logs it.

Nothing that comes from outside may command a terminal, turn a line of writing around (Trojan Source, CVE-2021-42574),
break UTF-8, or hold the window up by its length.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from desktop.core.captions import CaptionEvent, Insight, Word

LIMIT = 4_000
"""Characters of one segment: five minutes of speech without a pause."""
LABEL = 200
"""Characters of a speaker, a language, an id."""
_WORDS = LIMIT // 2
"""Words that a text of `LIMIT` characters can have."""

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
# embeddings, overrides and isolates; the plain marks U+200E, U+200F and U+061C stay, as right-to-left writing uses them
_BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_HARMLESS = (
    dict.fromkeys(_CONTROLS, " ")
    | dict.fromkeys(_BIDI, None)
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # lone surrogates, which no file or socket takes
    | dict.fromkeys([0xFEFF, *range(0xFFF9, 0xFFFC)], None)  # byte order mark and annotation controls show as nothing
)


def plaintext(text: str, limit: int = LIMIT) -> str:
    """`text` with a space for each control character, without bidi overrides, in valid UTF-8, cut at `limit`.

    Doing it again changes nothing, and the beginning of a text becomes the beginning of the result.
    """
    cut = text[:limit]
    return cut if cut.isascii() and cut.isprintable() else cut.translate(_HARMLESS)


def identity(text: str) -> str:
    """An id made harmless that is still unlike all others, also where they differ in what was cut or replaced."""
    clean = plaintext(text, LABEL)
    if clean == text:
        return clean
    return f"{clean[: LABEL - 17]} {sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def harmless(event: CaptionEvent) -> CaptionEvent:
    """The caption with all its text made harmless; the very same one when there was nothing to do."""
    text = plaintext(event.text)
    words = tuple(_word(word) for word in event.words[:_WORDS])
    cleaned = replace(
        event,
        text=text,
        words=words,
        segment_id=identity(event.segment_id),
        language=plaintext(event.language, LABEL),
        speaker=plaintext(event.speaker, LABEL),
        stable_chars=len(plaintext(event.text[: max(0, event.stable_chars)])),
    )
    return event if cleaned == event else cleaned


def harmless_insight(insight: Insight) -> Insight:
    """The same for what a provider found beside the words."""
    return replace(insight, text=plaintext(insight.text), speaker=plaintext(insight.speaker, LABEL))


def _word(word: Word) -> Word:
    text = plaintext(word.text, LABEL)
    return word if text == word.text else replace(word, text=text)
