"""Makes the pictures of the window and its dialogs: each in every theme and language, one small file for each language.

    python packaging/window_pictures.py [FOLDER]

Needs no display: each language in a process of its own, offscreen. Writes docs/screenshots/window-*.png, made small
with ImageMagick's `convert`; with FOLDER every single picture as it is, for looking at closely.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
LANGUAGES = ("en", "fr", "es")
THEMES = {"light": "LIGHT", "dark": "DARK", "contrast": "CONTRAST_DARK"}
STATES = ("window", "talking", "trouble", "library", "session", "listening", "trash", "tour")
DIALOGS = (
    *("settings-audio", "settings-captions", "settings-overlay", "settings-transcripts", "settings-listener"),
    *("settings-appearance", "account-amazon-transcribe", "remote", "keys", "missed"),
)
SCREEN = {"name": "one", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "logicalBaseDpi": 96}


def make(folder: Path, language: str) -> None:
    """Paint everything in this language; runs in a process of its own."""
    from PySide6.QtWidgets import QApplication

    from desktop.ui import i18n, theme
    from tests.support.surfaces import settle, surfaces

    app = QApplication(sys.argv[:1])
    i18n.install(app, language)
    made = surfaces()
    for colours, name in THEMES.items():
        for surface in (*STATES, *DIALOGS):
            one = made[surface](getattr(theme, name))
            one.show()
            settle()
            one.grab().save(str(folder / f"{language}-{colours}-{surface}.png"))
            one.close()
            one.deleteLater()


def sheet(folder: Path, language: str, part: str, surfaces: tuple[str, ...], width: int) -> None:
    """One small file of these windows: a row for each, a column for each theme."""
    rows: list[str] = []
    for surface in surfaces:
        files = [str(folder / f"{language}-{colours}-{surface}.png") for colours in THEMES]
        rows += ["(", *files, "-resize", f"{width}x", "-bordercolor", "#808080", "-border", "3", "+append", ")"]
    path = TARGET / f"window-{part}-{language}.png"
    small = ["-append", "+dither", "-colors", "96", "-strip"]
    subprocess.run(["convert", *rows, *small, f"PNG8:{path}"], check=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


def main(folder: Path) -> int:
    """Make every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "screen.json"
    config.write_text(json.dumps({"screens": [SCREEN]}))
    env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(ROOT)}
    env["QT_LOGGING_RULES"] = "*.debug=false;qt.*=false;default.warning=false"  # what the platform can't do
    for language in LANGUAGES:
        subprocess.run([sys.executable, __file__, "--make", str(folder), language], env=env, check=True)
        sheet(folder, language, "states", STATES, 520)
        sheet(folder, language, "dialogs", DIALOGS, 340)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]), sys.argv[3])
    elif sys.argv[1:]:
        sys.exit(main(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            sys.exit(main(Path(temporary)))
