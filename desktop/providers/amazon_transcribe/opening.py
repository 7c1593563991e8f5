"""Opening a stream: the configuration checked, the URL signed, and one more attempt with a better signature."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from desktop.core.audio import AudioChunk
from desktop.core.captions import Notice, StreamEvent
from desktop.core.errors import (
    AuthenticationFailed,
    ClockSkew,
    ConnectionLost,
    LanguageUnsupported,
    ProviderError,
)
from desktop.core.message import say
from desktop.core.provider import StreamConfig, TranscriptionStream
from desktop.providers.amazon_transcribe import endpoints, failures, media, options
from desktop.providers.amazon_transcribe.codec import AmazonCodec
from desktop.providers.amazon_transcribe.credentials import Chain, given
from desktop.providers.amazon_transcribe.endpoints import Endpoint
from desktop.providers.amazon_transcribe.languages import STREAMED
from desktop.providers.amazon_transcribe.signing import Keys, presign
from desktop.transport.target import Refusal, Target
from desktop.transport.websocket import Patience, WebSocketStream, connect

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """A stream that can be opened: everything about its configuration is checked."""

    config: StreamConfig
    endpoint: Endpoint
    parameters: dict[str, str]
    keys: Keys | None
    """Keys that were given; None for the AWS chain."""
    profile: str


class Opener:
    """Opens the streams of one provider; remembers the credentials and how far off the clock is."""

    def __init__(self, patience: Patience) -> None:
        self.chain = Chain()
        self._patience = patience
        self._skew: dict[str, float] = {}
        """By endpoint, seconds by which AWS's clock is ahead of this computer's; known once AWS has complained."""

    @contextlib.asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        """Open a stream, with one more attempt when the first shows how to sign better. Raises `ProviderError`."""
        plan = await self.plan(config)
        async with contextlib.AsyncExitStack() as stack:
            keys = await self.keys(plan)
            skew = self._skew.get(plan.endpoint.url)
            try:
                stream = await self._enter(stack, plan, keys)
            except ProviderError as error:
                better = await self._better_keys(plan, keys, error, skew)
                if better is None:
                    raise await self.explained(plan, error) from None
                stream = await self._enter(stack, plan, better)
            yield stream

    async def plan(self, config: StreamConfig) -> Plan:
        """Check everything about a configuration; raises `ProviderError`."""
        if config.language not in STREAMED:
            raise LanguageUnsupported(
                say("Amazon", "Amazon Transcribe does not stream the language {language}.", language=config.language),
                say("Amazon", "Choose another language or another provider."),
            )
        parameters = options.parameters(config)
        await asyncio.to_thread(media.check, options.encoding(config.options))
        profile = config.options.get("profile", "").strip()
        keys = None if profile else given(config.credentials)
        region = config.options.get("region", "").strip() or endpoints.region_from(os.environ)
        if not region and keys is None:
            region = await self.chain.region(profile)
        address = config.options.get("endpoint") or config.options.get("url") or endpoints.address_from(os.environ)
        wanted = endpoints.Wanted(
            region or endpoints.DEFAULT_REGION,
            address.strip(),
            options.is_on(config.options, "fips"),
            options.is_on(config.options, "dual-stack"),
        )
        return Plan(config, endpoints.find(wanted), parameters, keys, profile)

    async def keys(self, plan: Plan) -> Keys:
        """The keys to sign with now; raises `ProviderError`."""
        return plan.keys or await self.chain.keys(plan.profile)

    async def _enter(self, stack: contextlib.AsyncExitStack, plan: Plan, keys: Keys) -> AmazonStream:
        url = plan.endpoint.url
        skew = self._skew.get(url, 0.0)
        moment = datetime.fromtimestamp(time.time() + skew, UTC)
        target = Target(
            presign(url, plan.parameters, keys, plan.endpoint.region, moment),
            origin="https://localhost",  # the developer guide lists Origin among the required headers
            insecure=options.is_on(plan.config.options, "insecure"),
        )
        sound = await asyncio.to_thread(media.make, options.encoding(plan.config.options), plan.config.format)
        codec = _MeasuringCodec(plan.config.language, plan.config.format, skew, sound)
        codec.url = target.url
        try:
            stream = await stack.enter_async_context(connect(target, codec, self._patience))
        except ClockSkew:
            self.learn(url, codec.skew)
            raise
        finally:
            if codec.refusal is not None:
                refused_id = failures.request_id_of(codec.refusal.headers)
                log.info("Refused with status %d, request id %s", codec.refusal.status, refused_id or "unknown")
        codec.request_id = failures.request_id_of(stream.headers)
        log.info("Stream opened, request id %s", codec.request_id or "unknown")
        codec.skew = skew_of(stream.headers.get("date", "")) or skew
        return AmazonStream(self, url, stream, codec)

    def learn(self, url: str, skew: float) -> bool:
        """Sign for the service's clock from now on; False when that is being done already."""
        if abs(skew - self._skew.get(url, 0.0)) <= failures.TOLERANCE:
            return False
        self._skew[url] = skew
        return True

    async def _better_keys(self, plan: Plan, keys: Keys, error: ProviderError, skew: float | None) -> Keys | None:
        """What to sign the second attempt with; None when there is nothing new to try. `skew` was known before."""
        if isinstance(error, ClockSkew):
            return keys if self._skew.get(plan.endpoint.url) != skew else None
        if isinstance(error, AuthenticationFailed) and plan.keys is None:
            self.chain.forget(plan.profile)
            renewed = await self.chain.keys(plan.profile)
            return None if renewed == keys else renewed
        return None

    async def explained(self, plan: Plan, error: ProviderError) -> ProviderError:
        """A host of AWS that is not found while others are is a region without streaming."""
        if not isinstance(error, ConnectionLost) or plan.endpoint.custom:
            return error
        elsewhere = endpoints.find(endpoints.Wanted(endpoints.DEFAULT_REGION))
        if await resolves(plan.endpoint.url) or not await resolves(elsewhere.url):
            return error
        return failures.no_such_region(plan.endpoint.region)


