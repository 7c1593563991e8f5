"""What a running session looks like on the command line: captions on a terminal, plain lines in a pipe, or JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.cli.output import Output, plain, tail, width
from desktop.core.captions import CaptionEvent, Gap, Insight, LaneAdded, Seam
from desktop.core.state import Problem
from desktop.session.events import ProblemCleared, ProblemRaised, Saved, SessionEvent, StateChanged

_RESET, _DIM = "\x1b[0m", "\x1b[2m"
_COLOURS = ("\x1b[1;36m", "\x1b[1;33m", "\x1b[1;35m", "\x1b[1;32m")  # bold cyan, yellow, magenta, green
_CLEAR_LINE = "\r\x1b[K"


@dataclass(frozen=True, slots=True)
class LaneName:
    """A lane as the command line names it."""

    id: str
    label: str


class Printer(Protocol):
    """Prints what a session tells."""

    def show(self, event: SessionEvent) -> None:
        """Print one event; raises `OutputClosed` or `ExportFailed`."""

    def close(self) -> None:
        """Leave the terminal tidy."""


def printer(out: Output, lanes: Sequence[LaneName], *, as_json: bool) -> Printer:
    """The printer that fits where standard output goes."""
    if as_json:
        return JsonPrinter(out, lanes)
    return TerminalPrinter(out, lanes) if out.interactive else LinePrinter(out, lanes)


class JsonPrinter:
    """One object per line, as docs/reference/command-line.md describes it."""

    def __init__(self, out: Output, lanes: Sequence[LaneName]) -> None:
        self._out = out
        self._labels = {lane.id: lane.label for lane in lanes}

    def show(self, event: SessionEvent) -> None:
        """Print one event that scripts are told about."""
        row = self._row(event)
        if row is not None:
            self._out.json(row)

    def close(self) -> None:
        """Nothing is left to tidy."""

    def _row(self, event: SessionEvent) -> dict[str, object] | None:
        row: dict[str, object] | None = None  # levels and delays are not for scripts
        match event:
            case CaptionEvent():
                row = self._caption(event)
            case Insight():
                row = _insight(event)
            case LaneAdded():
                self._labels[event.lane] = event.label
                row = {"event": "lane", "lane": event.lane, "label": event.label}
            case StateChanged():
                row = {"event": "status", "state": event.state.value, "lane": event.lane}
            case ProblemRaised():
                row = _problem(event.problem, resolved=False)
            case ProblemCleared():
                row = _problem(event.problem, resolved=True)
            case Gap():
                times = {"start": _seconds(event.start), "end": _seconds(event.end)}
                row = {"event": "gap", "lane": event.lane, **times, "reason": event.reason}
            case Seam(lane, start, provider, language, reason):
                row = {"event": "seam", "lane": lane, "start": _seconds(start), "provider": provider}
                row |= {"language": language, "reason": reason}
            case Saved():
                row = {"event": "saved", "path": str(event.path), "complete": event.complete}
            case _:
                pass
        return row

    def _caption(self, event: CaptionEvent) -> dict[str, object]:
        return {
            "event": "final" if event.is_final else "partial",
            "lane": event.lane,
            "label": self._labels.get(event.lane, event.lane),
            "segment_id": event.segment_id,
            "revision": event.revision,
            "text": event.text,
            "start": _seconds(event.start),
            "end": _seconds(event.end),
            "language": event.language,
            "speaker": event.speaker,
            "words": [
                {
                    "text": word.text,
                    "start": _seconds(word.start),
                    "end": _seconds(word.end),
                    "confidence": word.confidence,
                    "stable": word.stable,
                }
                for word in event.words
            ],
        }


def _insight(event: Insight) -> dict[str, object]:
    return {
        "event": "insight",
        "kind": event.kind.value,
        "text": event.text,
        "lane": event.lane,
        "speaker": event.speaker,
        "start": _seconds(event.start),
        "confidence": event.confidence,
    }


def _problem(problem: Problem, *, resolved: bool) -> dict[str, object]:
    return {
        "event": "problem",
        "class": type(problem.error).__name__,
        "sentence": str(problem.error.what),
        "hint": str(problem.error.hint),
        "retry_at": None if problem.retry_at is None else _seconds(problem.retry_at),
        "lane": problem.lane,
        "since": _seconds(problem.since),
        "resolved": resolved,
    }


def _seconds(value: float) -> float:
    return round(value, 3)


class LinePrinter:
    """Finals only, `You: text`, one per line: for files and pipes. Trouble goes to standard error."""

    def __init__(self, out: Output, lanes: Sequence[LaneName]) -> None:
        self._out = out
        self._labels = {lane.id: plain(lane.label) for lane in lanes}
        self._remarks = Remarks(self._label)

    def show(self, event: SessionEvent) -> None:
        """Print finals and trouble."""
        if isinstance(event, CaptionEvent):
            if event.is_final and event.text.strip():
                self._out.line(f"{self._label(event.lane)}: {plain(event.text)}")
        elif isinstance(event, LaneAdded):
            self._labels[event.lane] = plain(event.label)
        else:
            for line in self._remarks.lines(event):
                self._out.note(line)

    def close(self) -> None:
        """Nothing is left to tidy."""

    def _label(self, lane: str) -> str:
        return self._labels.get(lane, plain(lane))


class TerminalPrinter:
    """Finals stay; below them one line is redrawn with what is being said, its uncertain end dimmed."""

    def __init__(self, out: Output, lanes: Sequence[LaneName]) -> None:
        self._out = out
        self._labels = {lane.id: plain(lane.label) for lane in lanes}
        self._colours = {lane.id: _COLOURS[at % len(_COLOURS)] for at, lane in enumerate(lanes)}
        self._open: dict[tuple[str, str], CaptionEvent] = {}
        self._remarks = Remarks(self._label)

    def show(self, event: SessionEvent) -> None:
        """Print finals and trouble above the line that is redrawn."""
        if isinstance(event, CaptionEvent):
            self._caption(event)
            return
        if isinstance(event, LaneAdded):
            self._labels[event.lane] = plain(event.label)
            self._colours[event.lane] = _COLOURS[len(self._colours) % len(_COLOURS)]
            return
        lines = self._remarks.lines(event)
        if lines:
            self._out.write(_CLEAR_LINE)
            for line in lines:
                self._out.note(line)
            self._redraw()

    def close(self) -> None:
        """Remove the line that is redrawn."""
        self._open.clear()
        self._redraw()

    def _label(self, lane: str) -> str:
        return self._labels.get(lane, plain(lane))

    def _caption(self, event: CaptionEvent) -> None:
        key = (event.lane, event.segment_id)
        self._open.pop(key, None)
        if not event.is_final:
            self._open[key] = event  # the newest last: that is the one drawn
        elif event.text.strip():
            self._out.write(f"{_CLEAR_LINE}{self._painted_label(event.lane)}{plain(event.text)}\n")
        self._redraw()

    def _redraw(self) -> None:
        newest = next(reversed(self._open.values()), None)
        self._out.write(_CLEAR_LINE + (self._partial(newest) if newest is not None else ""))

    def _partial(self, event: CaptionEvent) -> str:
        room = self._out.columns - width(self._label(event.lane)) - 3  # the colon, its space, and the cursor
        shown = tail(plain(event.text), max(room, 10))
        if self._out.coloured:
            uncertain = min(len(plain(event.text[event.stable_chars :])), len(shown))
            solid = len(shown) - uncertain
            shown = f"{shown[:solid]}{_DIM}{shown[solid:]}{_RESET}"
        return self._painted_label(event.lane) + shown

    def _painted_label(self, lane: str) -> str:
        label = f"{self._label(lane)}: "
        return f"{self._colours.get(lane, '')}{label}{_RESET}" if self._out.coloured else label


class Remarks:
    """What a person is told on standard error about events that are not captions; trouble that lasts is told once."""

    def __init__(self, label: Callable[[str], str]) -> None:
        self._label = label
        self._standing: set[str] = set()

    def lines(self, event: SessionEvent) -> Sequence[str]:
        """The lines of one event, maybe none."""
        match event:
            case ProblemRaised():
                line = f"[{self._of(event.problem.lane)}{event.problem.error}]"
                known = line in self._standing  # raised again by every attempt that fails
                self._standing.add(line)
                return [] if known else [line]
            case ProblemCleared():
                of = self._of(event.problem.lane)
                self._standing.discard(f"[{of}{event.problem.error}]")
                return [f"[{of}solved: {event.problem.error.what}]"]
            case Gap() if event.end <= event.start:
                return [f"[{self._label(event.lane)}: interrupted, {event.reason}]"]
            case Gap():
                seconds = event.end - event.start
                return [f"[{self._label(event.lane)}: {seconds:.1f} s without captions, {event.reason}]"]
            case Seam():
                return [f"[{self._label(event.lane)}: captions by {event.provider} from here on, {event.language}]"]
            case _:
                return []

    def _of(self, lane: str) -> str:
        return f"{self._label(lane)}: " if lane else ""
