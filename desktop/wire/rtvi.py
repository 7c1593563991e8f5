"""RTVI, the JSON messages between a voice bot and its client that travel inside Pipecat's message frames.

Reading is tolerant: bots of all ages answer, and many send messages of their own. What is no RTVI message is None, a
field of the wrong type counts as missing, an unknown type is `Other`; nothing raises. Source: the models of pipecat-ai
1.14.0 (`pipecat/processors/frameworks/rtvi/models.py`), protocol 2.2.0, and of protocol 1 as far as they differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

LABEL = "rtvi-ai"
VERSION = "2.1.0"
"""What is declared to bots. From 2.2.0 on they would send raw texts too, which say everything a second time."""


@dataclass(frozen=True, slots=True)
class ClientReady:
    """The client can take messages; many bots begin only then."""

    id: str
    version: str = VERSION
    library: str = ""
    library_version: str = ""


@dataclass(frozen=True, slots=True)
class BotReady:
    """The bot works; the answer to `ClientReady` with its id."""

    id: str
    version: str = VERSION
    library: str = ""
    library_version: str = ""


@dataclass(frozen=True, slots=True)
class UserTranscription:
    """What a user said, in every version before 2.0 of pipecat-ai: `user-transcription`, and `stt-raw-text`."""

    text: str
    user_id: str = ""
    timestamp: str = ""
    final: bool = False
    raw: bool = False
    """It is the `stt-raw-text`, before any processing."""


@dataclass(frozen=True, slots=True)
class UserInput:
    """What a user said or typed, from pipecat-ai 1.13 on; what was said comes as `UserTranscription` too."""

    text: str
    input_type: str = "transcription"
    """`transcription`, `chat` or `backchannel`."""
    user_id: str = ""
    timestamp: str = ""
    final: bool = False
    msg_id: str = ""


@dataclass(frozen=True, slots=True)
class BotOutput:
    """A segment of what the bot says; protocol 2 tells how far it has been spoken."""

    text: str
    segment_id: int | None = None
    unit: str = ""
    """`sentence`, `word`, `token`, or a kind of the bot's own such as `code`."""
    status: str = ""
    """`new`, `in-progress` or `completed`; empty from bots of protocol 1."""
    will_be_spoken: bool = True
    spoken: bool = False
    """Protocol 1: it has been spoken."""
    accumulated: str | None = None
    """What has been spoken of the segment so far; None when the bot does not say."""


@dataclass(frozen=True, slots=True)
class BotTranscription:
    """A sentence of the bot's language model, before it is spoken."""

    text: str


@dataclass(frozen=True, slots=True)
class BotTtsText:
    """A word or a sentence that the bot's voice has spoken."""

    text: str


@dataclass(frozen=True, slots=True)
class Speaking:
    """Somebody begins or stops speaking, as far as the bot can tell."""

    bot: bool
    started: bool


@dataclass(frozen=True, slots=True)
class BotInterrupted:
    """The user spoke while the bot did, so the bot says no more of this."""


@dataclass(frozen=True, slots=True)
class Error:
    """The bot has trouble."""

    error: str
    """Foreign text that may quote anything: never for a log."""
    fatal: bool = False
    """It has stopped working."""


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """The bot can't do what a message asked for."""

    id: str
    error: str


@dataclass(frozen=True, slots=True)
class Other:
    """A message of another type."""

    type: str


RtviMessage = (
    ClientReady
    | BotReady
    | UserTranscription
    | UserInput
    | BotOutput
    | BotTranscription
    | BotTtsText
    | Speaking
    | BotInterrupted
    | Error
    | ErrorResponse
    | Other
)
Data = Mapping[str, object]


def read(text: str) -> RtviMessage | None:
    """The message that a JSON text is; None when it is none of RTVI's. Raises nothing."""
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(envelope, dict) or envelope.get("label") != LABEL:
        return None
    kind = _text(envelope, "type")
    data = _inner(envelope, "data")
    reader = _READERS.get(kind)
    return reader(data, _text(envelope, "id")) if reader else Other(kind)


def _inner(data: Data, key: str) -> Data:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _text(data: Data, key: str) -> str:
    """A text field; half characters, which JSON can spell, become the replacement character."""
    value = data.get(key)
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else ""


def _ready(data: Data) -> tuple[str, str, str]:
    about = _inner(data, "about")
    return _text(data, "version"), _text(about, "library"), _text(about, "library_version")


def _read_transcription(data: Data, *, raw: bool) -> UserTranscription:
    final = data.get("final") is True
    return UserTranscription(_text(data, "text"), _text(data, "user_id"), _text(data, "timestamp"), final, raw)


