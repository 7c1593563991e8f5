"""What the listener tells its owner beside the lanes: for the log, the window and the command line."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from desktop.core.message import Message

log = logging.getLogger(__name__)


class ListenerEventKind(StrEnum):
    """What happened."""

    READY = "ready"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    TIMED_OUT = "timed_out"
    FORMAT_CHANGED = "format_changed"
    OVERRUN = "overrun"
    AUTHENTICATION_FAILED = "authentication_failed"
    REFUSED = "refused"
    PROGRESS = "progress"
    """A call that this computer asked for comes about."""
    OVER = "over"
    """It has ended, and no further one will come."""


@dataclass(frozen=True, slots=True)
class ListenerEvent:
    """One thing that happened; holds no secret, no query and no sound."""

    kind: ListenerEventKind
    message: Message
    """One sentence."""
    peer: str = ""
    """Address and port of the other side, empty for the listener itself."""
    code: int | None = None
    """The close code of a connection that ended, or the status of a request that was refused."""


Tell = Callable[[ListenerEvent], None]
"""Called in the event loop's thread; it must return at once and not raise."""
