"""The token that every remote peer has to show: from the environment, the keyring, or made for this run."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.core.errors import CredentialStoreError, ListenerError, NoKeyring
from desktop.core.message import say
from desktop.settings import logs
from desktop.settings.vault import Vault

VARIABLE = "OVERTITLE_LISTENER_TOKEN"
SERVICE, KEY = "overtitle/listener", "token"
BITS = 256
_SHAPE = re.compile(r"[A-Za-z0-9._~-]{32,256}")
"""What goes into a URL and a header unchanged, and is too long to be guessed."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a peer has to show."""

    value: str = field(repr=False)
    kept: bool = True
    """It stays the same at the next start."""
    trouble: CredentialStoreError | None = None
    """Why it could not be kept."""


def make_token() -> str:
    """A new one: 256 bits from the system's generator."""
    return secrets.token_urlsafe(BITS // 8)


def load_token(vault: Vault | None = None, environment: Mapping[str, str] | None = None) -> Token:
    """The token of this computer; the first call makes it. Blocks while the keyring thinks.

    Without a keyring, or while it is locked, it is one for this run only. Raises `ListenerError` when the environment
    gives one that can be guessed.
    """
    given = (os.environ if environment is None else environment).get(VARIABLE, "")
    if given:
        _refuse_weak(given)
        return _hidden(Token(given))
    held = vault or Vault()
    try:
        stored = held.read(SERVICE, [KEY]).get(KEY, "")
    except CredentialStoreError as error:
        return _hidden(Token(make_token(), kept=False, trouble=error))
    if _SHAPE.fullmatch(stored):
        return _hidden(Token(stored))
    return rotate_token(held)


def rotate_token(vault: Vault | None = None) -> Token:
    """A new token in place of the old one. Blocks while the keyring thinks."""
    token = make_token()
    logs.hide([token])
    try:
        (vault or Vault()).write(SERVICE, {KEY: token})
    except CredentialStoreError as error:
        return Token(token, kept=False, trouble=None if isinstance(error, NoKeyring) else error)
    return Token(token)


def _hidden(token: Token) -> Token:
    logs.hide([token.value])
    return token


def _refuse_weak(token: str) -> None:
    if _SHAPE.fullmatch(token) is None:
        raise ListenerError(
            say("Listener", "The token in {variable} is too short, or holds unsuitable characters.", variable=VARIABLE),
            say("Listener", "Use at least 32 letters, digits or -._~, say from: openssl rand -hex 32."),
        )
