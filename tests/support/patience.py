"""Waiting costs nothing when all is well, and a slow machine is no failure: limits that tests are given are long."""

from __future__ import annotations

import inspect

from pytestqt.qtbot import QtBot

LONG = 60.0
"""Seconds for anything that has to happen, on a computer that does much else."""


def pytest_configure() -> None:
    """Give the waits of pytest-qt, which all default to 5 s, that limit."""
    for _, wait in inspect.getmembers(QtBot, inspect.isfunction):
        if "timeout" in (defaults := wait.__kwdefaults__ or {}):
            defaults["timeout"] = round(LONG * 1000)
