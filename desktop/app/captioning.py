"""Starts and stops sessions for the window, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from desktop.app.calls import Calls
from desktop.app.loop import Tasks
from desktop.app.spending import Spending
from desktop.core.audio import AudioSource
from desktop.core.errors import AudioError, OvertitleError
from desktop.core.state import Problem, SessionState
from desktop.providers import discover
from desktop.session.recorder import JournalPlan
from desktop.session.sample import sample_lanes
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.session.spare import set_aside, spare_collections
from desktop.session.standby import find_fallback
from desktop.settings.credentials import CredentialStore
from desktop.settings.schema import Settings
from desktop.ui.state_line import LAST_WORDS
from desktop.ui.values import REMOTE, LaneRequest, StartRequest

GRACE = 10.0
"""Seconds that the last words may take when the program ends."""
IDLE = 2.0
"""Seconds after the end of a session in which nobody has begun another one."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told of sessions."""

    attach: Callable[[Session], None]
    """One begins."""
    ended: Callable[[Session, OvertitleError | None], None]
    """It is over, with what stopped it."""


class Captioning:
    """The session that runs, if one does."""

    def __init__(
        self,
        tasks: Tasks,
        settings: Callable[[], Settings],
        audience: Audience,
        store: CredentialStore,
        calls: Calls,
        spending: Spending,
    ) -> None:
        self._tasks = tasks
        self._settings = settings
        self._audience = audience
        self._store = store
        self._calls = calls
        self._spending = spending
        self._run: asyncio.Task[None] | None = None
        self.session: Session | None = None
        self._missing: set[str] = set()
        """Sides whose device was not there when the session began."""
        self._stopped_at = 0.0
        """Seconds on the session clock."""

    @property
    def running(self) -> bool:
        """Whether a session runs or is about to."""
        return self._run is not None and not self._run.done()

    def start(
        self,
        request: StartRequest,
        plan: JournalPlan,
        tell: Callable[[Problem], None],
        *,
        sample: bool = False,
    ) -> None:
        """Caption what `request` asks for, or the sample speech; `tell` hears why it can't be started."""
        if not self.running:
            self._run = self._tasks.start(self._caption(request, plan, tell, sample=sample))
            self._tasks.start(self._clear_up(self._run))

    async def _clear_up(self, run: asyncio.Task[None]) -> None:
        """Collect what a session has left, which takes too long for the moment at which one begins or ends."""
        await asyncio.wait({run})
        await asyncio.sleep(IDLE)
        if not self.running:
            spare_collections()

    def stop(self) -> None:
        """Stop listening; the last words still come. Again, once they take long, ends without them."""
        session = self.session
        if session is None:
            return
        if session.state is not SessionState.STOPPING:
            self._stopped_at = session.elapsed
        session.stop(hasty=session.elapsed - self._stopped_at >= LAST_WORDS)

    def choose(self, request: StartRequest, tell: Callable[[Problem], None]) -> None:
        """Let what runs go on with another language or provider; `tell` hears why that can't be."""
        if self.session is not None:
            self._tasks.start(self._choose(self.session, request, tell))

    async def _choose(self, session: Session, request: StartRequest, tell: Callable[[Problem], None]) -> None:
        try:
            service = await asyncio.to_thread(service_for, request, self._settings(), self._store)
            if service != session.service or session.state is not SessionState.LIVE:
                session.choose(service)
        except OvertitleError as error:
            tell(Problem(error, since=session.elapsed))

    def hear(self, request: StartRequest, tell: Callable[[Problem], None]) -> None:
        """Let what runs hear other devices, for those sides that hear one; `tell` hears why that can't be."""
        if self.session is not None:
            self._tasks.start(self._hear(self.session, request, tell))

    async def _hear(self, session: Session, request: StartRequest, tell: Callable[[Problem], None]) -> None:
        running = {lane.id for lane in session.lanes}
        for wanted in request.lanes:
            if wanted.device != REMOTE and wanted.lane in running | self._missing:
                try:
                    source = await asyncio.to_thread(_open, wanted)
                    if wanted.lane in running:
                        session.hear(wanted.lane, source)
                    else:
                        self._missing.discard(wanted.lane)
                        await session.add_lane(LaneSpec(wanted.lane, wanted.label, source))
                except AudioError as error:
                    tell(Problem(error, since=session.elapsed, lane=wanted.lane))

    async def end(self) -> None:
        """Stop and wait until everything is saved; not for long where a service says nothing any more."""
        if self.session is not None:
            self.session.stop(hasty=True)
        if self._run is not None:
            await asyncio.wait({self._run}, timeout=GRACE)

    async def _caption(
        self, request: StartRequest, plan: JournalPlan, tell: Callable[[Problem], None], *, sample: bool
    ) -> None:
        try:
            service = await asyncio.to_thread(service_for, request, self._settings(), self._store)
            labels = tuple(lane.label for lane in request.lanes)
            lanes = sample_lanes((labels[0], labels[-1])) if sample else await _lanes(request.lanes, tell)
            self._missing = set() if sample else {each.lane for each in request.lanes if each.device != REMOTE}
            self._missing -= {lane.id for lane in lanes}
        except OvertitleError as error:
            tell(Problem(error, since=0.0))
            return
        captions = self._settings().captions
        fallback = None
        if captions.fallback and service.provider.capabilities.needs_network:
            fallback = await asyncio.to_thread(find_fallback, service.language, float(captions.patience))
        await self._spending.load()
        remote = not sample and any(lane.device == REMOTE for lane in request.lanes)
        session = Session(lanes, service, plan, fallback=fallback, meter=self._spending.usage, open_ended=remote)
        try:
            async with self._calls.around(session) if remote else nullcontext():
                await self._caption_with(session)
        except OvertitleError as error:
            tell(Problem(error, since=0.0))

    async def _caption_with(self, session: Session) -> None:
        self.session = session
        self._spending.begin()
        set_aside()
        self._audience.attach(session)
        failure: OvertitleError | None = None
        try:
            await session.run()
        except OvertitleError as error:
            failure = error
        finally:
            self.session = None
            self._audience.ended(session, failure)
            await self._spending.end()


def service_for(request: StartRequest, settings: Settings, store: CredentialStore) -> Service:
    """Whom `request` asks for, with account and options; raises `OvertitleError` when that can't be."""
    provider = discover()[request.provider]
    reason = provider.availability()
    if reason is not None:
        raise reason
    given = store.for_session(provider)
    return Service(provider, request.language, given, settings.captions.options.get(provider.id, {}))


async def _lanes(requests: Sequence[LaneRequest], tell: Callable[[Problem], None]) -> list[LaneSpec]:
    """The lanes whose source is there; a missing one becomes a problem while another one works."""
    lanes: list[LaneSpec] = []
    missing: list[Problem] = []
    for request in (each for each in requests if each.device != REMOTE):
        try:
            source = await asyncio.to_thread(_open, request)
        except AudioError as error:
            missing.append(Problem(error, since=0.0, lane=request.lane))
        else:
            lanes.append(LaneSpec(request.lane, request.label, source))
    if len(missing) == len(requests):
        raise missing[0].error
    for problem in missing:
        tell(problem)
    return lanes


def _open(request: LaneRequest) -> AudioSource:
    from desktop.audio.devices import open_source

    return open_source(request.device or {"you": "mic", "them": "system"}[request.lane])
