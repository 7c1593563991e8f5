"""Where the program starts: the command line, and the window when a command asks for it."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; returns the exit status."""
    return 0


if __name__ == "__main__":
    sys.exit(main())
