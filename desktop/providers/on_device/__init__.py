"""The engine on this computer: English captions with no account, no network and nothing to set up."""

from __future__ import annotations

from desktop.providers.on_device.provider import OnDevice

PROVIDER = OnDevice()
