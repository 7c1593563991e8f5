"""What is wrong with the address of a server, in plain words and while it is typed; the provider has the last word."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from PySide6.QtCore import QCoreApplication

from desktop.transport.target import is_loopback

_SCHEMES = ("wss", "https", "ws", "http")
_PLAIN = ("ws", "http")


def address_fault(text: str) -> str:
    """Why `text` can't be the address of a server, in one sentence; empty when it may be one."""
    address = text.strip()
    if not address or unfinished(address):
        return ""
    parts = _split(address)
    fault = ""
    if any(letter.isspace() for letter in address):
        fault = QCoreApplication.translate("Address", "An address has no spaces.")
    elif "://" in address and address.partition("://")[0].lower() not in _SCHEMES:
        fault = QCoreApplication.translate("Address", "An address begins with wss:// or https://.")
    elif parts is None:
        fault = QCoreApplication.translate("Address", "The port has to be a number from 1 to 65535.")
    elif parts.username is not None:
        fault = QCoreApplication.translate("Address", "Leave name and password out of the address.")
    elif not parts.hostname:
        fault = QCoreApplication.translate("Address", "The name of the server is missing.")
    return fault


def address_remark(text: str, *, allowed: bool) -> str:
    """What a person should know of an address that can be used; `allowed` when no encryption was agreed to."""
    parts = _split(text.strip())
    if allowed or parts is None or parts.scheme.lower() not in _PLAIN or not parts.hostname:
        return ""
    if is_loopback(parts.hostname):
        return ""
    return QCoreApplication.translate(
        "Address", "Not encrypted: anyone on the way could listen. It is refused unless you allow it below."
    )


def unfinished(address: str) -> bool:
    """Whether somebody is still typing the beginning of an address."""
    return any(f"{scheme}://".startswith(address.lower()) for scheme in _SCHEMES)


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        _ = parts.port
    except ValueError:
        return None
    return parts
