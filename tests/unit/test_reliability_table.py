"""The table of the promise: what breaks in it is told as broken, and costs no other row."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def reliability() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reliability", ROOT / "benchmarks" / "reliability.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    sys.modules["reliability"] = module
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
        del sys.modules["reliability"]
    return module


def run(reliability: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["reliability", *arguments])
    status = reliability.main()
    assert isinstance(status, int)
    return status


def test_a_row_that_breaks_is_a_no_and_costs_the_others_nothing(
    reliability: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def breaks(size: object) -> None:
        raise RuntimeError("first line\nsecond line")

    def works(size: object) -> list[object]:
        return [reliability.Row("it works", "1 s", "0.5 s", "3", kept=True)]

    monkeypatch.setattr(reliability, "GROUPS", {"breaks": breaks, "works": works})
    page = tmp_path / "page.md"
    assert run(reliability, monkeypatch, "--long", "--write", str(page)) == 1
    lines = [line.split("|") for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line[1:-1]] for line in lines]
    assert cells[2] == ["breaks", "", "the trial itself failed: RuntimeError: first line second line", "0", "**NO**"]
    assert cells[3] == ["it works", "1 s", "0.5 s", "3", "yes"]
    assert "breaks: 0 s" in capsys.readouterr().err


def test_a_page_says_how_it_was_made_and_what_is_missing(
    reliability: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []
    page = tmp_path / "page.md"

    def row(size: object) -> list[object]:
        seen.append(page.read_text(encoding="utf-8") if page.exists() else "")
        return []

    monkeypatch.setattr(reliability, "GROUPS", {"one": row, "two": row, "three": row})
    assert run(reliability, monkeypatch, "--write", str(page)) == 0
    assert "missing are: two, three." in seen[1]
    assert "missing are: three." in seen[2]
    whole = page.read_text(encoding="utf-8")
    assert "missing" not in whole
    assert whole.startswith("# Reliability, as measured\n\nWritten by `./dev bench reliability` on ")
    run(reliability, monkeypatch, "--long", "--only=two", "--write", str(page))
    assert "Written by `./dev test --soak --only=two` on " in page.read_text(encoding="utf-8")


def test_rows_that_nobody_knows_are_refused(
    reliability: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(reliability, monkeypatch, "--only=words,other")
    assert "no such rows: other" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("end", "kept", "told"),
    [
        ({"seconds": 0.1, "status": 0}, True, "every status 0"),
        ({"seconds": 0.1, "status": -6}, False, "status -6"),
        ({"seconds": float("inf"), "status": None}, False, "status None"),
        ({"seconds": 0.1, "status": 0, "said": "ERROR: it broke"}, False, "1 with errors in the log"),
        ({"seconds": 0.1, "status": 0, "left": ["process python"]}, False, "left behind: process python"),
        ({"seconds": 41.0, "status": 0}, False, "max 41.00 s"),
    ],
)
def test_an_end_that_was_not_well_is_seen(
    reliability: ModuleType, end: dict[str, object], kept: bool, told: str
) -> None:
    row = reliability.end_row("ends", "2 s", [reliability.programs.End(**end)], 2.0)
    assert row.kept is kept
    assert told in row.measured


def test_wrong_words_are_counted(reliability: ModuleType) -> None:
    rate = reliability.stand_in.word_error_rate
    spoken = ["the", "age", "of", "wisdom"]
    assert rate(spoken, spoken) == 0
    assert rate(spoken, ["the", "cage", "of", "wisdom"]) == 0.25
    assert rate(spoken, []) == 1
    assert rate(spoken, ["the", "the", "age", "of", "wisdom", "of"]) == 0.5


COUNT = {"faults": 8, "spoken": 60}


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, True),
        ({"faults": 0}, False),
        ({"spoken": 0}, False),
        ({"lost": ["1:2"]}, False),
        ({"doubled": ["1:2"]}, False),
        ({"invented": ["1:99"]}, False),
        ({"ends": ["1:ConnectionLost"]}, False),
        ({"marked": 3}, True),
    ],
)
def test_words_are_kept_only_where_some_were_in_danger(
    reliability: ModuleType, changes: dict[str, Any], kept: bool
) -> None:
    assert reliability.word_row("words", reliability.trials.Count(**{**COUNT, **changes}), "faults").kept is kept


def test_no_kill_and_no_look_keep_nothing(reliability: ModuleType) -> None:
    assert reliability.kill_row(40, [], 2).kept
    assert not reliability.kill_row(40, ["1:2"], 2).kept
    assert not reliability.kill_row(0, [], 2).kept
    leaks = reliability.programs.Leaks
    assert reliability.leak_row([leaks(7), leaks(5)]).kept
    assert not reliability.leak_row([leaks(7), leaks(0)]).kept
    assert not reliability.leak_row([leaks(7, ["key in log"])]).kept
    assert not reliability.leak_row([]).kept


@pytest.mark.parametrize(
    ("whole", "cut", "before", "seams", "kept"),
    [
        (1.0, 1.0, 9, 1, True),
        (1.0, 0.9, 9, 1, False),
        (0.0, 0.0, 9, 1, False),
        (1.0, 1.0, 0, 1, False),
        (1.0, 1.0, 9, 0, False),
    ],
)
def test_a_takeover_is_measured_on_a_passage_that_was_heard(
    reliability: ModuleType, whole: float, cut: float, before: int, seams: int, kept: bool
) -> None:
    stand_in = reliability.stand_in
    spoken = stand_in.words(" ".join(text for _, _, text in stand_in.SENTENCES[stand_in.FIRST :]))
    heard = [spoken[: round(len(spoken) * share)] for share in (whole, cut)]
    found = [stand_in.Takeover(1.0, heard[0], heard[1], before, seams)]
    assert reliability.takeover_row(found).kept is kept
    assert reliability.takeover_row([]).kept is False


FLOODED = """
no flood (the floor)   stall p99    2.7  max    5.7 ms  work    4.3 ms  over 33 ms   0  n=  4054  cpu   6%  memory   +0.1 MB  20 of 20 finals
1,000 partials/s       stall p99    8.1  max   13.3 ms  work   12.8 ms  over 33 ms   0  n=  3726  cpu  55%  memory   -1.1 MB  {words}
"""  # noqa: E501 - as it is printed


@pytest.mark.parametrize(
    ("words", "status", "kept"),
    [
        ("20 of 20 finals", 0, [None, True]),
        ("19 of 20 finals, NOT in order", 0, [None, False]),
        ("20 of 20 finals, NOT flooded", 0, [None, False]),
        ("20 of 20 finals", 1, [None, True, False]),
        ("", 0, [None, False]),
    ],
)
def test_a_flood_that_cost_words_or_was_none_is_no_success(
    reliability: ModuleType, words: str, status: int, kept: list[bool | None]
) -> None:
    assert [row.kept for row in reliability.flood_rows(FLOODED.format(words=words), status)] == kept
    assert [row.kept for row in reliability.flood_rows("", status)] == [False]
