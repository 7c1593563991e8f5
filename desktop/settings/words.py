"""What a person reads about a setting."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.message import Message


@dataclass(frozen=True, slots=True)
class Words:
    """Stands in a setting's annotation beside the limits that msgspec checks."""

    label: Message
    help: Message
