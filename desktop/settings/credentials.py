"""What a provider needs to know its user: from the environment, from this run, or from the system's keyring."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event

from desktop.core.errors import AuthenticationFailed, CredentialMissing, CredentialStoreError, NoKeyring
from desktop.core.message import NOTHING, Message, say
from desktop.core.provider import Account, CredentialField
from desktop.settings import logs
from desktop.settings.vault import LONGEST, Vault

log = logging.getLogger(__name__)

PREFIX = "OVERTITLE"


class Source(StrEnum):
    """Where a value came from; the first one that has it wins."""

    ENVIRONMENT = "environment"
    RUN = "run"
    """Entered for this run only, in memory."""
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is known about a provider's user."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By field."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By field, for the same fields."""
    trouble: CredentialStoreError | None = None
    """Why the keyring could not be asked."""


class CredentialStore:
    """Finds, keeps and forgets credentials. Every call may wait for the keyring: none belongs on the UI thread."""

    def __init__(self, environment: Mapping[str, str] | None = None, vault: Vault | None = None) -> None:
        self._environment = environment
        self._vault = vault or Vault()
        self._run: dict[str, dict[str, str]] = {}

    def resolve(self, provider: Account) -> Resolved:
        """Everything that is known, and where from; raises nothing. Secrets stay out of the log from now on."""
        given = from_environment(provider, self._environment)
        entered = self._run.get(provider.id)
        trouble: CredentialStoreError | None = None
        stored: dict[str, str] = {}
        settled = _groups(provider, given)
        open_fields = [
            each.key for each in provider.credential_fields if each.key not in given and each.group not in settled
        ]
        if entered is None and open_fields:
            try:
                stored = self._vault.read(service_name(provider), open_fields)
            except CredentialStoreError as error:
                trouble = error
        layers = ((Source.KEYRING, stored), (Source.RUN, _without(provider, entered or {}, settled)),
                  (Source.ENVIRONMENT, given))  # fmt: skip
        values = {key: value for _, layer in layers for key, value in layer.items() if value}
        sources = {key: source for source, layer in layers for key, value in layer.items() if value}
        hide(provider, values)
        return Resolved(values, sources, trouble)

    def keep(self, provider: Account, values: Mapping[str, str]) -> None:
        """Use `values` until the program ends, in place of what the keyring has; fields not named stay as they are.

        Raises `AuthenticationFailed` for a value that can't be right.
        """
        _refuse_faults(provider, values)
        known = self.resolve(provider)
        before = {key: known.values[key] for key, source in known.sources.items() if source is not Source.ENVIRONMENT}
        hide(provider, values)
        self._run[provider.id] = {**before, **values}

    def save(self, provider: Account, values: Mapping[str, str], cancelled: Event | None = None) -> None:
        """Store `values` in the keyring; an empty one is removed, fields not named stay as they are.

        May wait for minutes while the keyring asks for its password. Raises `CredentialStoreError`, and
        `AuthenticationFailed` for a value that can't be right; nothing is stored then.
        """
        every = {**self._run.get(provider.id, {}), **values}
        _refuse_faults(provider, every)
        hide(provider, every)
        for each in provider.credential_fields:
            if len(every.get(each.key, "").encode("utf-16-le")) > 2 * LONGEST:
                raise _too_long(provider, each)
        self._vault.write(service_name(provider), every, cancelled)
        self._run.pop(provider.id, None)

    def delete(self, provider: Account) -> bool:
        """Forget what this run and the keyring know; False when that was nothing. Raises `CredentialStoreError`."""
        entered = self._run.pop(provider.id, None)
        try:
            stored = self._vault.remove(service_name(provider), [each.key for each in provider.credential_fields])
        except NoKeyring:
            if entered is None:
                raise
            stored = False
        return stored or entered is not None

    def for_session(self, provider: Account) -> Mapping[str, str]:
        """The credentials to connect with.

        Raises `CredentialMissing` when a required one is nowhere, and the keyring's own trouble when it may be there.
        """
        known = self.resolve(provider)
        require(provider, known)
        if known.trouble is not None and not isinstance(known.trouble, NoKeyring):
            log.warning("%s", known.trouble)  # nothing is missing, but what was saved is not used
        return known.values


