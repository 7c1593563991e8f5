from __future__ import annotations

import math
from array import array

import numpy as np
import pytest

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.ingress.telephone import REACH, TELEPHONE, Doubler


def doubled(hertz: float, pieces: tuple[int, ...] = (160,) * 50) -> list[AudioChunk]:
    samples = array("h", (round(16_000 * math.sin(2 * math.pi * hertz * at / 8_000)) for at in range(sum(pieces))))
    doubler, at, out = Doubler(), 0, []
    for size in pieces:
        out.append(doubler.feed(AudioChunk(samples[at : at + size].tobytes(), TELEPHONE, 10 + at / 8_000)))
        at += size
    return out


@pytest.mark.parametrize("hertz", [200, 1000, 2500, 3300])
def test_a_tone_stays_that_tone_at_its_time(hertz: float) -> None:
    chunks = doubled(hertz)
    assert {chunk.format for chunk in chunks} == {SPEECH}
    found = np.frombuffer(b"".join(chunk.pcm for chunk in chunks), dtype="<i2").astype(float)
    times = chunks[0].start - 10 + np.arange(len(found)) / 16_000
    expected = 16_000 * np.sin(2 * np.pi * hertz * times)
    error = (found - expected)[4 * REACH : -4 * REACH]
    assert 20 * np.log10(np.sqrt(np.mean(error**2)) / 11_314) < -50


def test_pieces_make_no_difference() -> None:
    whole, parts = doubled(700, (1600,)), doubled(700, (1, 159, 320, 7, 1113))
    assert b"".join(chunk.pcm for chunk in parts) == whole[0].pcm
    assert parts[-1].end == pytest.approx(whole[0].end)


def test_nothing_is_smeared_over_a_hole() -> None:
    doubler = Doubler()
    doubler.feed(AudioChunk(b"\x00\x40" * 160, TELEPHONE, 1.0))
    after = doubler.feed(AudioChunk(bytes(320), TELEPHONE, 5.0))
    assert after.pcm == bytes(640)


def test_other_sound_is_left_alone() -> None:
    for form in (SPEECH, AudioFormat(8_000, 2)):
        chunk = AudioChunk(bytes(640), form, 0.0)
        assert Doubler().feed(chunk) is chunk
