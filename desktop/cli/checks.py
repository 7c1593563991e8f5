"""What `overtitle doctor` checks; each check answers with what it found and what to do."""

from __future__ import annotations

import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.cli import options
from desktop.core.errors import AudioError, CredentialStoreError, JournalUnwritable, OvertitleError, SettingsError

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.core.audio import Device
    from desktop.core.provider import Provider
    from desktop.settings.schema import Settings

SCARCE, TOO_LITTLE = 500_000_000, 50_000_000  # bytes; an hour of captions is about 1 MB, its waiting sound 115 MB


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    check: str
    level: Level
    text: str
    hint: str = ""
    status: int = 0
    """Exit status of a failure."""


Check = Callable[[], Iterator[Finding]]


def ok(check: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Level.OK, text)


def warn(check: str, text: str, hint: str = "") -> Finding:
    """Something is missing that not everybody needs."""
    return Finding(check, Level.WARN, text, hint)


def fail(check: str, error: OvertitleError) -> Finding:
    """Captions can't work."""
    return Finding(check, Level.FAIL, str(error.what), str(error.hint), error.exit_status)


def guarded(check: str, work: Check) -> Iterator[Finding]:
    """The findings of a check; trouble that it did not foresee is a finding too."""
    try:
        yield from work()
    except OvertitleError as error:
        yield fail(check, error)
    except Exception as error:  # noqa: BLE001 - a doctor that faints helps nobody
        yield Finding(check, Level.FAIL, f"The check itself failed ({type(error).__name__}).", status=1)


def system() -> Iterator[Finding]:
    """What runs."""
    yield ok("system", f"Overtitle {__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}")


def display(has_display: bool) -> Iterator[Finding]:
    """Whether the window can open."""
    if has_display:
        yield ok("display", "The window can open.")
    else:
        yield warn("display", "There is no display: the commands work, the window does not.", "Log in to a desktop.")


def sound() -> Iterator[Finding]:
    """What can be listened to."""
    from desktop.audio.devices import list_devices

    found = list_devices()
    if not any(device.available for device in found):
        reason = next((device.reason for device in found if device.reason), "Nothing is connected.")
        hint = "Recordings can still be captioned: overtitle transcribe FILE"
        yield Finding("sound", Level.FAIL, reason, hint, AudioError.exit_status)
        return
    for kind, name in (("microphone", "microphone"), ("system", "system sound")):
        yield _devices_of_kind(name, [device for device in found if device.kind.value == kind])


def _devices_of_kind(name: str, found: list[Device]) -> Finding:
    usable = [device for device in found if device.available]
    if not usable:
        reason = found[0].reason if found else f"No {name} was found."
        return warn(name, reason, "Only the other side of a call will be captioned.")
    return ok(name, ", ".join(f"{device.name} (default)" if device.default else device.name for device in usable))


def folder(path: Path) -> Iterator[Finding]:
    """Whether transcripts can be saved."""
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as probe:
            probe.write(b" ")
    except OSError as error:
        text = f"{path} can't be written ({error.strerror})."
        yield Finding("transcripts", Level.FAIL, text, "Choose another folder.", JournalUnwritable.exit_status)
        return
    free = shutil.disk_usage(existing).free
    text = f"{path}, {free / 1e9:.1f} GB free"
    if free < TOO_LITTLE:
        yield Finding("transcripts", Level.FAIL, text, "Free some space.", JournalUnwritable.exit_status)
    elif free < SCARCE:
        yield warn("transcripts", text, "Free some space.")
    else:
        yield ok("transcripts", text)


def settings_file(path: Path) -> Iterator[Finding]:
    """Whether the settings can be read; changes nothing."""
    import tomllib

    if not path.exists():
        yield ok("settings", f"Defaults; {path} does not exist yet.")
        return
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        text = f"{path} can't be read ({type(error).__name__})."
        yield Finding("settings", Level.FAIL, text, "Remove it or mend it.", SettingsError.exit_status)
        return
    from desktop.settings import store

    problem = store.load(path).problem
    yield ok("settings", str(path)) if problem is None else warn("settings", str(problem.what), str(problem.hint))


def clock() -> Iterator[Finding]:
    """Whether the clock can be right: transcripts carry the time, and services refuse a wrong one."""
    from desktop.settings.paths import resources

    installed = resources().stat().st_mtime  # a frozen program has no source files
    if time.time() < installed:
        yield warn("clock", "The clock is earlier than this installation.", "Set the date and time.")
    else:
        yield ok("clock", time.strftime("%Y-%m-%d %H:%M %Z"))


def keyring() -> Iterator[Finding]:
    """Whether credentials can be kept; nobody needs that for captions on this computer."""
    from desktop.settings.vault import Vault

    try:
        yield ok("keyring", f"Credentials can be kept: {Vault().check()}.")
    except CredentialStoreError as error:
        yield warn("keyring", str(error.what), str(error.hint))


def library(settings: Settings) -> Iterator[Finding]:
    """Whether what was said before can be found; a broken index is built anew."""
    from desktop.cli.library import open_library

    yield ok("library", f"{len(open_library(settings).sessions())} transcripts")


def updates(settings: Settings) -> Iterator[Finding]:
    """Whether newer versions are told of; nobody is asked here."""
    from desktop.settings import releases

    if not releases.address():
        yield ok("updates", "This copy asks nobody for new versions; whoever installed it brings them.")
    elif settings.computer.tell_updates:
        yield ok("updates", "The window tells about new versions.")
    else:
        yield ok("updates", "The window does not tell about new versions; computer.tell_updates would.")


def provider_ready(provider: Provider) -> Iterator[Finding]:
    """Whether the provider can run here and has what it needs."""
    name = str(provider.title)
    reason = provider.availability()
    if reason is not None:
        yield fail("provider", reason)
        return
    options.credential_store().for_session(provider)
    yield ok("provider", f"“{name}” can run here: {', '.join(provider.capabilities.languages)}")
