"""WhisperLive: captions from a server of one's own that runs a Whisper model."""

from __future__ import annotations

from desktop.providers.whisper_live.provider import WhisperLive

PROVIDER = WhisperLive()
"""WhisperLive as a provider; websockets is imported by the first stream."""
