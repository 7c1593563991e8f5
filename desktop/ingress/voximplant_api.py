"""Starts a scenario in a Voximplant account, and says where its session is.

After docs.voximplant.ai, Management API, StartScenarios. Every refusal comes with status 200 and an `error` in it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from desktop.core.errors import (
    AuthenticationFailed,
    OptionInvalid,
    ProtocolViolation,
    ProviderError,
    RateLimited,
)
from desktop.core.message import Message, say
from desktop.core.provider import Capabilities, CredentialField, ProbeStep, StreamConfig
from desktop.ingress.dialect import whole
from desktop.settings import logs
from desktop.transport.target import Refusal, Target, require_encryption

API = "https://api.voximplant.com"
METHOD = "/platform_api/StartScenarios"
ACCOUNT_METHOD = "/platform_api/GetAccountInfo"
"""Asks who an account is, which calls nobody and costs nothing."""
PATIENCE = 10.0
"""Seconds for the connection, and as many for the answer."""
MOST_DATA = 200
"""Bytes of `VoxEngine.customData`."""
KINDS = ("user:", "tel:", "sip:")
WRONG_ACCOUNT = frozenset({100})
"""Error codes about the account or its key; the list of codes is behind a login, so the general sentence helps too."""
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class VoximplantAccount:
    """The account that scenarios are started in; its details are kept like a provider's."""

    id: str = "voximplant"
    title: Message = field(default_factory=lambda: say("Voximplant", "Voximplant"))
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            (), say("Voximplant", "The call itself runs through Voximplant, whoever captions it."), needs_network=True
        )
    )
    credential_fields: tuple[CredentialField, ...] = (
        CredentialField(
            "account-id",
            say("Voximplant", "Account ID"),
            say("Voximplant", "A number; the control panel shows it in the menu of your name."),
            secret=False,
            pattern=r"\d{1,12}",
        ),
        CredentialField(
            "api-key",
            say("Voximplant", "API key"),
            say("Voximplant", "From the section “API keys” of the control panel's settings."),
            pattern=r"[0-9A-Za-z-]{16,64}",
        ),
    )
    api: str = API

    async def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        """Ask the API whether it knows this account."""
        title = say("Voximplant", "account ID and API key")
        try:
            answer = await _post(self.api + ACCOUNT_METHOD, _account(config.credentials))
            if not isinstance(answer.get("result"), dict):
                raise _unclear()
        except ProviderError as error:
            yield ProbeStep(title, error)
        else:
            yield ProbeStep(title, detail=say("Voximplant", "Voximplant knows them"))


ACCOUNT = VoximplantAccount()


@dataclass(frozen=True, slots=True)
class Order:
    """The call that is to be made."""

    rule: int
    """The routing rule that our scenario belongs to."""
    agent: str = field(repr=False)
    """Who is called first: `user:NAME`, `tel:+NUMBER` or `sip:ADDRESS`."""
    caller: str = field(repr=False)
    """Who is called then."""
    shown: str = field(default="", repr=False)
    """The number that both see; a telephone needs one that Voximplant knows."""
    api: str = API


def check(order: Order) -> None:
    """Raise `OptionInvalid` for what can't become a call."""
    for address in (order.agent, order.caller):
        if not address.startswith(KINDS) or not address.partition(":")[2].strip() or not address.isprintable():
            raise OptionInvalid(
                say("Voximplant", "“{address}” is nobody who can be called.", address=address),
                say("Voximplant", "Write user:NAME, tel:+NUMBER or sip:ADDRESS."),
            )
    if not order.shown and any(address.startswith("tel:") for address in (order.agent, order.caller)):
        raise OptionInvalid(
            say("Voximplant", "A call to a telephone needs a number to be called from."),
            say("Voximplant", "Give one that you rent from Voximplant or have verified there."),
        )
    if len(custom_data(order, "x" * 22)) > MOST_DATA:
        raise OptionInvalid(
            say("Voximplant", "The addresses of this call are too long for Voximplant."),
            say("Voximplant", "Use users of your application or telephone numbers."),
        )


def make_key() -> str:
    """What the desktop shows to the session that it started: 128 bits, for this session alone."""
    key = secrets.token_urlsafe(16)
    logs.hide([key])
    return key


def custom_data(order: Order, key: str) -> bytes:
    """What our scenario finds in `VoxEngine.customData()`."""
    fields = {"key": key, "agent": order.agent, "caller": order.caller, "from": order.shown}
    return json.dumps({name: value for name, value in fields.items() if value}, separators=(",", ":")).encode()


async def start(order: Order, credentials: Mapping[str, str], key: str) -> Target:
    """Start the scenario; returns where its session takes WebSockets. Raises `ProviderError`."""
    check(order)
    form = {
        **_account(credentials),
        "rule_id": str(order.rule),
        "script_custom_data": custom_data(order, key).decode(),
    }
    return session_of(await _post(order.api.rstrip("/") + METHOD, form))


def session_of(answer: Mapping[str, Any]) -> Target:
    """Where a session that was started takes WebSockets; raises `ProviderError`."""
    url = answer.get("media_session_access_secure_url")
    if not isinstance(url, str):
        raise _unclear()
    scheme, separator, rest = url.partition("://")
    target = Target({"https": "wss", "http": "ws"}.get(scheme, "") + separator + rest)
    require_encryption(target)
    return target


def _account(credentials: Mapping[str, str]) -> dict[str, str]:
    return {"account_id": credentials.get("account-id", ""), "api_key": credentials.get("api-key", "")}


def _refused(code: int | None) -> ProviderError:
    if code in WRONG_ACCOUNT:
        return AuthenticationFailed(
            say("Voximplant", "Voximplant does not accept this account ID and API key (error {code}).", code=code),
            say("Voximplant", "Copy both from the control panel and enter them once more."),
        )
    if code == TOO_MANY:
        return RateLimited(say("Voximplant", "Voximplant asks for fewer requests at once."))
    return ProtocolViolation(
        say("Voximplant", "Voximplant refuses to start the scenario (error {code}).", code=code),
        say("Voximplant", "Check the account, the rule's number, and that the scenario belongs to the rule."),
    )


def _unclear() -> ProtocolViolation:
    return ProtocolViolation(
        say("Voximplant", "The answer is none of Voximplant's."), say("Voximplant", "Check the address of its API.")
    )


async def _post(url: str, form: Mapping[str, str]) -> Mapping[str, Any]:
    """What the API answers to a form, when that is no refusal; raises `ProviderError`. Its text is never quoted."""
    from desktop.transport.web import post
    from desktop.transport.websocket import explain_refusal

    require_encryption(Target(url.replace("http", "ws", 1)))
    answer = await post(url, urlencode(form).encode(), "application/x-www-form-urlencoded", PATIENCE)
    if not 200 <= answer.status < 300:
        raise explain_refusal(Refusal(answer.status, {}, ""))
    return accepted(answer.fields())


def accepted(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of an answer that is no refusal; raises `ProviderError`."""
    if not fields:
        raise _unclear()
    error = fields.get("error")
    if isinstance(error, dict):
        raise _refused(whole(error.get("code")))
    return fields
