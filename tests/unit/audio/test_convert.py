"""Conversion keeps the content, the times and the length."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from desktop.audio.convert import SILENCE, Converter, level
from desktop.core.audio import SPEECH, AudioChunk, AudioFormat

RATES = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000]


def tone(audio_format: AudioFormat, seconds: float, hertz: float = 440.0, peak: float = 0.5) -> bytes:
    times = np.arange(round(seconds * audio_format.sample_rate)) / audio_format.sample_rate
    wave = np.rint(peak * 32767 * np.sin(2 * np.pi * hertz * times)).astype("<i2")
    return np.repeat(wave[:, None], audio_format.channels, axis=1).tobytes()


def chunks(pcm: bytes, audio_format: AudioFormat, start: float = 0.0, step: float = 0.02) -> list[AudioChunk]:
    size = audio_format.size(step)
    return [
        AudioChunk(pcm[at : at + size], audio_format, start + audio_format.seconds(at))
        for at in range(0, len(pcm), size)
    ]


def convert(converter: Converter, given: list[AudioChunk]) -> list[AudioChunk]:
    return [piece for chunk in given for piece in converter.feed(chunk)] + converter.flush()


def samples(pieces: list[AudioChunk]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.frombuffer(b"".join(piece.pcm for piece in pieces), dtype="<i2").astype(np.float64)


def loudest(pieces: list[AudioChunk]) -> float:
    heard = samples(pieces)
    return float(np.argmax(np.abs(np.fft.rfft(heard))) * pieces[0].format.sample_rate / len(heard))


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", RATES)
def test_any_rate_and_number_of_channels_keeps_tone_loudness_length_and_times(rate: int, channels: int) -> None:
    source = AudioFormat(rate, channels)
    out = convert(Converter(source, SPEECH), chunks(tone(source, 2.0), source, start=7.0))
    assert {piece.format for piece in out} == {SPEECH}
    assert loudest(out) == pytest.approx(440, abs=1)
    assert level(b"".join(piece.pcm for piece in out), SPEECH) == pytest.approx(-9.03, abs=0.1)
    assert sum(piece.duration for piece in out) == pytest.approx(2.0, abs=0.001)
    assert out[0].start == pytest.approx(7.0, abs=0.001)
    for before, after in pairwise(out):
        assert after.start == pytest.approx(before.end, abs=1e-6)


@pytest.mark.parametrize("rate", RATES)
def test_a_click_stays_at_its_time(rate: int) -> None:
    source = AudioFormat(rate)
    pcm = np.zeros(rate * 2, dtype="<i2")
    pcm[rate] = 30_000
    out = convert(Converter(source, SPEECH), chunks(pcm.tobytes(), source))
    assert np.argmax(np.abs(samples(out))) / SPEECH.sample_rate == pytest.approx(1.0, abs=0.0002)


def test_channels_are_averaged_and_copied() -> None:
    stereo = AudioFormat(16_000, 2)
    pcm = np.tile(np.array([1000, 3000], dtype="<i2"), 320).tobytes()
    mono = Converter(stereo, SPEECH).feed(AudioChunk(pcm, stereo, 0.0))
    assert set(samples(mono)) == {2000}
    both = Converter(SPEECH, stereo).feed(mono[0])
    assert set(samples(both)) == {2000}
    assert both[0].duration == pytest.approx(0.02)


def test_full_scale_is_clipped_and_does_not_wrap() -> None:
    source = AudioFormat(48_000)
    square = np.where(np.arange(48_000) // 100 % 2, 32767, -32768).astype("<i2").tobytes()
    heard = samples(convert(Converter(source, SPEECH), chunks(square, source)))
    assert np.mean(np.abs(heard)) > 30_000
    assert np.sum(np.abs(np.diff(np.sign(heard))) > 1) == pytest.approx(48_000 / 100 - 1, abs=2)


@pytest.mark.parametrize("jump", [3.0, -3.0])
def test_after_a_gap_the_times_are_right_and_nothing_is_smeared_over_it(jump: float) -> None:
    source = AudioFormat(48_000)
    first = chunks(tone(source, 1.0), source)
    second = chunks(tone(source, 1.0, hertz=1000), source, start=10.0 + jump)
    out = convert(Converter(source, SPEECH), first + second)
    early = [piece for piece in out if piece.start < 1.0]
    late = [piece for piece in out if piece.start >= 1.0]
    assert loudest(early) == pytest.approx(440, abs=1)
    assert loudest(late) == pytest.approx(1000, abs=1)
    assert early[-1].end == pytest.approx(1.0, abs=0.001)
    assert late[0].start == pytest.approx(10.0 + jump, abs=0.001)


def test_a_drifting_clock_is_followed_without_a_gap() -> None:
    source = AudioFormat(48_000)
    given = chunks(tone(source, 20.0), source)
    drifting = [AudioChunk(one.pcm, one.format, one.start * 1.005) for one in given]
    out = convert(Converter(source, SPEECH), drifting)
    assert out[-1].end == pytest.approx(20.0 * 1.005, abs=0.01)
    assert sum(piece.duration for piece in out) == pytest.approx(20.0, abs=0.001)
    assert max(abs(after.start - before.end) for before, after in pairwise(out)) < 0.001


def test_another_format_in_between_is_taken_up() -> None:
    source, other = AudioFormat(48_000, 2), AudioFormat(8_000)
    given = chunks(tone(source, 1.0), source) + chunks(tone(other, 1.0), other, start=1.0)
    given += chunks(tone(SPEECH, 1.0), SPEECH, start=2.0)
    out = convert(Converter(source, SPEECH), given)
    assert sum(piece.duration for piece in out) == pytest.approx(3.0, abs=0.002)
    assert out[-1].end == pytest.approx(3.0)
    assert loudest(out) == pytest.approx(440, abs=1)


def test_flushing_twice_gives_nothing_twice_and_the_converter_goes_on() -> None:
    source = AudioFormat(48_000)
    converter = Converter(source, SPEECH)
    assert converter.flush() == []
    for start in (0.0, 50.0):
        out = convert(converter, chunks(tone(source, 0.5), source, start=start))
        assert out[0].start == pytest.approx(start, abs=0.001)
        assert converter.flush() == []


def test_what_has_the_wanted_format_passes_untouched_and_imports_nothing() -> None:
    program = (
        "import sys\n"
        "from desktop.audio.convert import Converter, level\n"
        "from desktop.core.audio import SPEECH, AudioChunk\n"
        "chunk = AudioChunk(bytes(640), SPEECH, 1.0)\n"
        "converter = Converter(SPEECH, SPEECH)\n"
        "assert converter.feed(chunk)[0] is chunk and converter.flush() == []\n"
        "level(chunk.pcm, SPEECH)\n"
        "assert not {'numpy', 'soxr'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(("peak", "decibel"), [(1.0, -3.01), (0.1, -23.01), (0.001, -63.0)])
def test_level_is_the_root_mean_square(peak: float, decibel: float) -> None:
    assert level(tone(SPEECH, 1.0, peak=peak), SPEECH) == pytest.approx(decibel, abs=0.1)


def test_level_of_silence_nothing_and_the_loudest_channel() -> None:
    stereo = AudioFormat(16_000, 2)
    left = np.frombuffer(tone(SPEECH, 1.0), dtype="<i2")
    pcm = np.stack([left, np.zeros_like(left)], axis=1).tobytes()
    assert level(bytes(640), SPEECH) == SILENCE
    assert level(b"", SPEECH) == SILENCE
    assert level(pcm, stereo) == pytest.approx(-9.03, abs=0.1)
