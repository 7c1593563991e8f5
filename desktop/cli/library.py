"""The library and its trash, as the commands reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.settings.schema import Settings
    from desktop.transcripts.library import Library
    from desktop.transcripts.trash import Trash


def open_library(settings: Settings) -> Library:
    """The library of the settings' folders, up to date; raises `TranscriptError`."""
    from desktop.settings import paths
    from desktop.settings.translations import tongues
    from desktop.transcripts.library import Library

    library = Library(paths.data_folder() / "library.db", paths.transcripts_folders(settings), tongues())
    library.refresh()
    return library


def open_trash() -> Trash:
    """The trash."""
    from desktop.settings import paths
    from desktop.transcripts.trash import Trash

    return Trash(paths.trash_folder())
