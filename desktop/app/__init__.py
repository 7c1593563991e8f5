"""The composition root: the only package that knows everyone. It puts the window, the session and the rest together."""

from __future__ import annotations


def open_window(*, demo: bool = False, hidden: bool = False, log_level: str = "warning") -> int:
    """Open the window and return the exit status once the program ends.

    `demo` captions the sample speech at once; `hidden` starts with the icon in the tray alone, where there is a tray.
    """
    from desktop.app.loop import make_application, run
    from desktop.app.program import Program
    from desktop.app.single_instance import SingleInstance, server_name
    from desktop.settings import paths, store

    app = make_application()
    instance = SingleInstance(server_name(str(paths.data_folder())))
    if not demo and not instance.is_first():
        return 0
    loaded = store.load(paths.config_file())
    program = Program(app, loaded, demo=demo)
    instance.asked.connect(program.come_forward)
    program.show(hidden=hidden)
    try:
        return run(app, program.main)
    finally:
        instance.close()
