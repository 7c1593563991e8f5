"""Plays a recorded stream back in step with the sound it is sent: for tests, demonstrations and bug reports.

A recording is a file of JSON lines, each with `at` (seconds of sound after which it is released) and one of
`caption`, `insight`, `progress` (seconds) or `fail` (the name of an error class that the stream then dies of).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core import errors
from desktop.core.audio import AudioChunk
from desktop.core.captions import CaptionEvent, Insight, InsightKind, Progress, StreamEvent, Word
from desktop.core.errors import LanguageUnsupported, ProtocolViolation, ProviderError
from desktop.core.languages import LANGUAGES
from desktop.core.message import say
from desktop.core.provider import Capabilities, CredentialField, Option, Provider, StreamConfig, TranscriptionStream


@dataclass(frozen=True, slots=True)
class Release:
    """One event of a recording and when it is due."""

    at: float
    """Seconds of sound after which it is released."""
    event: StreamEvent | ProviderError


def load(path: Path) -> list[Release]:
    """Read a recording; raises `ProtocolViolation` when the file is missing or is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        releases = [_release(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProtocolViolation(
            say("Replay", "The recording {name} can't be played: {cause}.", name=path.name, cause=type(error).__name__),
            say("Replay", "Give the path of a recording with --option path=FILE."),
        ) from error
    return sorted(releases, key=lambda release: release.at)


def _release(line: dict[str, Any]) -> Release:
    at = float(line["at"])
    if "caption" in line:
        return Release(at, _caption(line["caption"]))
    if "insight" in line:
        fields = line["insight"]
        return Release(at, Insight(InsightKind(fields["kind"]), fields["text"], start=float(fields.get("start", at))))
    if "progress" in line:
        return Release(at, Progress(float(line["progress"])))
    kind = getattr(errors, line["fail"])
    return Release(at, kind(say("Replay", "The recording breaks here.")))


def _caption(fields: dict[str, Any]) -> CaptionEvent:
    words = tuple(Word(text, float(start), float(end)) for text, start, end in fields.get("words", ()))
    return CaptionEvent(
        lane="",
        segment_id=str(fields["id"]),
        revision=int(fields["revision"]),
        text=str(fields["text"]),
        is_final=bool(fields.get("final", False)),
        start=float(fields["start"]),
        end=float(fields["end"]),
        words=words,
        stable_chars=int(fields.get("stable", 0)),
    )


class ReplayStream:
    """One playing of a recording."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self._pending = list(releases)
        self._heard = 0.0
        self._due: asyncio.Queue[StreamEvent | ProviderError | None] = asyncio.Queue()

    async def send(self, chunk: AudioChunk) -> None:
        """Hear a chunk, which makes the events up to its end due."""
        self._heard += chunk.duration
        self._release_until(self._heard)

    async def finish(self) -> None:
        """Make the rest of the recording due at once."""
        self._release_until(float("inf"))
        self._due.put_nowait(None)

    def _release_until(self, moment: float) -> None:
        while self._pending and self._pending[0].at <= moment:
            self._due.put_nowait(self._pending.pop(0).event)

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        """The events that are due, in order."""
        while (event := await self._due.get()) is not None:
            if isinstance(event, ProviderError):
                raise event
            yield event


class ReplayProvider:
    """The provider that plays a recording."""

    id = "replay"
    title = say("Replay", "A recorded session")
    capabilities = Capabilities(
        languages=tuple(LANGUAGES),
        privacy=say("Replay", "Nothing is sent anywhere: the captions come from a file."),
        needs_network=False,
        word_times=True,
        options=(Option("path", say("Replay", "Recording"), say("Replay", "A file of JSON lines.")),),
        internal=True,
    )
    credential_fields: tuple[CredentialField, ...] = ()

    def availability(self) -> ProviderError | None:
        """It runs everywhere."""
        return None

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        """Play the recording that the option `path` names."""
        return self._play(config)

    @asynccontextmanager
    async def _play(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        if config.language not in self.capabilities.languages:
            raise LanguageUnsupported(
                say("Replay", "Recorded sessions do not know the language {language}.", language=config.language)
            )
        yield ReplayStream(load(Path(config.options.get("path", ""))))


PROVIDER: Provider = ReplayProvider()
