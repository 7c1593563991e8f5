"""What a month's use of a service came to, in one sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.ui.values import UsageView

_CENT = 0.005


def usage_sentence(view: UsageView) -> str:
    """Minutes, and where the price is known what they may cost; an estimate says that it is one."""
    minutes = QLocale().toString(round(view.minutes))
    text = QCoreApplication.translate("Usage", "This month: {minutes} min").format(minutes=minutes)
    if view.limit:
        limit = QLocale().toString(view.limit)
        text = QCoreApplication.translate("Usage", "This month: {minutes} of {limit} min").format(
            minutes=minutes, limit=limit
        )
    if view.cost is None or view.cost < _CENT:
        return f"{text}."
    cost = money(view.cost)
    if view.own_price:
        return QCoreApplication.translate("Usage", "{used}, about {cost} by your price.").format(used=text, cost=cost)
    return QCoreApplication.translate("Usage", "{used}, about {cost} by the list price.").format(used=text, cost=cost)


def money(dollars: float, decimals: int = 2) -> str:
    """US dollars as the locale writes them."""
    locale = QLocale()
    if locale.language() is QLocale.Language.C:  # it has no way of its own to write money
        locale = QLocale("en_US")
    return locale.toCurrencyString(dollars, "$", decimals)
