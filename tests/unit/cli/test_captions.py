from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.cli.captions import LaneName, printer
from desktop.cli.output import Output
from desktop.core.captions import CaptionEvent, Gap, Insight, InsightKind, Seam, Word
from desktop.core.errors import ConnectionLost
from desktop.core.message import say
from desktop.core.state import Problem, SessionState
from desktop.session.events import LevelChanged, ProblemCleared, ProblemRaised, Saved, StateChanged

LANES = [LaneName("you", "You"), LaneName("them", "Th\x1bem")]
LOST = Problem(ConnectionLost(say("T", "It broke."), say("T", "Wait.")), since=2.0, lane="them", retry_at=3.5)


def said(text: str, *, final: bool, lane: str = "you", segment: str = "1", stable: int = 0) -> CaptionEvent:
    return CaptionEvent(lane, segment, 3, text, final, 1.23456, 2.0, "en-US", "", (), stable)


def printed(stream: object) -> str:
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_pipe_gets_finals_and_nothing_else(pipe: Output) -> None:
    show = printer(pipe, LANES, as_json=False)
    for event in (
        said("hel", final=False),
        said("hello\x1b[2J", final=True),
        said("", final=True, segment="2"),
        said("hi", final=True, lane="them"),
        StateChanged(SessionState.LIVE),
        LevelChanged("you", -30.0, voiced=True),
    ):
        show.show(event)
    show.close()
    assert printed(pipe.stdout) == "You: hello[2J\nThem: hi\n"
    assert printed(pipe.stderr) == ""


def test_trouble_goes_to_standard_error(pipe: Output) -> None:
    show = printer(pipe, LANES, as_json=False)
    show.show(ProblemRaised(LOST))
    show.show(ProblemCleared(LOST))
    show.show(Gap("you", 1.0, 3.5, "sound lost"))
    show.show(Seam("you", 1.0, "on-device", "en-US"))
    assert printed(pipe.stdout) == ""
    assert printed(pipe.stderr).splitlines() == [
        "[Them: It broke. Wait.]",
        "[Them: solved: It broke.]",
        "[You: 2.5 s without captions, sound lost]",
        "[You: captions by on-device from here on, en-US]",
    ]


def test_json_caption_has_every_documented_key(pipe: Output) -> None:
    event = CaptionEvent("you", "s1", 4, "hi", True, 1.23456, 2.0, "en-US", "A", (Word("hi", 1.2, 1.4, 0.5, True),))
    printer(pipe, LANES, as_json=True).show(event)
    assert json.loads(printed(pipe.stdout)) == {
        "event": "final",
        "lane": "you",
        "label": "You",
        "segment_id": "s1",
        "revision": 4,
        "text": "hi",
        "start": 1.235,
        "end": 2.0,
        "language": "en-US",
        "speaker": "A",
        "words": [{"text": "hi", "start": 1.2, "end": 1.4, "confidence": 0.5, "stable": True}],
    }


def test_json_events_beside_captions(pipe: Output) -> None:
    show = printer(pipe, LANES, as_json=True)
    for event in (
        said("x", final=False),
        Insight(InsightKind.QUESTION, "why", "you", "", 1.0),
        StateChanged(SessionState.LIVE, "you"),
        ProblemRaised(LOST),
        ProblemCleared(LOST),
        Saved(Path("/a/b.jsonl"), complete=True),
        LevelChanged("you", -30.0, voiced=True),
        Gap("you", 1.0, 2.0, "sound lost"),
    ):
        show.show(event)
    rows = [json.loads(line) for line in printed(pipe.stdout).splitlines()]
    assert [row["event"] for row in rows] == ["partial", "insight", "status", "problem", "problem", "saved", "gap"]
    assert rows[2] == {"event": "status", "state": "live", "lane": "you"}
    assert rows[3] == {
        "event": "problem",
        "class": "ConnectionLost",
        "sentence": "It broke.",
        "hint": "Wait.",
        "retry_at": 3.5,
        "lane": "them",
        "since": 2.0,
        "resolved": False,
    }
    assert rows[4]["resolved"] is True
    assert rows[5] == {"event": "saved", "path": "/a/b.jsonl", "complete": True}


