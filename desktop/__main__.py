"""Where the program starts: the command line, the window when a command asks for it, and the engine's child process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.cli.command import WindowRequest

_ENGINE_WORKER = "--engine-worker"
_WORKERS_ARE_BELOW = "desktop.providers."


def main() -> int:
    """Run the command line; returns the exit status."""
    if sys.argv[1:2] == [_ENGINE_WORKER]:  # first of all: the child has no use for anything imported below
        return _work(sys.argv[2:])
    from desktop.cli.main import run

    return run(sys.argv[1:], _open_window)


def _work(arguments: list[str]) -> int:
    """Be the child process that a frozen program can't start as `python -m MODULE`."""
    module = arguments[0] if arguments else ""
    if not module.startswith(_WORKERS_ARE_BELOW) or not all(part.isidentifier() for part in module.split(".")):
        sys.stderr.write("overtitle: --engine-worker is for Overtitle itself.\n")
        return 2
    from runpy import run_module

    sys.argv = [module, *arguments[1:]]
    run_module(module, run_name="__main__", alter_sys=True)
    return 0


def _open_window(request: WindowRequest) -> int:
    from desktop.app import open_window

    return open_window(demo=request.demo, hidden=request.hidden, press=request.press)


if __name__ == "__main__":
    sys.exit(main())
