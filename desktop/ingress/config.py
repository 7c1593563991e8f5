"""How a listener is set up, and what of it is refused."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from desktop.core.errors import ConnectionUntrusted, ListenerError
from desktop.core.message import say
from desktop.ingress.gate import GateKind
from desktop.ingress.limits import Limits
from desktop.ingress.peer import Handling
from desktop.settings.schema import ListenerSettings
from desktop.transport.target import is_loopback

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8765
NEXT_PORTS = 10
"""Ports that are tried after the usual one, when no port was asked for."""


class Protocol(StrEnum):
    """What peers speak."""

    PIPECAT = "pipecat"
    VOXIMPLANT = "voximplant"
    TWILIO = "twilio"
    RAW = "raw"


PATHS: Mapping[str, Protocol] = {
    "/pipecat": Protocol.PIPECAT,
    "/voximplant": Protocol.VOXIMPLANT,
    "/twilio": Protocol.TWILIO,
    "/pcm": Protocol.RAW,
}


class Clients(StrEnum):
    """What becomes of a second peer."""

    REFUSE = "refuse"
    """It is sent away with code 1013."""
    REPLACE = "replace"
    """The first one is closed with code 4001."""
    MIX = "mix"
    """Both are captioned."""


@dataclass(frozen=True, slots=True)
class ListenerConfig:
    """Where to listen, to whom, and what is done with the sound."""

    host: str = DEFAULT_HOST
    port: int | None = None
    """None for the usual one, or the next that is free; 0 for any."""
    protocols: tuple[Protocol, ...] = tuple(Protocol)
    clients: Clients = Clients.REFUSE
    handling: Handling = field(default_factory=Handling)
    certificate: Path | None = None
    """PEM file of the certificate and its chain."""
    key: Path | None = None
    """PEM file of the private key, when it is not in the same file."""
    insecure: bool = False
    """Plain `ws://` on other interfaces than loopback was asked for."""
    hosts: frozenset[str] = frozenset()
    """Names under which peers may ask for this computer, such as a tunnel's."""
    origins: frozenset[str] = frozenset()
    """Web pages that may connect."""
    limits: Limits = field(default_factory=Limits)

    @property
    def encrypted(self) -> bool:
        """Whether peers connect with `wss://`."""
        return self.certificate is not None

    @property
    def paths(self) -> Mapping[str, Protocol]:
        """What is served where; a single protocol answers at the root too."""
        served = {path: protocol for path, protocol in PATHS.items() if protocol in self.protocols}
        return {"/": self.protocols[0], **served} if len(self.protocols) == 1 else served


def from_settings(settings: ListenerSettings) -> ListenerConfig:
    """What the user chose."""
    return ListenerConfig(
        host=settings.host.strip() or DEFAULT_HOST,
        port=None if settings.port == DEFAULT_PORT else settings.port,
        clients=Clients(settings.clients),
        handling=Handling(settings.stereo == "split", GateKind(settings.gate)),
        certificate=_path(settings.certificate),
        key=_path(settings.key),
        insecure=settings.insecure,
        hosts=frozenset(host.lower() for host in settings.hosts),
        origins=frozenset(settings.origins),
        limits=Limits(idle=settings.idle_minutes * 60.0, session=settings.longest_hours * 3600.0),
    )


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text.strip() else None


def check(config: ListenerConfig) -> None:
    """Raise `ListenerError` or `ConnectionUntrusted` for a set-up that must not be opened."""
    if not config.encrypted and not config.insecure and not is_loopback(config.host):
        raise ConnectionUntrusted(
            say("Listener", "Calls to {host} would not be encrypted, and others could listen in.", host=config.host),
            say(
                "Listener",
                "Give a certificate, or listen on 127.0.0.1 behind a tunnel, or allow it on purpose (--insecure).",
            ),
        )
    if config.key is not None and config.certificate is None:
        raise ListenerError(
            say("Listener", "There is a private key, and no certificate."),
            say("Listener", "Give the certificate's file too."),
        )


def tls_context(config: ListenerConfig) -> ssl.SSLContext | None:
    """The TLS side of a listener, None for none; raises `ListenerError`. Reads files."""
    if config.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(config.certificate, config.key, password=_no_password)
    except (OSError, ssl.SSLError, ValueError) as error:
        cause = getattr(error, "strerror", None) or type(error).__name__
        raise ListenerError(
            say(
                "Listener", "The certificate {name} can't be used: {cause}.", name=config.certificate.name, cause=cause
            ),
            say("Listener", "It has to be a PEM file, with its private key in it or beside it and not encrypted."),
        ) from None  # the original may quote the file
    return context


def _no_password() -> str:
    raise ValueError  # OpenSSL would ask on the terminal
