"""The window's language: translations are read from their source files when the program starts.

docs/decisions/0005-translations.md says why there is no compiled form.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from desktop.settings.paths import resources
from desktop.settings.translations import LANGUAGES, SOURCE_LANGUAGE, Catalogue, canadian, choose, read_catalogue

__all__ = ["LANGUAGES", "CatalogueTranslator", "canadian", "choose", "install", "locale_for", "read_catalogue"]

log = logging.getLogger(__name__)


class CatalogueTranslator(QTranslator):
    """Answers Qt from a catalogue."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Whether there is nothing to answer from."""
        return not self._catalogue

    def translate(
        self,
        context: str,
        sourceText: str,  # noqa: N803 - Qt's name
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str | None:
        """The translation, or None so that Qt asks the next translator."""
        del disambiguation, n  # the program's sentences need neither
        return self._catalogue.get((context, sourceText))


def locale_for(language: str, system: QLocale) -> QLocale:
    """How the window writes numbers and dates: its own words, and the habits of the person's region."""
    if system.language() == QLocale(language).language():
        return system
    return QLocale(QLocale(language).language(), system.territory())


def install(app: QCoreApplication, wanted: str = "") -> str:
    """Let `app` speak the wanted language (empty for the system's); returns the one it speaks."""
    language = choose(wanted, QLocale.system().name())
    QLocale.setDefault(locale_for(language, QLocale.system()))
    if language == SOURCE_LANGUAGE:
        return language
    written = language.partition("-")[0]
    qt = QTranslator(app)
    if qt.load(f"qtbase_{written}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(qt)
    try:
        catalogue = read_catalogue(resources() / "translations" / f"overtitle_{written}.ts")
    except (OSError, SyntaxError):
        log.exception("The translation %s can't be read; the window speaks English", language)
        return SOURCE_LANGUAGE
    if language == "fr-CA":
        catalogue = {sentence: canadian(text) for sentence, text in catalogue.items()}
    app.installTranslator(CatalogueTranslator(catalogue, app))
    return language
