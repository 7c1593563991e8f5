"""From what is recognised to captions: provisional lines, and the server's own messages that take their place.

A recognition is shown at once and stays provisional even when the recogniser is done with it; only a message is what
the conversation holds. A message covers one such piece, a part of one, or several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.core.captions import CaptionEvent, Word
from desktop.providers.symbl.alignment import covered, without_words, words_of

PATIENCE = 30.0
"""Seconds of sound after a piece in which its message is waited for. Then it is final as it stands: the sound of what
is not final has to be kept for a reconnect, and that is a minute's at most."""
MOST_PENDING = 200
"""Pieces that a late message is compared with."""
LAG = 0.5
"""Seconds that speech is older than its first recognition, where the recogniser tells no times."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """One recognition."""

    user: str
    text: str
    done: bool
    """The recogniser will say nothing else about it."""
    words: tuple[Word, ...] = ()
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    user: str
    text: str
    speaker: str = ""


class Captions:
    """The segments of one connection."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._number = 0
        self._open: dict[str, CaptionEvent] = {}
        """By speaker: what is being recognised."""
        self._pending: dict[str, list[CaptionEvent]] = {}
        """By speaker: what is recognised and has no message yet, oldest first.

        Those that are not waited for any longer are final, and stay so that a late message is known by them.
        """
        self._until = 0.0
        """End of the last piece."""

    def recognise(self, heard: Recognised, sent: float) -> list[CaptionEvent]:
        """Show a recognition; `sent` is the length of the sound so far, in seconds."""
        known = self._open.get(heard.user)
        if not heard.text or (known is not None and not heard.done and known.text == heard.text):
            return []
        start, end = self._times(heard, known, sent)
        event = CaptionEvent(
            lane="",
            segment_id=known.segment_id if known else self._next_id(),
            revision=known.revision + 1 if known else 1,
            text=heard.text,
            is_final=False,
            start=start,
            end=end,
            language=self._language,
            speaker=heard.speaker,
            words=heard.words if heard.words and heard.words[0].start == start else (),
            stable_chars=0,
        )
        if not heard.done:
            self._open[heard.user] = event
            return [event]
        self._open.pop(heard.user, None)
        self._until = max(self._until, end)
        pending = self._pending.setdefault(heard.user, [])
        pending.append(event)
        return [event, *_settle(pending, sent)]

    def _next_id(self) -> str:
        self._number += 1
        return str(self._number)

    def _times(self, heard: Recognised, known: CaptionEvent | None, sent: float) -> tuple[float, float]:
        """Of the words, unless the recogniser has begun to count anew, as some do every few minutes."""
        words = heard.words
        if words and self._until - 1.0 <= words[0].start and words[-1].end <= sent + 1.0:
            return min(words[0].start, sent), min(max(words[0].start, words[-1].end), sent)
        if known is not None and len(words_of(heard.text)) <= len(words_of(known.text)):
            return known.start, known.end  # no word was added, and what was said since is still to be recognised
        start = known.start if known else min(sent, max(self._until, sent - LAG))
        return start, max(start, sent)

    def say(self, said: Said, sent: float) -> list[CaptionEvent]:
        """The final for a message, and what becomes of the pieces that it covers."""
        pending = self._pending_of(said.user)
        if not pending:
            return self._say_alone(said, sent)
        whole, part = covered(said.text, [piece.text for piece in pending])
        taken = pending[: whole + (part > 0)]
        rest = _without(taken[-1], part, self._next_id()) if part else None
        pending[: len(taken)] = [rest] if rest else []
        waited = [piece for piece in taken if not piece.is_final]
        if not waited:
            return []
        late = sum(len(piece.text.split()) for piece in taken if piece.is_final)
        said = replace(said, text=without_words(said.text, late) or said.text)
        words = [word for piece in waited for word in piece.words]
        if rest is not None:
            words = words[: len(words) - len(rest.words)]
        final = self._final(said, waited[0], words, rest.start if rest else taken[-1].end)
        gone = [replace(piece, revision=piece.revision + 1, is_final=True, text="", words=()) for piece in waited[1:]]
        return [final, *gone, *([rest] if rest and not rest.is_final else [])]

    def _final(self, said: Said, first: CaptionEvent, words: Sequence[Word], end: float) -> CaptionEvent:
        return replace(
            first,
            revision=first.revision + 1,
            text=said.text,
            is_final=True,
            end=max(first.start, end),
            speaker=said.speaker,
            words=_words(said.text, words),
            stable_chars=len(said.text),
        )

    def _pending_of(self, user: str) -> list[CaptionEvent]:
        """The pieces of a speaker; where the server names speakers in one place only, those of the only one."""
        own = self._pending.get(user)
        if own:
            return own
        others = [(name, pieces) for name, pieces in self._pending.items() if pieces]
        if len(others) == 1 and "" in (user, others[0][0]):
            return others[0][1]
        return []

    def _say_alone(self, said: Said, sent: float) -> list[CaptionEvent]:
        """A message without a piece: of what is being recognised, if it says the same, or of nothing that was shown."""
        user = said.user if said.user in self._open or "" not in self._open else ""
        known = self._open.get(user)
        if known is not None and set(words_of(known.text)) & set(words_of(said.text)):
            del self._open[user]
            self._until = max(self._until, known.end)
            return [self._final(said, known, known.words, known.end)]
        start = min(sent, max(self._until, sent - LAG))
        final = CaptionEvent(
            "", self._next_id(), 1, said.text, True, start, sent, self._language, said.speaker, (), len(said.text)
        )  # fmt: skip
        self._until = max(self._until, sent if known is None else start)
        return [final]

    def close(self) -> list[CaptionEvent]:
        """What has no message when the server has said its last word is final as it stands."""
        pending = [piece for pieces in self._pending.values() for piece in pieces if not piece.is_final]
        left = [*pending, *self._open.values()]
        self._pending.clear()
        self._open.clear()
        return [_final(piece) for piece in sorted(left, key=lambda piece: piece.start)]


def _settle(pending: list[CaptionEvent], sent: float) -> list[CaptionEvent]:
    """Finals for the pieces that are not waited for any longer, which stay in the list as such."""
    settled = []
    for at, piece in enumerate(pending):
        if not piece.is_final and (piece.end < sent - PATIENCE or at < len(pending) - MOST_PENDING):
            pending[at] = _final(piece)
            settled.append(pending[at])
    del pending[: max(0, len(pending) - MOST_PENDING)]
    return settled


def _final(piece: CaptionEvent) -> CaptionEvent:
    return replace(piece, revision=piece.revision + 1, is_final=True, stable_chars=len(piece.text))


def _without(piece: CaptionEvent, count: int, segment_id: str) -> CaptionEvent | None:
    """The rest of a piece after its first `count` words; None for none."""
    text = without_words(piece.text, count)
    if not text:
        return None
    total = len(piece.text.split())
    if len(piece.words) == total:
        words, start = piece.words[count:], piece.words[count].start
    else:
        words, start = (), piece.start + (piece.end - piece.start) * count / total
    return replace(
        piece, segment_id=segment_id, revision=1, text=text, words=words, start=start, end=max(start, piece.end)
    )


def _words(text: str, heard: Sequence[Word]) -> tuple[Word, ...]:
    """The message's words at the times of those that were recognised, where they are as many."""
    said = text.split()
    if len(said) != len(heard):
        return ()
    return tuple(replace(word, text=new) for word, new in zip(heard, said, strict=True))
