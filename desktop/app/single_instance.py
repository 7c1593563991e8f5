"""One Overtitle per user: a second start hands its wish to the first one and ends."""

from __future__ import annotations

import getpass
import hashlib
import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

PATIENCE_MS = 500
"""A living instance answers within a frame; after this it is taken for dead."""
SHOW = b"show\n"


def server_name(scope: str) -> str:
    """Name of the local socket for this user and this data folder (`scope`), short enough for every system."""
    key = f"{getpass.getuser()}\0{scope}"
    return f"overtitle-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


class SingleInstance(QObject):
    """Listens for later starts."""

    asked = Signal()
    """A later start wants to see the window."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._serve)

    def is_first(self) -> bool:
        """True when no other instance runs, and this one listens now; otherwise the other was asked to show itself."""
        if self._hand_over():
            return False
        # Whoever left this socket behind did not answer, so it crashed.
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            log.warning("Later starts can't find this one: %s", self._server.errorString())
        return True

    def _hand_over(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(PATIENCE_MS):
            return False
        socket.write(SHOW)
        socket.waitForBytesWritten(PATIENCE_MS)
        socket.disconnectFromServer()
        return True

    def _serve(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            self.asked.emit()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
