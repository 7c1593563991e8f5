"""What a WhisperLive server's refusals mean, and what helps."""

from __future__ import annotations

from desktop.core.errors import ConnectionLost, ModelMissing, ProtocolViolation, ServiceUnavailable, StreamStalled
from desktop.core.message import say


def full(minutes: object) -> ServiceUnavailable:
    """Every place of the server is taken."""
    hint = say("WhisperLive", "Start the server with more places (--max_clients), or use another one.")
    if isinstance(minutes, int | float) and 0 < minutes < 1e6:
        wait = f"{minutes:.0f}" if minutes >= 1 else "1"
        return ServiceUnavailable(
            say(
                "WhisperLive", "The WhisperLive server is full; a place should be free in {minutes} min.", minutes=wait
            ),
            hint,
        )
    return ServiceUnavailable(say("WhisperLive", "The WhisperLive server is full."), hint)


def refuses(model: str) -> ModelMissing:
    """The one thing that the server reports as an error: a model that it can't load."""
    return ModelMissing(
        say("WhisperLive", "The WhisperLive server can't load the model {model}.", model=model),
        say("WhisperLive", "Choose another one with the option model, or look at the server's own log."),
    )


def time_limit() -> ConnectionLost:
    """A client may stay ten minutes unless the server was told otherwise."""
    return ConnectionLost(
        say("WhisperLive", "The WhisperLive server ended the stream at its time limit; a new one is opened."),
        say("WhisperLive", "Start the server with --max_connection_time, and set the option connection-time to it."),
    )


def not_ready() -> ServiceUnavailable:
    """It accepted the connection and then closed it."""
    return ServiceUnavailable(
        say("WhisperLive", "The WhisperLive server closed the connection before it was ready."),
        say("WhisperLive", "Look at the server's own log."),
    )


def too_slow() -> StreamStalled:
    """It is loading a model, or hangs."""
    return StreamStalled(
        say("WhisperLive", "The WhisperLive server did not get ready in time."),
        say("WhisperLive", "It may be loading a model for the first time: wait a minute and try again."),
    )


def lost() -> ConnectionLost:
    """The server closed while sound was still coming."""
    return ConnectionLost(say("WhisperLive", "The WhisperLive server closed the connection before the sound was over."))


def not_whisper_live() -> ProtocolViolation:
    """What answers is something else."""
    return ProtocolViolation(
        say("WhisperLive", "What answers at this address does not speak as a WhisperLive server does."),
        say("WhisperLive", "Check the option url."),
    )
