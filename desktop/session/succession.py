"""Finds each next stream of a lane: of the service that was chosen, or of the one that stands in while that is away."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Protocol

from desktop.core.errors import CredentialMissing, LanguageUnsupported, OptionInvalid, ProviderError
from desktop.session.backoff import Backoff
from desktop.session.relay import Relay
from desktop.session.service import Fallback, Service

PROMPT = 0.5
"""Seconds in which a service usually answers; after them the stand-in gets ready, which takes an engine a while."""
WARM_UP = 0.75
"""Seconds before the end of the patience at which it takes over, so that its first captions are there by then."""

GRACE = 1.0
"""Seconds that a service which was gone for longer than the patience has for coming back, warming up included."""

UNMENDABLE = (LanguageUnsupported, OptionInvalid, CredentialMissing)
"""What the user has to set right: with these nothing was ever reached that could be away."""


class Teller(Protocol):
    """What a lane does for its succession."""

    def open_stream(self, service: Service, *, standby: bool) -> Relay:
        """Begin to open a stream."""

    def away(self, error: ProviderError, delay: float | None) -> None:
        """The chosen service can't be reached; it is tried again after `delay` seconds, or never by itself."""

    def reached(self) -> None:
        """A stream of the chosen service waits for its turn."""

    def overdue(self) -> bool:
        """Whether the sound has ended and its last captions were waited for long enough."""

    def last_sign(self) -> float:
        """Session time at which a service last said something."""


