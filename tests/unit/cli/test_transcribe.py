from __future__ import annotations

import pytest

from desktop.cli.output import Output
from desktop.cli.transcribe import GIVE_UP, Patience
from desktop.core.captions import CaptionEvent
from desktop.core.errors import ConnectionLost, LanguageUnsupported, OvertitleError
from desktop.core.message import say
from desktop.core.state import Problem
from desktop.session.events import ProblemRaised

WORD = CaptionEvent("lane-1", "1", 1, "hello", True, 0.0, 1.0)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def trouble(kind: type[OvertitleError] = ConnectionLost) -> ProblemRaised:
    return ProblemRaised(Problem(kind(say("T", "It broke.")), since=0.0))


def test_trouble_that_lasts_ends_the_work(pipe: Output) -> None:
    clock = Clock()
    patience = Patience(pipe, clock)
    patience.show(trouble())
    clock.now += GIVE_UP - 1
    patience.show(trouble())
    clock.now += 2
    with pytest.raises(ConnectionLost):
        patience.show(trouble())


def test_every_caption_renews_the_patience(pipe: Output) -> None:
    clock = Clock()
    patience = Patience(pipe, clock)
    for _ in range(5):
        patience.show(trouble())
        clock.now += GIVE_UP - 1
        patience.show(WORD)


def test_what_a_person_is_told_is_told_once(pipe: Output) -> None:
    patience = Patience(pipe, Clock())
    for _ in range(3):
        patience.show(trouble())
    assert pipe.stderr.getvalue() == "It broke. Trying again.\n"  # type: ignore[attr-defined]  # a StringIO


def test_a_notice_is_no_reason_to_give_up(pipe: Output) -> None:
    clock = Clock()
    patience = Patience(pipe, clock)
    for _ in range(3):
        patience.show(trouble(LanguageUnsupported))
        clock.now += GIVE_UP * 2
    assert [str(notice) for notice in patience.notices.values()] == ["It broke."]
