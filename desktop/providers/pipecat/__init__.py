"""Pipecat: captions from any bot that listens behind one of Pipecat's WebSocket transports."""

from __future__ import annotations

from desktop.providers.pipecat.provider import Pipecat

PROVIDER = Pipecat()
"""Pipecat bots as a provider. Nothing heavy is imported until a stream is opened."""
