"""The options of Amazon Transcribe, and the request parameters that they become.

The names are the service's own (API reference, StartStreamTranscription, without `x-amzn-transcribe-`). What the
service would refuse is refused here, before anything is opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from desktop.core.errors import FormatUnsupported, OptionInvalid
from desktop.core.languages import base
from desktop.core.message import Message, say
from desktop.core.provider import Option, OptionKind, StreamConfig
from desktop.providers.amazon_transcribe.languages import STREAMED
from desktop.providers.amazon_transcribe.media import ENCODINGS, OPUS, PCM

OFF = "off"
_KINDS = """
ADDRESS AGE BANK_ACCOUNT_NUMBER BANK_ROUTING CREDIT_DEBIT_CVV CREDIT_DEBIT_EXPIRY CREDIT_DEBIT_NUMBER DATE_TIME
EMAIL LICENSE_PLATE NAME PASSPORT_NUMBER PASSWORD PHONE PIN SSN USERNAME VEHICLE_IDENTIFICATION_NUMBER
"""
PII_TYPES = tuple(_KINDS.split())


def _flag(key: str, label: Message, help_: Message) -> Option:
    return Option(key, label, help_, OptionKind.FLAG, "no")


def _choice(key: str, label: Message, help_: Message, names: Mapping[str, Message]) -> Option:
    choices = tuple(names)
    return Option(key, label, help_, OptionKind.CHOICE, choices[0], choices, tuple(names.values()))


OPTIONS: tuple[Option, ...] = (
    Option("region", say("Amazon", "Region"),
           say("Amazon", "AWS region, such as eu-west-1. Empty: that of the AWS settings, or us-east-1.")),
    Option("profile", say("Amazon", "AWS profile"),
           say("Amazon", "Name of a profile in the AWS settings of this computer; goes before stored keys.")),
    Option("endpoint", say("Amazon", "Endpoint"),
           say("Amazon", "Address of a private endpoint, such as wss://host:8443. Empty: the region's own."),
           OptionKind.ADDRESS),
    _flag("fips", say("Amazon", "FIPS endpoint"), say("Amazon", "Use the region's FIPS endpoint.")),
    _flag("dual-stack", say("Amazon", "Dual-stack endpoint"), say("Amazon", "Reach the service over IPv6 too.")),
    Option("encoding", say("Amazon", "Encoding of the sound"),
           say("Amazon", "flac halves what is sent and loses nothing; ogg-opus sends a tenth and loses a little."),
           OptionKind.CHOICE, ENCODINGS[0], ENCODINGS),
    _flag("channel-identification", say("Amazon", "Both sides in one stream"),
          say("Amazon", "You and the others as the two channels of one stream, instead of one stream each.")),
    _flag("insecure", say("Amazon", "Allow no encryption"),
          say("Amazon", "Allow a ws:// endpoint on another computer: anyone on the way can listen.")),
    Option("vocabulary-name", say("Amazon", "Custom vocabulary"),
           say("Amazon", "Its name in your account; it has to be in the caption language.")),
    Option("vocabulary-names", say("Amazon", "Custom vocabularies"),
           say("Amazon", "Names separated by commas, when the language is identified.")),
    Option("vocabulary-filter-name", say("Amazon", "Vocabulary filter"),
           say("Amazon", "Its name in your account; it has to be in the caption language.")),
    Option("vocabulary-filter-names", say("Amazon", "Vocabulary filters"),
           say("Amazon", "Names separated by commas, when the language is identified.")),
    _choice("vocabulary-filter-method", say("Amazon", "Filtered words"),
            say("Amazon", "What happens to words of the filter."),
            {OFF: say("Amazon", "The service decides"), "mask": say("Amazon", "Shown as ***"),
             "remove": say("Amazon", "Left out"), "tag": say("Amazon", "Shown, and marked by the service")}),
    _flag("show-speaker-label", say("Amazon", "Tell speakers apart"),
          say("Amazon", "Speakers within one side of the call; known with the final text only.")),
    _choice("partial-results-stability", say("Amazon", "Stable words"),
            say("Amazon", "How soon words stop changing: the sooner (high), the less accurate."),
            {"medium": say("Amazon", "Soon"), "low": say("Amazon", "Late, most accurate"),
             "high": say("Amazon", "At once, least accurate"), OFF: say("Amazon", "With the final text only")}),
    _choice("content-identification-type", say("Amazon", "Mark personal data"),
            say("Amazon", "Not together with hiding it."),
            {OFF: say("Amazon", "Do not mark"), "PII": say("Amazon", "Mark")}),
    _choice("content-redaction-type", say("Amazon", "Hide personal data"),
            say("Amazon", "Not together with marking it."),
            {OFF: say("Amazon", "Do not hide"), "PII": say("Amazon", "Hide")}),
    Option("pii-entity-types", say("Amazon", "Kinds of personal data"),
           say("Amazon", "Kinds separated by commas, such as NAME,PHONE, or ALL.")),
    Option("language-model-name", say("Amazon", "Custom language model"),
           say("Amazon", "Its name in your account; one in another language is ignored without a word.")),
    _flag("identify-language", say("Amazon", "Identify the language"),
          say("Amazon", "The service finds out which of the language options is spoken.")),
    _flag("identify-multiple-languages", say("Amazon", "Identify several languages"),
          say("Amazon", "As above, when the language changes on the way.")),
    Option("language-options", say("Amazon", "Language options"),
           say("Amazon", "Two or more tags separated by commas, one for each language, such as en-US,fr-FR.")),
    Option("preferred-language", say("Amazon", "Preferred language"),
           say("Amazon", "The likeliest of the language options.")),
    Option("session-id", say("Amazon", "Session id"), say("Amazon", "A UUID; empty: a new one for each stream.")),
    Option("session-resume-window", say("Amazon", "Session resume window"),
           say("Amazon", "Minutes in which a stream may come back under its session id."),
           OptionKind.NUMBER, minimum=1, maximum=300),
    _choice("transcript-format", say("Amazon", "Numbers and dates"),
            say("Amazon", "As digits (WRITTEN) or as words (SPOKEN)."),
            {OFF: say("Amazon", "The service decides"), "WRITTEN": say("Amazon", "In digits"),
             "SPOKEN": say("Amazon", "In words")}),
)  # fmt: skip
_PLAIN = (
    "vocabulary-name", "vocabulary-names", "vocabulary-filter-name", "vocabulary-filter-names",
    "vocabulary-filter-method", "content-identification-type", "content-redaction-type", "language-model-name",
    "session-id", "session-resume-window", "transcript-format",
)  # fmt: skip
_KEYS = {option.key for option in OPTIONS} | {"url"}
_YES_OR_NO = ("yes", "no", "true", "false", "on", "off", "1", "0")
_NAME = re.compile(r"[0-9A-Za-z._-]{1,200}")


def is_on(options: Mapping[str, str], key: str) -> bool:
    """Whether a flag is set."""
    return options.get(key, "").strip().lower() in ("yes", "true", "on", "1")


def encoding(options: Mapping[str, str]) -> str:
    """How the sound is to travel."""
    return options.get("encoding", "").strip() or PCM


def parameters(config: StreamConfig) -> dict[str, str]:
    """The request parameters; raises `OptionInvalid` or `FormatUnsupported`."""
    options = {key: value.strip() for key, value in config.options.items() if value.strip() not in ("", OFF)}
    _check_values(options)
    query = {key: options[key] for key in _PLAIN if key in options}
    query |= _sound(config, encoding(config.options))
    query |= _language(config, options)
    query |= _personal_data(options)
    if is_on(options, "show-speaker-label"):
        query["show-speaker-label"] = "true"
    stability = config.options.get("partial-results-stability", "").strip() or "medium"
    if stability != OFF:
        query["enable-partial-results-stabilization"] = "true"
        query["partial-results-stability"] = stability
    return query


def _check_values(options: Mapping[str, str]) -> None:
    for option in OPTIONS:
        value = options.get(option.key)
        if value is None:
            continue
        if option.kind is OptionKind.CHOICE and value not in option.choices:
            raise _no(option.key, say("Amazon", "Give one of {choices}.", choices=", ".join(option.choices)))
        if option.kind is OptionKind.FLAG and value.lower() not in (
            "yes",
            "no",
            "true",
            "false",
            "on",
            "off",
            "1",
            "0",
        ):
            raise _no(option.key, say("Amazon", "Give yes or no."))
    if unknown := sorted(set(options) - _KEYS):
        raise _no(unknown[0], say("Amazon", "There is no such option; see docs/providers/amazon-transcribe.md."))
    for key in ("vocabulary-name", "vocabulary-filter-name", "language-model-name"):
        if key in options and not _NAME.fullmatch(options[key]):
            raise _no(key, say("Amazon", "Give one name of letters, digits, dots, hyphens and underscores."))
    _check_session(options)
    together(options, "vocabulary-filter-method", "vocabulary-filter-name", "vocabulary-filter-names")


def _check_session(options: Mapping[str, str]) -> None:
    window = options.get("session-resume-window")
    if window is not None and not (window.isdecimal() and 1 <= int(window) <= 300):
        raise _no("session-resume-window", say("Amazon", "Give whole minutes from 1 to 300."))
    try:
        valid = str(UUID(options.get("session-id", str(UUID(int=0))))) == options.get("session-id", "").lower()
    except ValueError:
        valid = False
    if "session-id" in options and not valid:
        raise _no("session-id", say("Amazon", "Give a UUID of 36 characters."))


def together(options: Mapping[str, str], key: str, *needed: str) -> None:
    """Raise `OptionInvalid` when `key` is set and none of `needed` is."""
    if key in options and not any(one in options for one in needed):
        raise _no(key, say("Amazon", "It needs {needed} as well.", needed=" / ".join(needed)))


def apart(options: Mapping[str, str], key: str, *others: str) -> None:
    """Raise `OptionInvalid` when `key` is set and one of `others` too."""
    for other in others:
        if key in options and other in options:
            raise _no(key, say("Amazon", "It can't be combined with {other}.", other=other))


def _sound(config: StreamConfig, encoding: str) -> dict[str, str]:
    rate, channels = config.format.sample_rate, config.format.channels
    if not 8000 <= rate <= 48_000 or channels not in (1, 2):
        raise FormatUnsupported(
            say("Amazon", "Amazon Transcribe takes 8 to 48 kHz sound with one or two channels."),
            say("Amazon", "Please report this: the program should have converted the sound."),
        )
    query = {"media-encoding": encoding, "sample-rate": str(rate)}
    if channels == 2:
        query |= {"enable-channel-identification": "true", "number-of-channels": "2"}
    return query


def _language(config: StreamConfig, options: Mapping[str, str]) -> dict[str, str]:
    several = is_on(options, "identify-multiple-languages")
    if not several and not is_on(options, "identify-language"):
        return _one_language(config, options)
    if several and is_on(options, "identify-language"):
        apart(options, "identify-language", "identify-multiple-languages")
    key = "identify-multiple-languages" if several else "identify-language"
    together(options, key, "language-options")
    excluded = ("language-model-name", "content-identification-type", "content-redaction-type", "vocabulary-name",
                "vocabulary-filter-name")  # fmt: skip
    apart(options, key, *excluded)
    if encoding(options) == OPUS:
        raise _no(key, say("Amazon", "It can't be combined with {other}.", other=f"encoding={OPUS}"))
    tags = _listed(options["language-options"])
    if len(tags) < 2 or not set(tags) <= set(STREAMED) or len({base(tag) for tag in tags}) != len(tags):
        raise _no("language-options",
                  say("Amazon", "Give two or more tags, one for each language, such as en-US,fr-FR."))  # fmt: skip
    query = {key: "true", "language-options": ",".join(tags)}
    preferred = options.get("preferred-language", config.language if config.language in tags else "")
    if preferred:
        if preferred not in tags:
            raise _no("preferred-language", say("Amazon", "Give one of {choices}.", choices=", ".join(tags)))
        query["preferred-language"] = preferred
    return query


def _one_language(config: StreamConfig, options: Mapping[str, str]) -> dict[str, str]:
    for key in ("language-options", "preferred-language", "vocabulary-names", "vocabulary-filter-names"):
        if key in options:
            raise _no(key, say("Amazon", "It needs {needed} as well.", needed="identify-language=yes"))
    return {"language-code": config.language}


def _personal_data(options: Mapping[str, str]) -> dict[str, str]:
    apart(options, "content-identification-type", "content-redaction-type")
    together(options, "pii-entity-types", "content-identification-type", "content-redaction-type")
    if "pii-entity-types" not in options:
        return {}
    kinds = [kind.upper() for kind in _listed(options["pii-entity-types"])]
    if kinds != ["ALL"] and not set(kinds) <= set(PII_TYPES):
        raise _no("pii-entity-types", say("Amazon", "Give ALL or some of {choices}.", choices=", ".join(PII_TYPES)))
    return {"pii-entity-types": ",".join(kinds)}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _no(key: str, hint: Message) -> OptionInvalid:
    return OptionInvalid(say("Amazon", "The option {key} can't be used like this.", key=key), hint)