class Succession:
    """Owns the streams that are being opened; the one that carries is the lane's."""

    def __init__(self, chosen: Service, fallback: Fallback | None, teller: Teller, now: Callable[[], float]) -> None:
        self.chosen = chosen
        self._fallback = fallback
        self._teller = teller
        self._now = now
        self._backoff = Backoff()
        self._standby_backoff = Backoff()
        self._reaching: asyncio.Future[Relay] | None = None
        self._warming: asyncio.Future[Relay] | None = None
        self._away_since: float | None = None
        self._noticed = -math.inf
        """Session time at which it was last found to be away."""
        self._distrusted = False
        """The chosen service opens streams that break before they say anything."""
        self._hurry = asyncio.Event()

    @property
    def has_standby(self) -> bool:
        """Whether somebody can stand in for the chosen service."""
        return self._standby() is not None

    @property
    def is_back(self) -> bool:
        """Whether a stream of the chosen service waits for its turn."""
        return _succeeded(self._reaching)

    async def next(self) -> Relay:
        """An open stream to go on with; raises `ProviderError` when there is none and trying again can't help."""
        while True:
            if self._reaching is None:
                self._reach()
            standby = self._standby()
            if standby is not None and (self._distrusted or not await self._in_time(standby)):
                relay = await self._stand_in(standby)
                if relay is not None:
                    return relay
            relay = await self._chosen_relay()
            if relay is not None:
                return relay

    def choose(self, service: Service) -> None:
        """From now on this service; what carries goes on until the new one is there."""
        if self._reaching is not None:
            _abandon(self._reaching)
        self.chosen = service
        self._backoff.reset()
        self._away_since = None
        self._reach()

    def renew(self) -> None:
        """Get one more stream of the chosen service ready."""
        if self._reaching is None:
            self._reach()

    def works(self) -> None:
        """The chosen service says something."""
        self._backoff.reset()
        self._away_since = None

    def failed(self, relay: Relay, error: ProviderError) -> None:
        """The stream that carried broke; raises `error` when nobody can go on."""
        if not relay.standby and relay.service is not self.chosen and _was_refused(self._reaching):
            self.chosen, self._reaching = relay.service, None  # what was chosen later never worked, and this did
        if relay.standby:
            self._lost_standby(error)
        elif relay.service is self.chosen and self._reaching is None:
            self._distrusted = self._away_since is not None and self._now() > self._deadline()
            self._note_away()
            if error.retryable:
                self._reach(after=error, doubted=self._distrusted and self._standby() is not None)
            elif self._standby() is None or isinstance(error, UNMENDABLE):
                raise error
            else:
                self._reaching = _failed(error)
                self._teller.away(error, None)

    def hurry(self) -> None:
        """Try at once: the network may be back."""
        self._backoff.reset()
        self._hurry.set()

    async def close(self) -> None:
        """Give up whatever is being opened or waits."""
        waiting = [future for future in (self._reaching, self._warming) if future is not None]
        for future in waiting:
            _abandon(future)
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.gather(*(future.result().close() for future in waiting if _succeeded(future)))

    # The chosen service

    def _reach(self, after: ProviderError | None = None, *, doubted: bool = False) -> None:
        """`doubted`: it can be reached and does not work, so there is no haste to go back to it from the stand-in."""
        reaching = self._reaching = asyncio.ensure_future(self._open_chosen(after, doubted=doubted))
        reaching.add_done_callback(self._opened)

    def _opened(self, reaching: asyncio.Future[Relay]) -> None:
        if reaching is self._reaching and not reaching.cancelled() and reaching.exception() is None:
            self._teller.reached()

    async def _open_chosen(self, after: ProviderError | None, *, doubted: bool) -> Relay:
        error = after
        while True:
            if error is not None:
                await self._pause(error, self._backoff.next(None if doubted else error))
            relay = self._teller.open_stream(self.chosen, standby=False)
            try:
                await _open(relay)
            except ProviderError as trouble:
                self._note_away()
                if not trouble.retryable:
                    self._teller.away(trouble, None)
                if not trouble.retryable or (self._standby() is None and self._teller.overdue()):
                    raise
                error = trouble
            else:
                return relay

    def _note_away(self) -> None:
        if self._away_since is None:
            self._away_since = self._noticed = self._now()
            if self._fallback is not None:  # a dead connection is noticed late: that much of the patience is used up
                self._away_since = max(self._teller.last_sign(), self._away_since - self._fallback.patience + GRACE)

    def _deadline(self) -> float:
        """Session time at which the stand-in takes over."""
        since = self._now() if self._away_since is None else self._away_since
        due = since + (self._fallback.patience - WARM_UP if self._fallback is not None else 0.0)
        return max(due, self._noticed + PROMPT)  # most that break are back at once, and a seam less is better

    async def _pause(self, error: ProviderError, delay: float) -> None:
        self._teller.away(error, delay)
        self._hurry.clear()
        await _either(asyncio.sleep(delay), self._hurry.wait())

    async def _chosen_relay(self) -> Relay | None:
        """The stream of the chosen service; None when it broke while it waited, and another is being opened."""
        reaching = self._reaching
        if reaching is None:
            return None
        await asyncio.wait({reaching})
        if reaching is not self._reaching:  # another service was chosen meanwhile
            return None
        relay = reaching.result()
        self._reaching = None
        trouble = relay.trouble()
        if trouble is None:
            if self._warming is not None:
                _abandon(self._warming)
                self._warming = None
            return relay
        if not trouble.retryable:
            raise trouble
        self._reach(after=trouble)
        return None

    # The stand-in

    def _standby(self) -> Service | None:
        return self._fallback.standing_in_for(self.chosen) if self._fallback is not None else None

    async def _in_time(self, standby: Service) -> bool:
        """Whether the chosen service is there before the patience is over; the stand-in gets ready beside it."""
        reaching = self._reaching
        if reaching is None:
            return False
        deadline = self._deadline()
        spare = deadline - self._now() - WARM_UP  # none where the loss was noticed late: get ready at once
        await asyncio.wait({reaching}, timeout=max(0.0, min(PROMPT, spare)))
        if not reaching.done():
            self._warm(standby)
            await asyncio.wait({reaching}, timeout=max(0.0, deadline - self._now()))
        if not reaching.done() or reaching.cancelled():
            return False
        error = reaching.exception()
        if error is not None and (isinstance(error, UNMENDABLE) or not isinstance(error, ProviderError)):
            raise error
        return error is None

    def _warm(self, standby: Service) -> asyncio.Future[Relay]:
        if self._warming is None:
            self._warming = asyncio.ensure_future(self._open_standby(standby))
        return self._warming

    async def _stand_in(self, standby: Service) -> Relay | None:
        """The stream of the stand-in, unless the chosen service is there first; None when it is."""
        warming, reaching = self._warm(standby), self._reaching
        waited = {warming} if reaching is None or reaching.done() or self._distrusted else {warming, reaching}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not warming.done() or (self.is_back and not self._distrusted):
            return None
        self._warming, self._distrusted = None, False
        try:
            return warming.result()
        except ProviderError as error:
            self._lost_standby(error)
            return None

    async def _open_standby(self, standby: Service) -> Relay:
        while True:
            relay = self._teller.open_stream(standby, standby=True)
            try:
                await _open(relay)
            except ProviderError as error:
                if not error.retryable:
                    raise
                await asyncio.sleep(self._standby_backoff.next())
            else:
                self._standby_backoff.reset()
                return relay

    def _lost_standby(self, error: ProviderError) -> None:
        if not error.retryable:
            self._fallback = None


def _abandon(future: asyncio.Future[Relay]) -> None:
    if not future.cancel() and _succeeded(future):
        future.result().drop()


def _failed(error: ProviderError) -> asyncio.Future[Relay]:
    future: asyncio.Future[Relay] = asyncio.get_running_loop().create_future()
    future.set_exception(error)
    future.exception()  # looked at, so that asyncio does not complain when nobody else does
    return future


def _succeeded(future: asyncio.Future[Relay] | None) -> bool:
    return future is not None and future.done() and not future.cancelled() and future.exception() is None


def _was_refused(future: asyncio.Future[Relay] | None) -> bool:
    return future is not None and future.done() and not future.cancelled() and future.exception() is not None


async def _open(relay: Relay) -> None:
    try:
        await relay.until_open()
    except BaseException:  # cancellation too: nobody else knows of this stream
        await relay.close()
        raise


async def _either(*waits: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
