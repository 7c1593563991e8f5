"""Foreign text made safe for a file of lines: always valid UTF-8, no control characters, of bounded length."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 32_000
"""Characters of one segment; half an hour of speech without a pause."""
MAX_LABEL = 200
"""Characters of a name, a title, an id."""

# C0 and C1 controls, the line and paragraph separators, and the bidi overrides and isolates that can turn lines around
# them (Trojan Source, CVE-2021-42574); plain right-to-left text needs none of these.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NAME_PUNCTUATION = frozenset(" -_.,()&'+’")


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """`text` without control characters (a space stands for each run), lone surrogates or ends of white space."""
    if text.isascii() and text.isprintable():
        return text.strip()[:limit]
    whole = _SURROGATES.sub("\ufffd", _UNWANTED.sub(" ", text))
    return whole.strip()[:limit].rstrip()


def clean_label(text: str) -> str:
    """The same for a name, a title or an id."""
    return clean_text(text, MAX_LABEL)


def file_name(title: str, limit: int = 120) -> str:
    """`title` as a part of a file name on any system: letters of any script, digits and little else.

    `limit` is in bytes of UTF-8: most file systems allow 255 for the whole name.
    """
    text = unicodedata.normalize("NFC", clean_text(title))
    kept = "".join(char if _allowed(char) else " " for char in text)
    short = " ".join(kept.split()).encode()[:limit].decode(errors="ignore")
    return short.strip(" .") or "Transcript"


def _allowed(char: str) -> bool:
    return char in _NAME_PUNCTUATION or unicodedata.category(char)[0] in "LMN"
