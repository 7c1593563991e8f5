"""A log record of a warning or worse fails the test, unless the test expects it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest


class Watch(logging.Handler):
    """Collects what is logged, and what the test said it would be."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.expected: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def expect(self, logger: str, text: str = "") -> None:
        """Expect at least one record from `logger` or below it whose message holds `text`."""
        self.expected.append((logger, text))

    def surprises(self) -> list[str]:
        """Records that nobody expected, and expectations that nothing met."""
        met: set[tuple[str, str]] = set()
        found = []
        for record in self.records:
            matching = {pair for pair in self.expected if matches(record, *pair)}
            met |= matching
            if not matching:
                found.append(f"unexpected {record.levelname} from {record.name}: {record.getMessage()}")
        return found + [f"expected of {logger}, and never logged: {text!r}" for logger, text in {*self.expected} - met]


def matches(record: logging.LogRecord, logger: str, text: str) -> bool:
    """Whether a record is the expected one."""
    return f"{record.name}.".startswith(f"{logger}.") and text in record.getMessage()


@pytest.fixture(autouse=True)
def log_watch() -> Iterator[Watch]:
    """Fails the test when it is over, if its log holds a surprise."""
    watch = Watch()
    root = logging.getLogger()
    root.addHandler(watch)
    yield watch
    root.removeHandler(watch)
    if surprises := watch.surprises():
        pytest.fail("\n".join(surprises), pytrace=False)


@pytest.fixture
def expect_log(log_watch: Watch) -> Callable[..., None]:
    """`expect_log("desktop.audio", "some words")`: the test logs this warning or error, and fails if it doesn't."""
    return log_watch.expect
