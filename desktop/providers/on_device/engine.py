"""The native engine, as little of it as captions need: is this a voice, and what does this stretch of speech say.

Runs in the child process only. Source: the C interface that `moonshine_voice/moonshine_api.py` 0.0.73 declares.

The library is opened twice: once without a model, for its voice detector alone, and once with the model and the
detector switched off, so that endpointing and the rhythm of decoding are ours (segments.py). Its own streams decode
the whole open line whenever they are asked whether speech has ended, and keep the sound of every line they ever heard.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import sys
from array import array
from functools import cache
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

PACKAGE = "moonshine_voice"
MODEL = "tiny-en"
RATE = 16_000
"""Samples per second that the engine wants."""
HOP = 512
"""Samples in one decision of the voice detector (32 ms); the detector's network takes no other size."""

_TINY = 0  # ModelArch.TINY
_FORCE_UPDATE = 1  # MOONSHINE_FLAG_FORCE_UPDATE
_VOICE = 0.5
"""The detector's threshold, the value its authors recommend (facts of docs/decisions/0001-engine.md)."""
_RENEW = 30 * RATE
"""Samples after which a detector stream is renewed: it keeps the sound of everything it called a voice."""
_FORGET = 64
"""Hops of silence after which a network that served another stream is calm again."""
_NETWORK = "_ZN21VoiceActivityDetector10silero_vadE"  # VoiceActivityDetector::silero_vad


def is_shareable() -> bool:
    """Whether one process can serve several streams; the Windows library exports only its C interface."""
    return sys.platform != "win32"


class EngineError(Exception):
    """The native library refused a call or could not be loaded."""


@cache
def _api() -> ModuleType:
    """The package's own C declarations.

    Its `__init__` also imports its downloader with requests, tqdm and filelock: 17 MB and 90 ms that the child has no
    use for. The unexecuted package leaves them out.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(f"{PACKAGE} is not installed")
    if PACKAGE not in sys.modules:
        sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)  # made, and on purpose not executed
    return importlib.import_module(f"{PACKAGE}.moonshine_api")


def is_installed() -> bool:
    """Whether the engine's package is there. Imports nothing of it."""
    return importlib.util.find_spec(PACKAGE) is not None


def model_folder() -> Path | None:
    """The folder of the model inside the wheel, or None when it is not there. Imports nothing of the engine."""
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "assets" / MODEL
        if (folder / "decoder_model_merged.ort").is_file() and (folder / "encoder_model.ort").is_file():
            return folder
    return None


