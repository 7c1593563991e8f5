"""Access tokens: one that is given, or those that the server makes for an app id and its secret.

A token is needed when a stream opens and not afterwards, so each opening looks whether the one at hand will still do.
The server gives the same token again until it runs out, with the time that remains.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from desktop.core.errors import (
    AuthenticationFailed,
    CredentialMissing,
    OptionInvalid,
    ProviderError,
    RateLimited,
    ServiceUnavailable,
)
from desktop.core.message import say
from desktop.core.provider import CredentialField
from desktop.transport.address import web_url
from desktop.transport.target import Target, require_encryption

MARGIN = 60.0
"""Seconds before its end at which a token is no longer used."""
PATIENCE = 10.0
"""Seconds for the server to answer."""
LIFETIME = 3600.0
"""Seconds that a token is taken to hold when the server does not say."""
PATH = "/oauth2/token:generate"

FIELDS = (
    CredentialField(
        "app-id",
        say("Symbl", "App id"),
        say("Symbl", "Together with the app secret; leave both empty if you have an access token."),
        secret=False,
        pattern=r"[!-~]{1,400}",
        optional=True,
    ),
    CredentialField("app-secret", say("Symbl", "App secret"), pattern=r"[!-~]{1,400}", optional=True),
    CredentialField(
        "access-token",
        say("Symbl", "Access token"),
        say("Symbl", "Instead of app id and secret. It is used as it is, until it runs out."),
        pattern=r"[!-~]{1,8000}",
        optional=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks."""

    url: str
    """Of the server, `ws://` or `wss://`."""
    app_id: str
    secret: str = field(repr=False)
    insecure: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """What opens a stream."""

    value: str = field(repr=False)
    ends: float
    """On the keeper's clock."""


def given(credentials: Mapping[str, str]) -> str:
    """The access token that a person entered; empty when there is an app id with its secret instead.

    Raises `CredentialMissing` for neither.
    """
    if token := credentials.get("access-token", ""):
        return token
    if not credentials.get("app-id") or not credentials.get("app-secret"):
        raise CredentialMissing(
            say("Symbl", "An access token is needed, or an app id together with its secret."),
            say("Symbl", "Ask who runs the server for them."),
        )
    return ""


class TokenKeeper:
    """The tokens of one provider, by account."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tokens: dict[Account, Token] = {}
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def token(self, account: Account) -> str:
        """One that holds for a while; raises `ProviderError`. Two lanes that start at once ask once."""
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            known = self._tokens.get(account)
            if known is None or known.ends - self._clock() <= MARGIN:
                known = self._tokens[account] = await self._ask(account)
            return known.value

    def forget(self, account: Account) -> None:
        """The server refused the token."""
        self._tokens.pop(account, None)

    async def _ask(self, account: Account) -> Token:
        from desktop.transport.web import post_json

        require_encryption(Target(account.url, insecure=account.insecure))
        asked = self._clock()
        values = {"type": "application", "appId": account.app_id, "appSecret": account.secret}
        answer = await post_json(web_url(account.url) + PATH, values, PATIENCE)
        fields = answer.fields()
        value = fields.get("accessToken")
        if not 200 <= answer.status < 300:
            raise refused(answer.status)
        if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
            raise no_token()
        return Token(value, asked + _lifetime(fields.get("expiresIn")))


def _lifetime(seconds: object) -> float:
    usable = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds < 1e9
    return float(seconds) if usable and isinstance(seconds, int | float) else LIFETIME


def refused(status: int) -> ProviderError:
    """What the status of the token endpoint means; its own words are not shown, as they may quote the request."""
    if status in (400, 401, 403):
        return AuthenticationFailed(
            say("Symbl", "The server does not accept this app id and secret (HTTP status {status}).", status=status),
            say("Symbl", "Enter both once more, without spaces around them."),
        )
    if status == 429:
        return RateLimited(say("Symbl", "The server makes no more tokens at the moment (HTTP status 429)."))
    if status >= 500:
        return ServiceUnavailable(
            say("Symbl", "The server can't make a token at the moment (HTTP status {status}).", status=status)
        )
    return no_token()


def no_token() -> OptionInvalid:
    """What answers is something else."""
    return OptionInvalid(
        say("Symbl", "What answers at this address makes no access tokens as Symbl does."),
        say("Symbl", "Check the option url, or enter an access token instead of app id and secret."),
    )
