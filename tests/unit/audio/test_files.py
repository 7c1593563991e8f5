"""Recordings of every kind are read whole, paced right, or refused with a sentence."""

from __future__ import annotations

import asyncio
import struct
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from desktop.audio import decode
from desktop.audio.convert import Converter, level
from desktop.audio.files import MediaFile, until
from desktop.core.audio import SPEECH, AudioChunk, AudioFormat, SourceKind
from desktop.core.errors import AudioError, AudioUnavailable, DeviceNotFound, FormatUnsupported, PermissionDenied

SECONDS = 1.25


def tone(rate: int, channels: int = 1, seconds: float = SECONDS) -> np.ndarray[Any, np.dtype[np.float64]]:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1)


async def read(path: Path, *, realtime: bool = False, epoch: float | None = None) -> list[AudioChunk]:
    source = MediaFile(path, realtime=realtime)
    async with source.open(time.monotonic() if epoch is None else epoch) as chunks:
        return [chunk async for chunk in chunks]


def check(chunks: list[AudioChunk], audio_format: AudioFormat, slack: float = 0.001) -> None:
    """The tone, at its loudness and length, in gapless chunks of a tenth of a second."""
    at = 0.0
    for chunk in chunks:
        assert chunk.start == pytest.approx(at)
        assert 0 < chunk.duration <= 0.1 + 1e-9
        at = chunk.end
    assert at == pytest.approx(SECONDS, abs=slack)
    assert {chunk.format for chunk in chunks} == {audio_format}
    converter = Converter(audio_format, SPEECH)
    pcm = b"".join(one.pcm for chunk in chunks for one in converter.feed(chunk))
    pcm += b"".join(one.pcm for one in converter.flush())
    heard = np.frombuffer(pcm, dtype="<i2")
    assert np.argmax(np.abs(np.fft.rfft(heard))) * SPEECH.sample_rate / len(heard) == pytest.approx(440, abs=1)
    assert level(pcm, SPEECH) == pytest.approx(-9.03, abs=0.6)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "PCM_U8", "FLOAT", "DOUBLE", "ULAW"])
async def test_wav_of_every_kind(tmp_path: Path, subtype: str, rate: int, channels: int) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(rate, channels), rate, subtype=subtype)
    check(await read(path), AudioFormat(rate, channels))


@pytest.mark.parametrize("name", ["tone.flac", "tone.ogg", "tone.mp3", "tone.aiff", "tone.opus"])
async def test_compressed_recordings(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    options = {"format": "OGG", "subtype": "OPUS"} if name.endswith("opus") else {}
    soundfile.write(path, tone(48_000, 2), 48_000, **options)
    check(await read(path), AudioFormat(48_000, 2), slack=0.1)


async def test_the_ending_of_a_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "tone"
    soundfile.write(path, tone(16_000), 16_000, format="FLAC")
    check(await read(path), SPEECH)


async def test_a_name_with_accents_spaces_and_foreign_bytes(tmp_path: Path) -> None:
    for name in ("réunion du 3 août – ünïcode 会議.wav", b"caf\xe9.flac"):
        path = tmp_path / (name if isinstance(name, str) else name.decode(errors="surrogateescape"))
        with path.open("wb") as file:
            soundfile.write(file, tone(16_000), 16_000, format="WAV" if isinstance(name, str) else "FLAC")
        check(await read(path), SPEECH)


async def test_16_bit_samples_pass_unchanged_through_every_reader(tmp_path: Path) -> None:
    samples = np.array([0, 1, -1, 32767, -32768, 12345] * 1000, dtype="<i2")
    for name in ("exact.wav", "exact.flac"):
        soundfile.write(tmp_path / name, samples, 16_000, subtype="PCM_16")
        chunks = await read(tmp_path / name)
        assert b"".join(chunk.pcm for chunk in chunks) == samples.tobytes()


async def test_floats_beyond_full_scale_and_no_numbers_at_all_are_tamed(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "loud.wav", np.array([4.0, -4.0, np.nan, np.inf] * 400), 16_000, subtype="FLOAT")
    chunks = await read(tmp_path / "loud.wav")
    assert set(np.frombuffer(chunks[0].pcm, dtype="<i2")) == {32767, -32768, 0}


@pytest.mark.parametrize("size_said", [0x7FFFFFF0, 0xFFFFFFFF, 64_000])
async def test_a_wav_cut_short_or_of_unsaid_length_gives_what_there_is(tmp_path: Path, size_said: int) -> None:
    pcm = (tone(16_000)[:, 0] * 32767).astype("<i2").tobytes()
    header = b"RIFF" + struct.pack("<I", min(0xFFFFFFFF, size_said + 36)) + b"WAVEfmt "
    header += struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16) + b"data" + struct.pack("<I", size_said)
    (tmp_path / "cut.wav").write_bytes(header + pcm + b"\x01")
    check(await read(tmp_path / "cut.wav"), SPEECH)


async def test_a_plain_wav_needs_neither_numpy_nor_libsndfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "soundfile", None)
    with wave.open(str(tmp_path / "plain.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(3200))
    assert len(await read(tmp_path / "plain.wav")) == 1


def write_film(path: Path) -> None:
    av = pytest.importorskip("av", reason="the media extra is not installed")
    with av.open(str(path), "w") as container:
        track = container.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=48_000, layout="stereo")
        samples = tone(48_000, 2).astype("<f4").T.copy()
        for at in range(0, samples.shape[1], 960):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, at : at + 960]), "fltp", "stereo")
            frame.rate = 48_000
            frame.pts = at
            container.mux(track.encode(frame))
        container.mux(track.encode(None))


