from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.ingress.dialect import Sound, Violation
from desktop.ingress.track import Track
from tests.unit.wire.test_riff import written

TELEPHONE = AudioFormat(8_000)
PIECE = b"\x01\x00" * 320
"""20 ms at 16 kHz."""


def counted(number: int, pcm: bytes = PIECE) -> Sound:
    return Sound("", pcm, SPEECH, number, 320 * number)


def run(track: Track, sounds: list[tuple[float, Sound]]) -> list[AudioChunk]:
    chunks = [chunk for now, sound in sounds for chunk in track.take(sound, now)]
    return chunks + track.flush(sounds[-1][0])


def voiced(chunks: list[AudioChunk]) -> bytes:
    return b"".join(chunk.pcm for chunk in chunks)


def test_times_follow_the_sound_and_not_its_arrival() -> None:
    jitter = (0.0, 0.015, 0.003, 0.019, 0.001)
    chunks = run(Track(), [(100.02 + 0.02 * at + jitter[at % 5], counted(at)) for at in range(50)])
    assert [chunk.start for chunk in chunks] == pytest.approx([100.0 + 0.02 * at for at in range(50)], abs=0.02)
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(chunks))


def test_lost_chunks_become_silence_of_their_length() -> None:
    track = Track()
    numbers = [0, 1, 5, 6, 7, 8, 9]
    chunks = run(track, [(100.02 + 0.02 * at, counted(at)) for at in numbers])
    assert voiced(chunks) == PIECE * 2 + bytes(3 * 640) + PIECE * 5
    assert track.counts.filled == pytest.approx(0.06)
    assert chunks[-1].end == pytest.approx(100.2, abs=0.001)


def test_a_hole_without_positions_is_as_long_as_the_chunk_after_it() -> None:
    chunks = run(Track(), [(100.0 + at, Sound("", PIECE, SPEECH, at)) for at in (0, 2)])
    assert voiced(chunks) == PIECE + bytes(640) + PIECE


def test_a_long_hole_is_a_jump_of_time_and_no_memory() -> None:
    track = Track()
    sounds = [(100.02, counted(0)), (160.02, counted(3000)), (160.04, counted(3001)), (160.06, counted(3002))]
    chunks = run(track, [*sounds, (160.08, counted(3003))])
    assert voiced(chunks) == PIECE * 5
    assert track.counts.jumps == 1
    assert [chunk.start for chunk in chunks] == pytest.approx([100.0, 160.0, 160.02, 160.04, 160.06], abs=0.09)


def test_impossible_positions_cost_nothing() -> None:
    chunks = run(Track(), [(100.0, counted(0)), (100.02, Sound("", PIECE, SPEECH, 1, 2**64 - 1))])
    assert voiced(chunks) == PIECE * 2


def test_a_pause_of_a_peer_that_does_not_count_moves_the_clock() -> None:
    sounds = [(100.02, Sound("", PIECE, SPEECH)), (130.02, Sound("", PIECE, SPEECH))]
    assert [chunk.start for chunk in run(Track(), sounds)] == pytest.approx([100.0, 130.0])


def test_rounded_milliseconds_are_no_holes() -> None:
    track = Track()
    sounds = [(100.0 + at * 0.02, Sound("", bytes(320), TELEPHONE, None, at * 160 + at % 3 * 8)) for at in range(20)]
    assert len(voiced(run(track, sounds))) == 20 * 320
    assert track.counts.filled == 0.0


def test_late_sound_of_a_peer_that_tells_positions_alone_is_dropped() -> None:
    track = Track()
    sounds = [(100.0 + at, Sound("", PIECE, SPEECH, None, at)) for at in (0, 320, 640, 0, 960)]
    assert voiced(run(track, sounds)) == PIECE * 4
    assert track.counts.late == 1


def test_an_odd_byte_waits_for_its_other_half() -> None:
    sound = b"".join(number.to_bytes(2, "little") for number in range(960))
    parts = [sound[:333], sound[333:1001], sound[1001:]]
    assert voiced(run(Track(), [(100.0 + at, Sound("", part, SPEECH)) for at, part in enumerate(parts)])) == sound


def test_tiny_pieces_gather_and_huge_ones_are_cut() -> None:
    tiny = run(Track(), [(100.0, Sound("", b"\1\0", SPEECH)) for _ in range(1000)])
    assert {len(chunk.pcm) for chunk in tiny[:-1]} == {640}
    huge = run(Track(), [(100.0, Sound("", PIECE * 50, SPEECH))])
    assert [len(chunk.pcm) for chunk in huge] == [3200] * 10


def test_wav_headers_of_every_message_are_taken_off() -> None:
    chunks = run(Track(), [(100.0 + at / 50, Sound("", written(PIECE), SPEECH)) for at in range(3)])
    assert voiced(chunks) == PIECE * 3


def test_a_wav_header_knows_the_format_better_and_for_what_follows() -> None:
    stereo = AudioFormat(48_000, 2)
    sounds = [(100.0, Sound("", written(bytes(3840), 48_000, 2), SPEECH)), (100.02, Sound("", bytes(3840), SPEECH))]
    assert {chunk.format for chunk in run(Track(), sounds)} == {stereo}


def test_a_changed_format_begins_anew() -> None:
    track = Track()
    sounds = [(100.02, Sound("", PIECE, SPEECH)), (100.04, Sound("", bytes(320), TELEPHONE))]
    chunks = run(track, sounds)
    assert [chunk.format for chunk in chunks] == [SPEECH, TELEPHONE]
    assert [chunk.start for chunk in chunks] == pytest.approx([100.0, 100.02])


def test_wav_sound_that_can_not_be_taken() -> None:
    for header, code in ((written(b"", 12_345), 1007), (b"RIFF\0\0\0\0WAVE", 1007)):
        with pytest.raises(Violation) as caught:
            Track().take(Sound("", header, SPEECH), 1.0)
        assert caught.value.code == code


@given(
    st.lists(
        st.tuples(
            st.binary(max_size=80),
            st.none() | st.integers(0, 2**64 - 1),
            st.none() | st.integers(0, 2**64 - 1),
            st.floats(0, 10),
        ),
        max_size=20,
    )
)
def test_whatever_comes_times_rise_and_memory_stays(
    every: list[tuple[bytes, int | None, int | None, float]],
) -> None:
    track, now, end = Track(), 100.0, 0.0
    for pcm, number, position, wait in every:
        now += wait
        for chunk in track.take(Sound("", pcm, SPEECH, number, position), now):
            assert chunk.start >= end - 1e-9
            assert 0.0 < chunk.duration <= 0.1
            end = chunk.end
        assert len(track._rest) < 640
