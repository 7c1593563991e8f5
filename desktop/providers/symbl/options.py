"""The options of a Symbl-compatible server, and the request that opens a stream.

Source of the fields and their ranges: github.com/symblai/symbl-docs, streaming API reference, and the requests of the
two SDKs (@symblai/symbl-js 1.4.10, symbl 2.0.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.core.errors import LanguageUnsupported, OptionInvalid
from desktop.core.message import Message, say
from desktop.core.provider import Option, OptionKind, StreamConfig
from desktop.transport.address import is_on, listed, no_address, websocket_url

LANGUAGES = ("en-US",)
"""All that was documented for streaming; the option language-code sends another one to a server that knows more."""
INSIGHT_TYPES = ("question", "action_item", "follow_up")
PATHS = ("v1/realtime/insights", "v1/streaming")
"""What the SDKs use, and what the newer pages say."""

OPTIONS = (
    Option("url", say("Symbl", "Address of the server"),
           say("Symbl", "Such as wss://symbl.example.com. Symbl.ai's own addresses no longer exist."),
           OptionKind.ADDRESS),
    Option("path", say("Symbl", "Path"), say("Symbl", "Where streams are opened on the server."),
           OptionKind.CHOICE, PATHS[0], PATHS),
    Option("language-code", say("Symbl", "Language of the server"),
           say("Symbl", "Sent instead of the caption language, such as es-ES, if your server knows it.")),
    Option("insight-types", say("Symbl", "Insights"),
           say("Symbl", "Of question, action_item and follow_up, separated by commas; none for none."),
           default=",".join(INSIGHT_TYPES)),
    Option("confidence-threshold", say("Symbl", "Confidence of insights"), say("Symbl", "From 0.5 to 1."),
           OptionKind.NUMBER, "0.5", minimum=0.5, maximum=1.0),
    Option("custom-vocabulary", say("Symbl", "Names and terms"),
           say("Symbl", "Separated by commas; they are recognised better.")),
    Option("trackers", say("Symbl", "Trackers"),
           say("Symbl", "What is to be noticed, such as Price: cost, budget; Rival: Acme, Initech.")),
    Option("all-trackers", say("Symbl", "All trackers of the account"),
           say("Symbl", "Use those that are set up on the server as well."), OptionKind.FLAG, "no"),
    Option("sentiment", say("Symbl", "Sentiment"), say("Symbl", "Ask the server to judge the mood as well."),
           OptionKind.FLAG, "no"),
    Option("meeting-title", say("Symbl", "Title"), say("Symbl", "What the conversation is called on the server.")),
    Option("speaker-name", say("Symbl", "Your name"), say("Symbl", "What the server calls the speaker.")),
    Option("speaker-id", say("Symbl", "Your e-mail"),
           say("Symbl", "Who the speaker is; an e-mail address may get a summary from the server.")),
    Option("summary-mail", say("Symbl", "Send a summary to"),
           say("Symbl", "E-mail addresses separated by commas; the server sends it at the end.")),
    Option("timezone-offset", say("Symbl", "Time zone"),
           say("Symbl", "Minutes by which UTC is ahead, for dates in insights; 300 in New York."),
           OptionKind.NUMBER, minimum=-840, maximum=840),
    Option("no-connection-timeout", say("Symbl", "Wait for a reconnect"),
           say("Symbl", "Seconds that the server keeps the conversation when the connection broke."),
           OptionKind.NUMBER, "60", minimum=0, maximum=1800),
    Option("insecure", say("Symbl", "Allow no encryption"),
           say("Symbl", "Allow a ws:// address of another computer: anyone on the way can listen."),
           OptionKind.FLAG, "no"),
)  # fmt: skip
_BY_KEY = {option.key: option for option in OPTIONS}


def base_url(config: StreamConfig) -> str:
    """The server's address as `ws://` or `wss://`; raises `OptionInvalid`, also when none was given."""
    given = config.options.get("url", "").strip()
    if not given:
        raise OptionInvalid(
            say("Symbl", "No server was named: Symbl.ai's own service was discontinued."),
            say("Symbl", "Set the option url to a server that speaks Symbl's realtime protocol."),
        )
    url = websocket_url(given)
    if url.count("?"):
        raise no_address()
    return url


