"""Settings as a file to take elsewhere: every value in plain TOML, never an account detail, and what a file changes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from msgspec import structs

from desktop.core.errors import InvalidValue, SettingsError
from desktop.core.message import Message, say
from desktop.settings.schema import SCHEMA_VERSION, Settings
from desktop.settings.store import migrated, unknown_keys, usable, version_of
from desktop.settings.values import FIELDS, allowed, checked, unknown

LONGEST = 1_000_000
"""Bytes; a file of settings has a few thousand."""

Nested = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that a file gives another value."""

    key: str
    """`group.name`."""
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Import:
    """What a file makes of the settings."""

    settings: Settings
    changes: tuple[Change, ...]
    problem: SettingsError | None
    """What in the file can't be used, in one sentence."""


def exported(settings: Settings) -> bytes:
    """All settings as TOML. Account details are no settings, and addresses lose what may be a password in them."""
    import tomli_w

    captions = structs.replace(settings.captions, options=_harmless(settings.captions.options))
    table = structs.asdict(structs.replace(settings, captions=captions))
    groups = {name: _plain(structs.asdict(group)) for name, group in table.items() if name != "schema_version"}
    return tomli_w.dumps({"schema_version": SCHEMA_VERSION, **groups}).encode(errors="replace")


def imported(data: bytes, settings: Settings) -> Import:
    """What `data` makes of `settings`; what it does not name, or names wrongly, stays as it is.

    Raises `SettingsError` when it is no file of settings at all.
    """
    table = _read(data)
    version = version_of(table)
    if version > SCHEMA_VERSION:
        raise SettingsError(
            say("Settings", "The file was made by a newer Overtitle."),
            say("Settings", "Update Overtitle, and import it then."),
        )
    groups, invalid = usable(migrated(table, version))
    changed = settings
    for group, values in groups.items():
        given = {name: checked(f"{group}.{name}", value) for name, value in values.items()}
        changed = structs.replace(changed, **{group: structs.replace(getattr(changed, group), **given)})
    if not groups and "schema_version" not in table:
        raise _no_settings()
    return Import(changed, tuple(differences(settings, changed)), _problem([*invalid, *unknown_keys(table)]))


def differences(before: Settings, after: Settings) -> list[Change]:
    """Every setting in which these two differ."""
    pairs = ((key, _value(before, key), _value(after, key)) for key in FIELDS)
    return [Change(key, old, new) for key, old, new in pairs if old != new]


def _value(settings: Settings, key: str) -> object:
    group, name = key.split(".")
    return getattr(getattr(settings, group), name)


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > LONGEST:
        raise _no_settings()
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # bad TOML, bad UTF-8, numbers of thousands of digits
        raise _no_settings() from error


def _no_settings() -> SettingsError:
    return SettingsError(
        say("Settings", "That is no file of settings; nothing was changed."),
        say("Settings", "Choose a file that “Export” has made."),
    )


def _problem(keys: list[str]) -> SettingsError | None:
    if not keys:
        return None
    shown = ", ".join(key[:60] for key in keys[:5]) + (", …" if len(keys) > 5 else "")
    hint: Message = allowed(keys[0]) if keys[0] in FIELDS else unknown(keys[0]).hint
    if len(keys) > 1:
        hint = say("Settings", "Everything else can be taken over.")
    return InvalidValue(say("Settings", "Can't be used and stays as it is: {keys}.", keys=shown), hint)


def _harmless(options: Nested) -> Nested:
    return {provider: {key: _address(value) for key, value in each.items()} for provider, each in options.items()}


def _address(text: str) -> str:
    """An address without name, password and query; other text as it is."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
