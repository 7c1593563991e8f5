"""Rules that every test lives under."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("overtitle", deadline=None)  # the machine's speed is no part of a property
settings.load_profile("overtitle")
