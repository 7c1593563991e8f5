"""Where things are on this computer, by each system's own rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:  # whoever only asks for a folder needs no schema
    from desktop.settings.schema import Settings

APP = "Overtitle"


@cache
def resources() -> Path:
    """The folder of icons, fonts, translations and sample speech: inside the package when installed."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def config_file() -> Path:
    """The settings file."""
    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def data_folder() -> Path:
    """The folder of the library's index and of downloaded models."""
    return platformdirs.user_data_path(APP, appauthor=False)


def trash_folder() -> Path:
    """The folder of deleted transcripts that can be brought back."""
    return data_folder() / "trash"


def usage_file() -> Path:
    """The file of minutes used."""
    return data_folder() / "usage.json"


def state_folder() -> Path:
    """The folder of logs and of where windows stood."""
    return platformdirs.user_state_path(APP, appauthor=False)


def transcripts_folder() -> Path:
    """The default folder of transcripts, in the user's documents."""
    return platformdirs.user_documents_path() / APP


def transcripts_folders(settings: Settings) -> tuple[Path, ...]:
    """Where transcripts are: the chosen folder first, then the one that is used when it can't be written."""
    chosen = settings.transcripts.folder
    return (Path(chosen).expanduser() if chosen else transcripts_folder(), data_folder() / "transcripts")
