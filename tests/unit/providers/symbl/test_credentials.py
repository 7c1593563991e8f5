"""Tokens: asked for once, kept while they hold, asked for anew before they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from desktop.core import errors
from desktop.core.errors import ProviderError
from desktop.providers.symbl.credentials import LIFETIME, MARGIN, Account, TokenKeeper, given
from tests.support.symbl_server import APP_ID, SECRET, SymblServer, start


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[SymblServer]:
    async with start() as running:
        yield running


def account(server: SymblServer, secret: str = SECRET) -> Account:
    return Account(server.url, APP_ID, secret)


async def test_one_token_for_many_streams_and_a_new_one_in_time(server: SymblServer) -> None:
    clock = Clock()
    keeper = TokenKeeper(clock)
    server.expires_in = 600
    tokens = await asyncio.gather(*[keeper.token(account(server)) for _ in range(4)])
    assert len(set(tokens)) == server.tokens == 1
    clock.now += 600 - MARGIN - 1
    assert await keeper.token(account(server)) == tokens[0]
    clock.now += 2
    assert await keeper.token(account(server)) != tokens[0]
    assert server.tokens == 2


async def test_a_token_that_was_refused_is_forgotten(server: SymblServer) -> None:
    keeper = TokenKeeper()
    first = await keeper.token(account(server))
    keeper.forget(account(server))
    assert await keeper.token(account(server)) != first


@pytest.mark.parametrize("seconds", [None, "soon", True, -1, 1e300])
async def test_a_lifetime_that_makes_no_sense(server: SymblServer, seconds: Any) -> None:
    clock = Clock()
    keeper = TokenKeeper(clock)
    server.token_answers = [(200, {"accessToken": "one", "expiresIn": seconds})]
    assert await keeper.token(account(server)) == "one"
    clock.now += LIFETIME - MARGIN - 1
    assert await keeper.token(account(server)) == "one"
    clock.now += 2
    assert await keeper.token(account(server)) != "one"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"message": "canary"}, errors.AuthenticationFailed),
        (403, {}, errors.AuthenticationFailed),
        (429, {}, errors.RateLimited),
        (500, {}, errors.ServiceUnavailable),
        (404, {}, errors.OptionInvalid),
        (302, {}, errors.OptionInvalid),
        (200, {}, errors.OptionInvalid),
        (200, {"accessToken": "line\r\nbreak"}, errors.OptionInvalid),
    ],
)
async def test_refusals(server: SymblServer, status: int, body: dict[str, Any], error: type[ProviderError]) -> None:
    server.token_answers = [(status, body)]
    with pytest.raises(error) as found:
        await TokenKeeper().token(account(server))
    assert "canary" not in str(found.value)


async def test_a_wrong_secret_shows_nowhere(server: SymblServer) -> None:
    wrong = account(server, "canary")
    with pytest.raises(errors.AuthenticationFailed) as found:
        await TokenKeeper().token(wrong)
    assert "canary" not in str(found.value) + repr(wrong)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("ws://127.0.0.1:1", errors.ConnectionLost),
        ("ws://nowhere.invalid", errors.ConnectionUntrusted),
        ("wss://nowhere.invalid", errors.ConnectionLost),
    ],
)
async def test_a_server_that_is_not_there(url: str, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        await TokenKeeper().token(Account(url, APP_ID, SECRET))


@pytest.mark.parametrize(
    ("entered", "token"),
    [
        ({"access-token": "t"}, "t"),
        ({"access-token": "t", "app-id": "a", "app-secret": "s"}, "t"),
        ({"app-id": "a", "app-secret": "s"}, ""),
    ],
)
def test_what_was_entered(entered: dict[str, str], token: str) -> None:
    assert given(entered) == token


@pytest.mark.parametrize("entered", [{}, {"app-id": "a"}, {"app-secret": "s"}])
def test_what_is_missing(entered: dict[str, str]) -> None:
    with pytest.raises(errors.CredentialMissing):
        given(entered)