def start_request(config: StreamConfig, user_id: str) -> dict[str, Any]:
    """The message that opens a stream; `user_id` stands for this stream unless the person is named.

    Raises `LanguageUnsupported` or `OptionInvalid`.
    """
    options = {key: config.options.get(key, "").strip() or each.default for key, each in _BY_KEY.items()}
    request: dict[str, Any] = {
        "type": "start_request",
        "insightTypes": _insight_types(options["insight-types"]),
        "config": _config(config, options),
        "speaker": {
            "userId": options["speaker-id"] or user_id,
            "name": options["speaker-name"] or options["speaker-id"] or "Overtitle",
        },
        "noConnectionTimeout": round(_number(options, "no-connection-timeout")),
    }
    if vocabulary := listed(options["custom-vocabulary"]):
        request["customVocabulary"] = vocabulary
    if options["trackers"]:
        request["trackers"] = trackers(options["trackers"])
    if emails := listed(options["summary-mail"]):
        if any("@" not in email for email in emails):
            raise _no("summary-mail", say("Symbl", "Give e-mail addresses, separated by commas."))
        mail = {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": emails}}
        request["actions"] = [mail]
    return request


def _config(config: StreamConfig, options: Mapping[str, str]) -> dict[str, Any]:
    language = options["language-code"] or config.language
    if config.language not in LANGUAGES:
        raise LanguageUnsupported(
            say("Symbl", "Symbl's protocol streams English (US) only, not {language}.", language=config.language),
            say("Symbl", "Choose another provider, or set the option language-code if your server knows more."),
        )
    made: dict[str, Any] = {
        "confidenceThreshold": _number(options, "confidence-threshold"),
        "languageCode": language,
        "speechRecognition": {"encoding": "LINEAR16", "sampleRateHertz": config.format.sample_rate},
    }
    if options["meeting-title"]:
        made["meetingTitle"] = options["meeting-title"]
    if options["timezone-offset"]:
        made["timezoneOffset"] = round(_number(options, "timezone-offset"))
    if is_on(options, "sentiment"):
        made["sentiment"] = True
    if is_on(options, "all-trackers"):
        made["trackers"] = {"enableAllTrackers": True, "interimResults": False}
    return made


def _insight_types(text: str) -> list[str]:
    wanted = [] if text.lower() == "none" else listed(text)
    if not set(wanted) <= set(INSIGHT_TYPES):
        raise _no("insight-types", say("Symbl", "Give some of {choices}, or none.", choices=", ".join(INSIGHT_TYPES)))
    return wanted


def trackers(text: str) -> list[dict[str, Any]]:
    """`Name: word, word; Name: word` as the protocol has it; raises `OptionInvalid`."""
    found = []
    for part in text.split(";"):
        if not part.strip():
            continue
        name, _, words = part.partition(":")
        vocabulary = listed(words)
        if not name.strip() or not vocabulary:
            raise _no(
                "trackers", say("Symbl", "Give names with their words, such as Price: cost, budget; Rival: Acme.")
            )
        found.append({"name": name.strip(), "vocabulary": vocabulary})
    return found


def _number(options: Mapping[str, str], key: str) -> float:
    option = _BY_KEY[key]
    low, high = option.minimum or 0.0, option.maximum or 0.0
    try:
        value = float(options[key])
    except ValueError:
        value = float("nan")
    if low <= value <= high:
        return value
    raise _no(key, say("Symbl", "Give a number from {low} to {high}.", low=f"{low:g}", high=f"{high:g}"))


def _no(key: str, hint: Message) -> OptionInvalid:
    return OptionInvalid(say("Symbl", "The option {key} can't be used like this.", key=key), hint)
