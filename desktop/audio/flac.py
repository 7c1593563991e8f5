"""FLAC files by libsndfile: written while sound comes in, and read from any moment on. Everything here blocks."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.core.audio import SPEECH
from desktop.core.errors import AudioUnavailable, SoundUnreadable
from desktop.core.message import say
from desktop.disk import OWNER_FILE
from desktop.wire.flac import HEAD_SIZE, TOTAL_AT, TOTAL_SIZE, total, with_total

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 4096
"""Samples that one frame of FLAC holds; sound is on the disk from the sample after it on."""
_LEVEL = 0.5
"""Of compression, 0 to 1. Speech at full level: 66.8 MB an hour at 0.5, 65.9 at 1, which takes three times as long."""
_REFUSED = (RuntimeError, AssertionError)
"""LibsndfileError is the first; soundfile has the second where fewer samples were written than were given."""
_SILENCE = SPEECH.size(10.0)
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class _Disk:
    """The file as libsndfile wants it. An exception can't pass through the library, so it is kept."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        try:
            while rest and self.error is None:
                rest = rest[os.write(self.handle, rest) :]
        except OSError as error:
            self.error = error
        return len(data) - len(rest)

    def seek(self, offset: int, whence: int = 0) -> int:
        return os.lseek(self.handle, offset, whence)

    def tell(self) -> int:
        return os.lseek(self.handle, 0, os.SEEK_CUR)


class FlacWriter:
    """A file that grows. What is in it can be played at every moment, also after this process was killed."""

    def __init__(self, disk: _Disk, encoder: Any) -> None:
        self._disk = disk
        self._encoder = encoder
        self._told = 0
        self.samples = 0
        """Samples that were written."""

    @classmethod
    def create(cls, path: Path, comment: str) -> FlacWriter:
        """Begin a file of `SPEECH` that only its owner can read. Raises `OSError` and `AudioUnavailable`.

        `FileExistsError` when there is one of this name; a link there is not followed.
        """
        soundfile = _library()
        handle = os.open(path, _FLAGS, OWNER_FILE)
        disk = _Disk(handle)
        try:
            if sys.platform != "win32":
                os.fchmod(handle, OWNER_FILE)  # a umask may have taken more
            encoder = soundfile.SoundFile(
                disk, "w", SPEECH.sample_rate, SPEECH.channels, "PCM_16", format="FLAC", compression_level=_LEVEL
            )
            encoder.comment = comment
        except soundfile.LibsndfileError as error:
            os.close(handle)
            raise disk.error or OSError(errno.EIO, os.strerror(errno.EIO)) from error
        except BaseException:  # whatever it was, the file is let go
            os.close(handle)
            raise
        return cls(disk, encoder)

    def write(self, pcm: bytes) -> None:
        """Add 16-bit PCM; raises `OSError` when the disk refuses it, or the file is gone."""
        self._guarded(lambda: self._encoder.buffer_write(pcm, dtype="int16"))
        self.samples += len(pcm) // SPEECH.bytes_per_frame

    def silence(self, samples: int) -> None:
        """Add silence; an hour of it takes about a second and 180 kB."""
        size = samples * SPEECH.bytes_per_frame
        while size > 0:
            piece = min(size, _SILENCE)
            self.write(bytes(piece))
            size -= piece

    def tell_length(self) -> None:
        """Have the file say how much is in it; raises `OSError`, also when someone has removed the file."""
        if os.fstat(self._disk.handle).st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        whole = max(self.samples - 1, 0) // BLOCK * BLOCK
        if whole > self._told:
            handle, here = self._disk.handle, self._disk.tell()
            os.lseek(handle, TOTAL_AT, os.SEEK_SET)
            field = os.read(handle, TOTAL_SIZE)
            os.lseek(handle, TOTAL_AT, os.SEEK_SET)
            os.write(handle, with_total(field, whole))
            os.lseek(handle, here, os.SEEK_SET)
            self._told = whole

    def close(self) -> None:
        """Write the rest; raises `OSError` when that can't be, and the file stays as it was told last."""
        try:
            if self._disk.error is None:
                self._guarded(self._encoder.close)
                os.fsync(self._disk.handle)
            else:
                self._leave()
        finally:
            os.close(self._disk.handle)

    def _leave(self) -> None:
        """Let the library go without another word on the disk, which `_Disk.error` sees to."""
        with contextlib.suppress(*_REFUSED):
            self._encoder.close()

    def _guarded(self, work: Any) -> None:
        try:
            work()
        except _REFUSED as error:
            raise self._disk.error or OSError(errno.EIO, os.strerror(errno.EIO)) from error
        if self._disk.error is not None:
            raise self._disk.error


class FlacReader:
    """A file of `SPEECH` that can be read at any moment; what it does not hold is silence."""

    def __init__(self, path: Path, reader: Any, samples: int) -> None:
        self._path = path
        self._reader = reader
        self.samples = samples
        """How much is in it."""

    @classmethod
    def open(cls, path: Path) -> FlacReader:
        """Raises `SoundUnreadable` with what is wrong, and `AudioUnavailable`."""
        soundfile = _library()
        try:
            with path.open("rb") as file:
                samples = total(file.read(HEAD_SIZE))  # libsndfile can't tell a file that says nothing
            reader = soundfile.SoundFile(path)
        except FileNotFoundError as error:
            raise SoundUnreadable(
                say("Listening", "The sound of this session is no longer there."),
                say("Listening", "Put the .flac files back beside the transcript. The words are not touched by this."),
            ) from error
        except (OSError, soundfile.LibsndfileError) as error:
            raise _damaged(path) from error
        if (reader.samplerate, reader.channels) != (SPEECH.sample_rate, SPEECH.channels):
            reader.close()
            raise _damaged(path)
        return cls(path, reader, samples)

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """`count` samples from sample `start` on; silence beyond the end and where the file is damaged."""
        import numpy as np

        found: NDArray[np.int16] = np.zeros(count, np.int16)
        held = min(count, self.samples - start)
        if held <= 0:
            return found
        try:
            self._reader.seek(start)
            part = self._reader.read(held, dtype="int16")
            found[: len(part)] = part
        except _REFUSED:
            with contextlib.suppress(OSError, *_REFUSED):  # the library gives up on a file after its first mistake
                self._reader.close()
                self._reader = _library().SoundFile(self._path)
        return found

    def close(self) -> None:
        """Close the file."""
        self._reader.close()


def _damaged(path: Path) -> SoundUnreadable:
    return SoundUnreadable(
        say("Listening", "The sound in {file} can't be read: it is damaged, or no FLAC of Overtitle.", file=path.name),
        say("Listening", "Bring it back from a backup if there is one. The words are not touched by this."),
    )


def _library() -> Any:  # soundfile ships no types
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError when there is no libsndfile beside the package
        raise AudioUnavailable(
            say("Listening", "The libsndfile library is missing, so sound can be neither kept nor played."),
            say("Audio", "Install it: `sudo apt install libsndfile1`, or `sudo dnf install libsndfile`."),
        ) from error
    return soundfile
