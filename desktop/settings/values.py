"""Settings one by one, as `group.name`: what each allows, and how a typed value becomes one."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated, Any, get_args, get_origin

from msgspec import Meta, Struct, ValidationError, convert, structs

from desktop.core.errors import InvalidValue, UnknownKey
from desktop.core.message import Message, say
from desktop.settings.schema import Settings

_YES = {"yes", "true", "on", "1"}
_NO = {"no", "false", "off", "0"}
_CHOICE = re.compile(r"\^\(([\w|-]*)\)\$")

GROUPS: dict[str, type[Struct]] = {
    field.name: field.type
    for field in structs.fields(Settings)
    if isinstance(field.type, type) and issubclass(field.type, Struct)
}
"""The tables of the settings file."""
FIELDS: dict[str, Any] = {
    f"{group}.{field.name}": field.type for group, kind in GROUPS.items() for field in structs.fields(kind)
}
"""The annotated type of every setting."""


def checked(key: str, value: object) -> object:
    """`value` as the setting `key` holds it; raises `InvalidValue`."""
    try:
        return convert(value, FIELDS[key])
    except ValidationError as error:
        raise InvalidValue(
            say("Settings", "The value of {key} can't be used.", key=key),
            allowed(key),
        ) from error


def set_value(settings: Settings, key: str, text: str) -> Settings:
    """The settings with one value as a person types it: `overlay.size`, `40`.

    Lists are separated by commas; a provider's option is `captions.options.<provider>.<option>`.

    Raises:
        UnknownKey: there is no such setting; the hint names the nearest.
        InvalidValue: the setting does not allow it; the hint says what it allows.
    """
    if key.startswith("captions.options."):
        return _with_option(settings, key, text)
    if key not in FIELDS or _plain(key) is dict:
        raise unknown(key)
    return _with(settings, key, checked(key, _typed(key, text.strip())))


def unknown(key: str) -> UnknownKey:
    """The error for a key that is no setting."""
    near = get_close_matches(key, FIELDS, 1)
    what = say("Settings", "There is no setting {key}.", key=key[:100])
    if near:
        return UnknownKey(what, say("Settings", "Did you mean {nearest}?", nearest=near[0]))
    return UnknownKey(what, say("Settings", "There are: {keys}.", keys=", ".join(FIELDS)))


def allowed(key: str) -> Message:
    """What a setting allows, in one sentence."""
    limits = next((each for each in get_args(FIELDS[key]) if isinstance(each, Meta)), Meta())
    if limits.ge is not None:
        values = {"low": limits.ge, "high": limits.le}
        return say("Settings", "{key} is a whole number from {low} to {high}.", key=key, **values)
    if limits.pattern is not None:
        choice = _CHOICE.fullmatch(limits.pattern)
        if choice is None:
            return say("Settings", "{key} is a colour such as #14161a.", key=key)
        words = ", ".join(word or "“”" for word in choice[1].split("|"))
        return say("Settings", "{key} is one of: {words}.", key=key, words=words)
    return _allowed_type(key)


def _allowed_type(key: str) -> Message:
    plain = _plain(key)
    if plain is bool:
        return say("Settings", "{key} is yes or no (true or false in the file).", key=key)
    if plain is tuple:
        return say("Settings", "{key} is a list of words.", key=key)
    if plain is dict:
        return say("Settings", "{key} holds a table of texts for each provider.", key=key)
    return say("Settings", "{key} is a text.", key=key)


def _plain(key: str) -> type:
    """The type of a setting without its limits: `str`, `int`, `bool`, `tuple`, `dict`."""
    kind = FIELDS[key]
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    plain: type = get_origin(kind) or kind
    return plain


def _typed(key: str, text: str) -> object:
    plain = _plain(key)
    if plain is bool and text.lower() in _YES | _NO:
        return text.lower() in _YES
    if plain is int and re.fullmatch("[+-]?[0-9]{1,18}", text):
        return int(text)
    if plain is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _with(settings: Settings, key: str, value: object) -> Settings:
    group, name = key.split(".")
    return structs.replace(settings, **{group: structs.replace(getattr(settings, group), **{name: value})})


def _with_option(settings: Settings, key: str, text: str) -> Settings:
    provider, _, option = key.removeprefix("captions.options.").partition(".")
    if not provider or not option:
        raise unknown(key)
    options = settings.captions.options
    return _with(settings, "captions.options", {**options, provider: {**options.get(provider, {}), option: text}})