def _read_input(data: Data, _: str) -> UserInput:
    return UserInput(
        _text(data, "text"),
        _text(data, "input_type"),
        _text(data, "user_id"),
        _text(data, "timestamp"),
        data.get("final") is True,
        _text(data, "msg_id"),
    )


def _read_output(data: Data, _: str) -> BotOutput:
    segment = data.get("segment_id")
    progress = _inner(data, "spoken_progress")
    return BotOutput(
        _text(data, "text"),
        segment if isinstance(segment, int) and not isinstance(segment, bool) else None,
        _text(data, "output_type") or _text(data, "text_type") or _text(data, "aggregated_by"),
        _text(data, "spoken_status"),
        data.get("will_be_spoken") is not False,
        data.get("spoken") is True,
        _text(progress, "accumulated_text") if "accumulated_text" in progress else None,
    )


_READERS: dict[str, Callable[[Data, str], RtviMessage]] = {
    "client-ready": lambda data, id_: ClientReady(id_, *_ready(data)),
    "bot-ready": lambda data, id_: BotReady(id_, *_ready(data)),
    "user-transcription": lambda data, _: _read_transcription(data, raw=False),
    "stt-raw-text": lambda data, _: _read_transcription(data, raw=True),
    "user-input": _read_input,
    "bot-output": _read_output,
    "bot-transcription": lambda data, _: BotTranscription(_text(data, "text")),
    "bot-tts-text": lambda data, _: BotTtsText(_text(data, "text")),
    "user-started-speaking": lambda *_: Speaking(bot=False, started=True),
    "user-stopped-speaking": lambda *_: Speaking(bot=False, started=False),
    "bot-started-speaking": lambda *_: Speaking(bot=True, started=True),
    "bot-stopped-speaking": lambda *_: Speaking(bot=True, started=False),
    "bot-interrupted": lambda *_: BotInterrupted(),
    "error": lambda data, _: Error(_text(data, "error"), data.get("fatal") is True),
    "error-response": lambda data, id_: ErrorResponse(id_, _text(data, "error")),
}


def write(message: RtviMessage) -> str:
    """The JSON text of a message, as a message frame's data; ASCII, as the other implementations write it."""
    envelope: dict[str, object] = {"label": LABEL}
    envelope |= _envelope(message)
    return json.dumps(envelope, separators=(",", ":"))


def _envelope(message: RtviMessage) -> dict[str, object]:
    match message:
        case ClientReady() | BotReady():
            kind = "client-ready" if isinstance(message, ClientReady) else "bot-ready"
            about = {"library": message.library, "library_version": message.library_version}
            return {"type": kind, "id": message.id, "data": {"version": message.version, "about": about}}
        case ErrorResponse(id_, error):
            return {"type": "error-response", "id": id_, "data": {"error": error}}
        case Error(error, fatal):
            return {"type": "error", "data": {"error": error, "fatal": fatal}}
        case Speaking(bot, started):
            who, what = "bot" if bot else "user", "started" if started else "stopped"
            return {"type": f"{who}-{what}-speaking"}
        case BotInterrupted() | Other():
            return {"type": message.type if isinstance(message, Other) else "bot-interrupted"}
        case _:
            return _spoken(message)


def _spoken(message: UserTranscription | UserInput | BotOutput | BotTranscription | BotTtsText) -> dict[str, object]:
    data: dict[str, object] = {"text": message.text}
    match message:
        case UserTranscription():
            data |= {"user_id": message.user_id, "timestamp": message.timestamp, "final": message.final}
            return {"type": "stt-raw-text" if message.raw else "user-transcription", "data": data}
        case UserInput():
            data |= {"input_type": message.input_type, "timestamp": message.timestamp, "final": message.final}
            optional = {"user_id": message.user_id, "msg_id": message.msg_id}
            return {"type": "user-input", "data": data | {key: value for key, value in optional.items() if value}}
        case BotOutput():
            return {"type": "bot-output", "data": data | _output(message)}
        case BotTranscription():
            return {"type": "bot-transcription", "data": data}
        case BotTtsText():
            return {"type": "bot-tts-text", "data": data}


def _output(message: BotOutput) -> dict[str, object]:
    data: dict[str, object] = dict.fromkeys(("output_type", "text_type", "aggregated_by"), message.unit)
    if message.segment_id is not None:
        data["segment_id"] = message.segment_id
    if not message.status:
        return data | {"spoken": message.spoken}
    data |= {"will_be_spoken": message.will_be_spoken, "spoken_status": message.status}
    if message.accumulated is not None:
        rest = message.text.removeprefix(message.accumulated)
        data["spoken_progress"] = {"accumulated_text": message.accumulated, "remaining_text": rest}
    return data
