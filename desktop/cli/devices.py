"""`overtitle devices`: what can be listened to."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context

if TYPE_CHECKING:  # loads too much for `--help`
    from desktop.core.audio import Device


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    options.add_json_option(parser)


def run(args: Namespace, context: Context) -> int:
    """List microphones and what the computer plays."""
    from desktop.audio.devices import list_devices

    found: Sequence[Device] = list_devices()
    if args.json:
        context.out.json_array(_row(device) for device in found)
        return 0
    if not found:
        context.out.note(
            "No microphone and no system sound was found. Files can be captioned: overtitle transcribe FILE"
        )
        return 0
    context.out.table(("", "KIND", "NAME", "ID"), [_cells(device) for device in found])
    for remark in dict.fromkeys(text for device in found for text in (device.reason, device.note) if text):
        context.out.note(remark)
    return 0


def _row(device: Device) -> dict[str, object]:
    return {
        "id": device.id,
        "name": device.name,
        "kind": device.kind.value,
        "default": device.default,
        "available": device.available,
        "reason": device.reason,
        "note": device.note,
    }


def _cells(device: Device) -> tuple[str, str, str, str]:
    name = device.name if device.available else f"{device.name} (not available)"
    return ("*" if device.default else "", device.kind.value, name, device.id)


COMMAND = Command(
    "devices",
    "list what can be listened to; * is the system's default",
    configure,
    run,
    examples="""\
  overtitle devices
  overtitle devices --json
""",
)
