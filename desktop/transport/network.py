"""Whether this computer has a network at all, asked without sending anything."""

from __future__ import annotations

import socket

_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, RFC 3849): no computer has them, but a default route leads there."""


def has_route() -> bool:
    """Whether the system would know where to send a packet for another computer."""
    for family, address in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as unsent:
                unsent.connect((address, 9))  # for UDP this only asks the routing table
        except OSError:
            continue
        return True
    return False
