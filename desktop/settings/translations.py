"""The program's own sentences in its other languages, read from their source files.

docs/decisions/0005-translations.md says why there is no compiled form.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from desktop.core.message import ENGLISH, Message, Tongue
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


def choose(wanted: str, system: str) -> str:
    """The window's language: the one asked for, or the system's when the program speaks it, or English."""
    for tag in (wanted, system):
        language, _, region = tag.replace("_", "-").partition("-")
        for known in (f"{language.lower()}-{region.upper()}", language.lower()):
            if known in LANGUAGES:
                return known
    return SOURCE_LANGUAGE


@cache
def tongue(language: str) -> Tongue:
    """One of `LANGUAGES`; English in its place where its translation can't be read."""
    if language == SOURCE_LANGUAGE:
        return ENGLISH
    try:
        catalogue = read_catalogue(resources() / "translations" / f"overtitle_{language.partition('-')[0]}.ts")
    except (OSError, SyntaxError):
        log.exception("The translation %s can't be read; what is exported speaks English", language)
        return ENGLISH

    def say(message: Message) -> str:
        text = catalogue.get((message.context, message.template), message.template)
        return message.fill(canadian(text) if language == "fr-CA" else text)

    return Tongue(say, ",")


def tongues() -> Sequence[Tongue]:
    """All that an export may be written in."""
    return [tongue(language) for language in LANGUAGES]
