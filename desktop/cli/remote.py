"""Remote calls on the command line: who may call, with what token, and what is said about callers."""

from __future__ import annotations

from desktop.cli.output import Output
from desktop.cli.run import RemotePlan
from desktop.ingress.config import ListenerConfig
from desktop.ingress.dialout import DialOut
from desktop.ingress.events import ListenerEvent, ListenerEventKind
from desktop.ingress.server import Listener
from desktop.ingress.token import VARIABLE, Token, load_token, rotate_token
from desktop.settings.vault import Vault


def remote_plan(config: ListenerConfig, out: Output, *, as_json: bool, rotate: bool = False) -> RemotePlan:
    """The listener of a command; raises `ListenerError`. Waits for the keyring."""
    vault = Vault()
    token = rotate_token(vault) if rotate else load_token(vault)
    announcer = Announcer(out, token, as_json=as_json)
    return RemotePlan(config, token.value, announcer.opened, announcer.told)


class Announcer:
    """Says where the listener is, and who comes and goes."""

    def __init__(self, out: Output, token: Token, *, as_json: bool) -> None:
        self._out = out
        self._token = token
        self._as_json = as_json

    def opened(self, listener: Listener | DialOut) -> None:
        """Say where peers connect to. The token is said here, once, and nowhere else."""
        if isinstance(listener, DialOut):
            return
        if self._as_json:
            self._out.json(
                {
                    "event": "listening",
                    "url": listener.url,
                    "urls": dict(listener.urls),
                    "token": self._token.value,
                    "token_kept": self._token.kept,
                }
            )
            return
        self._out.note("Waiting for calls; Ctrl-C ends it and saves.")
        for protocol, url in listener.urls.items():
            self._out.note(f"{protocol}: {url}", indent="  ")
        self._out.note(f"token: {self._token.value}", indent="  ")
        if not self._token.kept:
            self._out.note(f"The token holds for this run only: no keyring keeps it. {VARIABLE} can give one.")
        if not listener.config.encrypted and listener.config.insecure:
            self._out.note("The connection is not encrypted: whoever sees it sees the token and hears the call.")

    def told(self, event: ListenerEvent) -> None:
        """Say who comes and goes."""
        if event.kind is ListenerEventKind.READY:
            return  # `opened` says it with more
        if self._as_json:
            row = {"event": "peer", "kind": event.kind.value, "peer": event.peer, "code": event.code}
            self._out.json({**row, "sentence": str(event.message)})
        else:
            self._out.note(f"[{event.message}]")
