"""A worker's child may crash, hang, babble or never start; its user gets one clear error, and no process stays."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest

from desktop.core.errors import EngineFailed, EngineUnavailable
from desktop.transport.child import Child, child_command
from desktop.transport.worker import Patience, SharedWorker

ExpectLog = Callable[..., None]
LOGGER = "desktop.transport.worker"

PREAMBLE = """
import os, sys, time
from desktop.transport.frames import *
source, sink = os.fdopen(0, "rb", closefd=False), os.fdopen(1, "wb", buffering=0, closefd=False)
def frame():
    header = source.read(HEADER.size)
    if len(header) < HEADER.size: sys.exit(0)
    kind, stream, length = unpack_header(header)
    return kind, stream, source.read(length)
"""
READY = PREAMBLE + "sink.write(pack(Kind.READY, 0))\n"
ECHO = (
    READY
    + """
heard = {}
while True:
    kind, stream, payload = frame()
    if kind == Kind.AUDIO:
        heard[stream] = heard.get(stream, 0) + len(payload)
        sink.write(pack_object(Kind.EVENT, stream, {"heard": heard[stream], "pid": os.getpid()}))
        sink.write(pack_seconds(Kind.TAKEN, stream, float(heard[stream])))
    if kind == Kind.FINISH:
        sink.write(pack(Kind.DONE, stream))
"""
)
DEAF = READY + "while True: frame()\n"


def worker(script: str, patience: Patience | None = None) -> SharedWorker:
    return SharedWorker(lambda: [sys.executable, "-c", script], patience)


@pytest.fixture(autouse=True)
def no_child_stays() -> Iterator[None]:
    yield
    assert psutil.Process().children() == []


async def test_what_is_sent_is_answered_and_finishing_ends_the_iteration() -> None:
    async with worker(ECHO).lease() as child:
        channel = child.open()
        await channel.send(b"ab", 2.0)
        await channel.send(b"c", 1.0)
        channel.finish()

        assert [answer["heard"] async for answer in channel.answers()] == [2, 3]


async def test_everyone_on_a_loop_shares_one_child_and_the_last_one_ends_it() -> None:
    shared = worker(ECHO)
    async with shared.lease() as first:
        async with shared.lease() as second:
            assert second is first
            assert len(psutil.Process().children()) == 1
        assert len(psutil.Process().children()) == 1
    assert psutil.Process().children() == []


async def test_two_who_come_at_the_same_moment_share_one_child() -> None:
    shared = worker(ECHO)
    both_in = asyncio.Barrier(2)

    async def pid() -> int | None:
        async with shared.lease() as child:
            await both_in.wait()
            return child.pid

    first, second = await asyncio.gather(pid(), pid())
    assert first == second is not None


async def test_a_killed_child_fails_every_stream_and_the_next_lease_starts_another(
    expect_log: ExpectLog,
) -> None:
    expect_log(LOGGER, "ended with status")
    shared = worker(ECHO)
    async with shared.lease() as child:
        channels = [child.open(), child.open()]
        assert child.pid is not None
        psutil.Process(child.pid).kill()
        for channel in channels:
            with pytest.raises(EngineFailed) as raised:
                _ = [answer async for answer in channel.answers()]
            assert raised.value.retryable
            with pytest.raises(EngineFailed):
                await channel.send(b"a", 1.0)
        async with shared.lease() as other:
            assert other.pid != child.pid
            channel = other.open()
            await channel.send(b"a", 1.0)
            channel.finish()
            assert [answer["heard"] async for answer in channel.answers()] == [1]


async def test_sending_waits_while_too_much_is_under_way(expect_log: ExpectLog) -> None:
    expect_log(LOGGER, "")
    slow = (
        READY
        + """
