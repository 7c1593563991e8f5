"""The composition root: the only package that knows everyone. It puts the window, the session and the rest together."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever asks for no window loads no Qt
    from PySide6.QtWidgets import QApplication

    from desktop.settings.schema import Settings
    from desktop.ui.main_window import MainWindow


def open_window(*, demo: bool = False, hidden: bool = False, press: str = "") -> int:
    """Open the window and return the exit status once the program ends.

    `demo` captions the sample speech at once; `hidden` starts with the icon in the tray alone, where there is a tray.
    `press` only does what a key does, in the Overtitle that runs; raises `UsageError` when none does.
    """
    if press:
        return _press(press)
    from desktop.app.qt import make_application
    from desktop.app.single_instance import SingleInstance, server_name
    from desktop.settings import paths, store

    early = _asked_early()
    app = make_application()
    instance = SingleInstance(server_name(str(paths.data_folder())))
    if not demo and not instance.is_first():
        return 0
    loaded = store.load(paths.config_file())
    hidden = hidden or (loaded.settings.computer.start_hidden and not demo)
    window = first_window(app, loaded.settings, shown=not hidden)

    from desktop.app.loop import run
    from desktop.app.program import Program
    from desktop.app.views import Views, come_forward

    instance.asked.connect(lambda: come_forward(window))
    views = Views(app, window, loaded.settings)
    views.show(hidden=hidden)
    try:
        program = Program(views, loaded, demo=demo)
        instance.pressed.connect(program.controls.press)
        return run(app, program.main, early)
    finally:
        instance.close()


def _press(action: str) -> int:
    from PySide6.QtCore import QCoreApplication

    from desktop.app.single_instance import SingleInstance, server_name
    from desktop.core.errors import UsageError
    from desktop.core.message import say
    from desktop.settings import paths

    app = QCoreApplication([])
    running = SingleInstance(server_name(str(paths.data_folder()))).hand_over(action)
    app.shutdown()
    if not running:
        raise UsageError(
            say("CommandLine", "Overtitle is not running, so there is nothing to press."),
            say("CommandLine", "Start it first: overtitle"),
        )
    return 0


def _asked_early() -> list[int]:
    """Where requests to end are noted until the loop listens to them: the window can be there half a second before.

    Noted and not obeyed at once: an exception in a callback of Qt's is printed and gone.
    """
    early: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: early.append(number))
    return early


def first_window(app: QApplication, settings: Settings, *, shown: bool) -> MainWindow:
    """The window, on the screen before the rest of the program is imported."""
    from desktop.app.places import restore_window
    from desktop.ui import i18n
    from desktop.ui.main_window import MainWindow
    from desktop.ui.style import prepare
    from desktop.ui.theme import palette_for

    i18n.install(app, settings.appearance.interface_language)
    palette = palette_for(settings.appearance.theme, app, settings.appearance.contrast)
    prepare(app, palette)
    window = MainWindow(palette, settings)
    restore_window(window)
    if shown:
        window.show()
        app.processEvents()
    return window
