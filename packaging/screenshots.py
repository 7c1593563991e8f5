"""Makes the pictures of the README: the caption bar over something that looks like a call, and the window.

    python tests/desktop_session.py .venv/bin/python packaging/screenshots.py [bar]

Everything in them is real but the call: the program captions its sample speech with its own engine. Writes
docs/screenshots/*.png; with `bar` only those of `bar_pictures.py` and `window_pictures.py`. Needs the test
desktop (./dev test installs what it is made of).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
SCENES = (("#27455c", "#5a7d92"), ("#5b4a63", "#b3907c"), ("#2f5a52", "#8fae8f"))


class Call(QWidget):
    """A full-screen window with three people who are not there."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Backdrop, tiles and a row of buttons."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("#3d4a5c"))
        width, height, gap = self.width(), self.height(), 24
        tile = QRectF(gap, gap, (width - 4 * gap) / 3, height * 0.55)
        for place, colours in enumerate(SCENES):
            self._person(painter, tile.translated(place * (tile.width() + gap), height * 0.06), colours)
        painter.setPen(Qt.PenStyle.NoPen)
        for place in range(5):
            painter.setBrush(QColor("#d6453d" if place == 4 else "#5c6b80"))
            painter.drawEllipse(QPointF(width / 2 + (place - 2) * 72, height * 0.74), 24, 24)

    @staticmethod
    def _person(painter: QPainter, tile: QRectF, colours: tuple[str, str]) -> None:
        shade = QLinearGradient(tile.topLeft(), tile.bottomRight())
        shade.setColorAt(0, QColor(colours[0]))
        shade.setColorAt(1, QColor(colours[1]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawRoundedRect(tile, 16, 16)
        painter.setClipRect(tile)
        painter.setBrush(QColor(0, 0, 0, 70))
        middle = QPointF(tile.center().x(), tile.top() + tile.height() * 0.42)
        painter.drawEllipse(middle, tile.width() * 0.13, tile.width() * 0.16)
        shoulders = QPointF(tile.center().x(), tile.bottom() + tile.height() * 0.05)
        painter.drawEllipse(shoulders, tile.width() * 0.32, tile.height() * 0.36)
        painter.setClipping(False)


def show_call() -> int:
    """Be the call."""
    app = QApplication([])
    app.setFont(QFont("DejaVu Sans", 10))
    call = Call()
    call.setWindowTitle("A call")
    call.showFullScreen()
    return app.exec()


def xdotool(*arguments: str) -> str:
    """What xdotool answers."""
    return subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False).stdout.strip()


def picture(name: str, window: str, *options: str) -> None:
    """A window, or the screen as `root`, as a small PNG."""
    path = TARGET / name
    subprocess.run(["import", "-window", window, *options, "-strip", "-quality", "95", str(path)], check=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


def main() -> int:
    """Make every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for script in ("bar_pictures.py", "window_pictures.py"):
        subprocess.run([sys.executable, str(ROOT / "packaging" / script)], check=True)
    if sys.argv[1:] == ["bar"]:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        places = {f"XDG_{name}": folder for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME")}
        documents = Path(folder) / "Documents"
        documents.mkdir()
        env = {**os.environ, **places, "HOME": folder, "XDG_DOCUMENTS_DIR": str(documents), "PYTHONPATH": str(ROOT)}
        call = subprocess.Popen([sys.executable, __file__, "--call"], env=env)
        time.sleep(2)
        program = subprocess.Popen([sys.executable, "-m", "desktop", "demo"], env=env, stdout=subprocess.DEVNULL)
        try:
            time.sleep(15)
            window = xdotool("search", "--onlyvisible", "--name", "Overtitle$").split("\n")[0]
            picture("window.png", window)
            xdotool("windowminimize", "--sync", window)
            time.sleep(6.3)
            picture("overlay.png", "root", "-resize", "1000x", "+dither", "-colors", "160")
        finally:
            for process in (program, call):
                process.terminate()
                process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(show_call() if sys.argv[1:] == ["--call"] else main())
