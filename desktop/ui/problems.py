"""What a person can do about trouble: for every kind of error at most one button."""

from __future__ import annotations

from enum import StrEnum

from desktop.core import errors
from desktop.core.errors import OvertitleError
from desktop.core.message import Message, say


class Action(StrEnum):
    """The one next step that a button offers."""

    NONE = "none"
    TRY_AGAIN = "try_again"
    SOUND_SETTINGS = "sound_settings"
    CHOOSE_DEVICE = "choose_device"
    CHOOSE_PROVIDER = "choose_provider"
    CHOOSE_LANGUAGE = "choose_language"
    CREDENTIALS = "credentials"
    CHOOSE_FOLDER = "choose_folder"
    CHANGE_LIMIT = "change_limit"
    SETTINGS = "settings"
    LIBRARY = "library"


LABELS: dict[Action, Message] = {
    Action.TRY_AGAIN: say("Problems", "Try again"),
    Action.SOUND_SETTINGS: say("Problems", "Open sound settings"),
    Action.CHOOSE_DEVICE: say("Problems", "Choose another device"),
    Action.CHOOSE_PROVIDER: say("Problems", "Choose another way"),
    Action.CHOOSE_LANGUAGE: say("Problems", "Choose the language"),
    Action.CREDENTIALS: say("Problems", "Enter account details"),
    Action.CHOOSE_FOLDER: say("Problems", "Choose another folder"),
    Action.CHANGE_LIMIT: say("Problems", "Change the limit"),
    Action.SETTINGS: say("Problems", "Open settings"),
    Action.LIBRARY: say("Problems", "Show transcripts"),
}

ACTIONS: dict[type[OvertitleError], Action] = {
    errors.OvertitleError: Action.NONE,
    errors.UsageError: Action.NONE,
    errors.AudioError: Action.TRY_AGAIN,
    errors.DeviceNotFound: Action.CHOOSE_DEVICE,
    errors.DeviceLost: Action.CHOOSE_DEVICE,
    errors.DefaultChanged: Action.NONE,
    errors.PermissionDenied: Action.SOUND_SETTINGS,
    errors.FormatUnsupported: Action.CHOOSE_DEVICE,
    errors.AudioUnavailable: Action.TRY_AGAIN,
    errors.ProviderError: Action.TRY_AGAIN,
    errors.OptionInvalid: Action.SETTINGS,
    errors.ConnectionUntrusted: Action.TRY_AGAIN,
    errors.AuthenticationFailed: Action.CREDENTIALS,
    errors.PermissionMissing: Action.CREDENTIALS,
    errors.CredentialMissing: Action.CREDENTIALS,
    errors.LanguageUnsupported: Action.CHOOSE_LANGUAGE,
    errors.QuotaExceeded: Action.CHOOSE_PROVIDER,
    errors.OwnLimitReached: Action.CHANGE_LIMIT,
    errors.ClockSkew: Action.TRY_AGAIN,
    errors.RateLimited: Action.NONE,
    errors.ConnectionLost: Action.NONE,
    errors.ServiceUnavailable: Action.CHOOSE_PROVIDER,
    errors.StreamStalled: Action.NONE,
    errors.ProtocolViolation: Action.CHOOSE_PROVIDER,
    errors.EngineFailed: Action.TRY_AGAIN,
    errors.EngineUnavailable: Action.CHOOSE_PROVIDER,
    errors.ModelMissing: Action.CHOOSE_LANGUAGE,
    errors.CredentialStoreError: Action.TRY_AGAIN,
    errors.NoKeyring: Action.NONE,
    errors.KeyringLocked: Action.TRY_AGAIN,
    errors.TranscriptError: Action.CHOOSE_FOLDER,
    errors.JournalUnwritable: Action.CHOOSE_FOLDER,
    errors.ExportFailed: Action.CHOOSE_FOLDER,
    errors.SoundUnwritable: Action.CHOOSE_FOLDER,
    errors.SoundUnreadable: Action.NONE,
    errors.TranscriptNotFound: Action.LIBRARY,
    errors.TranscriptCutOff: Action.LIBRARY,
    errors.ListenerError: Action.SETTINGS,
    errors.SettingsError: Action.SETTINGS,
    errors.InvalidValue: Action.SETTINGS,
    errors.UnknownKey: Action.SETTINGS,
}
"""Every class of core.errors; errors from outside take their nearest ancestor's. Lost connections mend themselves."""

UNEXPECTED = say("Problems", "Something unexpected happened; the transcript so far is saved.")
UNEXPECTED_HINT = say("Problems", "Try again; the log file says more.")


def action_for(error: OvertitleError) -> Action:
    """The step that helps most against `error`."""
    return next(ACTIONS[kind] for kind in type(error).__mro__ if kind in ACTIONS)


def unexpected() -> OvertitleError:
    """What a person is told about a bug."""
    return OvertitleError(UNEXPECTED, UNEXPECTED_HINT)
