"""Whom this build may ask for newer versions, and when it does so next."""

from __future__ import annotations

import contextlib
import json
import logging
import math
from pathlib import Path

from desktop.core.release import is_web_address
from desktop.disk import replace_file
from desktop.settings import paths

DAY = 24 * 3600.0
LATER = 7 * DAY
"""Seconds until the same may be asked again: after an answer, and after “Not now”."""

_log = logging.getLogger(__name__)


def address() -> str:
    """The address of the document that names the newest version; empty where this build asks nobody.

    packaging/build.py writes it into the frozen program alone, from OVERTITLE_RELEASES: a checkout, a wheel and
    whatever a package manager updates have no such file.
    """
    with contextlib.suppress(OSError, ValueError):
        text = (paths.resources() / "releases.txt").read_text(encoding="ascii").strip()
        return text if is_web_address(text) else ""
    return ""


def is_due(now: float) -> bool:
    """Whether it may be asked at `now` (seconds since 1970); a time that can't be right is forgotten."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        known = json.loads(_file().read_bytes())
        at = known.get("next") if isinstance(known, dict) else None
        if isinstance(at, int | float) and math.isfinite(at):
            return not now < at <= now + LATER
    return True


def ask_at(moment: float) -> bool:
    """Ask no earlier than at `moment`; False when that can't be remembered."""
    try:
        replace_file(_file(), json.dumps({"next": moment}).encode(), through_links=True)
    except OSError as error:
        _log.info("The time of the next look for a newer version was not saved: %s", error.strerror)
        return False
    return True


def _file() -> Path:
    return paths.state_folder() / "updates.json"
