"""What is made smaller and cleaner in the frozen folder on Linux: symbols for debuggers, search paths, ICU's data.

Qt's wheel carries the whole of ICU's data, 31 MB. Qt asks ICU for the order of words in a language and for old
encodings, for nothing else (its locales and time zones are its own), so the root order and those of the window's
languages stay. Needs Debian's binutils, chrpath, gcc and icu-devtools. Decision 0013 has the figures.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

_KEPT_ICU = re.compile(r"coll/(root|res_index|en|fr|fr_CA|es)\.|(root|res_index|pool|icuver)\.res|.+\.(nrm|icu)$")
_ASSEMBLER = """
.section .rodata
.global {symbol}
.type {symbol}, @object
.balign 16
{symbol}: .incbin "{data}"
.size {symbol}, . - {symbol}
.section .note.GNU-stack,"",@progbits
"""


def slim(folder: Path) -> None:
    """Make the frozen program in `folder` smaller, in place."""
    if lacking := [tool for tool in ("strip", "chrpath", "gcc", "icupkg", "nm", "readelf") if not shutil.which(tool)]:
        raise SystemExit(f"Missing on this system; install what provides them: {' '.join(lacking)}")
    for library in folder.rglob("*.so*"):
        # strip breaks libraries that were patched when their wheel was made; those lie in folders called NAME.libs
        if not library.is_symlink() and not library.parent.name.endswith(".libs"):
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)
    internal = folder / "_internal"
    for library in (*internal.glob("libpython*.so*"), *internal.glob("python3*/lib-dynload/*.so")):
        # A Python that was built from source looks for libraries where it was installed, a place of the builder's
        subprocess.run(["chrpath", "--delete", str(library)], check=False, capture_output=True)
    for library in (internal / "PySide6" / "Qt" / "lib").glob("libicudata.so.*"):
        trim_icu(library)


def trim_icu(library: Path) -> None:
    """Replace ICU's data library by one that holds what Qt reads."""
    with tempfile.TemporaryDirectory() as work:
        # icupkg takes the name of the data from the name of its file: "icudt73l" for version 73, little-endian
        whole, kept = (Path(work, place, f"icudt{library.suffix[1:]}l.dat") for place in ("whole", "kept"))
        for place in (whole, kept):
            place.parent.mkdir()
        symbol = _extract(library, whole)
        listed = subprocess.run(["icupkg", "-l", str(whole)], check=True, capture_output=True, text=True).stdout
        unneeded = [item for item in listed.split() if not _KEPT_ICU.match(item)]
        Path(work, "unneeded.txt").write_text("\n".join(unneeded))
        subprocess.run(["icupkg", "-r", f"{work}/unneeded.txt", str(whole), str(kept)], check=True)
        source = Path(work, "data.s")
        source.write_text(_ASSEMBLER.format(symbol=symbol, data=kept))
        link = ["gcc", "-shared", "-nostdlib", f"-Wl,-soname,{library.name}", "-Wl,--build-id,-s", "-o", str(library)]
        subprocess.run([*link, str(source)], check=True)


def _extract(library: Path, target: Path) -> str:
    """Write the data that the library holds to `target`; returns the symbol it stands under."""
    symbols = subprocess.run(["nm", "-D", "-S", str(library)], check=True, capture_output=True, text=True).stdout
    found = re.search(r"^(\w+) (\w+ )?[RD] (icudt\d+_dat)$", symbols, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{library} holds no data of ICU")
    sections = subprocess.run(["readelf", "-SW", str(library)], check=True, capture_output=True, text=True).stdout
    section = re.search(r"\.rodata +PROGBITS +(\w+) (\w+) (\w+)", sections)
    if section is None:
        raise SystemExit(f"{library} has no section of data")
    address, offset, size = (int(part, 16) for part in section.groups())
    start = int(found[1], 16) - address
    target.write_bytes(library.read_bytes()[offset + start : offset + size])
    return found[3]
