"""Sentences with a count in them: English, French and Spanish have one form for one and another for many."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def counted(count: int, one: str, many: str, *, more: bool = False) -> str:
    """`one` or `many`, both translated, with `{count}` as the locale writes it; `more` adds a plus sign.

    French takes the form for one with zero as well; the other languages of the window do not.
    """
    single = count == 1 or (count == 0 and QLocale().language() is QLocale.Language.French)
    text = QLocale().toString(count) + ("+" if more else "")
    return (one if single and not more else many).format(count=text)
