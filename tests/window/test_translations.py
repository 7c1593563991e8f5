"""The translations are complete, and the window speaks them."""

from __future__ import annotations

import importlib.util
import logging
import shutil
import subprocess
import sys
from logging.handlers import BufferingHandler
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QDate, QLocale
from pytestqt.qtbot import QtBot

from desktop.settings.schema import Settings
from desktop.ui import i18n
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import LIGHT

ROOT = Path(__file__).resolve().parents[2]


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_every_sentence_is_translated_with_the_same_values(language: str) -> None:
    known = tool.read(tool.FOLDER / f"overtitle_{language}.ts")
    assert tool.faults(language, tool.sentences(), known) == []


def test_the_program_and_the_tool_read_the_same() -> None:
    path = tool.FOLDER / "overtitle_fr.ts"
    assert i18n.read_catalogue(path) == tool.read(path)


def test_the_files_are_written_as_the_tool_writes_them(tmp_path: Path) -> None:
    for language in tool.LANGUAGES:
        name = f"overtitle_{language}.ts"
        tool.write(tmp_path / name, language, tool.sentences(), tool.read(tool.FOLDER / name))
        assert (tmp_path / name).read_text("utf-8") == (tool.FOLDER / name).read_text("utf-8")


@pytest.mark.skipif(shutil.which("pyside6-lrelease") is None, reason="Qt's own translation tool is not installed")
def test_qt_reads_the_files_as_well(tmp_path: Path) -> None:
    source = tool.FOLDER / "overtitle_es.ts"
    command = ["pyside6-lrelease", str(source), "-qm", str(tmp_path / "es.qm")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert f"({len(tool.read(source))} finished and 0 unfinished)" in done.stdout


def write_source(root: Path, text: str) -> None:
    (root / "desktop").mkdir()
    (root / "desktop" / "some.py").write_text(text, encoding="utf-8")


def test_a_new_sentence_a_gone_one_and_a_wrong_value_are_found(tmp_path: Path) -> None:
    write_source(tmp_path, "class A:\n    def f(self):\n        self.tr('new {x}')\n        say('B', 'one {y}')\n")
    wanted = tool.sentences(tmp_path)
    assert wanted == [("A", "new {x}"), ("B", "one {y}")]
    faults = tool.faults("fr", wanted, {("B", "one {y}"): "un {z}", ("C", "gone"): "parti"})
    assert [fault.split(":")[1].strip() for fault in faults] == [
        "missing",
        "other values than in English",
        "no longer used",
    ]


def test_a_sentence_that_is_no_literal_is_refused(tmp_path: Path) -> None:
    write_source(tmp_path, "def f(name):\n    say('B', f'one {name}')\n")
    with pytest.raises(SystemExit, match="literal"):
        tool.sentences(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "system", "spoken"),
    [
        ("", "fr_CA", "fr-CA"),
        ("fr", "fr_CA", "fr"),
        ("fr-CA", "C", "fr-CA"),
        ("", "fr_BE", "fr"),
        ("es", "fr_FR", "es"),
        ("", "de_DE", "en"),
        ("en", "fr_FR", "en"),
        ("", "C", "en"),
    ],
)
def test_the_window_speaks_what_is_chosen_or_the_systems_language_or_english(
    wanted: str, system: str, spoken: str
) -> None:
    assert i18n.choose(wanted, system) == spoken


@pytest.mark.parametrize(("language", "start", "ready"), [("fr", "Démarrer", "Prêt"), ("es", "Iniciar", "Todo listo")])
def test_the_whole_window_speaks_it(language: str, start: str, ready: str) -> None:
    code = (
        "from PySide6.QtWidgets import QApplication, QDialogButtonBox\n"
        "from desktop.settings.schema import Settings\n"
        "from desktop.ui import i18n\n"
        "from desktop.ui.main_window import MainWindow\n"
        "from desktop.ui.theme import LIGHT\n"
        "app = QApplication([])\n"
        f"assert i18n.install(app, '{language}') == '{language}'\n"
        "window = MainWindow(LIGHT, Settings())\n"
        "box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)\n"
        "cancel = box.buttons()[0].text().replace('&', '')\n"
        "print(window.bar.start.text(), window.status.sentence.text(), cancel, sep='|')\n"
    )
    command = [sys.executable, "-X", "utf8", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)
    assert done.stdout.strip().split("|") == [start, ready, {"fr": "Annuler", "es": "Cancelar"}[language]]


