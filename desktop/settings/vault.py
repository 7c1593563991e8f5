"""The system's keyring: the only place that calls it, always in another thread, and with our own sentences.

What it is written against (keyring 25): `fail` raises `NoKeyringError` for every call; `null` loses what it is given
without a word; a dismissed prompt is `InitError` or `KeyringLocked`; a prompt that nobody answers blocks for ever; and
libraries below raise errors of their own. Windows takes 2,560 bytes, that is 1,280 UTF-16 units, for one entry.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from desktop.core.errors import CredentialStoreError, KeyringLocked, NoKeyring
from desktop.core.message import say
from desktop.settings.aside import aside

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

log = logging.getLogger(__name__)

READ_LIMIT = 5.0
"""Seconds after which a keyring that does not answer is taken for locked; its prompt stays open meanwhile."""
LONGEST = 1_280
"""UTF-16 units that every system's keyring takes."""

_KEEPS_NOTHING = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that refuse, forget, or write files that others can read."""
_LOCKED = {"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"}
_MISSING = {"NoKeyringError", "SecretServiceNotAvailableException"}


class Vault:
    """Reads, writes and removes the entries of one service; every call blocks, so none belongs on the UI thread."""

    def __init__(self, limit: float = READ_LIMIT, waiting: Callable[[], None] | None = None) -> None:
        self._limit = limit
        self._waiting = waiting
        """Told when the limit is over: somebody sees that the keyring is waited for, so reading has no limit either."""

    def check(self) -> str:
        """The keyring's name; raises `NoKeyring`. Asks for no password."""
        return self._call(lambda: str(_backend().name))

    def read(self, service: str, keys: Iterable[str]) -> dict[str, str]:
        """What is stored under `keys`; raises `NoKeyring` or `KeyringLocked`, at the latest when the limit is over."""
        wanted = tuple(keys)
        return self._call(lambda: _read(_backend(), service, wanted))

    def write(self, service: str, values: Mapping[str, str], cancelled: Event | None = None) -> None:
        """Store `values` and make sure that they are there; an empty one is removed. Raises `CredentialStoreError`.

        The keyring may ask the person first, so there is no limit. When one entry can't be stored, or `cancelled` is
        set meanwhile, those before it are put back as they were.
        """
        self._call(lambda: _write_all(_backend(), service, values, cancelled or Event()), forever=True)

    def remove(self, service: str, keys: Iterable[str]) -> bool:
        """Remove the entries; False when there were none. Raises `CredentialStoreError`."""
        wanted = tuple(keys)
        return self._call(lambda: _remove(_backend(), service, wanted), forever=True)

    def _call(self, work: Callable[[], T], *, forever: bool = False) -> T:
        future = aside(work)
        try:
            return self._result(future, forever=forever)
        except CredentialStoreError:
            raise
        except Exception as error:  # noqa: BLE001 - backends raise whatever the libraries below them raise
            log.info("The keyring failed: %s", type(error).__name__)
            raise _explained(error) from None  # its text may hold what it was given

    def _result(self, future: Future[T], *, forever: bool) -> T:
        done, _ = wait([future], self._limit)
        if not done:
            if self._waiting is not None:
                self._waiting()
            elif not forever:
                raise _silent()
        return future.result()


def _backend() -> KeyringBackend:
    try:
        import keyring

        backend = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - a wrong PYTHON_KEYRING_BACKEND or keyringrc.cfg, a missing library
        log.info("No keyring can be loaded: %s", type(error).__name__)
        raise no_keyring() from None
    if type(backend).__module__.startswith(_KEEPS_NOTHING):
        raise no_keyring()
    return backend


def _read(backend: KeyringBackend, service: str, keys: Iterable[str]) -> dict[str, str]:
    found = {key: backend.get_password(service, key) for key in keys}
    return {key: value for key, value in found.items() if value}


def _write_all(backend: KeyringBackend, service: str, values: Mapping[str, str], cancelled: Event) -> None:
    before = _read(backend, service, values)
    begun: list[str] = []
    try:
        for key, value in values.items():
            _go_on(cancelled)
            begun.append(key)
            _write(backend, service, key, value)
    except Exception:  # whatever a backend raises: half a save is taken back
        for key in begun:
            with suppress(Exception):  # the first trouble is the one to tell
                _write(backend, service, key, before.get(key, ""))
        raise


def _go_on(cancelled: Event) -> None:
    if cancelled.is_set():
        raise _dismissed()


def _write(backend: KeyringBackend, service: str, key: str, value: str) -> None:
    if not value:
        _remove(backend, service, (key,))
        return
    backend.set_password(service, key, value)
    if backend.get_password(service, key) != value:
        raise no_keyring()


def _remove(backend: KeyringBackend, service: str, keys: Iterable[str]) -> bool:
    there = _read(backend, service, keys)
    for key in there:
        backend.delete_password(service, key)
    return bool(there)


def _explained(error: Exception) -> CredentialStoreError:
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _MISSING:
        return no_keyring()
    if names & _LOCKED:
        return _dismissed()
    return CredentialStoreError(
        say("Credentials", "The keyring refuses ({kind}).", kind=type(error).__name__),
        say("Credentials", "Open the system's password manager to see why, or enter the details for this run only."),
    )


def no_keyring() -> NoKeyring:
    """There is none, or none that keeps what it is given."""
    return NoKeyring(
        say("Credentials", "There is no keyring here that keeps account details."),
        say("Credentials", "Enter them in the window for this run only, or set them as environment variables."),
    )


def _dismissed() -> KeyringLocked:
    return KeyringLocked(
        say("Credentials", "The keyring stays locked, so account details can't be read or saved."),
        say("Credentials", "Unlock it and try again, or enter the details for this run only."),
    )


def _silent() -> KeyringLocked:
    return KeyringLocked(
        say("Credentials", "The keyring does not answer; it may be waiting for its password."),
        say("Credentials", "Unlock it and try again, or enter the details for this run only."),
    )