frame(); frame()
kind, stream, payload = frame()
sink.write(pack_seconds(Kind.TAKEN, stream, 4.0))
while True: frame()
"""
    )
    async with worker(slow, Patience(backlog=3.0)).lease() as child:
        channel = child.open()
        await channel.send(b"a", 2.0)
        await channel.send(b"b", 2.0)
        await channel.send(b"c", 2.0)  # taken together with what was sent before
        waiting = asyncio.create_task(channel.send(b"d", 2.0))
        await waiting

        blocked = asyncio.create_task(channel.send(b"e", 2.0))
        done, _ = await asyncio.wait([blocked], timeout=0.05)
        assert not done
        psutil.Process(child.pid).kill()
        with pytest.raises(EngineFailed):
            await blocked


async def test_a_child_that_stops_answering_is_given_up(expect_log: ExpectLog) -> None:
    expect_log(LOGGER, "no sign of life")
    async with worker(DEAF, Patience(silence=0.2)).lease() as child:
        channel, other = child.open(), child.open()
        await channel.send(b"a", 1.0)

        async def go_on_sending() -> None:  # which must not count as a sign of life
            while True:
                await other.send(b"a", 0.0)
                await asyncio.sleep(0.01)

        sending = asyncio.create_task(go_on_sending())
        with pytest.raises(EngineFailed):
            _ = [answer async for answer in channel.answers()]
        with pytest.raises(EngineFailed):
            await sending


async def test_a_child_that_never_gets_ready_is_given_up(expect_log: ExpectLog) -> None:
    expect_log(LOGGER, "no sign of life")
    with pytest.raises(EngineFailed):
        async with worker(PREAMBLE + "while True: frame()", Patience(start=0.3, silence=0.2)).lease():
            pass


async def test_a_child_that_owes_nothing_may_be_silent() -> None:
    async with worker(ECHO, Patience(silence=1.0)).lease() as child:
        channel = child.open()
        await asyncio.sleep(1.5)  # longer than its patience
        await channel.send(b"a", 1.0)
        channel.finish()
        assert [answer["heard"] async for answer in channel.answers()] == [1]


async def test_announced_work_is_waited_for() -> None:
    busy = (
        READY
        + """
