"""What a bot says, once each, however it tells it."""

from __future__ import annotations

from collections.abc import Callable

from desktop.core.captions import CaptionDocument, CaptionEvent, StreamEvent
from desktop.providers.pipecat.bot import SPEAKER, Bot
from desktop.wire.rtvi import BotOutput

Step = Callable[[Bot], list[StreamEvent]]


def shown(*steps: Step) -> list[tuple[str, bool]]:
    """Text and finality of each segment after these steps, one second of sound apart."""
    bot, document = Bot("en-US"), CaptionDocument()
    for step in steps:
        for event in step(bot):
            assert isinstance(event, CaptionEvent)
            assert (event.speaker, event.of_sound) == (SPEAKER, False)
            assert document.apply(event)
    return [(segment.text, segment.is_final) for segment in document.segments]


def spoken(text: str, segment: int, status: str, accumulated: str = "") -> Step:
    return lambda bot: bot.output(BotOutput(text, segment, "sentence", status, accumulated=accumulated), 1.0)


def older(text: str, *, is_spoken: bool, unit: str = "sentence") -> Step:
    return lambda bot: bot.output(BotOutput(text, None, unit, spoken=is_spoken), 1.0)


def transcribed(text: str) -> Step:
    return lambda bot: bot.transcribed(text, 1.0)


def voiced(text: str) -> Step:
    return lambda bot: bot.voiced(text, 1.0)


def silent(bot: Bot) -> list[StreamEvent]:
    return bot.fell_silent(1.0)


def cut(bot: Bot) -> list[StreamEvent]:
    return bot.interrupted(1.0)


HI = "Hi there."


def test_a_segment_is_shown_when_it_begins_and_stands_when_it_is_spoken() -> None:
    begun = spoken(HI, 1, "new")
    assert shown(begun) == [(HI, False)]
    assert shown(begun, spoken(HI, 1, "in-progress", "Hi"), spoken(HI, 1, "completed", HI)) == [(HI, True)]


def test_what_has_been_spoken_of_a_segment_is_stable() -> None:
    bot = Bot("en-US")
    bot.output(BotOutput(HI, 1, "sentence", "new", accumulated=""), 1.0)
    (event,) = bot.output(BotOutput(HI, 1, "sentence", "in-progress", accumulated="Hi"), 2.0)
    assert isinstance(event, CaptionEvent)
    assert (event.text, event.stable_chars, event.start, event.end) == (HI, 2, 1.0, 2.0)


def test_the_ways_that_a_bot_tells_the_same_do_not_add_up() -> None:
    once = (transcribed(HI), spoken(HI, 1, "new"), spoken(HI, 1, "completed", HI), voiced(HI), silent)
    assert shown(*once) == [(HI, True)]
    again = (transcribed("Bye."), spoken("Bye.", 2, "new"), voiced("Bye."), spoken("Bye.", 2, "completed", "Bye."))
    assert shown(*once, *again, silent) == [(HI, True), ("Bye.", True)]


def test_a_bot_that_only_transcribes() -> None:
    assert shown(transcribed(HI)) == [(HI, False)]
    assert shown(transcribed(HI), transcribed("Bye."), silent) == [(HI, True), ("Bye.", True)]


def test_words_of_a_voice_are_joined_to_sentences() -> None:
    assert shown(voiced("Hi"), voiced("there.")) == [(HI, True)]
    assert shown(voiced("Hi"), voiced("there"), silent) == [("Hi there", True)]
    assert shown(transcribed(HI), voiced("Hi"), voiced("there."), silent) == [(HI, True)]


def test_bots_of_protocol_1() -> None:
    announced = older(HI, is_spoken=False)
    assert shown(announced) == [(HI, False)]
    assert shown(announced, older("Hi", is_spoken=True, unit="word"), silent) == [(HI, True)]
    assert shown(announced, older(HI, is_spoken=True)) == [(HI, True)]


def test_text_that_is_never_spoken_is_final_at_once() -> None:
    code = BotOutput("print(1)", 3, "code", "new", will_be_spoken=False)
    assert shown(lambda bot: bot.output(code, 1.0)) == [("print(1)", True)]


def test_an_interruption_leaves_what_was_spoken() -> None:
    assert shown(spoken(HI, 1, "new"), spoken(HI, 1, "in-progress", "Hi"), cut) == [("Hi", True)]
    assert shown(spoken(HI, 1, "new"), cut) == [(HI, True)], "this voice does not say how far it is"
    late = spoken(HI, 1, "completed", HI)
    assert shown(spoken(HI, 1, "new"), spoken(HI, 1, "in-progress", "Hi"), cut, late) == [("Hi", True)]


def test_a_breath_within_a_segment_does_not_end_it() -> None:
    steps = (spoken(HI, 1, "in-progress", "Hi"), silent, spoken(HI, 1, "completed", HI))
    assert shown(*steps) == [(HI, True)]


def test_a_segment_whose_end_was_not_told_ends_with_the_next() -> None:
    assert shown(spoken(HI, 1, "in-progress", "Hi"), spoken("Bye.", 2, "new")) == [(HI, True), ("Bye.", False)]


def test_no_text_is_no_caption() -> None:
    assert shown(transcribed(" "), voiced(""), spoken("", 1, "new"), silent, cut) == []


def test_words_without_the_end_of_a_sentence_become_several_segments() -> None:
    words = [f"word{number:04}" for number in range(1000)]
    found = shown(*[voiced(word) for word in words])
    assert " ".join(text for text, _ in found).split() == words, "no word is lost, whatever a segment may hold"
    assert max(len(text) for text, _ in found) < 1100
