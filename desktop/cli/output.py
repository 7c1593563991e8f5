"""Standard output and standard error: results, tables and JSON, with nothing in them that could command a terminal."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

from desktop.core.errors import ExportFailed, OvertitleError
from desktop.core.message import say

# C0 and C1 controls, line and paragraph separators, bidirectional overrides and isolates, lone surrogates.
_UNSAFE = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE_INLINE = re.compile(f"[{_UNSAFE}]")
_UNSAFE_IN_TEXT = re.compile(f"(?![\n\t])[{_UNSAFE}]")
_SPACE = re.compile(r"\s+")


class OutputClosed(Exception):
    """Whoever read standard output has gone (`| head`): the command ends quietly."""


def plain(text: str) -> str:
    """Foreign text as one line that is safe on a terminal."""
    return _UNSAFE_INLINE.sub("", _SPACE.sub(" ", text)).strip()


def plain_text(text: str) -> str:
    """Foreign text of several lines that is safe on a terminal."""
    return _UNSAFE_IN_TEXT.sub("", text)


def to_json(value: object, *, ascii_only: bool = False) -> str:
    """One line of JSON, safe on a terminal: whatever could command one is escaped."""
    import json  # not needed for `--help`

    text = json.dumps(value, ensure_ascii=ascii_only)
    return _UNSAFE_INLINE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def width(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def tail(text: str, columns: int) -> str:
    """The end of `text` that fits into `columns`, cut at a word where possible."""
    if width(text) <= columns:
        return text
    kept, used = len(text), 2  # an ellipsis and a space
    while kept and used + _columns(text[kept - 1]) <= columns:
        kept -= 1
        used += _columns(text[kept])
    end = text[kept:]
    if text[:kept].endswith(" "):
        return f"… {end}"
    _, space, from_word = end.partition(" ")
    return f"… {from_word}" if space and from_word else f"… {end}"


def clock(seconds: float) -> str:
    """`1:02:03` or `2:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Output:
    """The two standard streams of a command: results go to `stdout`, everything else to `stderr`."""

    def __init__(self, stdout: TextIO, stderr: TextIO) -> None:
        self.stdout = stdout
        self.stderr = stderr

    @property
    def interactive(self) -> bool:
        """Whether results go to a terminal that lines can be redrawn on."""
        return _is_terminal(self.stdout)

    @property
    def shows_progress(self) -> bool:
        """Whether standard error is a terminal that lines can be redrawn on."""
        return _is_terminal(self.stderr)

    @property
    def coloured(self) -> bool:
        """Whether results may be coloured (https://no-color.org)."""
        return self.interactive and not os.environ.get("NO_COLOR")

    @property
    def columns(self) -> int:
        """Width of the terminal."""
        return shutil.get_terminal_size().columns

    def write(self, text: str) -> None:
        """Results, as they are; raises `OutputClosed` or `ExportFailed`."""
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except (BrokenPipeError, ValueError) as error:  # ValueError: the stream was closed before
            raise OutputClosed from error
        except OSError as error:
            raise ExportFailed(
                say("CommandLine", "Standard output can't be written: {reason}.", reason=error.strerror or error),
                say("CommandLine", "Free some space, or send the output elsewhere."),
            ) from error

    def line(self, text: str = "") -> None:
        """One line of results."""
        self.write(f"{text}\n")

    def text(self, text: str) -> None:
        """A whole result; as it is into a file or pipe, made safe on a terminal."""
        self.write(plain_text(text) if self.stdout.isatty() else text)

    def json(self, value: object) -> None:
        """One line of JSON."""
        self.line(self._json(value))

    def _json(self, value: object) -> str:
        encoding = (self.stdout.encoding or "utf-8").lower().replace("-", "")
        return to_json(value, ascii_only=encoding != "utf8")

    def json_array(self, rows: Iterable[object]) -> None:
        """One JSON array, an object per line."""
        inside = ",\n ".join(self._json(row) for row in rows)
        self.line(f"[{inside}]")

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Aligned columns below their titles; the last column is as wide as it likes."""
        every = [[plain(cell) for cell in row] for row in (titles, *rows)]
        widths = [max(width(cell) for cell in column) for column in zip(*every, strict=True)]
        for row in every:
            padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
            self.line("  ".join(padded).rstrip())

    def note(self, text: str, indent: str = "") -> None:
        """One line on standard error; trouble there is nobody's business."""
        try:
            self.stderr.write(f"{indent}{plain(text)}\n")
            self.stderr.flush()
        except (OSError, ValueError):
            return

    def redraw(self, text: str) -> None:
        """Replace the last line of standard error; only for `shows_progress`."""
        try:
            self.stderr.write(f"\r\x1b[K{text}")
            self.stderr.flush()
        except (OSError, ValueError):
            return

    def trouble(self, error: OvertitleError) -> None:
        """What happened and what to do, on standard error."""
        self.note(f"overtitle: {error.what}")
        if error.hint:
            self.note(str(error.hint), indent="  ")


def _is_terminal(stream: TextIO) -> bool:
    dumb = os.environ.get("TERM", "") == "dumb"
    old_console = sys.platform == "win32" and "WT_SESSION" not in os.environ  # may print escape sequences as text
    return stream.isatty() and not dumb and not old_console


class _Nowhere(io.StringIO):
    """A stream that nobody reads."""

    def write(self, text: str) -> int:
        return len(text)


def standard_output() -> Output:
    """The program's own streams, made unable to fail on a character that the terminal's encoding lacks."""
    return Output(_stream(sys.stdout), _stream(sys.stderr))


def _stream(stream: TextIO | None) -> TextIO:
    if stream is None:  # closed by whoever started the program, or a program without a console on Windows
        return _Nowhere()
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return stream
