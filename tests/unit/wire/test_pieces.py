"""Sound in pieces: nothing lost, nothing twice, one size."""

from __future__ import annotations

import random

from desktop.wire.pieces import Pieces


def test_whatever_comes_leaves_in_one_size_and_in_order() -> None:
    chance = random.Random(7)  # noqa: S311 - the same sound and cuts in every run
    sound = chance.randbytes(10_001)
    pieces, cut, at = Pieces(64), list[bytes](), 0
    while at < len(sound):
        step = chance.choice((0, 1, 63, 64, 65, 200))
        cut += pieces.add(sound[at : at + step])
        at += step
    assert {len(piece) for piece in cut} == {64}
    last = pieces.rest()
    assert b"".join([*cut, *last]) == sound
    assert len(last[0]) == len(sound) % 64
    assert pieces.rest() == []


def test_half_a_sample_is_left_out_of_the_rest_where_asked() -> None:
    pieces = Pieces(64)
    assert pieces.add(b"abcde") == []
    assert pieces.rest(2) == [b"abcd"]
    pieces.add(b"a")
    assert pieces.rest(2) == []