@pytest.mark.parametrize(
    ("french", "here"),
    [
        (
            "Derrière le proxy d’une entreprise\u00a0: vérifiez l’horloge\u00a0;",
            "Derrière le serveur mandataire d’une entreprise\u00a0: vérifiez l’horloge;",
        ),
        ("Les proxys SOCKS ne sont pas pris en charge.", "Les serveurs mandataires SOCKS ne sont pas pris en charge."),
        ("Branchez un casque\u202f! «\u00a0{name}\u00a0»", "Branchez un casque d’écoute! «\u00a0{name}\u00a0»"),
    ],
)
def test_french_is_written_as_in_canada_where_that_is_asked_for(french: str, here: str) -> None:
    assert i18n.canadian(french) == here


@pytest.mark.parametrize("language", ["fr", "fr-CA"])
def test_what_is_installed_is_the_french_of_the_region(language: str) -> None:
    code = (
        "from PySide6.QtCore import QCoreApplication\n"
        "from desktop.ui import i18n\n"
        "app = QCoreApplication([])\n"
        f"assert i18n.install(app, '{language}') == '{language}'\n"
        "print(app.translate('Audio', 'Connect a headset or speakers.'))\n"
    )
    command = [sys.executable, "-X", "utf8", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)
    assert ("casque d’écoute" in done.stdout) is (language == "fr-CA")


@pytest.mark.parametrize(
    ("language", "system", "number", "day"),
    [
        ("fr", "fr_CA", "1,5", "2026-11-21"),
        ("fr", "de_DE", "1,5", "21/11/2026"),
        ("en", "en_US", "1.5", "11/21/26"),
        ("en", "en_CA", "1.5", "2026-11-21"),
        ("es", "es_MX", "1.5", "21/11/26"),
    ],
)
def test_numbers_and_dates_are_written_as_in_the_persons_region(
    language: str, system: str, number: str, day: str
) -> None:
    locale = i18n.locale_for(language, QLocale(system))
    assert locale.toString(1.5, "f", 1) == number
    assert locale.toString(QDate(2026, 11, 21), QLocale.FormatType.ShortFormat) == day


def test_a_window_in_another_language_than_the_systems_keeps_to_its_own_words() -> None:
    locale = i18n.locale_for("en", QLocale("de_DE"))
    assert (locale.language(), locale.monthName(3)) == (QLocale.Language.English, "March")


def test_a_missing_or_broken_translation_leaves_the_window_in_english(
    qapp: QCoreApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = QLocale()
    log = logging.getLogger("quiet")
    log.propagate = False
    log.addHandler(records := BufferingHandler(10))
    monkeypatch.setattr(i18n, "log", log)
    monkeypatch.setattr(i18n, "resources", lambda: tmp_path)
    try:
        assert i18n.install(qapp, "fr") == "en"
        (tmp_path / "translations").mkdir()
        (tmp_path / "translations" / "overtitle_fr.ts").write_text("<TS><broken", encoding="utf-8")
        assert i18n.install(qapp, "fr") == "en"
    finally:
        QLocale.setDefault(before)
    assert len(records.buffer) == 2


def test_in_french_nothing_of_the_bar_is_cut(qtbot: QtBot, qapp: QCoreApplication) -> None:
    translator = i18n.CatalogueTranslator(i18n.read_catalogue(tool.FOLDER / "overtitle_fr.ts"))
    qapp.installTranslator(translator)
    try:
        window = MainWindow(LIGHT, Settings())
        qtbot.addWidget(window)
        window.resize(1160, 720)
        window.show()
        assert window.bar.start.text() == "Démarrer"
        assert window.bar.start.width() >= window.bar.start.sizeHint().width()
        assert window.bar.language.button.text() == window.bar.language.button.whole
    finally:
        qapp.removeTranslator(translator)
