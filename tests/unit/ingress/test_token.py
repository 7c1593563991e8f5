from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from threading import Event

import pytest

from desktop.core.errors import KeyringLocked, ListenerError
from desktop.core.message import say
from desktop.ingress.token import KEY, SERVICE, VARIABLE, load_token, make_token, rotate_token
from desktop.settings.logs import RedactingFormatter, _formatter
from desktop.settings.vault import Vault, no_keyring


class Memory(Vault):
    """A keyring of this test."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def read(self, service: str, keys: Iterable[str]) -> dict[str, str]:
        return {key: self.held[service, key] for key in keys if (service, key) in self.held}

    def write(self, service: str, values: Mapping[str, str], cancelled: Event | None = None) -> None:
        del cancelled
        self.held.update({(service, key): value for key, value in values.items()})


class Refusing(Vault):
    def read(self, service: str, keys: Iterable[str]) -> dict[str, str]:
        del service, keys
        raise no_keyring()

    def write(self, service: str, values: Mapping[str, str], cancelled: Event | None = None) -> None:
        del service, values, cancelled
        raise KeyringLocked(say("Test", "locked"))


def test_it_has_256_bits_and_no_two_are_alike() -> None:
    tokens = {make_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}  # 32 bytes in base64 without padding


def test_it_is_kept_until_it_is_changed() -> None:
    vault = Memory()
    first = load_token(vault, {})
    assert first.kept
    assert load_token(vault, {}) == first
    second = rotate_token(vault)
    assert second.value != first.value
    assert load_token(vault, {}).value == second.value


def test_a_damaged_entry_is_replaced() -> None:
    vault = Memory()
    vault.held[SERVICE, KEY] = "short"
    assert len(load_token(vault, {}).value) == 43


def test_without_a_keyring_it_holds_for_this_run() -> None:
    token = load_token(Refusing(), {})
    assert not token.kept
    assert token.trouble is not None
    rotated = rotate_token(Refusing())
    assert not rotated.kept
    assert isinstance(rotated.trouble, KeyringLocked)


def test_the_environment_wins_and_may_not_be_weak() -> None:
    given = "x" * 32
    assert load_token(Refusing(), {VARIABLE: given}).value == given
    for weak in ("qwerty", "y" * 31, "z" * 31 + " ", "a" * 300):
        with pytest.raises(ListenerError) as caught:
            load_token(Refusing(), {VARIABLE: weak})
        assert weak not in str(caught.value)


def test_it_is_hidden_from_the_log_and_from_repr() -> None:
    token = load_token(Memory(), {})
    record = logging.LogRecord("x", logging.INFO, "", 0, f"at {token.value}", None, None)
    assert isinstance(_formatter, RedactingFormatter)
    assert token.value not in _formatter.format(record)
    assert token.value not in repr(token)
