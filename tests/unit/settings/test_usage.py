"""Minutes add up over months, programs and restarts, and the user's limit holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from desktop.core.errors import OwnLimitReached
from desktop.settings.usage import MONTHS, Usage


def on(month: int, year: int = 2026) -> Callable[[], date]:
    return lambda: date(year, month, 15)


def test_minutes_add_up_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    for _ in range(2):
        usage = Usage(path, today=on(11))
        usage.load()
        usage.used("cloud", 90.0)
        usage.save()
    assert usage.minutes("cloud") == pytest.approx(3.0)
    assert usage.minutes("other") == 0.0
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_programs_do_not_forget_each_others_minutes(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    first, second = Usage(path, today=on(11)), Usage(path, today=on(11))
    first.used("cloud", 60.0)
    second.used("cloud", 120.0)
    first.save()
    second.save()
    assert second.minutes("cloud") == pytest.approx(3.0)


def test_a_new_month_begins_at_nothing(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    usage = Usage(path, {"cloud": 1}, today=on(11))
    usage.used("cloud", 120.0)
    assert isinstance(usage.refusal("cloud"), OwnLimitReached)
    usage.save()
    later = Usage(path, {"cloud": 1}, today=on(12))
    later.load()
    assert later.refusal("cloud") is None


def test_without_a_limit_nothing_is_refused() -> None:
    usage = Usage(Path("unused"), {"cloud": 0})
    usage.used("cloud", 1e9)
    assert usage.refusal("cloud") is None
    assert usage.refusal("other") is None


@pytest.mark.parametrize("broken", [b"", b"[1]", b'{"2026-11": {"cloud": "x", "other": NaN}}', b"\xff", b"[" * 100_000])
def test_a_broken_file_counts_as_empty_and_is_replaced(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "usage.json"
    path.write_bytes(broken)
    usage = Usage(path, today=on(11))
    usage.load()
    assert usage.minutes("cloud") == 0.0
    usage.used("cloud", 60.0)
    usage.save()
    again = Usage(path, today=on(11))
    again.load()
    assert again.minutes("cloud") == pytest.approx(1.0)


def test_a_disk_that_refuses_costs_no_minute(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    usage = Usage(blocked / "usage.json", {"cloud": 1}, today=on(11))
    usage.used("cloud", 120.0)
    usage.save()
    assert isinstance(usage.refusal("cloud"), OwnLimitReached)


def test_old_months_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    for number in range(MONTHS + 3):
        usage = Usage(path, today=on(number % 12 + 1, 2020 + number // 12))
        usage.used("cloud", 60.0)
        usage.save()
    assert path.read_text(encoding="utf-8").count("cloud") == MONTHS
