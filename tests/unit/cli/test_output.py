from __future__ import annotations

import errno
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.cli.output import Output, OutputClosed, clock, plain, plain_text, tail, to_json, width
from desktop.core.errors import DeviceNotFound, ExportFailed
from desktop.core.message import say

FORBIDDEN = set(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x2028, 0xD800]))


def printed(stream: object) -> str:
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_escape_sequences_do_not_survive() -> None:
    assert plain("a\x1b[2Jb\x9bc\u202ed\r\ne") == "a[2Jbcd e"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_plain_is_one_harmless_line(text: str) -> None:
    assert not FORBIDDEN & set(plain(text))


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_plain_text_keeps_lines_and_nothing_else_that_commands(text: str) -> None:
    assert FORBIDDEN & set(plain_text(text)) <= {"\n", "\t"}
    assert plain_text(text).count("\n") == text.count("\n")


@given(st.text(alphabet=st.characters(exclude_categories=())), st.booleans())
def test_json_says_the_same_and_is_harmless(text: str, ascii_only: bool) -> None:
    line = to_json({"text": text}, ascii_only=ascii_only)
    assert json.loads(line) == json.loads(json.dumps({"text": text}))
    assert not FORBIDDEN & set(line)
    assert line.isascii() or not ascii_only


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👍", 2), ("", 0)])
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(), st.integers(3, 60))
def test_tail_fits(text: str, columns: int) -> None:
    assert width(tail(text, columns)) <= columns


def test_tail_keeps_the_newest_words_whole() -> None:
    assert tail("one two three four", 12) == "… three four"


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, "0:00"), (61.9, "1:01"), (3723.0, "1:02:03")])
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_table_is_aligned_whatever_the_script(pipe: Output) -> None:
    pipe.table(("A", "B"), [("日本", "x"), ("abc", "y\x1b[1m")])
    assert printed(pipe.stdout) == "A     B\n日本  x\nabc   y[1m\n"


def test_array_is_json(pipe: Output) -> None:
    pipe.json_array([{"a": 1}, {"a": "é"}])
    assert json.loads(printed(pipe.stdout)) == [{"a": 1}, {"a": "é"}]


def test_empty_array_is_json(pipe: Output) -> None:
    pipe.json_array([])
    assert json.loads(printed(pipe.stdout)) == []


def test_result_is_cleaned_only_for_a_terminal(pipe: Output, terminal: Output) -> None:
    for out in (pipe, terminal):
        out.text("a\x1bb\n")
    assert printed(pipe.stdout) == "a\x1bb\n"
    assert printed(terminal.stdout) == "ab\n"


def test_json_is_ascii_where_the_encoding_is_not_unicode() -> None:
    raw = io.BytesIO()
    out = Output(io.TextIOWrapper(raw, encoding="latin-1"), io.StringIO())
    out.json({"text": "“é” 👍"})
    assert json.loads(raw.getvalue().decode("ascii")) == {"text": "“é” 👍"}


class Broken(io.StringIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def test_reader_that_left_ends_quietly() -> None:
    with pytest.raises(OutputClosed):
        Output(Broken(BrokenPipeError()), io.StringIO()).line("x")


def test_full_disk_is_a_storage_error() -> None:
    with pytest.raises(ExportFailed, match="No space left") as caught:
        Output(Broken(OSError(errno.ENOSPC, "No space left on device")), io.StringIO()).line("x")
    assert caught.value.exit_status == 6


def test_broken_standard_error_is_nobodys_business() -> None:
    out = Output(io.StringIO(), Broken(BrokenPipeError()))
    out.note("x")
    out.redraw("x")
    assert printed(out.stdout) == ""


def test_trouble_says_what_and_what_to_do(pipe: Output) -> None:
    pipe.trouble(DeviceNotFound(say("T", "No {name}.", name="mic\x1b[2J"), say("T", "Plug it in.")))
    assert printed(pipe.stderr) == "overtitle: No mic[2J.\n  Plug it in.\n"


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb")])
def test_dumb_terminal_is_not_redrawn(terminal: Output, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert (terminal.interactive, terminal.shows_progress) == (True, True)
    monkeypatch.setenv(name, value)
    assert (terminal.interactive, terminal.shows_progress) == (False, False)


def test_colour_only_where_wanted(terminal: Output, pipe: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (terminal.coloured, pipe.coloured) == (False, False)
    monkeypatch.delenv("NO_COLOR")
    assert (terminal.coloured, pipe.coloured) == (True, False)
