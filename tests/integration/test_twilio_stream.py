"""A Twilio stream as Twilio sends it: no header, no query, both tracks, and chunks that never come."""

from __future__ import annotations

from array import array

import pytest
from websockets.exceptions import InvalidStatus

from desktop.ingress.config import ListenerConfig, Protocol
from desktop.ingress.server import Listener
from tests.support import twilio_peer
from tests.support.remote_desk import Desk, heard
from tests.support.remote_faults import Faults

TOKEN = "t0ken-" + "x" * 40
CONFIG = ListenerConfig(port=0, protocols=(Protocol.TWILIO,))


CHUNKS = 10


def stairs(first: int) -> bytes:
    """Chunks of 20 ms at 8 kHz, each a step of 1000 above the one before."""
    return array("h", [first + 1000 * step for step in range(CHUNKS) for _ in range(160)]).tobytes()


def levels(pcm: bytes) -> list[int]:
    """In the middle of each chunk, at the 16 kHz that lanes have, to the nearest 1000."""
    return [round(array("h", pcm)[step * 320 + 160], -3) for step in range(CHUNKS)]


@pytest.mark.parametrize(
    ("faults", "missing"),
    [
        (Faults(lost=frozenset({4, 5})), {4, 5}),
        (Faults(lost=frozenset({4})), {4}),
        (Faults(late=frozenset({3})), set()),
        (Faults(twice=frozenset({2, 6})), set()),
    ],
    ids=["two lost", "one lost", "out of order", "repeated"],
)
async def test_both_tracks_arrive_apart_and_on_time(faults: Faults, missing: set[int]) -> None:
    desk = Desk()
    async with Listener(CONFIG, TOKEN, desk) as listener, twilio_peer.dialled(f"{listener.url}/{TOKEN}") as peer:
        voices = {"inbound": stairs(1000), "outbound": stairs(-10_000)}
        await peer.call(twilio_peer.Stream(("inbound", "outbound")), voices, faults)
        lanes = await desk.both()
        for track, first in (("inbound", 1000), ("outbound", -10_000)):
            heard_levels = levels(await heard(lanes[track], CHUNKS * 640))
            assert heard_levels == [0 if step in missing else first + 1000 * step for step in range(CHUNKS)]
    assert all(TOKEN not in str(event) for event in desk.events)


async def test_the_query_that_twilio_drops_lets_nobody_in() -> None:
    async with Listener(CONFIG, TOKEN, Desk()) as listener:
        with pytest.raises(InvalidStatus, match="401"):
            async with twilio_peer.dialled(f"{listener.url}?token={TOKEN}"):
                pass
