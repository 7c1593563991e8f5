"""Remote calls in a session: whoever calls becomes a lane of it, and hears its captions back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType

from desktop.core.captions import CaptionEvent
from desktop.core.state import SessionState
from desktop.ingress.config import ListenerConfig
from desktop.ingress.dialout import DialOut, DialOutConfig
from desktop.ingress.events import Tell
from desktop.ingress.peer import RemoteLane
from desktop.ingress.server import Listener
from desktop.session.events import SessionEvent, StateChanged
from desktop.session.service import LaneSpec
from desktop.session.session import Session

START_STEP = 0.02
"""Seconds between two looks whether the session takes lanes already; it opens its journal first."""
_OVER = (SessionState.STOPPED, SessionState.FAILED)

Changed = Callable[[tuple[str, ...]], None]
"""Told the addresses whose sound is heard now, each once: for the sign that says so."""


def _nobody(addresses: tuple[str, ...]) -> None:
    """Nobody wants to know."""


class RemoteCalls:
    """A listener, or a call asked for from here, whose lanes join one session; open it around `session.run()`."""

    def __init__(
        self,
        session: Session,
        config: ListenerConfig | DialOutConfig,
        token: str,
        told: Tell,
        callers_changed: Changed = _nobody,
    ) -> None:
        self.line = Listener(config, token, self) if isinstance(config, ListenerConfig) else DialOut(config, self)
        self.told: Tell = told
        self._callers_changed = callers_changed
        self._session = session
        self._lanes: dict[str, RemoteLane] = {}
        self._sounding: list[RemoteLane] = []
        self._joining: set[asyncio.Task[None]] = set()
        self._unsubscribe: Callable[[], None] | None = None

    async def __aenter__(self) -> RemoteCalls:
        """Open the port, or ask for the call; raises `ListenerError` or `ProviderError`."""
        self._unsubscribe = self._session.subscribe(self._read)
        try:
            await self.line.__aenter__()
        except BaseException:  # an interrupt too must leave no reader behind
            self._unsubscribe()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.line.__aexit__(kind, error, trace)
        for task in self._joining:
            task.cancel()
        await asyncio.gather(*self._joining, return_exceptions=True)
        if self._unsubscribe is not None:
            self._unsubscribe()

    @property
    def listener(self) -> Listener:
        """The line, where calls come in on it."""
        if not isinstance(self.line, Listener):
            raise TypeError("nobody can call on this line")
        return self.line

    # ---- what the listener tells

    def lane_started(self, lane: RemoteLane) -> None:
        """Have it join the session."""
        self._sounding.append(lane)
        self._count_callers()
        task = asyncio.ensure_future(self._join(lane))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)

    def lane_ended(self, lane: RemoteLane) -> None:
        """Its last captions may still come."""
        self._sounding.remove(lane)
        self._count_callers()

    def _count_callers(self) -> None:
        self._callers_changed(tuple(dict.fromkeys(lane.address for lane in self._sounding)))

    async def _join(self, lane: RemoteLane) -> None:
        spec = LaneSpec(self._free_id(lane.label), self._free_label(lane), lane.source)
        self._lanes[spec.id] = lane
        while self._session.state not in (*_OVER, SessionState.STOPPING):
            await self._session.add_lane(spec)
            if spec in self._session.lanes:
                return
            await asyncio.sleep(START_STEP)

    def _free_id(self, label: str) -> str:
        """What events and the journal call the lane: after the peer's tag or track, each time another."""
        taken = {lane.id for lane in self._session.lanes} | set(self._lanes)
        return _free(label or "remote", taken, "{}-{}")

    def _free_label(self, lane: RemoteLane) -> str:
        """What people read; a track that ended and went on is the same to them."""
        others = {each.label for each in self._sounding if each is not lane}
        return _free(lane.label, others | {each.label for each in self._session.lanes if self._is_own(each)}, "{} {}")

    def _is_own(self, lane: LaneSpec) -> bool:
        """Whether a lane of the session is no remote one."""
        return lane.id not in self._lanes

    # ---- what the session tells

    def _read(self, event: SessionEvent) -> None:
        if isinstance(event, CaptionEvent):
            lane = self._lanes.get(event.lane)
            if lane is not None:
                lane.caption(event, self._spoken(event))
        elif isinstance(event, StateChanged):
            self._follow(event)

    def _follow(self, event: StateChanged) -> None:
        if not event.lane and event.state is SessionState.STOPPING:
            self.line.close_door()

    def _spoken(self, event: CaptionEvent) -> str:
        ago = timedelta(seconds=self._session.elapsed - event.start)
        return (datetime.now(UTC) - ago).isoformat(timespec="milliseconds")


def _free(wanted: str, taken: set[str], form: str) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = form.format(wanted, number), number + 1
    return name
