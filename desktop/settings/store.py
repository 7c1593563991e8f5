"""The settings file: read whatever it holds, written whole, never a reason not to start."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import convert

from desktop.core.errors import InvalidValue, OvertitleError, SettingsError
from desktop.core.message import say
from desktop.disk import replace_file
from desktop.settings.schema import SCHEMA_VERSION, Settings
from desktop.settings.values import FIELDS, GROUPS, allowed, checked, unknown

Table = dict[str, Any]

MIGRATIONS: Sequence[Callable[[Table], Table]] = ()
"""The function at place n makes a table of schema version n + 2 out of one of version n + 1; pure."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings that can be worked with in any case, and what a person should know about their file."""

    settings: Settings
    problem: OvertitleError | None = None


def load(path: Path) -> Loaded:
    """Read the settings; what is missing or can't be used has its default. Raises nothing.

    A file that is no TOML is moved aside as `config.toml.bad-<date>`.
    """
    try:
        table = _read(path)
    except OSError as error:
        return Loaded(Settings(), _unreadable(path, error))
    except (ValueError, RecursionError):  # ValueError: bad TOML, bad UTF-8, numbers of thousands of digits
        return Loaded(Settings(), _set_aside(path))
    version = version_of(table)
    groups, invalid = usable(migrated(table, version))
    settings = convert(groups, Settings)
    return Loaded(settings, _problem(invalid, unknown_keys(table), version))


def save(path: Path, settings: Settings) -> None:
    """Write what differs from the defaults, and keep what else the file holds; it is replaced as a whole.

    Raises:
        SettingsError: the system refuses; the old file is as it was.
    """
    import tomli_w

    try:
        table = _read_or_set_aside(path)
        version = version_of(table)
        merged = _merged(migrated(table, version), settings)
        merged["schema_version"] = max(version, SCHEMA_VERSION)
        replace_file(path, tomli_w.dumps(merged).encode(errors="replace"), through_links=True)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise SettingsError(
            say("Settings", "The settings can't be saved in {folder}: {cause}.", folder=path.parent, cause=cause),
            say("Settings", "Check that there is room and that this account may write there."),
        ) from error


def _read(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        return {}


def _read_or_set_aside(path: Path) -> Table:
    try:
        return _read(path)
    except (ValueError, RecursionError):
        _set_aside(path)
        return {}


def version_of(table: Mapping[str, object]) -> int:
    """The schema version that a table says it has."""
    version = table.get("schema_version")
    return version if isinstance(version, int) and version > 0 else SCHEMA_VERSION


def migrated(table: Table, version: int) -> Table:
    """The table as this schema version has it."""
    for migrate in MIGRATIONS[version - 1 :]:
        table = migrate(table)
    return table


def usable(table: Table) -> tuple[dict[str, Table], list[str]]:
    """The usable values of each group, and the keys of the others."""
    groups: dict[str, Table] = {}
    invalid = []
    for key in FIELDS:
        group, name = key.split(".")
        given = table.get(group, {})
        if not isinstance(given, dict):
            invalid.append(key)
        elif name in given:
            try:
                groups.setdefault(group, {})[name] = checked(key, given[name])
            except InvalidValue:
                invalid.append(key)
    return groups, invalid


def unknown_keys(table: Table) -> list[str]:
    """The keys of a table that are no settings."""
    found = [group for group in table if group not in GROUPS and group != "schema_version"]
    for group in GROUPS:
        given = table.get(group)
        found += [f"{group}.{name}" for name in (given if isinstance(given, dict) else {})]
    return [key for key in found if key not in FIELDS]


def _problem(invalid: list[str], unknowns: list[str], version: int) -> OvertitleError | None:
    """The one sentence that matters most."""
    if len(invalid) == 1:
        what = say("Settings", "The value of {key} can't be used; it has its default.", key=invalid[0])
        return InvalidValue(what, allowed(invalid[0]))
    if invalid:
        keys = ", ".join(invalid)
        what = say("Settings", "The values of {keys} can't be used; they have their defaults.", keys=keys)
        return InvalidValue(what, allowed(invalid[0]))
    if version > SCHEMA_VERSION:
        return SettingsError(
            say("Settings", "The settings were saved by a newer Overtitle; what this one knows is used, all is kept."),
            say("Settings", "Update Overtitle to use the rest."),
        )
    return unknown(unknowns[0]) if unknowns else None


def _merged(table: Table, settings: Settings) -> Table:
    """`table` with the values of `settings`: those that are no default, and those that it has already."""
    merged = dict(table)
    defaults = Settings()
    for key in FIELDS:
        group, name = key.split(".")
        value = getattr(getattr(settings, group), name)
        given = merged.get(group)
        given = dict(given) if isinstance(given, dict) else {}
        if name in given or value != getattr(getattr(defaults, group), name):
            merged[group] = {**given, name: list(value) if isinstance(value, tuple) else value}
    return merged


def _set_aside(path: Path) -> SettingsError:
    aside = path.with_name(f"{path.name}.bad-{datetime.now().astimezone():%Y-%m-%d-%H%M%S-%f}")
    try:
        path.replace(aside)
    except OSError as error:
        return _unreadable(path, error)
    return SettingsError(
        say(
            "Settings",
            "The settings file is damaged and kept as {name}; the defaults are used.",
            name=aside.name,
        ),
        say("Settings", "Set things again, or repair that file and rename it to {name}.", name=path.name),
    )


def _unreadable(path: Path, error: OSError) -> SettingsError:
    where = {"folder": path.parent, "cause": error.strerror or type(error).__name__}
    return SettingsError(
        say("Settings", "The settings in {folder} can't be read: {cause}; the defaults are used.", **where),
        say("Settings", "Check that this account may read and write there."),
    )
