"""What the frozen program leaves out: everything that nothing in Overtitle reaches, measured in decision 0013."""

from __future__ import annotations

import importlib.util
import os
import sys
from fnmatch import fnmatch
from pathlib import PurePath

LINUX = sys.platform.startswith("linux")
HAS_ENGINE = importlib.util.find_spec("moonshine_voice") is not None
"""Whether this kind of computer has a wheel of the engine (pyproject.toml says which have)."""

BUNDLE_ID = "io.github.overtitle.Overtitle"
IDENTITY = os.environ.get("OVERTITLE_MACOS_IDENTITY") or None
"""Who signs on macOS; none for a build that stays on this computer (docs/how-to/sign-a-release.md)."""

MODULES = [
    "desktop.testing",  # the conformance kit of outside providers, which a frozen program can't load
    *("tkinter", "pydoc", "doctest", "unittest", "lib2to3", "setuptools", "pkg_resources", "pip"),
    *("numpy.f2py", "numpy.testing", "numpy.random", "numpy.ma", "numpy.polynomial"),  # soxr and soundfile need arrays
    # The engine's own Python is never executed but for one module (providers/on_device/engine.py).
    *("requests", "tqdm", "filelock"),
    # Each would tie the program to a system library whose name differs from one distribution to the next.
    *("readline", "curses", "dbm", "nis", "crypt", "ossaudiodev", "_bz2", "_lzma", "_uuid"),
]

HOOKS = {"pyi_rth_inspect", "pyi_rth_multiprocessing", *(("pyi_rth_pyside6",) if LINUX else ())}
"""What PyInstaller would run at every start, 0.1 s: sources for tracebacks, and a module that is not used; on Linux
also Qt's, which loads QtCore even for `--help` and in the engine's child. Qt's wheels for Linux find their plug-ins
themselves, and a QT_PLUGIN_PATH would be handed down to whatever program opens a folder for us."""

_KEPT_SERVICES = ("sts", "sso", "sso-oidc", "signin")
"""Services that botocore asks for credentials; Transcribe's own streaming is ours (decision 0006)."""

_KEPT_PLUGINS = {  # Qt's plugins by folder; a folder that is not named here goes as a whole
    "iconengines": ("*",),
    "imageformats": ("*qsvg*",),
    "platforminputcontexts": ("*",),
    "platforms": ("*qxcb*", "*qwayland*", "*qoffscreen*", "*qwindows*", "*qcocoa*"),
    "platformthemes": ("*",),
    "styles": ("*",),
    "wayland-decoration-client": ("*",),
    "wayland-graphics-integration-client": ("*",),
    "wayland-shell-integration": ("*xdg-shell*",),
    "xcbglintegrations": ("*",),
}
_DROPPED = (
    "*libQt6EglF[Ss]*",  # of plugins that are gone
    "*libQt6WlShellIntegration*",
    "*opengl32sw.dll",  # 20 MB of OpenGL in software; widgets are painted without any
    "*/d3dcompiler_*.dll",
)


def keeps(target: str, source: str) -> bool:
    """Whether the file that is to lie at `target` in the program's folder stays; `source` is where it comes from."""
    path = PurePath(target)
    if LINUX and _is_of_the_system(path, source):
        return False
    if path.parts[:2] == ("botocore", "data"):
        return len(path.parts) == 3 or path.parts[2] in _KEPT_SERVICES
    if "plugins" in path.parts and path.parts[0] == "PySide6":
        folder, name = path.parts[-2:]
        return any(fnmatch(name, kept) for kept in _KEPT_PLUGINS.get(folder, ()))
    if "translations" in path.parts and path.parts[0] == "PySide6":
        return path.name in {"qtbase_fr.qm", "qtbase_es.qm"}
    return not any(fnmatch(path.as_posix(), pattern) for pattern in _DROPPED)


def _is_of_the_system(path: PurePath, source: str) -> bool:
    """A library of the distribution: a copy would miss its security fixes and quarrel with its drivers and plug-ins."""
    return len(path.parts) == 1 and source.startswith(("/usr/lib/", "/lib/")) and not path.name.startswith("libpython")
