"""The sound of a lane, or of two lanes that share a stream: captured, kept, and let go once it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from desktop.core.audio import SPEECH, AudioFormat
from desktop.session.board import Board
from desktop.session.capture import Capture
from desktop.session.joint import Joint
from desktop.session.recorder import Recorder
from desktop.session.ring import ReplayRing
from desktop.session.service import LaneSpec


class Sound:
    """The ring and those who fill it."""

    def __init__(self, specs: Sequence[LaneSpec], board: Board, recorder: Recorder) -> None:
        self.format: AudioFormat = SPEECH if len(specs) == 1 else Joint.format
        self.ring = ReplayRing(sound=self.format)
        self._silent_from: dict[str, Callable[[float], float]] = {}
        self._joint: Joint | None = None
        self._now = board.now
        if len(specs) == 1:
            self.captures = {specs[0].id: Capture(specs[0].id, specs[0].source, self.ring, board, recorder)}
            return
        live = any(spec.source.live for spec in specs)
        joint = self._joint = Joint(self.ring, board.now, live=live, start=board.offset)
        self.captures = {}
        for spec, track in zip(specs, joint.tracks, strict=True):
            self.captures[spec.id] = Capture(spec.id, spec.source, track, board, recorder)
            self._silent_from[spec.id] = track.silent_from

    def answered(self, until: Mapping[str, float]) -> bool:
        """Each lane's sound before this session time is answered, and nobody owes silence an answer.

        Returns whether that lets any sound go.
        """
        moments = [self._silent_from.get(lane, float)(moment) for lane, moment in until.items()]
        return self.ring.answered(min(moments))

    def pause(self, paused: bool) -> None:
        """Hear nothing until this is taken back; then go on from that moment."""
        if not paused and self._joint is not None:
            self._joint.skip(self._now())
        for capture in self.captures.values():
            capture.pause(paused)

    def stop(self) -> None:
        """Stop listening."""
        for capture in self.captures.values():
            capture.stop()
