"""The window's language: translations are read from their source files when the program starts.

docs/decisions/0005-translations.md says why there is no compiled form.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from desktop.settings.paths import resources

log = logging.getLogger(__name__)

SOURCE_LANGUAGE = "en"
LANGUAGES = {"en": "English", "fr": "Français", "fr-CA": "Français (Canada)", "es": "Español"}
"""Languages of the window, each by its own name."""

CANADIAN = (
    ("proxys", "serveurs mandataires"),
    ("proxy", "serveur mandataire"),
    ("casque", "casque d’écoute"),
)
"""Words of the French translation that are others in Canada; articles fit both."""

Catalogue = dict[tuple[str, str], str]


def read_catalogue(path: Path) -> Catalogue:
    """The finished translations of a `.ts` file by context and English text.

    Raises `OSError`, and `SyntaxError` for what is no XML.
    """
    from xml.etree import ElementTree  # a window in English has no use for it

    found: Catalogue = {}
    # The file is part of the program, and expat refuses external entities by itself.
    for context in ElementTree.parse(path).getroot().iter("context"):  # noqa: S314 - not foreign data
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.text and translation.get("type") is None:
                found[name, message.findtext("source", "")] = translation.text
    return found


def canadian(text: str) -> str:
    """French as it is written in Canada: other words for a few things, and no space before ; ! and ?.

    As the Office québécois de la langue française advises (Vitrine linguistique: "serveur mandataire", "casque
    d'écoute", "Espacement avant et après les signes de ponctuation").
    """
    for french, here in CANADIAN:
        text = re.sub(rf"\b{french}\b", here, text)
    return re.sub("[\u00a0\u202f](?=[;!?])", "", text)


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


def choose(wanted: str, system: str) -> str:
    """The window's language: the one asked for, or the system's when the program speaks it, or English."""
    for tag in (wanted, system):
        language, _, region = tag.replace("_", "-").partition("-")
        for known in (f"{language.lower()}-{region.upper()}", language.lower()):
            if known in LANGUAGES:
                return known
    return SOURCE_LANGUAGE


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