frame()
kind, stream, payload = frame()
sink.write(pack_seconds(Kind.WORKING, 0, 60.0))
time.sleep(1.5)
sink.write(pack_object(Kind.EVENT, stream, {"late": True}))
sink.write(pack(Kind.DONE, stream))
frame()
"""
    )
    async with worker(busy, Patience(silence=1.0)).lease() as child:
        channel = child.open()
        await channel.send(b"a", 1.0)
        assert [answer async for answer in channel.answers()] == [{"late": True}]


@pytest.mark.parametrize(
    "garbage",
    ["b'Segmentation fault'", "b'\\xff' * 100", "pack(Kind.EVENT, 1, b'no json')", "pack(Kind.TAKEN, 1, b'x')",
     "pack(Kind.AUDIO, 1)", "b'\\x11\\x00\\x00\\xff\\xff\\xff\\xff'"],
)  # fmt: skip
async def test_a_child_that_babbles_is_given_up(garbage: str, expect_log: ExpectLog) -> None:
    expect_log(LOGGER, "can't be understood")
    async with worker(READY + f"frame(); sink.write({garbage})\nwhile True: frame()").lease() as child:
        channel = child.open()
        with pytest.raises(EngineFailed):
            _ = [answer async for answer in channel.answers()]


async def test_a_child_that_dies_at_once_fails_the_lease(expect_log: ExpectLog) -> None:
    expect_log(LOGGER, "ended with status")
    with pytest.raises(EngineFailed):
        async with worker("raise SystemExit(3)").lease():
            pass


async def test_a_child_that_can_not_work_says_why(expect_log: ExpectLog) -> None:
    expect_log(LOGGER, "can't start")
    broken = PREAMBLE + "sink.write(pack_object(Kind.BROKEN, 0, {'reason': 'no GLIBC_2.34'}))\nframe()"
    with pytest.raises(EngineUnavailable, match=r"GLIBC_2\.34"):
        async with worker(broken).lease():
            pass


async def test_a_program_that_is_not_there_is_said_with_its_cause() -> None:
    with pytest.raises(EngineUnavailable) as raised:
        async with SharedWorker(lambda: ["/no/such/program"]).lease():
            pass
    assert isinstance(raised.value.__cause__.__cause__ if raised.value.__cause__ else None, FileNotFoundError)


async def test_leaving_while_a_child_that_died_is_reaped_waits_for_that(
    expect_log: ExpectLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_log(LOGGER, "ended with status 3")
    reap, reaping, reaped = Child.reap, asyncio.Event(), list[int]()

    async def slowly(child: Child) -> None:
        reaping.set()
        await asyncio.sleep(0.05)
        await reap(child)
        reaped.append(await child.status())

    monkeypatch.setattr(Child, "reap", slowly)
    async with worker(READY + "raise SystemExit(3)").lease():
        await reaping.wait()
    assert reaped == [3]


@pytest.mark.parametrize("script", [ECHO, "import time; time.sleep(60)"])
async def test_cancellation_at_any_point_leaves_no_process(script: str) -> None:
    shared = worker(script)

    async def use() -> None:
        async with shared.lease() as child:
            channel = child.open()
            while True:
                await channel.send(b"a", 0.0)
                await asyncio.sleep(0)

    for _ in range(3):
        task = asyncio.create_task(use())
        for _ in range(200):
            await asyncio.sleep(0)
            if psutil.Process().children():
                break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert psutil.Process().children() == []


async def test_a_dropped_stream_ends_and_the_others_go_on() -> None:
    async with worker(ECHO).lease() as child:
        dropped, kept = child.open(), child.open()
        dropped.drop()
        assert [answer async for answer in dropped.answers()] == []
        assert list(child._channels.values()) == [kept], "an engine loaded for days keeps no dropped stream"
        await kept.send(b"a", 1.0)
        kept.finish()
        assert [answer["heard"] async for answer in kept.answers()] == [1]


def test_a_frozen_program_starts_itself_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert child_command("some.module") == [sys.executable, "-m", "some.module"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command("some.module") == [sys.executable, "--engine-worker", "some.module"]


async def test_what_the_child_prints_is_logged_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    chatty = READY + "print('creating session', file=sys.stderr, flush=True)\n" + ECHO.removeprefix(READY)
    async with worker(chatty).lease() as child:
        channel = child.open()
        await channel.send(b"a", 1.0)
        channel.finish()
        assert [answer["heard"] async for answer in channel.answers()] == [1]

    assert [record.levelname for record in caplog.records if "creating session" in record.message] == ["DEBUG"]


async def test_a_child_that_says_more_than_anybody_takes_is_ended(expect_log: ExpectLog) -> None:
    expect_log(LOGGER, "more answers than anybody takes")
    flood = READY + "frame()\nwhile True: sink.write(pack_object(Kind.EVENT, 1, {'text': 'x' * 60_000}))\n"
    async with worker(flood).lease() as child:
        channel = child.open()
        answers = channel.answers()
        await anext(answers)
        while not child.failed:
            await asyncio.sleep(0.01)
        with pytest.raises(EngineFailed, match="can't be understood"):
            async for _ in answers:
                pass


@pytest.mark.parametrize(
    "claim", ["pack_seconds(Kind.WORKING, 0, 1e300)", "pack_seconds(Kind.TAKEN, 1, 1e300)"], ids=["busy", "ahead"]
)
async def test_a_child_can_not_buy_time_without_end(
    claim: str, expect_log: ExpectLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_log(LOGGER, "gives no sign of life")
    monkeypatch.setattr("desktop.transport.worker.LONGEST_WORK", 0.1)
    claims = READY + f"frame(); frame(); sink.write({claim} + pack_object(Kind.EVENT, 1, {{}}))\nwhile True: frame()\n"
    async with worker(claims, Patience(silence=0.2)).lease() as child:
        channel = child.open()
        answers = channel.answers()
        await channel.send(b"ab", 1.0)
        await anext(answers)
        await channel.send(b"ab", 1.0)
        with pytest.raises(EngineFailed, match="no longer answers"):
            await anext(answers)
