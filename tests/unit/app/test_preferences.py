from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from msgspec import structs

from desktop.app import preferences
from desktop.app.loop import Tasks
from desktop.app.preferences import Preferences
from desktop.settings.schema import Settings


async def test_what_changes_while_the_file_is_written_is_written_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preferences, "SETTLE", 0.0)
    written: list[Settings] = []
    writing, go_on = threading.Event(), threading.Event()

    def save(_path: Path, settings: Settings) -> None:
        written.append(settings)
        writing.set()
        assert go_on.wait(20)

    monkeypatch.setattr("desktop.settings.store.save", save)
    tasks = Tasks()
    kept = Preferences(Settings(), tasks, lambda error: pytest.fail(str(error)))
    first = structs.replace(Settings(), schema_version=2)
    second = structs.replace(Settings(), schema_version=3)
    kept.change(first)
    await asyncio.to_thread(writing.wait, 20)
    kept.change(second)
    go_on.set()
    assert kept._saving is not None
    await asyncio.wait_for(asyncio.shield(kept._saving), 60)
    assert written == [first, second]
    await tasks.end()
