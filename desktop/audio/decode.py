"""Reading recordings: plain WAV with the standard library, most others with libsndfile, films with PyAV.

Everything here blocks and belongs into a worker thread.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from desktop.audio.convert import quantise
from desktop.core.audio import AudioFormat
from desktop.core.errors import AudioUnavailable, DeviceNotFound, FormatUnsupported, PermissionDenied
from desktop.core.message import say

_HEAD_BYTES = 16

_FILM_MARKS: tuple[tuple[int, bytes], ...] = (
    (4, b"ftyp"),  # mp4, m4a, mov, 3gp: ISO 14496-12, 4.3
    (0, b"\x1a\x45\xdf\xa3"),  # webm, mkv: EBML, RFC 8794, 11.2.1
    (8, b"AVI "),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),  # wma, wmv: the ASF header object
    (0, b"FLV\x01"),
    (0, b"#!AMR"),  # RFC 4867, 5
    (0, b"\xff\xf1"),  # aac: ADTS
    (0, b"\xff\xf9"),
    (0, b"\x00\x00\x01\xba"),  # mpg: MPEG program stream
)
"""Beginnings of formats that only the media extra can read: offset and bytes."""


class Decoder(Protocol):
    """An open recording."""

    format: AudioFormat
    """Its own rate and channels."""
    seconds: float
    """What its header says of its length; 0 when it does not say."""

    def read(self, seconds: float) -> bytes:
        """About that much more 16-bit PCM in whole frames; empty at the end. Raises `FormatUnsupported`."""

    def close(self) -> None:
        """Close the file."""


def open_recording(path: Path) -> Decoder:
    """Open whatever can be opened; raises `AudioError` with a sentence about this file."""
    head = _head(path)
    film = any(head[offset:].startswith(mark) for offset, mark in _FILM_MARKS)
    openers: list[Callable[[Path], Decoder | None]] = [_PlainWave.open, _Sndfile.open, _Film.open]
    for opener in openers[2:] if film else openers:
        decoder = opener(path)
        if decoder is not None:
            return decoder
    if film and not _film_library():
        raise FormatUnsupported(
            say("Audio", "{name} is a film or a compressed format that needs an addition to be read.", name=path.name),
            say("Audio", "Install it with `pip install overtitle[media]`, or convert the file to WAV, FLAC or MP3."),
        )
    raise _unreadable(path)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError as error:
        raise DeviceNotFound(
            say("Audio", "There is no file {path}.", path=path), say("Audio", "Check the name and the folder.")
        ) from error
    except IsADirectoryError as error:
        raise FormatUnsupported(
            say("Audio", "{path} is a folder, not a recording.", path=path),
            say("Audio", "Name a file inside it."),
        ) from error
    except PermissionError as error:
        if path.is_dir():  # what Windows says of a folder
            raise FormatUnsupported(
                say("Audio", "{path} is a folder, not a recording.", path=path),
                say("Audio", "Name a file inside it."),
            ) from error
        raise PermissionDenied(
            say("Audio", "The file {path} may not be read.", path=path),
            say("Audio", "Change its permissions, or copy it to a folder of your own."),
        ) from error
    except (OSError, ValueError) as error:
        raise FormatUnsupported(
            say(
                "Audio",
                "The file {path} can't be opened: {reason}.",
                path=path,
                reason=getattr(error, "strerror", error),
            ),
            say("Audio", "Check the disk it is on, or copy the file elsewhere."),
        ) from error
    if not head:
        raise FormatUnsupported(
            say("Audio", "The file {name} is empty.", name=path.name), say("Audio", "Choose another recording.")
        )
    return head


def without_sound(path: Path) -> FormatUnsupported:
    """The error for a recording of length 0."""
    return FormatUnsupported(
        say("Audio", "There is no sound in {name}.", name=path.name), say("Audio", "Choose another recording.")
    )


def _unreadable(path: Path) -> FormatUnsupported:
    return FormatUnsupported(
        say(
            "Audio", "{name} is not a recording that can be read; it may be damaged or no sound at all.", name=path.name
        ),
        say("Audio", "WAV, FLAC, Ogg and MP3 files work; convert other recordings to one of them."),
    )


def _broken(path: Path) -> FormatUnsupported:
    return FormatUnsupported(
        say("Audio", "{name} is damaged; only the part before the damage was read.", name=path.name),
        say("Audio", "Try to get a whole copy of the recording."),
    )


class _PlainWave:
    """16-bit PCM in a WAV file, with nothing but the standard library."""

    def __init__(self, file: BinaryIO, reader: wave.Wave_read) -> None:
        self._file = file
        self._reader = reader
        self.format = AudioFormat(reader.getframerate(), reader.getnchannels())
        self.seconds = reader.getnframes() / reader.getframerate()

    @classmethod
    def open(cls, path: Path) -> _PlainWave | None:
        """None for anything that is not plain 16-bit PCM."""
        file = path.open("rb")
        try:
            reader = wave.open(file)  # noqa: SIM115 - stays open as long as the decoder
        except (wave.Error, EOFError, ValueError):  # other encodings, other formats, cut off within the header
            file.close()
            return None
        if reader.getsampwidth() != 2 or not reader.getframerate():
            file.close()
            return None
        return cls(file, reader)

    def read(self, seconds: float) -> bytes:
        """As `Decoder.read`; a file that ends before its header says simply ends."""
        pcm = self._reader.readframes(round(seconds * self.format.sample_rate))
        return pcm[: len(pcm) - len(pcm) % self.format.bytes_per_frame]

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._file.close()


class _Sndfile:
    """Whatever libsndfile reads."""

    def __init__(self, path: Path, file: BinaryIO, reader: Any) -> None:
        self._path = path
        self._file = file
        self._reader = reader
        self.format = AudioFormat(reader.samplerate, reader.channels)
        self.seconds = reader.frames / reader.samplerate

    @classmethod
    def open(cls, path: Path) -> _Sndfile | None:
        """None for what libsndfile does not know; raises `AudioUnavailable` when it is missing."""
        try:
            import soundfile
        except OSError as error:
            raise AudioUnavailable(
                say("Audio", "The libsndfile library is missing, so only plain 16-bit WAV files can be read."),
                say("Audio", "Install it: `sudo apt install libsndfile1`, or `sudo dnf install libsndfile`."),
            ) from error
        file = path.open("rb")  # opened here, for libsndfile does not take every name that a file can have
        try:
            reader = soundfile.SoundFile(file)
        except (soundfile.LibsndfileError, TypeError):  # TypeError: it wants to be told the format of raw files
            file.close()
            return None
        return cls(path, file, reader)

    def read(self, seconds: float) -> bytes:
        """As `Decoder.read`. By way of floats: libsndfile would cut float files to their integer part."""
        import soundfile

        try:
            samples = self._reader.read(round(seconds * self.format.sample_rate), dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise _broken(self._path) from error
        return quantise(samples)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._file.close()


def _film_library() -> Any:
    """PyAV, or None when the media extra is not installed."""
    try:
        import av
    except ImportError:
        return None
    return av


class _Film:
    """The first sound track of whatever FFmpeg reads."""

    def __init__(self, path: Path, av: Any, container: Any) -> None:
        self._path = path
        self._av = av
        self._container = container
        track = container.streams.audio[0]
        self.format = AudioFormat(track.rate, track.channels)
        self.seconds = container.duration / 1_000_000 if container.duration else 0.0  # FFmpeg's AV_TIME_BASE
        self._pieces = self._decode(track)

    @classmethod
    def open(cls, path: Path) -> _Film | None:
        """None for what FFmpeg does not know, and without the media extra."""
        av = _film_library()
        if av is None:
            return None
        try:
            container = av.open(str(path))
        except av.error.FFmpegError:
            return None
        if not container.streams.audio:
            container.close()
            raise FormatUnsupported(
                say("Audio", "{name} has no sound track.", name=path.name), say("Audio", "Choose another recording.")
            )
        return cls(path, av, container)

    def _decode(self, track: Any) -> Iterator[bytes]:
        layout = track.layout.name
        resampler = self._av.AudioResampler(format="s16", layout=layout, rate=self.format.sample_rate)
        try:
            for frame in self._container.decode(track):
                for piece in resampler.resample(frame):
                    yield bytes(piece.planes[0])[: piece.samples * self.format.bytes_per_frame]
            for piece in resampler.resample(None):
                yield bytes(piece.planes[0])[: piece.samples * self.format.bytes_per_frame]
        except self._av.error.FFmpegError as error:
            raise _broken(self._path) from error

    def read(self, seconds: float) -> bytes:
        """As `Decoder.read`; somewhat more than asked for, as the packets fall."""
        pcm = bytearray()
        wanted = self.format.size(seconds)
        for piece in self._pieces:
            pcm += piece
            if len(pcm) >= wanted:
                break
        return bytes(pcm)

    def close(self) -> None:
        """Close the file."""
        self._container.close()


def measure(path: Path) -> float:
    """Length of a recording in seconds as its header says, 0 when it does not. Raises `AudioError`."""
    decoder = open_recording(path)
    try:
        return decoder.seconds
    finally:
        decoder.close()
