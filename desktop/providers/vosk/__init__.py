"""Vosk server: captions from a recognition server of one's own, with a model for one language."""

from __future__ import annotations

from desktop.providers.vosk.provider import VoskServer

PROVIDER = VoskServer()
"""Vosk server as a provider; websockets is imported by the first stream."""
