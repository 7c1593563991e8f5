"""`overtitle doctor`: checks everything that captions need, and says what to do."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context
from desktop.cli.demo import has_display

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.cli.checks import Finding
    from desktop.core.provider import Probing, Provider
    from desktop.settings.schema import Settings

SELF_TEST = 4.0  # seconds of the sample: its first words


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("provider", metavar="PROVIDER", nargs="?", help="check this one instead of the one in use")
    options.add_json_option(parser)


def run(args: Namespace, context: Context) -> int:
    """Print one line per check; returns the exit status of the worst failure."""
    from desktop.cli.checks import Level

    provider = None if args.provider is None else options.find_provider(args.provider)
    findings = []
    for finding in _findings(provider):
        findings.append(finding)
        if not args.json:
            print_finding(finding, context)
    if args.json:
        context.out.json_array(row(finding) for finding in findings)
    return max((finding.status for finding in findings if finding.level is Level.FAIL), default=0)


def _findings(provider: Provider | None) -> Iterator[Finding]:
    from desktop.cli import checks
    from desktop.settings import paths, store
    from desktop.settings.schema import Settings

    yield from checks.guarded("system", checks.system)
    yield from checks.guarded("display", lambda: checks.display(has_display()))
    yield from checks.guarded("clock", checks.clock)
    found = list(checks.guarded("settings", lambda: checks.settings_file(paths.config_file())))
    yield from found
    readable = all(finding.level is not checks.Level.FAIL for finding in found)
    settings = store.load(paths.config_file()).settings if readable else Settings()
    yield from checks.guarded("transcripts", lambda: checks.folder(paths.transcripts_folders(settings)[0]))
    yield from checks.guarded("library", lambda: checks.library(settings))
    yield from checks.guarded("updates", lambda: checks.updates(settings))
    yield from checks.guarded("keyring", checks.keyring)
    yield from checks.guarded("sound", checks.sound)
    yield from checks.guarded("provider", lambda: _provider(provider, settings))


def _provider(provider: Provider | None, settings: Settings) -> Iterator[Finding]:
    from desktop.cli import checks
    from desktop.core.provider import Probing

    chosen = provider or options.find_provider(settings.captions.provider)
    ready = list(checks.provider_ready(chosen))
    yield from ready
    if not all(finding.level is checks.Level.OK for finding in ready):
        return
    if isinstance(chosen, Probing):
        yield from _steps(chosen, chosen, settings)
    else:
        yield self_test(chosen)


def _steps(provider: Provider, probing: Probing, settings: Settings) -> list[Finding]:
    """What trying the provider out finds, without sending more than silence."""
    from desktop.cli.probing import probe, probe_config

    found: list[Finding] = []
    probe(probing, probe_config(provider, settings, None, {}), found.append)
    return found


def self_test(provider: Provider) -> Finding:
    """Caption the first words of the sample speech; raises `OvertitleError`."""
    from desktop.audio.watched import Watched
    from desktop.cli import checks
    from desktop.cli.run import Plan, run_session
    from desktop.session.sample import sample_lanes
    from desktop.session.service import LaneSpec, Service

    lane = sample_lanes(realtime=False)[0]
    short = LaneSpec(lane.id, lane.label, Watched(lane.source, until=SELF_TEST))
    given = options.credential_store().for_session(provider)
    service = Service(provider, provider.capabilities.languages[0], given)
    before = time.monotonic()
    ending = run_session(Plan([short], service), lambda _event: None)
    took = time.monotonic() - before
    if ending.error is not None:
        raise ending.error
    words = sum(len(segment.text.split()) for segment in ending.document.segments)
    if not words:
        return checks.warn(
            "self test", f"It ran, but heard no word in {SELF_TEST:g} s of speech.", "Try: overtitle demo"
        )
    return checks.ok("self test", f"{words} words in {SELF_TEST:g} s of speech, {took:.1f} s with starting")


def print_finding(finding: Finding, context: Context) -> None:
    """One line, and one more for what to do."""
    from desktop.cli.output import plain

    context.out.line(f"{finding.level.value:<5} {finding.check:<13} {plain(finding.text)}")
    if finding.hint:
        context.out.line(f"{'':<19} {plain(finding.hint)}")


def row(finding: Finding) -> dict[str, object]:
    """The finding for scripts."""
    return {
        "check": finding.check,
        "result": finding.level.value,
        "text": finding.text,
        "hint": finding.hint,
        "status": finding.status,
    }


COMMAND = Command(
    "doctor",
    "check devices, engine, disk and settings, and say what to do",
    configure,
    run,
    examples="""\
  overtitle doctor
  overtitle doctor --json
""",
)
