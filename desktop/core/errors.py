"""Everything that can go wrong, each with its sentence, its remedy and its exit status.

    OvertitleError
        UsageError
        AudioError             DeviceNotFound DeviceLost* (DefaultChanged*) PermissionDenied FormatUnsupported
                               AudioUnavailable
        ProviderError          OptionInvalid ConnectionUntrusted AuthenticationFailed PermissionMissing
                               CredentialMissing LanguageUnsupported QuotaExceeded (OwnLimitReached) ClockSkew
                               RateLimited* ConnectionLost* ServiceUnavailable* StreamStalled* ProtocolViolation
                               EngineFailed* EngineUnavailable ModelMissing
        ListenerError
        CredentialStoreError   NoKeyring KeyringLocked
        TranscriptError        JournalUnwritable ExportFailed TranscriptNotFound TranscriptCutOff
        SettingsError          InvalidValue UnknownKey
                                                                                         (* retryable)

No message carries a secret, speech or transcript text: errors are logged and shown on shared screens.
"""

from __future__ import annotations

from typing import ClassVar

from desktop.core.message import NOTHING, Message


class OvertitleError(Exception):
    """Trouble that is explained to a person; anything else that is raised is a bug."""

    retryable: ClassVar[bool] = False
    """True when trying again by itself can help."""
    exit_status: ClassVar[int] = 1
    """Exit status of a command that ends with this error (docs/reference/command-line.md)."""

    def __init__(self, what: Message, hint: Message = NOTHING) -> None:
        super().__init__(what, hint)
        self.what = what
        """What happened and what it means, one sentence."""
        self.hint = hint
        """The one next step."""

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".rstrip()


class UsageError(OvertitleError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_status = 2


class AudioError(OvertitleError):
    """Sound can't be read."""

    exit_status = 3


class DeviceNotFound(AudioError):
    """No device of that name is connected."""


class DeviceLost(AudioError):
    """A device went away while it was being listened to."""

    retryable = True


class DefaultChanged(DeviceLost):
    """The system uses another device than the one that was listened to as its default; that one is opened next."""


class PermissionDenied(AudioError):
    """The system does not let this program hear."""


class FormatUnsupported(AudioError):
    """A file or device delivers something that can't be read as sound."""


class AudioUnavailable(AudioError):
    """A library or a service that sound needs is missing on this computer."""


class ProviderError(OvertitleError):
    """A speech-to-text service or engine can't do its work."""

    exit_status = 5


class OptionInvalid(ProviderError):
    """An option of the provider has a value that it can't have, or two options exclude each other."""

    exit_status = 2


class ConnectionUntrusted(ProviderError):
    """The other side can't prove that it is the service, or the connection would not be encrypted."""


class AuthenticationFailed(ProviderError):
    """The service does not accept the credentials."""

    exit_status = 4


class PermissionMissing(ProviderError):
    """The credentials are right but may not use this function."""

    exit_status = 4


class CredentialMissing(ProviderError):
    """A credential that the provider needs was not given."""

    exit_status = 4


class LanguageUnsupported(ProviderError):
    """The provider can't caption this language."""

    exit_status = 2


class QuotaExceeded(ProviderError):
    """The account has used up what it may use."""


class OwnLimitReached(QuotaExceeded):
    """The limit that the user set for a provider is reached."""


class ClockSkew(ProviderError):
    """This computer's clock is too far off for a signature to be accepted."""


class RateLimited(ProviderError):
    """The service asks for fewer requests."""

    retryable = True


class ConnectionLost(ProviderError):
    """The connection broke or could not be made."""

    retryable = True


class ServiceUnavailable(ProviderError):
    """The service is reachable but can't serve now."""

    retryable = True


class StreamStalled(ProviderError):
    """The connection lives, but nothing comes back."""

    retryable = True


class ProtocolViolation(ProviderError):
    """The peer sent something that the protocol does not allow."""


class EngineFailed(ProviderError):
    """The on-device engine's process died or answered nonsense; a new one can take over."""

    retryable = True


class EngineUnavailable(ProviderError):
    """The engine can't run on this computer at all."""


class ModelMissing(ProviderError):
    """The engine has no model for this language here."""


class ListenerError(OvertitleError):
    """The listener for remote calls can't be opened as asked."""

    exit_status = 5


class CredentialStoreError(OvertitleError):
    """The system's keyring can't be used."""

    exit_status = 4


class NoKeyring(CredentialStoreError):
    """There is no keyring on this computer."""


class KeyringLocked(CredentialStoreError):
    """The keyring is there but stays locked."""


class TranscriptError(OvertitleError):
    """A transcript can't be written or read."""

    exit_status = 6


class JournalUnwritable(TranscriptError):
    """The journal's folder can't be written, or its disk is full."""

    retryable = True


class ExportFailed(TranscriptError):
    """An export can't be written."""


class SoundUnwritable(TranscriptError):
    """The sound of a session can't be kept any longer."""


class SoundUnreadable(TranscriptError):
    """The sound that was kept of a session is missing or damaged."""


class TranscriptNotFound(TranscriptError):
    """No transcript answers to that name."""

    exit_status = 2


class TranscriptCutOff(TranscriptError):
    """A session ended without an end: the program or the computer died. Its finals are there."""


class SettingsError(OvertitleError):
    """A setting can't be used."""

    exit_status = 2


class InvalidValue(SettingsError):
    """The value is outside of what the setting allows."""


class UnknownKey(SettingsError):
    """There is no such setting."""
