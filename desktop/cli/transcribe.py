"""`overtitle transcribe`: recordings to text."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context
from desktop.cli.destination import FORMATS, Destination, check_writable, deliver, destinations
from desktop.cli.output import Output, OutputClosed
from desktop.core.errors import OvertitleError
from desktop.core.message import Tongue

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.cli.run import Ending
    from desktop.core.captions import CaptionEvent
    from desktop.session.events import SessionEvent
    from desktop.session.service import Service
    from desktop.settings.usage import Usage
    from desktop.transcripts.transcript import Transcript

INTERRUPTED = 130
LANE = "lane-1"
GIVE_UP = 30.0
"""Seconds without a caption after which trouble is not waited out any longer."""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a recording")
    options.add_service_options(parser)
    parser.add_argument("--format", choices=FORMATS, help="default: what --output ends with, or else txt")
    parser.add_argument(
        "--output",
        metavar="PATH|-",
        default="-",
        help="a file; a folder for one file per recording; - for standard output (default)",
    )
    parser.add_argument("--realtime", action="store_true", help="go through the recording as fast as it was spoken")


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for every recording of one call."""

    service: Service
    usage: Usage
    realtime: bool
    context: Context
    tongue: Tongue


def run(args: Namespace, context: Context) -> int:
    """Caption each recording; one that fails leaves the others alone."""
    jobs = destinations([Path(name) for name in args.files], args.output, args.format)
    settings = options.load_settings(context.out)
    job = Job(
        options.service(args, settings), options.usage(settings), args.realtime, context, options.tongue(settings)
    )
    for to in jobs:
        check_writable(to)
    status = 0
    for to in jobs:
        try:
            if _transcribe(job, to):
                return INTERRUPTED
        except OvertitleError as error:
            context.out.trouble(error)
            status = status or error.exit_status
    return status


def _transcribe(job: Job, to: Destination) -> bool:
    """Caption one recording; True when the user interrupted. Nothing but the output is left behind."""
    started = datetime.now().astimezone()
    ending, duration = _listen(job, to.recording)
    if isinstance(ending.error, OutputClosed):
        raise ending.error
    cut_short = ending.interrupted or ending.error is not None
    transcript = _transcript(job, to.recording, ending, started, duration)
    if transcript.segments or not cut_short:
        deliver(transcript, to, job.context.out, job.tongue)
        if cut_short and to.path is not None:
            job.context.out.note(f"What was captioned until then is in {to.path}.")
    if ending.error is not None:
        raise ending.error
    return ending.interrupted


def _listen(job: Job, recording: Path) -> tuple[Ending, float]:
    """How the session ended, and how many seconds of the recording it heard."""
    import asyncio

    from desktop.audio.files import MediaFile
    from desktop.audio.watched import Watched
    from desktop.cli.progress import Progress
    from desktop.cli.run import Plan, run_session
    from desktop.session.service import LaneSpec

    source = MediaFile(recording, realtime=job.realtime)
    length = asyncio.run(source.length())  # tells a file without sound before any engine is started
    with Progress(job.context.out, recording.name, length) as progress:
        lane = LaneSpec(LANE, recording.stem, Watched(source, progress.reached))
        patience = Patience(job.context.out)
        ending = run_session(Plan([lane], job.service, usage=job.usage), patience.show)
    for notice in patience.notices.values():
        if notice is not ending.error:
            job.context.out.note(f"[{recording.name}: {notice}]")
    return ending, progress.position


class Patience:
    """Says what is wrong while a session tries again by itself, and gives up when nothing was captioned for long."""

    def __init__(self, out: Output, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._since: float | None = None
        self._finals = 0
        self.notices: dict[type[OvertitleError], OvertitleError] = {}
        """What a person should know although the work goes on, the latest of each kind."""

    def show(self, event: SessionEvent) -> None:
        """Take in one event; raises the error that would not go away."""
        from desktop.core.captions import CaptionEvent
        from desktop.session.events import ProblemRaised

        if isinstance(event, CaptionEvent):
            self._since = None
            self._count(event)
        elif isinstance(event, ProblemRaised):
            self._problem(event.problem.error)

    def _problem(self, error: OvertitleError) -> None:
        if not error.retryable:
            self.notices[type(error)] = error
        elif self._since is None:
            self._since = self._clock()
            self._out.note(f"{error.what} Trying again.")
        elif self._clock() - self._since > GIVE_UP:
            raise error

    def _count(self, event: CaptionEvent) -> None:
        if event.is_final and event.text:
            import logging

            self._finals += 1
            logging.getLogger(__name__).info("%d captions, the last one ends at %.1f s", self._finals, event.end)


def _transcript(job: Job, recording: Path, ending: Ending, started: datetime, duration: float) -> Transcript:
    from desktop.core.captions import CaptionEvent
    from desktop.transcripts.transcript import JournalHeader, Transcript

    return Transcript(
        JournalHeader(
            started, recording.stem, ((LANE, recording.stem),), job.service.language, job.service.provider.id
        ),
        tuple(entry for entry in ending.document.entries() if not isinstance(entry, CaptionEvent) or entry.is_final),
        complete=not ending.interrupted and ending.error is None,
        damaged=0,
        duration=duration,
    )


COMMAND = Command(
    "transcribe",
    "turn recordings into text",
    configure,
    run,
    examples="""\
  overtitle transcribe talk.wav
  overtitle transcribe talk.mp3 --language en-GB --output talk.srt
  overtitle transcribe *.wav --format md --output notes/
""",
)
