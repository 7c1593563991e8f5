"""Opening a stream: token, conversation, WebSocket, and the server's word that it listens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import quote

from desktop.core.audio import AudioChunk
from desktop.core.captions import Progress, StreamEvent
from desktop.core.errors import AuthenticationFailed, ConnectionLost, StreamStalled
from desktop.core.provider import StreamConfig, TranscriptionStream
from desktop.providers.symbl import failures, options
from desktop.providers.symbl.codec import SymblCodec
from desktop.providers.symbl.conversation import Conversation
from desktop.providers.symbl.credentials import Account, TokenKeeper, given
from desktop.transport.address import is_on
from desktop.transport.target import Target, require_encryption
from desktop.transport.websocket import Ending, Patience, WebSocketStream, connect

MAX_CONVERSATIONS = 64
"""Of sessions whose last stream broke; nothing is lost when one is forgotten but the joining of its ends."""


class Opener:
    """Opens the streams of one provider; keeps its tokens, and the conversation of each lane."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._keeper = TokenKeeper()
        self._conversations: dict[str, Conversation] = {}
        """By the side of a session that they carry, the newest last."""

    @contextlib.asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        """Open a stream, with one more attempt with a new token. Raises `ProviderError`."""
        plan = check(config)
        conversation = self._conversation(config.side)
        async with contextlib.AsyncExitStack() as stack:
            try:
                stream = await self._enter(stack, config, conversation)
            except AuthenticationFailed:
                if plan is None:
                    raise
                self._keeper.forget(plan)
                stream = await self._enter(stack, config, conversation)
            yield stream
        self._conversations.pop(config.side, None)

    def _conversation(self, side: str) -> Conversation:
        """Kept when a stream breaks, for the next one of this side."""
        conversation = self._conversations.pop(side, None) or Conversation()
        if side:
            self._conversations[side] = conversation
            while len(self._conversations) > MAX_CONVERSATIONS:
                del self._conversations[next(iter(self._conversations))]
        return conversation

    async def token(self, config: StreamConfig) -> str:
        """What opens a stream now; raises `ProviderError`."""
        plan = check(config)
        if plan is None:
            return given(config.credentials)
        try:
            return await self._keeper.token(plan)
        except ConnectionLost as error:
            raise failures.discontinued(plan.url) or error from None

    async def _enter(
        self, stack: contextlib.AsyncExitStack, config: StreamConfig, conversation: Conversation
    ) -> SymblStream:
        token = await self.token(config)
        base = options.base_url(config)
        request = options.start_request(config, conversation.next_user())
        codec = SymblCodec(request, config.format, conversation)
        path = config.options.get("path", "").strip() or options.PATHS[0]
        target = Target(
            f"{base}/{path}/{quote(conversation.id)}",
            {"X-API-KEY": token},
            insecure=is_on(config.options, "insecure"),
        )
        try:
            inner = await stack.enter_async_context(connect(target, codec, self._patience))
        except ConnectionLost as error:
            raise failures.discontinued(base) or error from None
        stream = SymblStream(inner, codec)
        await stream.get_started(self._patience.connect)
        return stream


def check(config: StreamConfig) -> Account | None:
    """Check everything about a configuration; the account that makes tokens, or None when there is one to be used.

    Raises `ProviderError`.
    """
    options.start_request(config, "")
    base = options.base_url(config)
    insecure = is_on(config.options, "insecure")
    require_encryption(Target(base, insecure=insecure))
    if given(config.credentials):
        return None
    return Account(base, config.credentials["app-id"], config.credentials["app-secret"], insecure)


class SymblStream:
    """A `TranscriptionStream` over one WebSocket, from the moment at which the server listens."""

    def __init__(self, stream: WebSocketStream, codec: SymblCodec) -> None:
        self._stream = stream
        self._codec = codec
        self._events = aiter(stream)

    async def get_started(self, patience: float) -> None:
        """Wait until the server listens; raises `ProviderError`."""
        try:
            async with asyncio.timeout(patience):
                async for event in self._events:
                    if isinstance(event, Progress):
                        return
        except TimeoutError:
            raise failures.not_started() from None
        raise failures.ended(None, started=False)

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over sound in the configured format."""
        await self._stream.send(chunk)

    async def finish(self) -> None:
        """Say that no more sound comes."""
        await self._stream.finish()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        try:
            async for event in self._events:
                yield event
        except StreamStalled:
            if not self._codec.stopped:
                raise
            # It has taken the end of the sound and then forgets to say that the conversation is complete.
            for event in self._codec.ended(Ending(1000, "", asked=True)):
                yield event
