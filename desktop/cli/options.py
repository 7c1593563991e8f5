"""The options that several commands share, and what they mean."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from desktop.cli.output import Output
from desktop.core.errors import LanguageUnsupported, UsageError
from desktop.core.message import NOTHING, Message, Tongue, say

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.core.provider import Option, Provider
    from desktop.session.service import Fallback, Service
    from desktop.settings.credentials import CredentialStore
    from desktop.settings.schema import Settings
    from desktop.settings.usage import Usage


LOG_LEVELS = ("debug", "info", "warning")


def add_log_level(parser: ArgumentParser, default: str = SUPPRESS) -> None:
    """What to log. Below the program's own parser there is no default: it would hide what stands before the command."""
    parser.add_argument("--log-level", choices=LOG_LEVELS, default=default, help="what to log to standard error")


def add_service_options(parser: ArgumentParser) -> None:
    """Which provider captions, and how."""
    parser.add_argument("--language", metavar="TAG", help="spoken language, say en-US (see: overtitle languages)")
    parser.add_argument("--provider", metavar="ID", help="who captions (see: overtitle providers)")
    add_option(parser)


def add_option(parser: ArgumentParser) -> None:
    """Settings of a provider."""
    parser.add_argument(
        "--option",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        type=key_and_value,
        help="a setting of the provider; may be given more than once",
    )


def add_json_option(parser: ArgumentParser, help_text: str = "print one JSON array") -> None:
    """Output for scripts."""
    parser.add_argument("--json", action="store_true", help=help_text)


def key_and_value(text: str) -> tuple[str, str]:
    """`KEY=VALUE` in two."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ArgumentTypeError(f"“{text}” is not KEY=VALUE")
    return key.strip(), value


def seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"“{text}” is not a number of seconds above 0")
    return value


def load_settings(out: Output) -> Settings:
    """What the user chose; says so when something in the file can't be used, and goes on with the defaults."""
    from desktop.settings import paths, store

    loaded = store.load(paths.config_file())
    if loaded.problem is not None:
        out.note(f"[{loaded.problem}]")
    return loaded.settings


def tongue(settings: Settings) -> Tongue:
    """What exports are written in: the language that the settings name, or English, as everything in the terminal."""
    from desktop.settings.translations import SOURCE_LANGUAGE
    from desktop.settings.translations import tongue as known

    return known(settings.appearance.interface_language or SOURCE_LANGUAGE)


def service(args: Namespace, settings: Settings) -> Service:
    """Provider, language, credentials and options from the arguments, or else from the settings.

    Raises `UsageError` or `LanguageUnsupported` for what does not exist, `CredentialMissing`, and the provider's own
    reason when it can't run here; `CredentialStoreError` when the keyring may hold what is missing.
    """
    from desktop.session.service import Service

    provider = find_provider(args.provider or settings.captions.provider)
    options = {**settings.captions.options.get(provider.id, {}), **dict(args.option)}
    check_options(provider, options)
    language = find_language(provider, args.language or settings.captions.language)
    reason = provider.availability()
    if reason is not None:
        raise reason
    return Service(provider, language, credential_store().for_session(provider), options)


def fallback(wanted: str | None, service: Service, settings: Settings) -> Fallback | None:
    """Who captions while the provider is away: `wanted`, or else as set; None for nobody.

    Raises `UsageError` for a provider that does not exist or can't stand in, and its own reason when it can't run here.
    """
    from desktop.session.service import Fallback, Service
    from desktop.session.standby import find_fallback

    patience = float(settings.captions.patience)
    provider = None if wanted is None or wanted == "none" else find_provider(wanted)
    if wanted == "none" or not service.provider.capabilities.needs_network:
        return None
    if provider is None:
        return find_fallback(service.language, patience) if settings.captions.fallback else None
    reason = provider.availability()
    if reason is not None:
        raise reason
    chosen = settings.captions.options.get(provider.id, {})
    return Fallback(Service(provider, service.language, credential_store().for_session(provider), chosen), patience)


