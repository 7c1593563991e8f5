"""After a replay no word stands twice, with the provider's word times and without."""

from __future__ import annotations

import pytest

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Word
from desktop.session.assembly import Assembly, Memory
from desktop.session.timeline import Timeline


def replayed(memory: Memory, since: float) -> Assembly:
    """A stream whose first sample is the session's second `since`."""
    timeline = Timeline()
    timeline.sent(AudioChunk(bytes(SPEECH.size(10.0)), SPEECH, since))
    return Assembly(2, timeline, {"you": memory})


def final(text: str, start: float, end: float, words: tuple[Word, ...] = ()) -> CaptionEvent:
    return CaptionEvent("", "1", 1, text, True, start, end, words=words, stable_chars=len(text))


def remembering(text: str, until: float) -> Memory:
    memory = Memory()
    memory.heard(final(text, 0.0, until), until)
    return memory


def test_words_that_lie_before_the_last_final_are_cut_by_their_times() -> None:
    words = (Word("four", 0.0, 0.4), Word("five,", 0.5, 0.9), Word("six.", 1.0, 1.4))
    event = replayed(remembering("three four", 5.0), 4.5).caption(final("four five, six.", 0.0, 1.4, words))
    assert event.text == "five, six."
    assert [word.text for word in event.words] == ["five,", "six."]
    assert event.start == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("heard", "again", "rest"),
    [
        ("We met on Monday, at noon.", "At noon, then lunch.", "then lunch."),
        ("We met on Monday", "Monday", ""),
        ("Nous sommes à l’école", "l’école est fermée", "est fermée"),
        ("no no", "no no yes", "yes"),
        ("On part, d’accord ?", "d’accord ? Oui", "Oui"),
        ("On part, d’accord ?", "D’accord ?", ""),
        ("¿Vamos?", "¿Vamos? ¿Cuándo?", "¿Cuándo?"),
        ("We met on Monday", "Tuesday is better", "Tuesday is better"),
        ("", "Tuesday", "Tuesday"),
    ],
)
def test_without_word_times_the_longest_repeated_run_is_cut(heard: str, again: str, rest: str) -> None:
    event = replayed(remembering(heard, 5.0), 4.5).caption(final(again, 0.0, 1.0))
    assert event.text == rest
    assert event.stable_chars == len(rest)


def test_what_begins_after_the_last_final_may_repeat_it() -> None:
    event = replayed(remembering("no", 5.0), 4.5).caption(final("no", 0.6, 1.0))
    assert event.text == "no"


def test_only_earlier_streams_count_as_heard() -> None:
    memory = remembering("one", 5.0)
    assembly = replayed(memory, 5.0)
    memory.heard(final("two", 5.0, 7.0), 7.0)
    assert assembly.caption(final("two", 1.0, 2.0)).text == "two"
