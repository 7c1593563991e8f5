"""Sentences for people: an English template that can be translated, and the values that fill it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for a person.

    The template is the translation key, so it must reach `say` as a literal: the translation tool reads source text.
    """

    context: str
    """Where the sentence belongs, for translators (the `context` of a Qt translation file)."""
    template: str
    """English, with `{name}` for each value."""
    values: dict[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.fill(self.template)

    def fill(self, template: str) -> str:
        """`template` (the English one or a translation of it) with this message's values put in."""
        return template.format(**self.values)

    def __bool__(self) -> bool:
        return bool(self.template)


def say(context: str, template: str, /, **values: object) -> Message:
    """Build a `Message`; the name is what `./dev translate` looks for in the source."""
    return Message(context, template, {name: str(value) for name, value in values.items()})


NOTHING = Message("", "")


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language in which the program says its own sentences."""

    say: Callable[[Message], str] = str
    point: str = "."
    """What stands before the decimals of a number."""


ENGLISH = Tongue()