def usage(settings: Settings) -> Usage:
    """What counts the minutes, with the user's limits."""
    from desktop.settings import paths
    from desktop.settings.usage import Usage

    return Usage(paths.usage_file(), settings.captions.limits)


def credential_store() -> CredentialStore:
    """Where credentials are found; on a terminal a keyring's prompt may take its time."""
    from desktop.settings.credentials import CredentialStore
    from desktop.settings.vault import Vault

    return CredentialStore(vault=Vault(waiting=_say_waiting if sys.stderr and sys.stderr.isatty() else None))


def _say_waiting() -> None:
    sys.stderr.write("Waiting for the keyring; it may ask for its password. Ctrl-C gives up.\n")


def offered() -> dict[str, Provider]:
    """The providers that people choose from, by id; those for tests and bug reports answer to their id alone."""
    from desktop.providers import discover

    return {name: provider for name, provider in discover().items() if not provider.capabilities.internal}


def find_provider(wanted: str) -> Provider:
    """The provider of that id, which asks on the terminal; raises `UsageError` with the nearest one."""
    from desktop.cli.asking import ask
    from desktop.core.provider import Prompting
    from desktop.providers import discover

    known = discover()
    if wanted not in known:
        raise UsageError(
            say("CommandLine", "There is no provider “{wanted}”.", wanted=wanted), _did_you_mean(wanted, offered())
        )
    provider = known[wanted]
    if isinstance(provider, Prompting):
        provider.ask_with(ask)
    return provider


def find_language(provider: Provider, wanted: str) -> str:
    """The provider's own spelling of a language tag; raises `LanguageUnsupported` with the list."""
    offered = provider.capabilities.languages
    same = wanted.strip().replace("_", "-").lower()
    found = next((tag for tag in offered if tag.lower() == same), None)
    if found is None:
        raise LanguageUnsupported(
            say("CommandLine", "“{provider}” can't caption “{wanted}”.", provider=provider.title, wanted=wanted),
            say("CommandLine", "It can caption: {languages}.", languages=", ".join(offered)),
        )
    return found


def check_options(provider: Provider, given: Mapping[str, str]) -> None:
    """Raise `UsageError` for a key the provider does not have or a value it does not take."""
    known = {option.key: option for option in provider.capabilities.options}
    for key, value in given.items():
        if key not in known:
            raise UsageError(
                say("CommandLine", "“{provider}” has no option “{key}”.", provider=provider.title, key=key),
                _did_you_mean(key, known),
            )
        trouble = _trouble(known[key], value)
        if trouble:
            raise UsageError(trouble)


def _trouble(option: Option, value: str) -> Message:
    from desktop.core.provider import OptionKind

    if option.kind is OptionKind.CHOICE and value not in option.choices:
        return _not_one_of(option.key, option.choices)
    if option.kind is OptionKind.FLAG and value not in {"yes", "no"}:
        return _not_one_of(option.key, ("yes", "no"))
    if option.kind is OptionKind.NUMBER and not _in_range(option, value):
        low = "" if option.minimum is None else f" {option.minimum:g}"
        high = "" if option.maximum is None else f" {option.maximum:g}"
        limits = " to".join(filter(None, (low, high)))
        return say("CommandLine", "The option “{key}” takes a number{limits}.", key=option.key, limits=limits)
    return NOTHING


def _not_one_of(key: str, choices: Sequence[str]) -> Message:
    return say("CommandLine", "The option “{key}” takes one of: {choices}.", key=key, choices=", ".join(choices))


def _in_range(option: Option, value: str) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    above = option.minimum is None or number >= option.minimum
    return above and (option.maximum is None or number <= option.maximum)


def _did_you_mean(wanted: str, known: Iterable[str]) -> Message:
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(wanted.lower(), names, n=1)
    if near:
        return say("CommandLine", "Did you mean “{near}”?", near=near[0])
    if not names:
        return say("CommandLine", "It has no options at all.")
    return say("CommandLine", "There is: {names}.", names=", ".join(names))
