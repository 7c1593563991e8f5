"""How the sound travels: as PCM, or compressed to FLAC or Opus by libsndfile.

A compressor gathers sound before it lets go of any. Measured with libsndfile 1.2.2 on sound that comes in 50 ms: FLAC
in its fastest form holds back 88 ms at most at 16 kHz and 150 ms at 8 kHz (its default form 256 ms), and takes 0.05 ms
for 100 ms of sound; Opus in Ogg pages of 60 ms holds back 86 ms (by default a second), and takes 1.5 to 3 ms.
"""

from __future__ import annotations

import threading
from typing import Any, Protocol

from desktop.core.audio import AudioFormat
from desktop.core.errors import OptionInvalid
from desktop.core.message import say

PCM, FLAC, OPUS = ENCODINGS = ("pcm", "flac", "ogg-opus")
"""Values of the option `encoding` and of the parameter `media-encoding`."""
PIECE = 0.1
"""Seconds of sound in one AudioEvent of PCM, the length that AWS advises."""
BIGGEST = 16 * 1024
"""Bytes of one AudioEvent; the service takes 32 KiB."""
PAGE = 60.0
"""Milliseconds of Opus in one Ogg page; libsndfile takes 50 and more."""
_SET_OGG_PAGE_LATENCY_MS = 0x1302  # sndfile.h of libsndfile 1.1
_KINDS = {FLAC: ("FLAC", "PCM_16"), OPUS: ("OGG", "OPUS")}


class Media(Protocol):
    """Takes sound and gives payloads of AudioEvents."""

    slow: bool
    """`add` takes milliseconds: it belongs into a thread."""

    @property
    def taken(self) -> int:
        """Bytes of sound taken in so far, silence of `fill` included."""

    def add(self, pcm: bytes) -> None:
        """Take in sound, in whole frames or not."""

    def ready(self) -> list[bytes]:
        """The payloads that are complete, once."""

    def fill(self) -> tuple[int, int]:
        """Take in silence until something is ready; returns its place and size in bytes of sound."""

    def finish(self) -> list[bytes]:
        """Every payload that is left; nothing can be added any more."""


class Pcm:
    """Pieces of 100 ms."""

    slow = False

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._piece = audio_format.size(PIECE)
        self._pending = bytearray()
        self.taken = 0

    def add(self, pcm: bytes) -> None:
        """Take in sound."""
        self._pending += pcm
        self.taken += len(pcm)

    def ready(self) -> list[bytes]:
        """Whole pieces; the rest waits for more sound."""
        if len(self._pending) <= self._piece:  # nearly always
            return self._one()
        whole = len(self._pending) - len(self._pending) % self._piece
        pieces = [bytes(self._pending[at : at + self._piece]) for at in range(0, whole, self._piece)]
        del self._pending[:whole]
        return pieces

    def _one(self) -> list[bytes]:
        if len(self._pending) < self._piece:
            return []
        piece = bytes(self._pending)
        self._pending.clear()
        return [piece]

    def fill(self) -> tuple[int, int]:
        """Silence up to the end of the piece."""
        start, size = self.taken, self._piece - len(self._pending)
        self.add(bytes(size))
        return start, size

    def finish(self) -> list[bytes]:
        """Whole frames; half of one can't be sent."""
        pieces = self.ready()
        half = len(self._pending) % self._format.bytes_per_frame
        self.taken -= half
        rest = bytes(self._pending[: len(self._pending) - half])
        return [*pieces, rest] if rest else pieces


class Compressed:
    """A FLAC or Ogg Opus file that is sent while it grows."""

    slow = True

    def __init__(self, encoding: str, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._lock = threading.Lock()  # silence may be needed while a thread adds sound
        self._half = b""
        self._sink = _Sink()
        self._file = _open(self._sink, encoding, audio_format)
        self.taken = 0

    def add(self, pcm: bytes) -> None:
        """Compress sound; nothing once it is finished."""
        with self._lock:
            self._add(pcm)

    def _add(self, pcm: bytes) -> None:
        if self._file.closed:
            return
        pcm = self._half + pcm
        whole = len(pcm) - len(pcm) % self._format.bytes_per_frame
        self._half = pcm[whole:]
        self._file.buffer_write(pcm[:whole], "int16")
        self.taken += whole

    def ready(self) -> list[bytes]:
        """What the compressor has let go of."""
        with self._lock:
            grown = self._sink.take()
        return [grown[at : at + BIGGEST] for at in range(0, len(grown), BIGGEST)]

    def fill(self) -> tuple[int, int]:
        """Silence in steps of 100 ms until the compressor lets go of something."""
        with self._lock:
            start = self.taken
            while not (self._sink.grown or self._file.closed):
                self._add(bytes(self._format.size(PIECE)))
            return start, self.taken - start

    def finish(self) -> list[bytes]:
        """The end of the file."""
        with self._lock:
            self._file.close()
        return self.ready()


class _Sink:
    """A file that only grows: FLAC's length and checksum, written into its head at the end, come too late to send."""

    def __init__(self) -> None:
        self.grown = bytearray()
        self._length = 0
        self._at = 0

    def take(self) -> bytes:
        grown, self.grown = self.grown, bytearray()
        return bytes(grown)

    def write(self, data: bytes) -> int:
        if self._at == self._length:
            self.grown += data
            self._length += len(data)
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._length)[whence]
        return self._at

    def tell(self) -> int:
        return self._at


def make(encoding: str, audio_format: AudioFormat) -> Media:
    """A new stream's media; raises `OptionInvalid` where the library is missing. Blocks but for PCM."""
    return Pcm(audio_format) if encoding == PCM else Compressed(encoding, audio_format)


def check(encoding: str) -> None:
    """Raise `OptionInvalid` when this computer can't make `encoding`. Blocks: it loads a library."""
    if encoding != PCM:
        _library(encoding)


def _library(encoding: str) -> Any:  # soundfile ships no types
    container, coding = _KINDS[encoding]
    try:
        import soundfile
    except (ImportError, OSError):  # OSError when there is no libsndfile beside the package
        raise _missing(encoding) from None
    if coding not in soundfile.available_subtypes(container):
        raise _missing(encoding)
    return soundfile


def _open(sink: _Sink, encoding: str, audio_format: AudioFormat) -> Any:  # as above
    soundfile = _library(encoding)
    container, coding = _KINDS[encoding]
    file = soundfile.SoundFile(
        sink,
        "w",
        audio_format.sample_rate,
        audio_format.channels,
        format=container,
        subtype=coding,
        compression_level=0.0 if encoding == FLAC else None,  # blocks of 1,152 samples instead of 4,096
    )
    if encoding == OPUS:
        _page_often(soundfile, file)
    return file


def _page_often(soundfile: Any, file: Any) -> None:  # as above
    """A page for each `PAGE`; soundfile has no name of its own for this command of the library."""
    try:
        value = soundfile._ffi.new("double*", PAGE)
        refused = soundfile._snd.sf_command(file._file, _SET_OGG_PAGE_LATENCY_MS, value, 8)
    except AttributeError:
        refused = True
    if refused:
        file.close()
        raise _missing(OPUS)


def _missing(encoding: str) -> OptionInvalid:
    return OptionInvalid(
        say("Amazon", "Sound can't be sent as {encoding}: this computer has no libsndfile that makes it.",
            encoding=encoding),
        say("Amazon", "Set encoding=pcm, or install the package soundfile."),
    )  # fmt: skip
