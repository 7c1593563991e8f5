"""The ring forgets what was answered, keeps what may have to be sent again, and says what is lost."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.audio import SPEECH, AudioChunk
from desktop.session.ring import Kept, Lost, ReplayRing

TENTH = bytes(SPEECH.size(0.1))


def chunk(index: int) -> AudioChunk:
    return AudioChunk(TENTH, SPEECH, index / 10)


def filled(count: int, capacity: float = 60.0) -> ReplayRing:
    ring = ReplayRing(capacity, disk=0.0)
    for index in range(count):
        ring.append(chunk(index), voiced=True)
    return ring


async def send(ring: ReplayRing, count: int) -> list[float]:
    starts = []
    for _ in range(count):
        assert await ring.ready()
        sent = ring.take()
        assert sent is not None
        starts.append(sent.chunk.start)
    return starts


async def test_answered_sound_is_not_sent_again() -> None:
    ring = filled(10)
    await send(ring, 8)
    ring.answered(0.5)
    assert ring.rewind() is None
    assert (await send(ring, 1))[0] == 0.5


async def test_sound_that_was_never_sent_is_not_forgotten_by_an_answer() -> None:
    ring = filled(10)
    await send(ring, 2)
    ring.answered(9.0)
    assert (await send(ring, 1))[0] == 0.2


async def test_unsent_sound_that_has_to_go_is_reported_at_once() -> None:
    ring = filled(10, capacity=1.0)
    assert ring.append(chunk(10), voiced=False) == Lost(0.0, 0.1)
    assert (await send(ring, 1))[0] == 0.1


async def test_sent_sound_that_had_to_go_is_lost_only_when_the_stream_breaks_before_its_answer() -> None:
    ring = filled(10, capacity=1.0)
    await send(ring, 10)
    assert ring.append(chunk(10), voiced=True) is None
    assert ring.append(chunk(11), voiced=True) is None
    lost = ring.rewind()
    assert lost is not None
    assert (lost.start, round(lost.end, 6)) == (0.0, 0.2)


async def test_an_answer_settles_what_had_to_go() -> None:
    ring = filled(10, capacity=1.0)
    await send(ring, 10)
    ring.append(chunk(10), voiced=True)
    ring.answered(0.1)
    assert ring.rewind() is None


async def test_silence_that_had_to_go_is_no_loss() -> None:
    ring = ReplayRing(1.0, disk=0.0)
    for index in range(10):
        ring.append(chunk(index), voiced=False)
    await send(ring, 10)
    ring.append(chunk(10), voiced=True)
    assert ring.rewind() is None


async def test_closing_ends_the_sending_after_the_last_chunk() -> None:
    ring = filled(1)
    ring.end()
    assert await ring.ready()
    assert ring.take() is not None
    assert not await ring.ready()


async def test_a_waiting_sender_wakes_for_new_sound() -> None:
    ring = ReplayRing()
    waiting = asyncio.ensure_future(ring.ready())
    await asyncio.sleep(0)
    ring.append(chunk(0), voiced=False)
    assert await waiting
    assert ring.take() == Kept(chunk(0), voiced=False)


async def test_a_sender_can_be_woken_without_sound() -> None:
    ring = ReplayRing()
    waiting = asyncio.ensure_future(ring.ready())
    await asyncio.sleep(0)
    ring.wake()
    assert await waiting
    assert ring.take() is None


async def test_old_sound_waits_on_the_disk_and_comes_back_whole() -> None:
    ring = ReplayRing(memory=0.5, disk=2.0)
    pieces = [bytes([index]) * SPEECH.size(0.1) for index in range(60)]
    played = []
    for index, pcm in enumerate(pieces):
        assert ring.append(AudioChunk(pcm, SPEECH, index / 10), voiced=True) is None
        if index >= 20:  # from here on the oldest is sent and answered, and the file goes round several times
            kept = ring.take()
            assert kept is not None
            assert not kept.damaged
            played.append(kept.chunk.pcm)
            ring.answered(kept.chunk.end + 0.001)
    assert played == pieces[:40]
    assert [kept.chunk.pcm for kept in iter(ring.take, None)] == pieces[40:]
    ring.close()


async def test_a_rewind_reads_the_disk_again() -> None:
    ring = ReplayRing(memory=0.5, disk=2.0)
    for index in range(20):
        ring.append(AudioChunk(bytes([index]) * SPEECH.size(0.1), SPEECH, index / 10), voiced=True)
    first = [kept.chunk for kept in iter(ring.take, None)]
    assert ring.rewind() is None
    assert [kept.chunk for kept in iter(ring.take, None)] == first
    ring.close()


async def test_a_full_disk_costs_the_oldest_sound_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    ring = ReplayRing(memory=1.0, disk=600.0)
    lost = [ring.append(chunk(index), voiced=True) for index in range(12)]
    assert [each for each in lost if each is not None] == [Lost(0.0, 0.1), Lost(0.1, 0.2)]


async def test_a_disk_that_fills_up_later_costs_no_sound_that_is_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = ReplayRing(memory=1.0, disk=600.0)
    for index in range(40):
        ring.append(chunk(index), voiced=True)

    def full(_file: object, _place: int, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.session.spill.write", full)
    lost = [ring.append(chunk(index), voiced=True) for index in range(40, 42)]
    assert [indices(each) for each in lost] == [{30}, {31}]
    assert ring.unsent == pytest.approx(4.0)
    assert [round(kept.chunk.start * 10) for kept in iter(ring.take, None)] == [*range(30), *range(32, 42)]
    ring.close()


async def test_a_file_waits_until_its_sound_was_sent() -> None:
    ring = filled(10)
    waiting = asyncio.ensure_future(ring.wait_for_space(0.5))
    await asyncio.sleep(0)
    assert not waiting.done()
    await send(ring, 6)
    await waiting


@given(st.lists(st.sampled_from(["append", "send", "answer", "rewind"]), max_size=80), st.data())
def test_no_sound_leaves_unseen(actions: list[str], data: st.DataObject) -> None:
    """Every chunk is sent, still to be sent, or reported as lost; the seconds always add up."""

    async def play() -> None:
        ring, appended, sent, lost = ReplayRing(0.5, disk=0.5), 0, set[int](), set[int]()
        try:
            for action in actions:
                if action == "append":
                    gone = ring.append(chunk(appended), voiced=True)
                    appended += 1
                    lost |= indices(gone)
                elif action == "send" and ring.unsent > 0.05:
                    sent.add(round((await send(ring, 1))[0] * 10))
                elif action == "answer":
                    ring.answered(data.draw(st.integers(0, appended)) / 10)
                elif action == "rewind":
                    lost |= indices(ring.rewind())
            while ring.unsent > 0.05:
                sent.add(round((await send(ring, 1))[0] * 10))
            assert sent | lost == set(range(appended))
        finally:
            ring.close()

    asyncio.run(play())


def indices(lost: Lost | None) -> set[int]:
    return set() if lost is None else set(range(round(lost.start * 10), round(lost.end * 10)))


async def test_what_is_owed_is_the_first_voice_without_words() -> None:
    ring = ReplayRing(60.0, disk=0.0)
    for index in range(20):
        ring.append(chunk(index), voiced=5 <= index < 15)
    assert ring.owed(0.0) == (0.5, 0.5)
    await send(ring, 10)
    assert ring.owed(0.0) == (0.5, 1.0), "some of it is sent and not answered yet"
    await send(ring, 10)
    assert ring.owed(0.0) == (0.5, None)
    assert ring.owed(1.5) == (None, None), "silence is owed no words"
    ring.answered(2.0)
    assert ring.owed(0.0) == (None, None)


def mixed(voices: set[int], count: int) -> ReplayRing:
    """Tenths of a second, with a voice in some."""
    ring = ReplayRing(1000.0, disk=0.0)
    for index in range(count):
        ring.append(chunk(index), voiced=index in voices)
    return ring


async def test_minutes_of_silence_that_nobody_answered_are_not_sent_again() -> None:
    ring = mixed({5900}, 6000)
    await send(ring, 5950)
    assert ring.rewind() is None
    assert (await send(ring, 1))[0] == pytest.approx(590.0 - 5.0), "what was sent last may hold a soft voice"
    assert ring.unsent == pytest.approx(15.0 - 0.1)


async def test_silence_before_a_voice_is_sent_again_as_its_beginning() -> None:
    ring = mixed({3000}, 6000)
    await send(ring, 6000)
    ring.rewind()
    assert (await send(ring, 1))[0] == pytest.approx(299.0)


async def test_what_is_too_soft_for_us_and_shown_is_sent_again() -> None:
    ring = mixed(set(), 6000)
    await send(ring, 6000)
    ring.rewind(said_from=420.0)
    assert (await send(ring, 1))[0] == pytest.approx(419.0)


async def test_silence_that_was_never_sent_is_sent() -> None:
    ring = mixed(set(), 6000)
    await send(ring, 50)
    ring.rewind()
    assert (await send(ring, 1))[0] == 0.0


async def test_an_answer_that_differs_by_rounding_lets_the_whole_chunk_go() -> None:
    ring = filled(10)
    await send(ring, 8)
    ring.answered(0.7 - 1e-9)
    assert ring.rewind() is None
    assert (await send(ring, 1))[0] == 0.7
