"""What Voximplant's and Twilio's messages have in common: JSON with sound in base64, in one of few codings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.audio import AudioFormat
from desktop.ingress.dialect import BAD_DATA, WRONG_KIND, Undecodable, Violation, audio_format, whole
from desktop.wire.g711 import from_alaw, from_mulaw

LARGEST = 64 * 1024
"""Bytes of one message: more than a second of the widest coding."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How the samples of a track are written."""

    rate: int
    """Samples per second where the peer does not say."""
    decode: Callable[[bytes], bytes]
    """To 16-bit PCM."""


def _as_is(data: bytes) -> bytes:
    return data


_LINEAR8, _LINEAR16 = Coding(8_000, _as_is), Coding(16_000, _as_is)
_MULAW, _ALAW = Coding(8_000, from_mulaw), Coding(8_000, from_alaw)
CODINGS: Mapping[str, Coding] = {
    # Voximplant's PCM8 is 16-bit sound at 8 kHz, not 8-bit samples
    "pcm8": _LINEAR8,
    "pcm16_8khz": _LINEAR8,
    "pcm16": _LINEAR16,
    "pcm16_16khz": _LINEAR16,
    "ulaw": _MULAW,
    "mulaw": _MULAW,
    "pcmu": _MULAW,
    "audio/x-mulaw": _MULAW,
    "alaw": _ALAW,
    "pcma": _ALAW,
    "audio/x-alaw": _ALAW,
}


def coding_of(media_format: Mapping[str, Any]) -> tuple[Coding, AudioFormat]:
    """The coding and the format of what a `mediaFormat` announces; raises `Violation`."""
    given = media_format.get("encoding")
    wanted = given.lower() if isinstance(given, str) and len(given) <= 32 else ""
    if wanted in {"opus", "audio/opus"}:
        raise Undecodable(WRONG_KIND, "OPUS is not supported; send PCM16 or ULAW")
    coding = CODINGS.get(wanted)
    if coding is None:
        raise Undecodable(WRONG_KIND, "this encoding is not supported; send PCM16, PCM8, ULAW or ALAW")
    rate = whole(media_format["sampleRate"]) if media_format.get("sampleRate") is not None else coding.rate
    channels = whole(media_format["channels"]) if media_format.get("channels") is not None else 1
    return coding, audio_format(rate, channels)


def payload(media: Mapping[str, Any]) -> bytes:
    """The bytes of a `payload`; raises `Violation`."""
    text = media.get("payload")
    if not isinstance(text, str):
        raise Violation(BAD_DATA, "the payload is missing")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Violation(BAD_DATA, "the payload is no base64") from None
