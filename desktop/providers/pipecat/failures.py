"""How a Pipecat bot refuses, hangs up or fails, each as one sentence with its cause and the next step.

Source: what a server of pipecat-ai 1.14.0 did when it was run (docs/decisions/0009-pipecat.md). Texts that a bot sends
are never quoted: they may hold anything.
"""

from __future__ import annotations

from desktop.core.errors import (
    AuthenticationFailed,
    ConnectionLost,
    OptionInvalid,
    ProtocolViolation,
    ProviderError,
    ServiceUnavailable,
)
from desktop.core.message import say
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, explain_refusal, lost

IDLE = 60.0
"""Seconds without a word after which a bot that hangs up is taken for one that got tired of waiting."""
GOOD_ENDS = (1000, 1001, 1005)
_BUSY = 1013
_POLICY = 1008


def refused(refusal: Refusal) -> ProviderError:
    """Why there was no WebSocket."""
    if refusal.status in (401, 403):
        return AuthenticationFailed(
            say("Pipecat", "The server does not let this program in (HTTP status {status}).", status=refusal.status),
            say("Pipecat", "Check the token. A server with a list of allowed origins needs the option origin too."),
        )
    if refusal.status == 404:
        return OptionInvalid(
            say("Pipecat", "There is no bot under this address (HTTP status 404)."),
            say("Pipecat", "Check the path of the option url; many bots listen under /ws."),
        )
    return explain_refusal(refusal)


def explain(ending: Ending, *, answered: bool, quiet: float) -> ProviderError:
    """Why the connection ended without having been asked to; `quiet` is the sound in seconds since the last word."""
    if ending.code == _BUSY:
        return busy()
    if ending.code == _POLICY:
        return AuthenticationFailed(
            say("Pipecat", "The bot ended the connection because of a rule of its own (code 1008)."),
            say("Pipecat", "Check the token and the address."),
        )
    if ending.code in GOOD_ENDS:
        return _hung_up(answered=answered, quiet=quiet)
    if ending.code is None:
        return lost()
    return ConnectionLost(
        say("Pipecat", "The connection to the bot ended with code {code}.", code=ending.code),
        say("Pipecat", "Look at the bot's log if it happens again."),
    )


def busy() -> ServiceUnavailable:
    """Most bots serve one client; one whose connection broke unseen counts for up to 40 s, so trying again helps."""
    return ServiceUnavailable(
        say("Pipecat", "This bot already has a client, and serves one at a time (code 1013)."),
        say("Pipecat", "Disconnect the other client. To caption both sides, the server has to start a bot for each."),
    )


def _hung_up(*, answered: bool, quiet: float) -> ProviderError:
    if quiet >= IDLE:
        return ServiceUnavailable(
            say("Pipecat", "The bot hung up after {minutes} min without a word.", minutes=round(quiet / 60)),
            say("Pipecat", "Bots do so by themselves; their setting idle_timeout_secs says when."),
        )
    if answered:
        return ServiceUnavailable(
            say("Pipecat", "The bot hung up."), say("Pipecat", "Look at the bot's log if it happens again.")
        )
    return ProtocolViolation(
        say("Pipecat", "The server hung up without having understood the sound."),
        say("Pipecat", "It has to be a Pipecat bot with a ProtobufFrameSerializer; look at its log."),
    )


def not_a_bot() -> ProtocolViolation:
    """The first message was none of Pipecat's."""
    return ProtocolViolation(
        say("Pipecat", "The server does not speak as a Pipecat bot does."),
        say("Pipecat", "Check the address. The bot has to use a ProtobufFrameSerializer."),
    )


def damaged() -> ConnectionLost:
    """A message in mid-stream can't be read."""
    return ConnectionLost(say("Pipecat", "A message of the bot arrived damaged."))


def stopped() -> ServiceUnavailable:
    """The bot reports an error that ends its work."""
    return ServiceUnavailable(
        say("Pipecat", "The bot has stopped because of an error of its own."), say("Pipecat", "Look at the bot's log.")
    )


def troubled() -> ServiceUnavailable:
    """The bot reports an error and works on."""
    return ServiceUnavailable(
        say("Pipecat", "The bot reports an error of its own; captions may be missing."),
        say("Pipecat", "Look at the bot's log."),
    )
