"""Streams, tokens and trials, and what Voximplant is asked, go through the proxy that is set."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.errors import ProviderError
from desktop.core.provider import ProbeStep, Provider, StreamConfig
from desktop.ingress.voximplant_api import ACCOUNT_METHOD, VoximplantAccount
from desktop.providers import discover
from desktop.providers.pipecat.opening import Manners
from desktop.providers.whisper_live.stream import Waits
from tests.support import pipecat_server, symbl_server, vosk_server, whisper_live_server
from tests.support.amazon_parts import certificate
from tests.support.connect_proxy import ConnectProxy, start_proxy
from tests.support.voximplant_cloud import ACCOUNT, KEY, cloud

PLACE = "service.test:8443"
"""Known to the proxy alone: whoever goes another way finds nothing."""
SERVERS: dict[str, Any] = {
    "pipecat": pipecat_server.start,
    "symbl": symbl_server.start,
    "vosk": vosk_server.start,
    "whisper-live": whisper_live_server.start,
}
QUICK: dict[str, dict[str, object]] = {
    "pipecat": {"manners": Manners(greeting=0.3, settle=0.3)},
    "whisper-live": {"waits": Waits(quiet=0.3)},
}
SYMBL = {"app-id": symbl_server.APP_ID, "app-secret": symbl_server.SECRET}
ALL = pytest.mark.parametrize("name", list(SERVERS))


class Desk:
    """A server that only the proxy leads to."""

    def __init__(self, stack: AsyncExitStack, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stack = stack
        self.pem = pem
        self.set = monkeypatch.setenv
        self.server: Any = None

    async def open(self, name: str, *, far_end: bool = True, encrypted: bool = False) -> ConnectProxy:
        self.server = await self.stack.enter_async_context(SERVERS[name]())
        port = int(self.server.url.rpartition(":")[2].partition("/")[0])
        return await self.lead_to(port, far_end=far_end, encrypted=encrypted)

    async def lead_to(self, port: int, *, far_end: bool = True, encrypted: bool = False) -> ConnectProxy:
        pem = self.pem if far_end else None
        proxy = await self.stack.enter_async_context(start_proxy(port, pem, encrypted=encrypted))
        self.go_through(proxy.url)
        return proxy

    def go_through(self, address: str) -> None:
        for variable in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
            self.set(variable, address)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with AsyncExitStack() as stack:
        yield Desk(stack, pem, monkeypatch)


def provider(name: str) -> Any:
    kind: Any = type(discover()[name])
    return kind(**QUICK.get(name, {}))


def config(name: str, keys: Mapping[str, str] | None = None, **options: str) -> StreamConfig:
    given = (SYMBL if name == "symbl" else {}) if keys is None else keys
    return StreamConfig(
        "en-US", SPEECH, given, {"url": f"wss://{PLACE}{'/ws' if name == 'pipecat' else ''}", **options}
    )


async def stream(one: Provider, settings: StreamConfig) -> None:
    async with asyncio.timeout(30), one.connect(settings) as opened:
        await opened.send(AudioChunk(bytes(SPEECH.size(0.1)), SPEECH, 0.0))
        await opened.finish()
        async for _ in opened:
            pass


async def failure(name: str, keys: Mapping[str, str] | None = None) -> ProviderError:
    with pytest.raises(ProviderError) as found:
        await stream(provider(name), config(name, keys))
    return found.value


def shown(error: ProviderError) -> str:
    return "".join([*traceback.format_exception(error), repr(error), str(error.hint)])


async def steps(name: str, settings: StreamConfig) -> list[ProbeStep]:
    return [step async for step in provider(name).probe(settings)]


@ALL
async def test_streams_and_tokens(desk: Desk, name: str) -> None:
    proxy = await desk.open(name)
    await stream(provider(name), config(name))
    assert proxy.asked == [PLACE] * (2 if name == "symbl" else 1)
    assert len(desk.server.streams) == 1


@pytest.mark.parametrize("name", ["symbl", "vosk"])
async def test_streams_and_tokens_without_encryption(desk: Desk, name: str) -> None:
    proxy = await desk.open(name, far_end=False)
    await stream(provider(name), config(name, url="ws://service.test:8080", insecure="yes"))
    assert set(proxy.asked) == {"service.test:8080"}
    assert len(desk.server.streams) == 1


@pytest.mark.parametrize("name", ["symbl", "vosk"])
async def test_a_proxy_that_is_itself_encrypted(desk: Desk, name: str) -> None:
    proxy = await desk.open(name, encrypted=True)
    await stream(provider(name), config(name))
    assert set(proxy.asked) == {PLACE}
    assert len(desk.server.streams) == 1


@ALL
async def test_trying_out(desk: Desk, name: str) -> None:
    proxy = await desk.open(name)
    found = await steps(name, config(name))
    assert not [str(step.error) for step in found if step.error]
    titles = [str(step.title) for step in found]
    assert titles[:3] == ["proxy", "port 8443 through the proxy", "encryption (TLS)"]
    assert titles[-1] == "half a second of silence"
    assert "looks up the address of the service" in str(found[0].detail)
    assert set(proxy.asked) == {PLACE}


@ALL
async def test_a_proxy_that_wants_another_way_to_sign_in(desk: Desk, name: str) -> None:
    proxy = await desk.open(name)
    proxy.status, proxy.offers = 407, ("Negotiate", "NTLM")
    error = await failure(name)
    assert isinstance(error, errors.OptionInvalid)
    assert "Negotiate, NTLM (status 407)" in str(error)
    assert "Basic" in str(error)
    assert "relay" in str(error.hint)
    *_, last = await steps(name, config(name))
    assert (str(last.title), str(last.error)) == ("port 8443 through the proxy", str(error))


async def test_the_stream_itself_is_told_the_same_as_the_token(desk: Desk) -> None:
    proxy = await desk.open("symbl")
    proxy.status, proxy.offers = 407, ("NTLM",)
    by_token = await failure("symbl")
    assert str(await failure("symbl", {"access-token": "any"})) == str(by_token)


@pytest.mark.parametrize("name", ["symbl", "pipecat"])
async def test_a_password_is_used_and_shown_nowhere(desk: Desk, name: str, caplog: pytest.LogCaptureFixture) -> None:
    proxy = await desk.open(name)
    proxy.account, proxy.offers = "kim:canary@1", ('Basic realm="a, NTLM b"', "NTLM")
    assert "wants a name and a password" in str(await failure(name))
    desk.go_through(proxy.url.replace("://", "://kim:canary%401@"))
    caplog.set_level(logging.DEBUG)
    await stream(provider(name), config(name))
    proxy.account = "kim:another"
    error = await failure(name)
    assert "does not accept the name and the password" in str(error)
    assert "canary" not in shown(error) + caplog.text
    assert "a2ltOmNhbmFyeUAx" not in shown(error) + caplog.text, "nor in the form in which it is sent"


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("http://127.0.0.1:1", errors.ConnectionLost, "127.0.0.1 refuses connections on port 1. This is the proxy"),
        ("http://proxy.invalid:8080", errors.ConnectionLost, "proxy.invalid can't be found. This is the proxy"),
        ("socks5://kim:canary@127.0.0.1:1", errors.OptionInvalid, "SOCKS proxies are not supported"),
        ("http://kim:can/ary@127.0.0.1:1", errors.OptionInvalid, "The proxy's address is none"),
        ("http://kim:canary%ff@127.0.0.1:1", errors.OptionInvalid, "The proxy's address is none"),
        ("canary@127.0.0.1:1", errors.OptionInvalid, "The proxy's address is none"),
    ],
)
@pytest.mark.parametrize("name", ["symbl", "vosk"])
async def test_an_address_of_no_proxy(
    desk: Desk, name: str, address: str, error: type[ProviderError], words: str
) -> None:
    desk.go_through(address)
    found = await failure(name)
    assert isinstance(found, error)
    assert words in str(found)
    assert "can/ary" not in shown(found)
    assert "canary" not in shown(found)


async def no_call(_data: str) -> str:
    raise AssertionError("nobody asked for a call")


async def account() -> ProviderError | None:
    """What asking Voximplant who an account is comes to."""
    settings = StreamConfig("en-US", SPEECH, {"account-id": ACCOUNT, "api-key": KEY})
    (step,) = [step async for step in VoximplantAccount(api=f"https://{PLACE}").probe(settings)]
    return step.error


async def test_voximplant_is_asked_the_same_way(desk: Desk) -> None:
    api = await desk.stack.enter_async_context(cloud(no_call))
    proxy = await desk.lead_to(int(api.url.rpartition(":")[2]))
    proxy.account = "kim:canary@1"
    assert "wants a name and a password" in str(await account())
    desk.go_through(proxy.url.replace("://", "://kim:canary%401@"))
    assert await account() is None
    assert [each[""] for each in api.asked] == [f"POST {ACCOUNT_METHOD}"]
    proxy.account = "kim:another"
    refused = await account()
    assert isinstance(refused, errors.OptionInvalid)
    assert "does not accept the name and the password" in str(refused)
    assert "canary" not in shown(refused)
    assert KEY not in shown(refused)
    desk.go_through("socks5://kim:canary@127.0.0.1:1")
    assert "SOCKS proxies are not supported" in str(await account())
    desk.go_through("http://127.0.0.1:1")
    assert "This is the proxy" in str(await account())
    assert len(api.asked) == 1
