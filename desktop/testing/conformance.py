"""The provider conformance kit: what a session relies on, checked against any provider.

A provider's tests open a `Case` (with a loopback server behind it where it needs a network) and run every check of
`CHECKS` on it. A check is an async function that asserts; nothing here needs pytest.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent, Insight, Notice, Progress, StreamEvent
from desktop.core.errors import LanguageUnsupported, OvertitleError
from desktop.core.provider import Provider, StreamConfig, TranscriptionStream

SLACK = 1.0
"""Seconds by which a time may lie behind the end of the sound: engines round up to their own frames."""
PATIENCE = 30.0
"""Seconds after which a stream that should have ended is taken for one that never will."""


@dataclass(frozen=True, slots=True)
class Case:
    """A provider together with what it takes to use it."""

    provider: Provider
    config: StreamConfig
    speech: Sequence[AudioChunk]
    """A few seconds of speech in `config.language` and `config.format`, with a pause at the end."""
    hears_nothing_in_silence: bool = True
    """False for a provider that plays a recording whatever it hears."""


async def run_stream(case: Case, chunks: Sequence[AudioChunk]) -> list[StreamEvent]:
    """Send the chunks as fast as the provider takes them, finish, and return everything it yields."""
    async with asyncio.timeout(PATIENCE + 3 * sum(chunk.duration for chunk in chunks)):
        async with case.provider.connect(case.config) as stream:
            reading = asyncio.ensure_future(_collect(stream))
            for chunk in chunks:
                await stream.send(chunk)
            await stream.finish()
            return await reading


async def _collect(stream: TranscriptionStream) -> list[StreamEvent]:
    return [event async for event in stream]


async def describes_itself(case: Case) -> None:
    """Pickers, forms and `--option` build themselves from the description."""
    provider = case.provider
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", provider.id), "an id is lower case words joined by hyphens"
    assert str(provider.title)
    assert str(provider.capabilities.privacy), "where the sound goes has to be said"
    assert provider.capabilities.languages
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", tag) for tag in provider.capabilities.languages)
    assert provider.capabilities.formats
    for keys in ([one.key for one in provider.capabilities.options], [one.key for one in provider.credential_fields]):
        assert len(keys) == len(set(keys)), "keys are unique"
    for option in provider.capabilities.options:
        assert not option.choices or option.default in option.choices, "a choice has a default among its choices"
        assert len(option.names) in (0, len(option.choices)), "all choices have names, or none"
    if provider.capabilities.needs_network:
        assert {"url", "endpoint"} & {option.key for option in provider.capabilities.options}, "self-hosted and tests"


async def refuses_a_language_it_does_not_know(case: Case) -> None:
    """Before anything is opened."""
    refusal: LanguageUnsupported | None = None
    try:
        async with case.provider.connect(replace(case.config, language="zz-ZZ")):
            pass
    except LanguageUnsupported as error:
        refusal = error
    assert refusal is not None
    assert str(refusal.what), "the refusal is explained"


async def captions_speech_by_the_rules(case: Case) -> None:
    """Whole texts, rising revisions, one final per segment and nothing after it, times inside the sound."""
    events = await run_stream(case, case.speech)
    sent = sum(chunk.duration for chunk in case.speech)
    captions = [event for event in events if isinstance(event, CaptionEvent)]
    assert any(event.is_final and event.text for event in captions), "speech gives at least one final"
    newest: dict[str, CaptionEvent] = {}
    for event in captions:
        _check_caption(event, newest.get(event.segment_id), sent)
        newest[event.segment_id] = event
    assert all(event.is_final for event in newest.values()), "finishing closes every segment"
    progress = [event.end for event in events if isinstance(event, Progress)]
    assert progress == sorted(progress)
    assert all(end <= sent + SLACK for end in progress)
    assert all(isinstance(event, CaptionEvent | Progress | Insight | Notice) for event in events)


def _check_caption(event: CaptionEvent, before: CaptionEvent | None, sent: float) -> None:
    assert 0.0 <= event.start <= event.end <= sent + SLACK, "times lie inside the sound"
    assert 0 <= event.stable_chars <= len(event.text)
    assert event.lane == "", "lanes are the session's business"
    starts = [word.start for word in event.words]
    assert starts == sorted(starts), "words come in order"
    if before is not None:
        assert not before.is_final, "nothing follows a final"
        assert event.revision > before.revision, "revisions rise"


async def finishes_without_sound(case: Case) -> None:
    """A lane that is stopped at once ends cleanly and says nothing."""
    if case.hears_nothing_in_silence:
        events = await run_stream(case, [])
        assert not [event for event in events if isinstance(event, CaptionEvent) and event.text]


async def says_nothing_about_silence(case: Case) -> None:
    """Digital silence gives no words."""
    if case.hears_nothing_in_silence:
        events = await run_stream(case, silence(5.0, case.config.format))
        assert not [event for event in events if isinstance(event, CaptionEvent) and event.text]


async def carries_two_lanes_at_once(case: Case) -> None:
    """Two streams side by side do not see each other's sound."""
    speech, quiet = await asyncio.gather(
        run_stream(case, case.speech), run_stream(case, silence(3.0, case.config.format))
    )
    assert any(isinstance(event, CaptionEvent) for event in speech)
    if case.hears_nothing_in_silence:
        assert not [event for event in quiet if isinstance(event, CaptionEvent) and event.text]


async def drops_at_once_when_cancelled(case: Case) -> None:
    """Cancellation leaves no task behind and raises nothing but the cancellation."""
    before = asyncio.all_tasks()

    async def endless() -> None:
        async with case.provider.connect(case.config) as stream:
            for chunk in case.speech:
                await stream.send(chunk)
            await asyncio.Event().wait()

    task = asyncio.ensure_future(endless())
    await asyncio.sleep(0.5)
    task.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled() or isinstance(task.exception(), OvertitleError)
    left = asyncio.all_tasks() - before - {task}
    if left:
        _, left = await asyncio.wait(left, timeout=5)
    assert not left, "cancelling leaves no task behind"


async def keeps_its_secrets(case: Case) -> None:
    """No credential shows in a `repr`, which is what ends up in logs and traces."""
    shown = repr(case.config) + repr(case.provider)
    assert not [value for value in case.config.credentials.values() if value and value in shown]


Check = Callable[[Case], Awaitable[None]]
CHECKS: tuple[Check, ...] = (
    describes_itself,
    refuses_a_language_it_does_not_know,
    captions_speech_by_the_rules,
    finishes_without_sound,
    says_nothing_about_silence,
    carries_two_lanes_at_once,
    drops_at_once_when_cancelled,
    keeps_its_secrets,
)
"""Every check, in the order in which a new provider meets them."""


def silence(seconds: float, audio_format: AudioFormat) -> list[AudioChunk]:
    """Digital silence in chunks of 100 ms."""
    pcm = bytes(audio_format.size(0.1))
    return [AudioChunk(pcm, audio_format, start=index / 10) for index in range(round(seconds * 10))]
