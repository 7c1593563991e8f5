"""What outlives a connection: the conversation's id, and what of it has been said already."""

from __future__ import annotations

import uuid
from collections import deque

REMEMBERED = 5000
"""Ids that are known again."""


class Seen:
    """The last few thousand things that came."""

    def __init__(self) -> None:
        self._order: deque[str] = deque()
        self._known: set[str] = set()

    def add(self, key: str) -> bool:
        """Note `key`; False when it was known."""
        if key in self._known:
            return False
        if len(self._order) >= REMEMBERED:
            self._known.discard(self._order.popleft())
        self._order.append(key)
        self._known.add(key)
        return True


class Conversation:
    """One lane's conversation on the server, over all connections that it takes.

    The id is random: whoever knows a live one can join, and the vendor's samples made it from an e-mail address.
    """

    def __init__(self) -> None:
        self.id = str(uuid.uuid4())
        self.connections = 0
        self.messages = Seen()
        """Ids of messages that became captions."""
        self.insights = Seen()
        """Ids of insights, and what they say."""
        self.recognises = False
        """The server recognises before it sends messages, as far as seen."""

    def next_user(self) -> str:
        """Who speaks on the next connection.

        The server names the speaker with each message. So what it still says about sound of the connection before, all
        of which is sent once more on this one, can be told apart.
        """
        self.connections += 1
        return f"{self.id}.{self.connections}"

    def is_stale(self, user: str) -> bool:
        """Whether a message speaks for an earlier connection."""
        mine, _, number = user.rpartition(".")
        return mine == self.id and number != str(self.connections)