@pytest.mark.parametrize("name", ["film.mp4", "film.m4a", "film.webm", "film.mkv"])
async def test_films_with_the_media_extra(tmp_path: Path, name: str) -> None:
    write_film(tmp_path / name)
    check(await read(tmp_path / name), AudioFormat(48_000, 2), slack=0.1)
    assert await MediaFile(tmp_path / name).length() == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize("head", [b"\0\0\0\x20ftypisom", b"\x1a\x45\xdf\xa3", b"RIFF\0\0\0\0AVI "])
async def test_films_without_the_media_extra_name_it(
    tmp_path: Path, head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    (tmp_path / "film.mp4").write_bytes(head + bytes(1000))
    with pytest.raises(FormatUnsupported, match=r"overtitle\[media\]"):
        await read(tmp_path / "film.mp4")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"Dear diary, nothing was said today.\n" * 10, "not a recording"),
        (b"RIFF\x24\0\0\0WAVEfm", "not a recording"),
        (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\0\0\0", "no sound in"),
        (b"ID3\x04" + bytes(2000), "not a recording"),
        (b"fLaC" + bytes(100), "not a recording"),
        (b"\0\0\0\x20ftypisom" + bytes(500), "not a recording|needs an addition"),
        (bytes(range(256)) * 20, "not a recording"),
    ],
)
async def test_what_is_no_recording_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "odd.wav"
    path.write_bytes(content)
    with pytest.raises(FormatUnsupported, match=sentence) as caught:
        await read(path)
    assert caught.value.hint
    assert caught.value.exit_status == 3


async def test_a_header_without_a_single_sample_has_no_sound_in_it(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "none.wav", np.zeros((0, 1)), 16_000, subtype="FLOAT")
    with pytest.raises(FormatUnsupported, match="no sound in none"):
        await read(tmp_path / "none.wav")


async def test_missing_folders_and_forbidden_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeviceNotFound, match="There is no file"):
        await read(tmp_path / "missing.wav")
    with pytest.raises(FormatUnsupported, match="is a folder"):
        await read(tmp_path)
    (tmp_path / "secret.wav").write_bytes(b"x")

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)  # root may read everything
    with pytest.raises(PermissionDenied, match="may not be read"):
        await read(tmp_path / "secret.wav")


@pytest.mark.parametrize("name", ["bad\0name.wav", "x" * 300 + ".wav"])
async def test_impossible_names_are_an_audio_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(AudioError):
        await read(tmp_path / name)


async def test_a_missing_libsndfile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "tone.flac", tone(16_000), 16_000)

    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "soundfile":
                raise OSError("sndfile library not found")

    monkeypatch.delitem(__import__("sys").modules, "soundfile")
    monkeypatch.setattr("sys.meta_path", [Broken(), *__import__("sys").meta_path])
    with pytest.raises(AudioUnavailable, match="libsndfile1"):
        await read(tmp_path / "tone.flac")


async def test_damage_in_the_middle_ends_with_a_sentence_after_the_good_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "tone.flac", tone(16_000, seconds=3.0), 16_000)
    blocks = 0
    original = soundfile.SoundFile.read

    def failing(*arguments: object, **options: object) -> object:
        nonlocal blocks
        blocks += 1
        if blocks == 3:
            raise soundfile.LibsndfileError(1)
        return original(*arguments, **options)

    monkeypatch.setattr(soundfile.SoundFile, "read", failing)
    async with MediaFile(tmp_path / "tone.flac").open(0.0) as chunks:
        heard = [await anext(chunks) for _ in range(20)]
        with pytest.raises(FormatUnsupported, match="damaged"):
            await anext(chunks)
    assert heard[-1].end == pytest.approx(2.0)


async def test_realtime_never_delivers_before_a_device_would_have(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", tone(16_000, seconds=0.5), 16_000)
    epoch = time.monotonic()
    async with MediaFile(tmp_path / "tone.wav", realtime=True).open(epoch) as chunks:
        async for chunk in chunks:
            assert time.monotonic() - epoch >= chunk.end
    assert chunk.end == pytest.approx(0.5)


async def test_a_timer_that_ends_early_does_not_hasten_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: sleep(seconds * 0.8))
    deadline = time.monotonic() + 0.05
    await until(deadline)
    assert time.monotonic() >= deadline


async def test_leaving_early_closes_the_file(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", tone(16_000, seconds=5), 16_000)
    async with MediaFile(tmp_path / "tone.wav").open(0.0) as chunks:
        await anext(chunks)
    with pytest.raises(StopAsyncIteration):
        await anext(chunks)


def test_a_file_is_a_source_of_its_own_kind(tmp_path: Path) -> None:
    source = MediaFile(tmp_path / "a.wav")
    assert (source.id, source.name, source.kind, source.live) == (
        f"file:{tmp_path / 'a.wav'}", "a.wav", SourceKind.FILE, False,
    )  # fmt: skip


async def test_length_is_what_the_header_says(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.flac", tone(16_000), 16_000)
    assert await MediaFile(tmp_path / "tone.flac").length() == pytest.approx(SECONDS)
    assert decode.measure(tmp_path / "tone.flac") == pytest.approx(SECONDS)
