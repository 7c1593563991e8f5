"""Compressed sound as the strict Amazon server understands it, and tones for it: numbers do not survive Opus."""

from __future__ import annotations

import io
import math
from array import array

from desktop.core.audio import SPEECH, AudioFormat

LOUD = 1000
UNUSED = b"\x7f\x7f"
"""A sample that no tone and no beacon has."""


def tone(frequency: float, seconds: float, audio_format: AudioFormat = SPEECH) -> bytes:
    """A tone on every channel."""
    step = 2 * math.pi * frequency / audio_format.sample_rate
    frames = (round(8000 * math.sin(step * at)) for at in range(round(seconds * audio_format.sample_rate)))
    return array("h", [value for value in frames for _ in range(audio_format.channels)]).tobytes()


def bursts(count: int) -> bytes:
    """As many words: half a second each, of which 0.3 s are a tone."""
    return (tone(440.0, 0.3) + bytes(SPEECH.size(0.2))) * count


def decode(data: bytes, audio_format: AudioFormat) -> bytes:
    """The PCM of the beginning of a FLAC or Ogg Opus file; a damaged one is an error, one that is cut off is not."""
    import soundfile

    pcm = bytearray()
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert (file.samplerate, file.channels) == (audio_format.sample_rate, audio_format.channels)
        while True:
            block = bytearray(UNUSED * (160 * audio_format.channels))
            try:
                count = file.buffer_read_into(block, "int16")
            except soundfile.LibsndfileError:  # at its end soundfile seeks, which FLAC of unknown length refuses
                return bytes(pcm + block.partition(UNUSED)[0])
            if not count:
                return bytes(pcm)
            pcm += block[: count * audio_format.bytes_per_frame]


class Unpacker:
    """What a compressed stream has said so far."""

    def __init__(self, encoding: str, audio_format: AudioFormat) -> None:
        self.mark = {"flac": b"fLaC", "ogg-opus": b"OggS"}[encoding]
        self.format = audio_format
        self.data = b""
        self.known = 0

    def add(self, payload: bytes) -> bytes | None:
        """The PCM that has become readable; None when the stream is none of its kind."""
        self.data += payload
        if not self.data.startswith(self.mark):
            return None
        if self.mark == b"OggS" and self.data.count(self.mark) <= 2:
            return b""  # head and comment only
        pcm = decode(self.data, self.format)
        new = pcm[self.known :]
        self.known = len(pcm)
        return new


class Words:
    """Counts bursts: number n from its first loud sample, None in between."""

    def __init__(self) -> None:
        self.count = -1
        self.since = -1.0

    def number(self, samples: array[int], at: float) -> int | None:
        """What is being said in these 5 ms at `at` seconds; a gap under 50 ms ends nothing."""
        if max(map(abs, samples), default=0) > LOUD:
            if at - self.since > 0.05 or self.since < 0:
                self.count += 1
            self.since = at
        return self.count if 0 <= at - self.since <= 0.05 and self.since >= 0 else None
