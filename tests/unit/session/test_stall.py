"""A service that takes voices in and says nothing is noticed; silence and music that nobody owes words for is not."""

from __future__ import annotations

from desktop.session.stall import GIVE_UP, WARN, Stall, Verdict


def speak(stall: Stall, start: float, end: float, *, voiced: bool = True) -> None:
    for tenth in range(round(start * 10), round(end * 10)):
        stall.sent(0.1, voiced=voiced, now=tenth / 10)


def test_voices_without_an_answer_worry_and_then_end_the_stream() -> None:
    stall = Stall()
    speak(stall, 0.0, 5.0)
    assert stall.verdict(WARN) is Verdict.WELL
    assert stall.verdict(WARN + 0.1) is Verdict.WORRYING
    assert stall.verdict(GIVE_UP + 0.1) is Verdict.DEAD


def test_an_answer_starts_the_count_anew() -> None:
    stall = Stall()
    speak(stall, 0.0, 5.0)
    stall.heard()
    assert stall.verdict(100.0) is Verdict.WELL
    speak(stall, 100.0, 105.0)
    assert stall.verdict(100.0 + WARN + 0.1) is Verdict.WORRYING


def test_silence_is_owed_no_words() -> None:
    stall = Stall()
    speak(stall, 0.0, 60.0, voiced=False)
    speak(stall, 60.0, 61.0)
    assert stall.verdict(100.0) is Verdict.WELL


def test_the_next_stream_is_given_more_time_when_the_last_did_not_help() -> None:
    stall = Stall()
    speak(stall, 0.0, 5.0)
    assert stall.verdict(GIVE_UP + 0.1) is Verdict.DEAD
    stall.began()
    speak(stall, 20.0, 25.0)
    assert stall.verdict(20.0 + GIVE_UP + 0.1) is Verdict.WORRYING
    assert stall.verdict(20.0 + 2 * GIVE_UP + 0.1) is Verdict.DEAD
    stall.heard()
    speak(stall, 60.0, 65.0)
    assert stall.verdict(60.0 + GIVE_UP + 0.1) is Verdict.DEAD