def instead(provider: Account, known: Resolved, entered: Mapping[str, str]) -> dict[str, str]:
    """What would count if `entered` were kept: it replaces what is known, but for what the environment gives."""
    given = {key: known.values[key] for key, source in known.sources.items() if source is Source.ENVIRONMENT}
    kept = _without(provider, {**known.values, **entered}, _groups(provider, given))
    return {key: value for key, value in {**kept, **given}.items() if value}


def _groups(provider: Account, values: Mapping[str, str]) -> set[str]:
    """The groups of which `values` hold a field."""
    return {each.group for each in provider.credential_fields if each.group and values.get(each.key)}


def _without(provider: Account, values: Mapping[str, str], groups: Container[str]) -> dict[str, str]:
    """The fields that are of none of these groups: another place has given those."""
    left = {each.key for each in provider.credential_fields if each.group not in groups}
    return {key: value for key, value in values.items() if key in left}


def service_name(provider: Account) -> str:
    """The name of a provider's entries in the keyring; the user name of each entry is the field's key."""
    return f"overtitle/{provider.id}"


def variable(provider_id: str, key: str) -> str:
    """The name of the environment variable of one credential: `OVERTITLE_SYMBL_APP_ID`."""
    return f"{PREFIX}_{provider_id}_{key}".upper().replace("-", "_")


def from_environment(provider: Account, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The provider's credentials that the environment holds, by field; an empty variable counts as not set."""
    held = os.environ if environment is None else environment
    names = {field.key: variable(provider.id, field.key) for field in provider.credential_fields}
    return {key: held[name] for key, name in names.items() if held.get(name)}


def require(provider: Account, known: Resolved) -> None:
    """Raise `CredentialMissing` for the first field that is neither known nor optional.

    When the keyring is there and could not be asked, its own trouble is raised instead: the field may be in it.
    """
    for each in provider.credential_fields:
        if each.optional or known.values.get(each.key):
            continue
        if known.trouble is not None and not isinstance(known.trouble, NoKeyring):
            raise known.trouble
        raise missing(provider, each)


def missing(provider: Account, wanted: CredentialField) -> CredentialMissing:
    """A required field that is nowhere, with both ways on."""
    return CredentialMissing(
        say(
            "Credentials",
            "{provider} needs the credential “{field}”.",
            provider=provider.title,
            field=wanted.label,
        ),
        say(
            "Credentials",
            "Enter the account details (in a terminal: overtitle credentials set {id}), or set {variable}.",
            id=provider.id,
            variable=variable(provider.id, wanted.key),
        ),
    )


def fault(asked: CredentialField, value: str) -> Message:
    """Why `value` can't be right, without repeating it; nothing when it can. An empty value is no fault."""
    if not value:
        return NOTHING
    if not value.isprintable():
        return say("Credentials", "“{field}” holds a character that can't be part of it.", field=asked.label)
    if asked.pattern and not re.fullmatch(asked.pattern, value):
        return say("Credentials", "“{field}” can't be right: it has another form.", field=asked.label)
    return NOTHING


def _refuse_faults(provider: Account, values: Mapping[str, str]) -> None:
    for each in provider.credential_fields:
        trouble = fault(each, values.get(each.key, ""))
        if trouble:
            raise AuthenticationFailed(trouble, each.help or say("Credentials", "Copy it once more, and all of it."))


def _too_long(provider: Account, wanted: CredentialField) -> CredentialStoreError:
    return CredentialStoreError(
        say(
            "Credentials",
            "“{field}” is longer than the {longest} characters that a keyring keeps.",
            field=wanted.label,
            longest=f"{LONGEST:,}",
        ),
        say(
            "Credentials",
            "Enter it in the window for this run only, or set {variable}.",
            variable=variable(provider.id, wanted.key),
        ),
    )


def hide(provider: Account, values: Mapping[str, str]) -> None:
    """Keep the secrets among `values` out of the log for the rest of this run."""
    logs.hide(values[each.key] for each in provider.credential_fields if each.secret and values.get(each.key))
