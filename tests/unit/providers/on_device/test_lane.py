"""A lane keeps the rules of a stream whatever its engine says."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from desktop.providers.on_device.lane import Lane, Line, Tools
from desktop.providers.on_device.segments import HOP, RATE

VOICE, SILENCE = 0.5, 0.0


def sound(*parts: tuple[float, float]) -> array[float]:
    """Seconds of a level after seconds of another."""
    samples = array("f")
    for level, seconds in parts:
        samples.extend(array("f", [level]) * int(seconds * RATE))
    return samples


def run(samples: array[float], decode: Callable[[array[float]], str], hurried: bool = False) -> list[Line]:
    lane = Lane(Tools(lambda hop: hop[0] > 0.1, decode, lambda: 0.0))
    lines: list[Line] = []
    for at in range(0, len(samples), 1600):
        lines += lane.push(samples[at : at + 1600], hurried)
    return lines + lane.finish()


def counting(samples: array[float]) -> str:
    """An engine that hears a word every 0.3 s."""
    voiced = sum(1 for at in range(0, len(samples), HOP) if samples[at] > 0.1) * HOP / RATE
    return " ".join(f"word{number}" for number in range(int(voiced / 0.3)))


def of(lines: list[Line], kind: str) -> list[Line]:
    return [line for line in lines if line["type"] == kind]


def test_a_line_grows_and_ends_in_one_final() -> None:
    samples = sound((SILENCE, 1.0), (VOICE, 3.1), (SILENCE, 0.9))
    lines = run(samples, counting)

    (final,) = of(lines, "final")
    assert final["text"] == counting(samples)
    assert len(of(lines, "partial")) >= 5
    assert [line["revision"] for line in lines if "revision" in line] == [*range(1, len(of(lines, "partial")) + 2)]
    assert of(lines, "progress")[-1]["end"] == 5.0


def test_silence_is_answered_with_progress_alone() -> None:
    lines = run(sound((SILENCE, 5.0)), counting)

    assert {line["type"] for line in lines} == {"progress"}
    assert of(lines, "progress")[-1]["end"] == 5.0
    assert len(lines) > 5


def test_in_a_hurry_hypotheses_are_rare() -> None:
    samples = sound((VOICE, 6.0), (SILENCE, 1.0))
    calm, hurried = run(samples, counting), run(samples, counting, hurried=True)

    assert len(of(hurried, "partial")) < len(of(calm, "partial")) / 2
    assert [final["text"] for final in of(hurried, "final")] == [final["text"] for final in of(calm, "final")]


def test_a_shown_line_that_turns_out_to_be_nothing_is_withdrawn() -> None:
    texts = iter(["something"])
    lines = run(sound((VOICE, 1.0), (SILENCE, 1.0)), lambda _: next(texts, ""))

    (final,) = of(lines, "final")
    assert final["text"] == ""


def test_a_line_in_which_nothing_was_ever_heard_is_not_told() -> None:
    lines = run(sound((VOICE, 1.0), (SILENCE, 1.0)), lambda _: "")
    assert {line["type"] for line in lines} == {"progress"}


def test_the_end_of_the_sound_ends_an_open_line_with_all_of_it() -> None:
    lines = run(sound((VOICE, 2.02)), counting)

    (final,) = of(lines, "final")
    assert final["text"] == counting(sound((VOICE, 2.02)))
    assert of(lines, "progress")[-1]["end"] == len(sound((VOICE, 2.02))) / RATE


@given(
    st.lists(st.tuples(st.sampled_from([VOICE, SILENCE]), st.floats(0.05, 4.0)), max_size=6),
    st.lists(st.lists(st.sampled_from(["a", "b.", "C,"]), max_size=6).map(" ".join), min_size=1, max_size=20),
)
def test_the_rules_hold_for_an_engine_that_says_anything(parts: list[tuple[float, float]], texts: list[str]) -> None:
    said = count()
    samples = sound(*parts)
    lines = run(samples, lambda _: texts[next(said) % len(texts)])

    told = 0.0
    revisions: dict[object, int] = {}
    promised: dict[object, str] = {}
    closed: set[object] = set()
    for line in lines:
        if line["type"] == "progress":
            end = line["end"]
            assert isinstance(end, float)
            assert end >= told
            told = end
        if line["type"] in {"partial", "final"}:
            number, text = line["segment"], str(line["text"])
            assert number not in closed
            start = line["start"]
            assert isinstance(start, float)
            assert start >= told
            assert line["revision"] == revisions.get(number, 0) + 1
            revisions[number] = revisions.get(number, 0) + 1
            if line["type"] == "partial":
                assert text.startswith(promised.get(number, ""))
                stable = line["stable"]
                assert isinstance(stable, int)
                promised[number] = text[:stable]
            else:
                closed.add(number)
    assert closed == set(revisions)
    assert told == len(samples) / RATE
