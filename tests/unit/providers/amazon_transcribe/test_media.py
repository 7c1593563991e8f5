"""The sound on its way: how much is held back, and that every beginning of it can be understood."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import OptionInvalid
from desktop.providers.amazon_transcribe.media import (
    BIGGEST,
    FLAC,
    OPUS,
    PCM,
    Compressed,
    Media,
    _Sink,
    check,
    make,
)
from tests.support.amazon_sound import decode, tone

STEREO = AudioFormat(16_000, 2)


def parts(pcm: bytes, audio_format: AudioFormat = SPEECH, seconds: float = 0.05) -> list[bytes]:
    size = audio_format.size(seconds)
    return [pcm[at : at + size] for at in range(0, len(pcm), size)]


@pytest.mark.parametrize("audio_format", [SPEECH, AudioFormat(8000), AudioFormat(48_000), STEREO], ids=str)
@pytest.mark.parametrize(("encoding", "longest"), [(FLAC, 0.16), (OPUS, 0.09)])
def test_little_is_held_back_and_every_beginning_is_sound(
    encoding: str, longest: float, audio_format: AudioFormat
) -> None:
    media = make(encoding, audio_format)
    sound = tone(440.0, 3.0, audio_format)
    sent, given = b"", 0
    for number, part in enumerate(parts(sound, audio_format)):
        media.add(part)
        given += len(part)
        sent += b"".join(media.ready())
        if number % 7 == 6:
            heard = decode(sent, audio_format)
            assert audio_format.seconds(given - len(heard)) <= longest
            if encoding == FLAC:
                assert sound.startswith(heard)
    sent += b"".join(media.finish())
    assert media.taken == len(sound)
    heard = decode(sent, audio_format)
    assert heard == sound if encoding == FLAC else abs(audio_format.seconds(len(heard) - len(sound))) < 0.01


@pytest.mark.parametrize("encoding", [PCM, FLAC, OPUS])
def test_silence_always_makes_something_ready(encoding: str) -> None:
    media = make(encoding, SPEECH)
    media.add(tone(440.0, 0.07))
    media.ready()
    for _ in range(10):
        before = media.taken
        start, size = media.fill()
        assert (start, start + size) == (before, media.taken)
        assert 0 < size <= SPEECH.size(0.3)
        assert media.ready()


@pytest.mark.parametrize("encoding", [FLAC, OPUS])
def test_a_frame_cut_in_two_stays_whole(encoding: str) -> None:
    media = make(encoding, STEREO)
    sound = tone(440.0, 0.5, STEREO)
    for at in range(0, len(sound), 999):
        media.add(sound[at : at + 999])
    assert len(decode(b"".join(media.finish()), STEREO)) == media.taken == len(sound)
    media.add(b"more")
    assert media.fill() == (len(sound), 0)
    assert media.finish() == []


def test_no_payload_is_too_big() -> None:
    media = make(FLAC, AudioFormat(48_000, 2))
    media.add(bytes(range(256)) * 3000)
    payloads = media.ready()
    assert len(payloads) > 1
    assert max(map(len, payloads)) == BIGGEST


def test_a_thread_may_add_while_silence_is_needed() -> None:
    media = make(FLAC, SPEECH)

    def add() -> None:
        for part in parts(tone(440.0, 5.0)):
            media.add(part)

    adding = threading.Thread(target=add)
    adding.start()
    sent, filled = b"", 0
    while adding.is_alive():
        filled += media.fill()[1]
        sent += b"".join(media.ready())
    adding.join()
    sent += b"".join(media.finish())
    assert len(decode(sent, SPEECH)) == media.taken == SPEECH.size(5.0) + filled


def test_pcm_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    check(PCM)
    assert not make(PCM, SPEECH).slow


@pytest.mark.parametrize("encoding", [FLAC, OPUS])
def test_without_the_library_the_option_says_so(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(OptionInvalid, match=f"can't be sent as {encoding}.*libsndfile"):
        check(encoding)


def test_a_library_without_opus_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import soundfile

    monkeypatch.setattr(soundfile, "available_subtypes", lambda container: {"PCM_16": ""})
    check(FLAC)
    with pytest.raises(OptionInvalid, match="ogg-opus"):
        check(OPUS)


def test_a_library_that_gathers_a_second_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    import soundfile

    class Deaf:
        def __getattr__(self, name: str) -> Any:
            return (lambda *_: 1) if name == "sf_command" else getattr(library, name)

    library = soundfile._snd
    monkeypatch.setattr(soundfile, "_snd", Deaf())
    with pytest.raises(OptionInvalid, match="ogg-opus"):
        make(OPUS, SPEECH)


def test_a_compressor_that_nobody_finishes_makes_no_fuss() -> None:
    media: Media | None = Compressed(OPUS, SPEECH)
    assert media is not None
    media.add(tone(440.0, 0.2))
    del media


def test_what_is_written_anew_at_the_end_is_not_sent() -> None:
    sink = _Sink()
    assert sink.write(b"head") == 4
    assert sink.take() == b"head"
    assert (sink.write(b"body"), sink.tell()) == (4, 8)
    assert sink.seek(1) == 1
    assert sink.write(b"EA") == 2
    assert (sink.seek(0, 1), sink.seek(0, 2)) == (3, 8)
    assert sink.write(b"end") == 3
    assert sink.take() == b"bodyend"
