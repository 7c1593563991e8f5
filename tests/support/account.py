"""A provider with an account that only describes itself, and a keyring that fails as it is told to.

`account_plugin(folder)` installs the provider for the real program, through the entry point that packages from outside
use; the folder goes into PYTHONPATH.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from desktop.core.captions import StreamEvent
from desktop.core.errors import AuthenticationFailed, ProviderError
from desktop.core.message import say
from desktop.core.provider import (
    Capabilities,
    CredentialField,
    Option,
    OptionKind,
    ProbeStep,
    StreamConfig,
    TranscriptionStream,
)

RIGHT = "right-secret"


class Account:
    """Its secret is right when it begins with `RIGHT`."""

    id = "cloud-nine"
    title = say("Test", "Cloud Nine")
    capabilities = Capabilities(
        languages=("en-US", "fr-FR"),
        privacy=say("Test", "Sound is sent to Cloud Nine."),
        needs_network=True,
        options=(
            Option("model", say("Test", "Model"), kind=OptionKind.CHOICE, default="big", choices=("big", "small")),
            Option("filter", say("Test", "Filter bad words"), kind=OptionKind.FLAG),
            Option("pause", say("Test", "Pause"), kind=OptionKind.NUMBER, minimum=1, maximum=9),
            Option("url", say("Test", "Address"), say("Test", "Empty for the usual one.")),
        ),
    )
    credential_fields: tuple[CredentialField, ...] = (
        CredentialField("app_id", say("Test", "App id"), say("Test", "On the account page."), False, "[a-z0-9]{3,9}"),
        CredentialField("secret", say("Test", "App secret")),
        CredentialField("region", say("Test", "Region"), secret=False, optional=True),
        CredentialField("session-token", say("Test", "Session token"), optional=True),
    )

    def __init__(self) -> None:
        self.seen: list[Mapping[str, str]] = []

    def availability(self) -> ProviderError | None:
        return None

    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        if (error := self.refusal(config)) is not None:
            raise error
        yield Silent()

    async def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        self.seen.append(dict(config.credentials))
        yield ProbeStep(say("Test", "name resolution"), detail=say("Test", "203.0.113.7"))
        yield ProbeStep(say("Test", "credentials"), self.refusal(config))

    @staticmethod
    def refusal(config: StreamConfig) -> ProviderError | None:
        if config.credentials["secret"].startswith(RIGHT):
            return None
        return AuthenticationFailed(
            say("Test", "Cloud Nine does not accept the secret."), say("Test", "Copy it again from the account page.")
        )


class Silent:
    """Takes everything and says nothing."""

    def __init__(self) -> None:
        self._done = asyncio.Event()

    async def send(self, chunk: object) -> None:
        return

    async def finish(self) -> None:
        self._done.set()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        await self._done.wait()
        none: tuple[StreamEvent, ...] = ()
        for event in none:
            yield event


PROVIDER = Account()


def account_plugin(folder: Path) -> str:
    """Make the provider known to a program whose PYTHONPATH holds the returned folders."""
    info = folder / "plugin" / "cloud_nine-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cloud-nine\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[overtitle.providers]\ncloud-nine = tests.support.account:PROVIDER\n")
    return os.pathsep.join((str(folder / "plugin"), str(Path(__file__).parents[2])))


class Memory(KeyringBackend):
    """A keyring without a disk; `error` is raised by every call, `gate` blocks every call until it is set."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's
        self.held: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None
        self.refused: set[str] = set()
        """Keys that can't be written."""
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[str] = set()

    def _enter(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.gate.wait()
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._enter()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._enter()
        if username in self.refused:
            raise OSError(1783, "The stub received bad data", password)
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._enter()
        if self.held.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")
