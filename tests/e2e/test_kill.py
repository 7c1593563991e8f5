"""kill -9 at any moment: every final that was shown is in the journal, and the next start works."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent
from desktop.transcripts.journal import read
from tests.e2e.conftest import Program, caption, write_replay, write_wave

KILLS = 6


@pytest.mark.skipif(sys.platform == "win32", reason="platform: kill -9 is of POSIX systems")
def test_no_final_that_was_shown_is_lost(program: Program, tmp_path: Path) -> None:
    recording = write_wave(tmp_path / "long.wav", 20.0)
    lines = [caption(0.05 * number, f"sentence {number}", str(number)) for number in range(1, 400)]
    replay = write_replay(tmp_path / "replay.jsonl", lines)
    chance = random.Random(4)  # noqa: S311 - any moments will do
    for _ in range(KILLS):
        running = program.start(
            *("live", "--json", "--source", f"Ann=file:{recording}"),
            *("--provider", "replay", "--option", f"path={replay}"),
        )
        assert running.stdout is not None
        until = chance.randint(1, 40)
        shown: list[str] = []
        journal = Path()
        for line in running.stdout:
            row = json.loads(line)
            if row["event"] == "saved":
                journal = Path(row["path"])
            if row["event"] == "final":
                shown.append(row["text"])
            if len(shown) >= until:
                break
        running.kill()
        rest, _ = running.communicate(timeout=30)
        whole = [json.loads(line) for line in rest.splitlines() if line.endswith("}")]  # the last one may be torn
        shown += [row["text"] for row in whole if row["event"] == "final"]
        saved = read(journal)
        texts = [entry.text for entry in saved.entries if isinstance(entry, CaptionEvent)]
        assert texts[: len(shown)] == shown
        assert not saved.complete
    listed = json.loads(program.run("transcripts", "list", "--json").stdout)
    assert len(listed) == KILLS
