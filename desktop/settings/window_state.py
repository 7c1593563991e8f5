"""Where windows stood, for each set of monitors: a convenience, so trouble with it is never told."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path

from desktop.disk import replace_file

MAX_SETS = 20
"""Sets of monitors that are remembered; the one that was not seen for the longest is forgotten first."""

_log = logging.getLogger(__name__)


def load_places(path: Path, monitors: str) -> dict[str, str]:
    """The place of each window, by its name, as it was saved with the same monitors; empty when nothing is known.

    Places and `monitors` are texts that only the window understands.
    """
    return _read(path).get(monitors, {})


def save_places(path: Path, monitors: str, places: Mapping[str, str]) -> None:
    """Remember the places of windows for these monitors; those of windows not named stay."""
    every = _read(path)
    every[monitors] = {**every.pop(monitors, {}), **places}
    newest = dict(list(every.items())[-MAX_SETS:])
    try:
        replace_file(path, json.dumps(newest, indent=1).encode(), through_links=True)
    except OSError as error:
        _log.info("The places of windows were not saved: %s", error.strerror)


def _read(path: Path) -> dict[str, dict[str, str]]:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        table = json.loads(path.read_bytes())
        if isinstance(table, dict):
            return {key: _texts(places) for key, places in table.items() if isinstance(places, dict)}
    return {}


def _texts(places: Mapping[str, object]) -> dict[str, str]:
    return {name: place for name, place in places.items() if isinstance(place, str)}
