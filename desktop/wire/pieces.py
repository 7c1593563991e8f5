"""Sound in pieces of one size, which is how services take it."""

from __future__ import annotations


class Pieces:
    """Cuts sound; what does not fill a piece waits for more."""

    def __init__(self, size: int) -> None:
        self.size = size
        """Bytes of a piece."""
        self._waiting = bytearray()

    def add(self, pcm: bytes) -> list[bytes]:
        """The whole pieces that there are now."""
        self._waiting += pcm
        whole = len(self._waiting) // self.size * self.size
        pieces = [bytes(self._waiting[at : at + self.size]) for at in range(0, whole, self.size)]
        del self._waiting[:whole]
        return pieces

    def rest(self, multiple: int = 1) -> list[bytes]:
        """What waits, as the last and shorter piece if it is any, cut to a multiple of so many bytes."""
        rest = bytes(self._waiting[: len(self._waiting) // multiple * multiple])
        self._waiting.clear()
        return [rest] if rest else []
