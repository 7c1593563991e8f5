"""What the window says between the captions, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale

from desktop.core.captions import Gap, Insight, Mark, Seam
from desktop.core.message import Tongue
from desktop.transcripts.notes import AWAY, INSIGHTS, PAUSED, note
from desktop.ui.text import localise
from desktop.ui.transcript_rows import RowKind

__all__ = ["AWAY", "INSIGHTS", "PAUSED", "note_of"]


def note_of(
    entry: Gap | Seam | Mark | Insight, labels: Mapping[str, str], providers: Mapping[str, str]
) -> tuple[str, RowKind]:
    """What the transcript says about `entry`; `labels` by lane id, `providers` are titles by id."""
    text = note(entry, labels, providers, Tongue(localise, QLocale().decimalPoint()))
    return text, RowKind.NOTE if isinstance(entry, Gap | Seam) else RowKind.MARK
