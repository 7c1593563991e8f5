"""Trying Amazon Transcribe out: to the steps of every service it adds the clock, the credentials and the permission."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from desktop.core.errors import AuthenticationFailed, ClockSkew, PermissionMissing
from desktop.core.message import NOTHING, Message, say
from desktop.core.provider import ProbeStep, StreamConfig
from desktop.providers.amazon_transcribe import failures, options
from desktop.providers.amazon_transcribe.opening import Opener, Plan, skew_of
from desktop.transport import trial
from desktop.transport.target import Target

_REFUSALS = (AuthenticationFailed, PermissionMissing, ClockSkew)


async def probe(opener: Opener, config: StreamConfig) -> AsyncIterator[ProbeStep]:
    """The steps, ending with the first that fails. AWS bills 15 seconds for the silence."""
    own = _Own(opener, config)
    permission = say("Amazon", "permission to stream")
    stream = trial.listen(opener.connect(config), config.format, 3 * trial.PATIENCE, permission, _REFUSALS)
    async for step in trial.try_out(own.aim, own.steps(), stream, on_date=own.dates.append):
        yield replace(step, error=await opener.explained(own.plan, step.error)) if own.plan and step.error else step


class _Own:
    """Amazon's own steps, and what they find out."""

    def __init__(self, opener: Opener, config: StreamConfig) -> None:
        self._opener = opener
        self._config = config
        self.plan: Plan | None = None
        self.dates: list[str] = []
        """Of the service's answers; none without encryption."""

    async def aim(self) -> Target:
        self.plan = await self._opener.plan(self._config)
        return Target(self.plan.endpoint.url, insecure=options.is_on(self._config.options, "insecure"))

    async def steps(self) -> AsyncIterator[ProbeStep]:
        for date in self.dates:
            skew = skew_of(date)  # requests are signed for the service's clock, so it is nothing that fails
            off = abs(skew) > failures.TOLERANCE
            yield ProbeStep(say("Amazon", "clock"), detail=failures.clock_skew(skew).what if off else NOTHING)
        yield await trial.step(say("Amazon", "credentials"), self._origin)

    async def _origin(self) -> Message:
        plan = self.plan or await self._opener.plan(self._config)
        return (await self._opener.keys(plan)).origin