def screen(text: str) -> list[str]:
    """What a terminal shows after `text`: the only commands are a return with an erased line, and a new line."""
    lines = [""]
    for piece in text.replace("\r\x1b[K", "\x00").replace("\n", "\x01\n").split("\n"):
        for part in piece.split("\x00")[:1]:
            lines[-1] += part
        for part in piece.split("\x00")[1:]:
            lines[-1] = part
        if lines[-1].endswith("\x01"):
            lines[-1] = lines[-1][:-1]
            lines.append("")
    return lines


def test_terminal_redraws_the_partial_and_keeps_finals(terminal: Output) -> None:
    show = printer(terminal, LANES, as_json=False)
    show.show(said("one", final=False))
    show.show(said("one two", final=False))
    assert screen(printed(terminal.stdout)) == ["You: one two"]
    show.show(said("well", final=False, lane="them"))
    show.show(said("one two three.", final=True))
    assert screen(printed(terminal.stdout)) == ["You: one two three.", "Them: well"]
    show.close()
    assert screen(printed(terminal.stdout)) == ["You: one two three.", ""]


def test_long_partial_stays_on_one_line(terminal: Output) -> None:
    printer(terminal, LANES, as_json=False).show(said("word " * 40, final=False))
    assert len(screen(printed(terminal.stdout))[0]) < 40


def test_withdrawn_segment_leaves_the_screen(terminal: Output) -> None:
    show = printer(terminal, LANES, as_json=False)
    show.show(said("hm", final=False))
    show.show(said("", final=True))
    assert screen(printed(terminal.stdout)) == [""]


def test_trouble_does_not_tear_the_partial(terminal: Output) -> None:
    show = printer(terminal, LANES, as_json=False)
    show.show(said("hm", final=False))
    show.show(ProblemRaised(LOST))
    assert printed(terminal.stderr) == "[Them: It broke. Wait.]\n"
    assert screen(printed(terminal.stdout)) == ["You: hm"]


@pytest.mark.parametrize(("stable", "painted"), [(0, "\x1b[2mone two\x1b[0m"), (4, "one \x1b[2mtwo\x1b[0m")])
def test_uncertain_end_is_dimmed(terminal: Output, monkeypatch: pytest.MonkeyPatch, stable: int, painted: str) -> None:
    monkeypatch.delenv("NO_COLOR")
    printer(terminal, LANES, as_json=False).show(said("one two", final=False, stable=stable))
    assert printed(terminal.stdout).endswith(painted)


def test_trouble_that_every_attempt_raises_again_is_told_once(pipe: Output) -> None:
    show = printer(pipe, LANES, as_json=False)
    for event in (
        ProblemRaised(LOST),
        ProblemRaised(replace(LOST, retry_at=9.0)),
        ProblemCleared(LOST),
        ProblemRaised(LOST),
    ):
        show.show(event)
    lost, solved = "[Them: It broke. Wait.]", "[Them: solved: It broke.]"
    assert printed(pipe.stderr).splitlines() == [lost, solved, lost]


def test_scripts_hear_of_gaps_and_seams(pipe: Output) -> None:
    show = printer(pipe, LANES, as_json=True)
    show.show(Gap("you", 1.0, 3.5, "connection lost"))
    show.show(Seam("you", 4.0, "on-device", "en-US", "the service is away"))
    gap, seam = map(json.loads, printed(pipe.stdout).splitlines())
    assert gap == {"event": "gap", "lane": "you", "start": 1.0, "end": 3.5, "reason": "connection lost"}
    assert seam == {
        "event": "seam",
        "lane": "you",
        "start": 4.0,
        "provider": "on-device",
        "language": "en-US",
        "reason": "the service is away",
    }
