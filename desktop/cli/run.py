"""Runs one session for a command: builds it, lets signals end it gracefully, and tells how it ended.

The only place of the command line that builds a session.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TypeVar

from desktop.cli.output import OutputClosed
from desktop.core.captions import CaptionDocument
from desktop.core.errors import OvertitleError
from desktop.ingress.config import ListenerConfig
from desktop.ingress.dialout import DialOut, DialOutConfig
from desktop.ingress.events import ListenerEvent, ListenerEventKind, Tell
from desktop.ingress.server import Listener
from desktop.session.events import Reader
from desktop.session.lookup import look_up_aside
from desktop.session.recorder import JournalPlan
from desktop.session.remote import RemoteCalls
from desktop.session.service import Fallback, LaneSpec, Service
from desktop.session.session import Session
from desktop.session.spare import set_aside
from desktop.settings.usage import Usage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RemotePlan:
    """Who may call or is called, and who is told about it."""

    config: ListenerConfig | DialOutConfig
    token: str = field(repr=False)
    opened: Callable[[Listener | DialOut], None]
    told: Tell


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be captioned, by whom, and where it is kept."""

    lanes: Sequence[LaneSpec]
    service: Service
    journal: JournalPlan | None = None
    """Where the journal goes; None to keep none."""
    fallback: Fallback | None = None
    """Who captions while the service is away."""
    usage: Usage | None = None
    """What counts and limits the minutes; loaded and saved here."""
    seconds: float | None = None
    """Stop after this time; None to go on until the sources end or the user stops."""
    remote: RemotePlan | None = None
    """Remote calls join, and the session goes on without any until it is stopped."""


@dataclass(slots=True)
class Ending:
    """How a session ended."""

    document: CaptionDocument
    journal: Path | None = None
    interrupted: bool = False
    """The user asked for the end."""
    error: OvertitleError | OutputClosed | None = None
    """Why it could not go on; what was heard before is in the document and the journal."""


def run_session(plan: Plan, show: Reader) -> Ending:
    """Caption until the sources end, the time is over, or the user interrupts.

    The first interrupt stops gracefully, with the last finals saved; the second one aborts. `show` may raise
    `OutputClosed` or `OvertitleError`, which stop the session as well.
    """
    return asyncio.run(_run(plan, show))


def build(plan: Plan) -> Session:
    """The session of a plan; opens nothing."""
    return Session(
        plan.lanes,
        plan.service,
        plan.journal,
        fallback=plan.fallback,
        meter=plan.usage,
        open_ended=plan.remote is not None,
    )


async def _caption(session: Session, remote: RemotePlan | None, ending: Ending) -> None:
    if remote is None:
        await session.run()
        return
    tell = _guarded(session, remote.told, ending)

    def told(event: ListenerEvent) -> None:
        tell(event)
        if event.kind is ListenerEventKind.OVER:
            session.stop()

    async with RemoteCalls(session, remote.config, remote.token, told) as calls:
        _guarded(session, remote.opened, ending)(calls.line)
        set_aside()
        await session.run()


async def _run(plan: Plan, show: Reader) -> Ending:
    look_up_aside(asyncio.get_running_loop())
    if plan.usage is not None:
        await asyncio.to_thread(plan.usage.load)
    session = build(plan)
    ending = Ending(session.document)
    unsubscribe = session.subscribe(_guarded(session, show, ending))
    running = asyncio.create_task(_caption(session, plan.remote, ending))

    def interrupt() -> None:
        if ending.interrupted:
            running.cancel()
            return
        ending.interrupted = True
        session.stop(hasty=True)

    timer = None if plan.seconds is None else asyncio.get_running_loop().call_later(plan.seconds, session.stop)
    try:
        with _signals(interrupt):
            await running
    except OvertitleError as error:
        ending.error = ending.error or error
    except asyncio.CancelledError:
        if not ending.interrupted:
            raise
    finally:
        if timer is not None:
            timer.cancel()
        unsubscribe()
        if plan.usage is not None:
            await asyncio.to_thread(plan.usage.save)
    ending.journal = session.journal
    return ending


def _guarded(session: Session, show: Callable[[T], None], ending: Ending) -> Callable[[T], None]:
    """`show` as something that never raises; once it can't show any more the session stops."""

    def guarded(event: T) -> None:
        if ending.error is not None:
            return
        try:
            show(event)
        except (OutputClosed, OvertitleError) as error:
            ending.error = error
            session.stop()

    return guarded


@contextmanager
def _signals(interrupt: Callable[[], None]) -> Iterator[None]:
    """Call `interrupt` in the loop on SIGINT and SIGTERM."""
    loop = asyncio.get_running_loop()

    def handler(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(interrupt)

    # Not `loop.add_signal_handler`: Windows has none, and this way does there and elsewhere.
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
