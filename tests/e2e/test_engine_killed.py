"""The engine dies in the middle of a sentence: a new one takes over, and no sound is missing from the transcript."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from desktop.core.captions import CaptionEvent, Gap
from desktop.core.errors import EngineFailed
from desktop.providers import discover
from desktop.session.events import ProblemCleared, ProblemRaised, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.sample import sample_lanes
from desktop.session.service import Service
from desktop.session.session import Session
from desktop.transcripts.journal import read
from tests.support.desktop import missing, words

pytestmark = [pytest.mark.engine, pytest.mark.timeout(120)]

THEM = "it was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness"


async def test_a_killed_engine_costs_no_words(tmp_path: Path, expect_log: object) -> None:
    assert callable(expect_log)
    expect_log("desktop.transport.worker", "ended with status -9")
    lane = sample_lanes()[1]
    session = Session([lane], Service(discover()["on-device"], "en-US"), JournalPlan([tmp_path]))
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    running = asyncio.ensure_future(session.run())
    for sentence in (1, 2):
        while not _speaking(session, sentence):
            await asyncio.sleep(0.05)
        psutil.Process().children()[0].kill()
        while len([one for one in told if isinstance(one, ProblemRaised)]) < sentence:
            await asyncio.sleep(0.01)
    while len([one for one in session.document.segments if one.is_final]) < 2:
        await asyncio.sleep(0.05)
    session.stop()
    await running
    assert session.journal is not None
    saved = read(session.journal)
    texts = [entry.text for entry in saved.entries if isinstance(entry, CaptionEvent)]
    assert len(missing(words(THEM), words(" ".join(texts)))) <= 2
    assert len(words(" ".join(texts))) <= len(words(THEM)) + 3, "nothing is said twice"
    assert not [entry for entry in saved.entries if isinstance(entry, Gap)]
    assert sum(isinstance(one, ProblemRaised) and isinstance(one.problem.error, EngineFailed) for one in told) == 2
    assert sum(isinstance(one, ProblemCleared) for one in told) == 2


def _speaking(session: Session, sentence: int) -> bool:
    """Whether the partial of this sentence has begun."""
    segments = session.document.segments
    return len(segments) >= sentence and not segments[-1].is_final and len(segments[-1].text) > 12
