"""Which silence needs no answer."""

from __future__ import annotations

from array import array

import pytest

from desktop.core.audio import SPEECH, AudioFormat
from desktop.providers.amazon_transcribe.quiet import LOUDEST, Quietness


@pytest.fixture
def quiet() -> Quietness:
    return Quietness(SPEECH)


def hear(quiet: Quietness, seconds: float, value: int = 0) -> None:
    for _ in range(round(seconds / 0.05)):
        quiet.hear(array("h", [value]).tobytes() * 800)


def test_a_little_silence_is_not_told(quiet: Quietness) -> None:
    hear(quiet, 5.4)
    assert quiet.progress() is None
    hear(quiet, 0.2)
    assert quiet.progress() == pytest.approx(5.1)
    assert quiet.progress() is None
    hear(quiet, 4.9)
    assert quiet.progress() is None
    hear(quiet, 0.2)
    assert quiet.progress() == pytest.approx(10.2)


@pytest.mark.parametrize("value", [LOUDEST + 1, -LOUDEST - 1])
def test_a_voice_stops_it_until_it_is_answered(quiet: Quietness, value: int) -> None:
    hear(quiet, 10.0)
    hear(quiet, 1.0, value)
    hear(quiet, 30.0, LOUDEST)
    assert quiet.progress() == pytest.approx(9.5)
    assert quiet.progress() is None
    quiet.answered(10.75)
    assert quiet.progress() == pytest.approx(40.5)


def test_a_voice_that_goes_on_after_a_final_is_not_answered(quiet: Quietness) -> None:
    hear(quiet, 1.0, 1000)
    hear(quiet, 10.0)
    quiet.answered(0.6)
    assert quiet.progress() is None


def test_a_voice_after_the_answered_one_is_not_answered(quiet: Quietness) -> None:
    hear(quiet, 1.0, 1000)
    hear(quiet, 10.0)
    hear(quiet, 1.0, 1000)
    hear(quiet, 10.0)
    quiet.answered(1.0)
    assert quiet.progress() == pytest.approx(10.5)


def test_one_loud_channel_is_enough() -> None:
    quiet = Quietness(AudioFormat(16_000, 2))
    quiet.hear(array("h", [0, 1000]).tobytes() * 16_000)
    quiet.hear(bytes(64_000 * 10))
    assert quiet.progress() is None


def test_a_lone_byte_is_no_sample(quiet: Quietness) -> None:
    quiet.hear(b"\0")
    assert quiet.progress() is None


def test_an_answer_for_one_channel_answers_for_no_other() -> None:
    quiet = Quietness(AudioFormat(16_000, 2))
    quiet.hear(array("h", [1000, 1000]).tobytes() * 16_000)
    quiet.hear(bytes(64_000 * 10))
    quiet.answered(1.0, 0)
    assert quiet.progress() is None
    quiet.answered(1.0, 1)
    assert quiet.progress() == pytest.approx(10.5)
