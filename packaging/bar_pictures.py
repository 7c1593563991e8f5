"""Makes the pictures of the caption bar: every preset in three colours, its panel and menu in three languages.

    python packaging/bar_pictures.py

Needs no display: widgets are painted offscreen, each program of a scale or a language in a process of its own, over the
call of `screenshots.py`. Writes docs/screenshots/bar-*.png, made small with ImageMagick's `convert`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
WIDTH, HEIGHT = 1280, 720
SCHEMES = ("dark", "light", "contrast")
SCALES = ("1.25", "1.5", "2")
LANGUAGES = ("en", "fr", "es")
SCREEN = {"name": "one", "x": 0, "y": 0, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
SAID = {
    "en": (
        ("you", "Could you send me the list of papers today?", ""),
        ("them", "Yes, of course. You will have it before five.", "Ana"),
        ("them", "There is one more thing about the invoice from last month that we should settle", "Ana"),
    ),
    "fr": (
        ("you", "Pourriez-vous m’envoyer la liste des documents aujourd’hui ?", ""),
        ("them", "Oui, bien sûr. Vous l’aurez avant cinq heures.", "Ana"),
        ("them", "Il reste une question au sujet de la facture du mois dernier que nous devrions", "Ana"),
    ),
    "es": (
        ("you", "¿Podría enviarme hoy la lista de documentos?", ""),
        ("them", "Sí, claro. La tendrá antes de las cinco.", "Ana"),
        ("them", "Queda una cosa más sobre la factura del mes pasado que deberíamos", "Ana"),
    ),
    "ar": (
        ("them", "صباح الخير جميعا وأهلا بكم في اجتماع اليوم.", ""),
        ("you", "שלום לכולם, אפשר להתחיל?", ""),
        ("them", "نعم، لنبدأ بالحديث عن Overtitle ثم ننتقل إلى", ""),
    ),
}


@dataclass(frozen=True)
class Lane:
    """A side of the talk."""

    id: str
    label: str


def make(names: list[str], language: str) -> None:
    """Paint these pictures; runs in a process of its own with its scale and screen."""
    from PySide6.QtWidgets import QApplication

    from desktop.ui import i18n, theme
    from desktop.ui.style import prepare

    app = QApplication(sys.argv[:1])
    i18n.install(app, language)
    prepare(app, theme.DARK)
    for name in names:
        kind, _, rest = name.partition(":")
        PICTURES[kind](rest or language)


def bar(said: str = "en", **more: object):
    """The caption bar in the middle of a talk."""
    from msgspec.structs import replace
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

    from desktop.core.captions import CaptionDocument, CaptionEvent
    from desktop.settings.schema import OverlaySettings
    from desktop.ui import theme
    from desktop.ui.overlay import Overlay
    from desktop.ui.overlay.presets import MADE_FOR

    preset = str(more.get("preset", "bottom"))
    overlay = Overlay(theme.DARK, replace(OverlaySettings(reading_speed=0), **{**MADE_FOR[preset], **more}))
    overlay.set_reduce_motion(True)
    document = CaptionDocument()
    labels = [QCoreApplication.translate("Choices", "You"), QCoreApplication.translate("Choices", "Them")]
    overlay.bind(document, [Lane("you", labels[0]), Lane("them", labels[1])])
    for number, (lane, text, speaker) in enumerate(SAID[said]):
        final = number < 2
        stable = len(text) if final else text.rindex(" ", 0, len(text) - 16)
        document.apply(
            CaptionEvent(lane, str(number), 1, text, final, number, number + 1, stable_chars=stable, speaker=speaker)
        )
    overlay.show()
    QApplication.processEvents()
    return overlay


def compose(*widgets):
    """The widgets where they stand, over the call."""
    from PySide6.QtGui import QImage, QPainter, QRegion
    from PySide6.QtWidgets import QApplication

    sys.path.insert(0, str(ROOT / "packaging"))
    from screenshots import Call

    screen = QApplication.primaryScreen()
    scale, size = screen.devicePixelRatio(), screen.size()
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    call = Call()
    call.resize(size)
    painter.drawPixmap(0, 0, call.grab())
    for widget in widgets:
        QApplication.processEvents()
        mask = widget.mask()
        painter.setClipRegion(mask.translated(widget.pos()) if not mask.isEmpty() else QRegion(widget.geometry()))
        painter.drawPixmap(widget.pos(), widget.grab())
    painter.end()
    return image


def sheet(name: str, images: list, columns: int, width: int) -> None:
    """Several pictures in one small file."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, image in enumerate(images):
            files.append(str(Path(folder) / f"{number}.png"))
            image.save(files[-1])
        path = TARGET / f"bar-{name}.png"
        tiles = ["montage", *files, "-tile", f"{columns}x", "-geometry", f"{width}x+4+4", "-background", "white"]
        subprocess.run([*tiles, str(Path(folder) / "sheet.png")], check=True)
        small = ["+dither", "-colors", "128", "-strip"]
        subprocess.run(["convert", str(Path(folder) / "sheet.png"), *small, f"PNG8:{path}"], check=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


def preset_picture(preset: str) -> None:
    """A preset in all colours."""
    from desktop.ui.overlay.presets import SCHEMES as COLOURS

    images = []
    for scheme in SCHEMES:
        overlay = bar(preset=preset, **COLOURS[scheme])
        overlay._hover(scheme == "dark")
        images.append(compose(overlay))
        overlay.close()
    sheet(preset, images, 3, 520)


def manners_picture(_language: str) -> None:
    """Sides apart, an outline, boxes, and wide spacing in the other face."""
    images = [
        compose(bar(sides="apart", lines=6)),
        compose(bar(backing="outline", opacity=20)),
        compose(bar(backing="box")),
        compose(bar(font="Lexend", line_spacing=140, letter_spacing=6)),
    ]
    sheet("manners", images, 2, 640)


def scripts_picture(_language: str) -> None:
    """Arabic and Hebrew."""
    sheet("right-to-left", [compose(bar(said="ar", lines=4))], 1, 640)


def history_picture(language: str) -> None:
    """What was said before, and the menu."""
    from PySide6.QtWidgets import QMenu

    overlay = bar(said=language)
    overlay.open_history(missed=True)
    first = compose(overlay.history, overlay)
    overlay.history.hide()
    overlay._hover(True)
    overlay.open_menu(overlay.panel_rect().topRight())
    menu = overlay.findChildren(QMenu)[0]
    menu.move(overlay.panel_rect().right() - menu.sizeHint().width(), overlay.panel_rect().top() - menu.height() - 30)
    second = compose(overlay, menu)
    menu.close()
    sheet(f"panel-{language}", [first, second], 2, 640)


def scale_picture(scale: str) -> None:
    """The bar on a screen of this scale, pixel by pixel."""
    overlay = bar()
    overlay._hover(True)
    image = compose(overlay)
    window = overlay.geometry()
    factor = image.devicePixelRatio()
    corner = image.copy(*(round(side * factor) for side in (window.right() - 420, window.top() - 10, 440, 190)))
    sheet(f"scale-{scale.replace('.', '-')}", [corner], 1, corner.width())


PICTURES: dict[str, Callable[[str], None]] = {
    "preset": preset_picture,
    "manners": manners_picture,
    "scripts": scripts_picture,
    "history": history_picture,
    "scale": scale_picture,
}


def start(names: list[str], language: str = "en", scale: str = "1") -> None:
    """Paint pictures in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "screen.json"
        screen = SCREEN | {"width": round(WIDTH * float(scale)), "height": round(HEIGHT * float(scale))}
        config.write_text(json.dumps({"screens": [screen]}))
        env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(ROOT)}
        env["QT_LOGGING_RULES"] = "*.debug=false;qt.*=false;default.warning=false"  # what the platform can't do
        env["QT_SCALE_FACTOR"] = scale
        subprocess.run([sys.executable, __file__, "--make", language, *names], env=env, check=True)


def main() -> int:
    """Make every picture, or those named as in `PICTURES`."""
    from desktop.ui.overlay.presets import MADE_FOR

    TARGET.mkdir(parents=True, exist_ok=True)
    start([*(f"preset:{preset}" for preset in MADE_FOR), "manners", "scripts"])
    for language in LANGUAGES:
        start(["history"], language)
    for scale in SCALES:
        start([f"scale:{scale}"], scale=scale)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--make"]:
        make(sys.argv[3:], sys.argv[2])
    else:
        sys.exit(main())
