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
SHOW = "show"
LONGEST = 64
"""Bytes of a wish."""


def server_name(scope: str) -> str:
    """Name of the local socket for this user and this data folder (`scope`), short enough for every system."""
    key = f"{getpass.getuser()}\0{scope}"
    return f"overtitle-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


class SingleInstance(QObject):
    """Listens for later starts."""

    asked = Signal()
    """A later start wants to see the window."""
    pressed = Signal(str)
    """A later start wants what a key of this name does."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._serve)

    def is_first(self, wish: str = SHOW) -> bool:
        """True when no other instance runs, and this one listens now; otherwise the other was told the wish."""
        if self.hand_over(wish):
            return False
        # Whoever left this socket behind did not answer, so it crashed.
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            log.warning("Later starts can't find this one: %s", self._server.errorString())
        return True

    def hand_over(self, wish: str) -> bool:
        """Tell the instance that runs what is wanted of it; False when none does."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(PATIENCE_MS):
            return False
        socket.write(f"{wish}\n".encode())
        socket.waitForBytesWritten(PATIENCE_MS)
        socket.disconnectFromServer()
        return True

    def _serve(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(lambda each=connection: self._hear(each))
            if connection.state() is QLocalSocket.LocalSocketState.UnconnectedState:  # it was quicker than we
                self._hear(connection)

    def _hear(self, connection: QLocalSocket) -> None:
        wish = bytes(connection.read(LONGEST).data()).partition(b"\n")[0].decode(errors="replace")
        connection.deleteLater()
        if wish == SHOW:
            self.asked.emit()
        elif wish:
            self.pressed.emit(wish)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
