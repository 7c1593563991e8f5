"""Our frames against the real protobuf runtime and Pipecat's own serialiser."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.wire.pipecat import (
    AudioFrame,
    InterruptionFrame,
    MessageFrame,
    PipecatFrame,
    PipecatFrameError,
    TextFrame,
    TranscriptionFrame,
    decode,
    encode,
)
from tests.peers.conftest import Peers

pytestmark = pytest.mark.peers

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
u64 = st.integers(0, 2**64 - 1)
u32 = st.integers(0, 2**32 - 1)
frames: st.SearchStrategy[PipecatFrame] = st.one_of(
    st.builds(TextFrame, texts, u64, texts),
    st.builds(AudioFrame, st.binary(max_size=80), u32, u32, u64, texts, st.none() | u64),
    st.builds(TranscriptionFrame, texts, texts, texts, u64, texts),
    st.builds(MessageFrame, texts),
    st.builds(InterruptionFrame, u64, texts),
)


class Protobuf:
    """The peer, one question at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, data: bytes) -> dict[str, object]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(data.hex() + "\n")
        self._process.stdin.flush()
        answer: dict[str, object] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def protobuf(peers: Peers) -> Iterator[Protobuf]:
    with peers.run("pipecat_wire.py") as process:
        yield Protobuf(process)


def described(frame: PipecatFrame | None) -> dict[str, object]:
    """As the peer describes it."""
    match frame:
        case None:
            return {"kind": None}
        case TextFrame(text, id_, name):
            return {"kind": "text", "fields": {"id": id_, "name": name, "text": text}}
        case AudioFrame(pcm, rate, channels, id_, name, pts):
            fields = {"id": id_, "name": name, "audio": pcm.hex(), "sample_rate": rate, "num_channels": channels}
            return {"kind": "audio", "fields": fields if pts is None else {**fields, "pts": pts}}
        case TranscriptionFrame(text, user, timestamp, id_, name):
            fields = {"id": id_, "name": name, "text": text, "user_id": user, "timestamp": timestamp}
            return {"kind": "transcription", "fields": fields}
        case MessageFrame(data):
            return {"kind": "message", "fields": {"data": data}}
        case InterruptionFrame(id_, name):
            return {"kind": "interruption", "fields": {"id": id_, "name": name}}


@given(frame=frames)
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_protobuf_reads_what_we_write(protobuf: Protobuf, frame: PipecatFrame) -> None:
    answer = protobuf.ask(encode(frame))
    again = answer.pop("again")
    assert answer == described(frame)
    if again and getattr(frame, "pts", None) is None:
        assert again == encode(frame).hex(), "byte for byte as Pipecat's serialiser writes it"


def test_we_refuse_or_read_damaged_frames_as_protobuf_does(protobuf: Protobuf) -> None:
    seeds = [encode(frame) for frame in (
        TextFrame("hé", 3, "n"), AudioFrame(b"abcd", 16_000, 1, 4, "x", 0), TranscriptionFrame("a", "b", "c", 1, "d"),
        MessageFrame("{}"), InterruptionFrame(1, "n"),
    )]  # fmt: skip
    chance = random.Random(1)  # noqa: S311 - the same frames each time
    refused = 0
    for _ in range(20_000):
        data = damaged(chance, chance.choice(seeds) + chance.choice([b"", *seeds]))
        theirs = protobuf.ask(data)
        theirs.pop("again", None)
        ours = read(data)
        refused += isinstance(ours, str)
        assert ours == theirs or ours in STRICTER or (isinstance(ours, str) and theirs["kind"] == "error")
    assert refused > 1000


def read(data: bytes) -> dict[str, object] | str:
    """The frame as the peer describes it, or why we refuse it."""
    try:
        return described(decode(data))
    except PipecatFrameError as error:
        return str(error)


# Stricter on purpose: groups, which no Pipecat writes, and numbers that would be cut to 32 bits.
STRICTER = ("field of an unknown form", "number of more than 32 bits")


def damaged(chance: random.Random, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(data) + 1)
        how = chance.random()
        if how < 0.4 and at < len(data):
            data[at] = chance.randrange(256)
        elif how < 0.7:
            data[at:at] = chance.randbytes(chance.randint(1, 3))
        else:
            del data[at : at + 1]
    return bytes(data)
