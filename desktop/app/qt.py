"""The one QApplication."""

from __future__ import annotations

import logging
import os
import sys

from PySide6.QtCore import QLoggingCategory, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

log = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def make_application() -> QApplication:
    """The application, set up so that closing a window ends nothing by itself."""
    _choose_platform()
    qInstallMessageHandler(lambda kind, _context, text: log.log(_LEVELS[kind], "Qt: %s", text))
    QLoggingCategory.setFilterRules("qt.qpa.services=false")  # a missing desktop portal is no trouble
    app = QApplication([sys.argv[0]])
    app.setApplicationName("overtitle")
    app.setApplicationDisplayName("Overtitle")
    app.setDesktopFileName(os.environ.get("FLATPAK_ID", "overtitle"))  # Flatpak names menu entries by its own ids
    app.setQuitOnLastWindowClosed(False)
    return app


def _choose_platform() -> None:
    """A Wayland client may neither place itself nor stay on top, so XWayland is used where there is one."""
    wayland = os.environ.get("XDG_SESSION_TYPE") == "wayland" or "WAYLAND_DISPLAY" in os.environ
    if wayland and os.environ.get("DISPLAY") and "QT_QPA_PLATFORM" not in os.environ:
        os.environ["QT_QPA_PLATFORM"] = "xcb"