def to_floats(pcm: bytes) -> array[float]:
    """16-bit little-endian samples as floats from -1 to 1."""
    samples = array("h")
    samples.frombytes(pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    return array("f", [sample / 32768 for sample in samples])


class _Handle:
    """One opened instance of the library."""

    def __init__(self, **options: str) -> None:
        api = _api()
        self.lib: Any = api._MoonshineLib().lib
        self._transcript = api.TranscriptC
        pairs = [api.TranscriberOptionC(name.encode(), value.encode()) for name, value in options.items()]
        folder = model_folder()
        if folder is None:
            raise EngineError("The model is missing")
        self.number = self.lib.moonshine_load_transcriber_from_files(
            str(folder).encode(), _TINY, (api.TranscriberOptionC * len(pairs))(*pairs), len(pairs), 20_000
        )
        self.check(self.number)

    def check(self, code: int) -> None:
        if code < 0:
            raise EngineError(self.lib.moonshine_error_to_string(code).decode("utf-8", "replace"))

    def lines(self, call: Any, *arguments: object) -> list[Any]:
        out = ctypes.POINTER(self._transcript)()
        self.check(call(self.number, *arguments, ctypes.byref(out)))
        return [out.contents.lines[index] for index in range(out.contents.line_count)]

    def close(self) -> None:
        self.lib.moonshine_free_transcriber(self.number)


class _Detector(_Handle):
    """The library without a model, as a voice detector.

    Its recurrent network is one for the process (a static pointer), so streams that take turns spoil each other's
    decisions: 87 of 343 hops of one recording came out otherwise beside a second one. The constructor of a stream makes
    a network when the pointer is null; so each stream is given a network of its own (3 MB), and the pointer is set to
    it before every call. Where the library hides the pointer (`is_shareable`) a process can serve one stream only.
    """

    def __init__(self) -> None:
        # A window of one hop gives the network's bare decision; looking back is the segmenter's business
        super().__init__(
            skip_transcription="true",
            return_audio_data="false",
            identify_speakers="false",
            vad_threshold=str(_VOICE),
            vad_window_duration=str(HOP / RATE),
            vad_look_behind_sample_count=str(HOP),
            vad_max_segment_duration="100000",
        )
        try:
            self._pointer = ctypes.c_void_p.in_dll(self.lib, _NETWORK)
        except ValueError:
            self._pointer = ctypes.c_void_p()
        self.spare: list[int | None] = []

    @property
    def network(self) -> int | None:
        """The address of the network in use, None for none yet."""
        return self._pointer.value

    @network.setter
    def network(self, address: int | None) -> None:
        self._pointer.value = address


class Voices:
    """Says for each hop of one stream whether it holds a voice."""

    def __init__(self, detector: _Detector) -> None:
        self._detector = detector
        used = bool(detector.spare)
        self._network = detector.spare.pop() if used else None
        self._stream = self._open()
        if used:
            self._feed(array("f", bytes(4 * HOP * _FORGET)))

    def _open(self) -> int:
        detector = self._detector
        detector.network = self._network
        stream: int = detector.lib.moonshine_create_stream(detector.number, 0)
        detector.check(stream)
        detector.check(detector.lib.moonshine_start_stream(detector.number, stream))
        self._network = detector.network
        self._heard = 0
        return stream

    def _free(self) -> None:
        self._detector.check(self._detector.lib.moonshine_free_stream(self._detector.number, self._stream))

    def close(self) -> None:
        """Give the stream's memory back."""
        self._free()
        self._detector.spare.append(self._network)

    def is_voice(self, hop: array[float]) -> bool:
        """Whether `hop` (HOP samples, the next of the stream) holds a voice."""
        if self._heard >= _RENEW:
            self._free()
            self._stream = self._open()
        return self._feed(hop)

    def _feed(self, samples: array[float]) -> bool:
        self._heard += len(samples)
        detector = self._detector
        detector.network = self._network
        floats = (ctypes.c_float * len(samples)).from_buffer(samples)
        detector.check(
            detector.lib.moonshine_transcribe_add_audio_to_stream(
                detector.number, self._stream, floats, len(samples), RATE, 0
            )
        )
        lines = detector.lines(detector.lib.moonshine_transcribe_stream, self._stream, _FORCE_UPDATE)
        return bool(lines) and not lines[-1].is_complete


class Engine:
    """The loaded engine: one for the process, shared by all of its streams. Not thread-safe."""

    def __enter__(self) -> Engine:
        self._detector = _Detector()
        # At threshold 0 everything is speech: what is handed over is decoded as one line
        self._model = _Handle(
            return_audio_data="false",
            identify_speakers="false",
            vad_threshold="0.0",
            vad_look_behind_sample_count=str(HOP),
            vad_max_segment_duration="100000",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._model.close()
        self._detector.close()

    def voices(self) -> Voices:
        """A voice detector for one stream."""
        return Voices(self._detector)

    def decode(self, samples: array[float]) -> str:
        """What the speech in `samples` says; takes about 3 % of their duration plus 30 ms on two desktop cores."""
        padded = samples + array("f", bytes(4 * (HOP + -len(samples) % HOP)))  # the last partial hop would be cut off
        floats = (ctypes.c_float * len(padded)).from_buffer(padded)
        lines = self._model.lines(self._model.lib.moonshine_transcribe_without_streaming, floats, len(padded), RATE, 0)
        texts = [ctypes.string_at(line.text).decode("utf-8", "ignore").strip() for line in lines if line.text]
        return " ".join(text for text in texts if text)
