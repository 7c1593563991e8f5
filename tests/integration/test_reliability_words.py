"""No word is lost or doubled on a line that breaks in every way; the long trials are `./dev test --soak`."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.http11 import Request

from desktop.core.captions import CaptionEvent, Gap
from desktop.core.errors import ProtocolViolation
from desktop.transcripts.journal import read
from tests.support import kills, lossy, trials
from tests.support.beacon_server import Message, PlainAdapter, Said, beacon_server
from tests.support.fault_proxy import LASTING, Fault
from tests.support.serve_beacon import serving

ON_A_REAL_SERVICE = (*LASTING, Fault.FLIP)
ON_ANY = (*LASTING, Fault.DELAY, Fault.REFUSE)


async def test_random_faults_of_every_kind_cost_no_word() -> None:
    """Side by side, because the time is real: Amazon's protocol, another one, and a standby that takes over."""
    short: dict[str, Any] = {"each": 3, "pause": (0.4, 1.5), "longest": 2.0}
    amazon, plain, (gap, standby) = await asyncio.gather(
        trials.words(24, seed=3, kinds=ON_A_REAL_SERVICE, **short),
        trials.words(24, seed=4, kinds=ON_ANY, speak=trials.plain, **short),
        trials.caption_gap(Fault.RESTART, lasts=4.0),
    )
    assert gap is not None
    for counted in (amazon, plain, standby):
        assert counted.spoken > 20
        assert not [*counted.lost, *counted.doubled, *counted.invented]
        assert not counted.ends


@pytest.mark.skipif(lossy.obstacle() != "", reason=f"platform: {lossy.obstacle()}")
def test_one_packet_in_twenty_is_lost() -> None:
    counted = lossy.lossy(2, 3.0)
    assert counted.faults > 0, "packets were dropped"
    assert counted.spoken > 5
    assert counted.clean
    assert not counted.ends


def test_shown_finals_survive_kill_9() -> None:
    shown, lost = kills.kills(6, first=100)
    assert shown > 30
    assert not lost


class Huge(PlainAdapter):
    """One message that is larger than any client has to take, on the first connection."""

    sent = False

    def say(self, said: Said) -> Message:
        if said.number == 3 and not Huge.sent:
            Huge.sent = True
            return json.dumps({"filler": "x" * 300_000})
        return super().say(said)


async def test_a_message_that_is_too_large_costs_the_connection_and_no_word(tmp_path: Path) -> None:
    Huge.sent = False
    async with beacon_server(Huge) as server:
        run = trials.Run(trials.plain(server.port), tmp_path, 6)
        await run.go()
        assert server.connections == 2
    assert run.error is None
    assert run.session.journal is not None
    counted = trials.count(run.session.journal, run.source, 0)
    assert counted.spoken == 6
    assert counted.clean


class Nonsense(PlainAdapter):
    def say(self, said: Said) -> Message:
        return "[" * 100_000 if said.number == 3 else super().say(said)


async def test_nonsense_ends_it_with_a_sentence_and_a_mark(tmp_path: Path) -> None:
    async with beacon_server(Nonsense) as server:
        run = trials.Run(trials.plain(server.port), tmp_path, 10)
        await run.go()
    assert isinstance(run.error, ProtocolViolation)
    assert run.session.journal is not None
    entries = read(run.session.journal).entries
    assert [one.text for one in entries if isinstance(one, CaptionEvent)][:2] == ["0", "1"]
    assert [one for one in entries if isinstance(one, Gap)]


class Hostile(PlainAdapter):
    def __init__(self, request: Request) -> None:
        super().__init__(request)

    def say(self, said: Said) -> Message:
        row = json.loads(super().say(said))
        row["text"] = f"\x1b[2J\u202e{row['text']}\ud800\x00<img src=x>" + "w" * 9000
        return json.dumps(row)


async def test_hostile_text_is_harmless_on_the_screen_and_on_the_disk(tmp_path: Path) -> None:
    async with beacon_server(Hostile) as server:
        run = trials.Run(trials.plain(server.port), tmp_path, 3)
        await run.go()
    shown = [one.text for one in run.session.document.segments]
    assert run.session.journal is not None
    saved = [one.text for one in read(run.session.journal).entries if isinstance(one, CaptionEvent)]
    assert len(shown) == len(saved) == 3
    for text in shown + saved:
        assert len(text) <= 4000
        assert "<img src=x>" in text
        assert not {"\x1b", "\u202e", "\ud800", "\x00"} & set(text)


@pytest.mark.parametrize(("flood", "size"), [(5_000, 0), (0, 255_000)], ids=["25,000 partials", "256 KiB each"])
async def test_a_flood_is_bounded_in_memory(tmp_path: Path, flood: int, size: int) -> None:
    with serving("plain", flood, size) as port:
        run = trials.Run(trials.plain(port), tmp_path, 5)
        run.told = heard = Forgetful()  # type: ignore[assignment]  # it forgets whatever it is given
        tracemalloc.start()
        try:
            with suppress(asyncio.CancelledError):
                await run.go()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert run.session.journal is not None
    counted = trials.count(run.session.journal, run.source, 0)
    assert counted.spoken == 5
    assert counted.clean
    assert heard.captions >= 5 * flood, "the flood came"
    assert heard.longest >= min(size, 4000)
    assert peak < 24e6, f"{peak / 1e6:.0f} MB"


class Forgetful(list[tuple[float, object]]):
    """So that it is not the test that remembers all."""

    captions = 0
    longest = 0
    """Characters of a caption."""

    def append(self, item: tuple[float, object]) -> None:
        """Count and forget."""
        if isinstance(item[1], CaptionEvent):
            self.captions += 1
            self.longest = max(self.longest, len(item[1].text))
