"""Symbl's realtime protocol, for servers that still speak it: Symbl.ai's own service was discontinued."""

from __future__ import annotations

from desktop.providers.symbl.provider import Symbl

PROVIDER = Symbl()
"""A Symbl-compatible server as a provider; neither websockets nor urllib is imported until a stream is opened."""
