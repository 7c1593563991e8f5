"""The program's icon in every size and form that a system wants, all from resources/icons/overtitle.svg.

`python packaging/icons.py FOLDER` writes hicolor/... for Linux, overtitle.ico and overtitle.icns.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "overtitle.svg"
LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 24, 32, 48, 64, 128, 256)
MACOS_TYPES = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def png(size: int) -> bytes:
    """The icon as a PNG of `size` pixels."""
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def hicolor(folder: Path) -> None:
    """The icon theme of Linux desktops: one PNG per size and the drawing itself."""
    for size in LINUX_SIZES:
        _write(folder / f"{size}x{size}" / "apps" / "overtitle.png", png(size))
    _write(folder / "scalable" / "apps" / "overtitle.svg", SOURCE.read_bytes())


def ico(target: Path) -> None:
    """An icon file of Windows: a directory, then PNGs, which Windows reads since Vista."""
    pictures = [png(size) for size in WINDOWS_SIZES]
    offset = 6 + 16 * len(pictures)
    directory = struct.pack("<HHH", 0, 1, len(pictures))
    for size, picture in zip(WINDOWS_SIZES, pictures, strict=True):
        # 256 is written as 0; no palette, 1 plane, 32 bits per pixel
        directory += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    _write(target, directory + b"".join(pictures))


def icns(target: Path) -> None:
    """An icon file of macOS: PNGs, each after its type and length."""
    parts = b"".join(
        kind + struct.pack(">I", 8 + len(picture)) + picture
        for kind, picture in ((kind, png(size)) for kind, size in MACOS_TYPES.items())
    )
    _write(target, b"icns" + struct.pack(">I", 8 + len(parts)) + parts)


def for_program(folder: Path) -> str | None:
    """The file that the executable of this system carries, made in `folder`; Linux executables carry none."""
    if sys.platform == "win32":
        ico(folder / "overtitle.ico")
        return str(folder / "overtitle.ico")
    if sys.platform == "darwin":
        icns(folder / "overtitle.icns")
        return str(folder / "overtitle.icns")
    return None


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    goal = Path(sys.argv[1])
    hicolor(goal / "hicolor")
    ico(goal / "overtitle.ico")
    icns(goal / "overtitle.icns")