class _MeasuringCodec(AmazonCodec):
    """Reads the service's clock from a refusal before explaining it."""

    def refused(self, refusal: Refusal) -> ProviderError:
        self.skew = skew_of(refusal.headers.get("date", ""))
        return super().refused(refusal)


class AmazonStream:
    """An open stream; tells once when this computer's clock had to be corrected for."""

    def __init__(self, opener: Opener, url: str, stream: WebSocketStream, codec: AmazonCodec) -> None:
        self._opener = opener
        self._url = url
        self._stream = stream
        self._codec = codec
        self._aside = asyncio.Event()
        codec.on_aside = self._aside.set

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over sound in the configured format."""
        if self._codec.media.slow:
            await asyncio.to_thread(self._codec.media.add, chunk.pcm)
        self._codec.hear(chunk.pcm)
        await self._stream.send(chunk)

    async def finish(self) -> None:
        """Say that no more sound comes."""
        await self._stream.finish()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        if abs(self._codec.skew) > failures.TOLERANCE:
            yield Notice(failures.clock_skew(self._codec.skew))
        try:
            async for event in self._both():
                yield event
        except ClockSkew as error:
            if self._opener.learn(self._url, self._codec.skew):
                raise ConnectionLost(error.what, error.hint) from None  # the next stream is signed for the right time
            raise

    async def _both(self) -> AsyncIterator[StreamEvent]:
        """What the service says, and what is known while it says nothing."""
        said = aiter(self._stream)
        reading = asyncio.ensure_future(_next(said))
        waking = asyncio.ensure_future(self._aside.wait())
        try:
            while True:
                await asyncio.wait({reading, waking}, return_when=asyncio.FIRST_COMPLETED)
                for event in self._codec.aside():
                    yield event
                if waking.done():
                    self._aside.clear()
                    waking = asyncio.ensure_future(self._aside.wait())
                if reading.done():
                    answer = reading.result()
                    if answer is None:
                        return
                    yield answer
                    reading = asyncio.ensure_future(_next(said))
        finally:
            for task in (reading, waking):
                task.cancel()
            await asyncio.gather(reading, waking, return_exceptions=True)


async def _next(events: AsyncIterator[StreamEvent]) -> StreamEvent | None:
    """The next event, None at the end: a task can't hold the end of an iteration."""
    return await anext(events, None)


def skew_of(date: str) -> float:
    """Seconds by which the clock that wrote an HTTP `Date` is ahead of this computer's; 0 when it can't be read."""
    try:
        return parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return 0.0


async def resolves(url: str) -> bool:
    """Whether the host of a URL has an address."""
    parts = urlsplit(url)
    try:
        await asyncio.get_running_loop().getaddrinfo(parts.hostname, parts.port)
    except OSError:
        return False
    return True
