"""How many minutes each service was sent this month, what that may cost, and the limit that the user set.

Seconds are counted per month and provider in one small file; several programs may add to it at once. It says nothing
of what was said or when within the month.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from desktop.core.errors import OwnLimitReached, ProviderError
from desktop.core.message import say
from desktop.disk import replace_file

MONTHS = 13
"""Months that are kept."""

_log = logging.getLogger(__name__)
_Table = dict[str, dict[str, float]]


class Usage:
    """Counts in memory; `load` and `save` touch the disk and belong into a worker thread."""

    def __init__(
        self, path: Path, limits: Mapping[str, int] | None = None, today: Callable[[], date] = date.today
    ) -> None:
        self._path = path
        self.limits = limits or {}
        """Minutes per month for each provider id; 0 or nothing for no limit."""
        self._today = today
        self._saved: _Table = {}
        self._new: _Table = {}
        self._saving: _Table = {}

    def load(self) -> None:
        """Read what was counted before; a file that can't be read counts as empty."""
        self._saved = _read(self._path)

    def used(self, provider: str, seconds: float) -> None:
        """So much sound went to a provider."""
        month = self._new.setdefault(self._month(), {})
        month[provider] = month.get(provider, 0.0) + seconds

    def minutes(self, provider: str) -> float:
        """Minutes of sound sent to a provider this month."""
        month = self._month()
        tables = (self._saved, self._saving, self._new)
        return sum(table.get(month, {}).get(provider, 0.0) for table in tables) / 60

    def refusal(self, provider: str) -> ProviderError | None:
        """The user's own limit, when it is reached."""
        limit = self.limits.get(provider, 0)
        if not limit or self.minutes(provider) < limit:
            return None
        return OwnLimitReached(
            say("Usage", "Your own limit of {minutes} minutes this month is reached.", minutes=limit),
            say("Usage", "Raise the limit in the settings, or let this computer caption."),
        )

    def save(self) -> None:
        """Add what is new to the file; trouble with it is logged, never told."""
        if not self._new:
            return
        self._saving, self._new = self._new, {}  # still counted: a limit holds while the disk is slow
        table = _read(self._path)
        for month, providers in self._saving.items():
            for provider, seconds in providers.items():
                counted = table.setdefault(month, {})
                counted[provider] = round(counted.get(provider, 0.0) + seconds, 1)
        table = dict(sorted(table.items())[-MONTHS:])
        try:
            replace_file(self._path, json.dumps(table, indent=1).encode(), through_links=True)
        except OSError as error:
            _log.info("The minutes used were not saved: %s", error.strerror)
            self._put_back()
        else:
            self._saved, self._saving = table, {}

    def _put_back(self) -> None:
        """The next save tries again."""
        kept, self._saving = self._saving, {}
        for month, providers in kept.items():
            counted = self._new.setdefault(month, {})
            for provider, seconds in providers.items():
                counted[provider] = counted.get(provider, 0.0) + seconds

    def _month(self) -> str:
        return f"{self._today():%Y-%m}"


def _read(path: Path) -> _Table:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        table = json.loads(path.read_bytes())
        if isinstance(table, dict):
            return {str(month): _seconds(found) for month, found in table.items() if isinstance(found, dict)}
    return {}


def _seconds(found: Mapping[object, object]) -> dict[str, float]:
    return {
        str(name): float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and 0 <= value < 1e9  # NaN is neither
    }
