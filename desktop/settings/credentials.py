"""Credentials that a script hands over in the environment; never saved."""

from __future__ import annotations

import os
from collections.abc import Mapping

from desktop.core.errors import CredentialMissing
from desktop.core.message import say
from desktop.core.provider import Provider

PREFIX = "OVERTITLE"


def variable(provider_id: str, key: str) -> str:
    """The name of the environment variable of one credential: `OVERTITLE_SYMBL_APP_ID`."""
    return f"{PREFIX}_{provider_id}_{key}".upper().replace("-", "_")


def from_environment(provider: Provider, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The provider's credentials that the environment holds, by field; an empty variable counts as not set."""
    held = os.environ if environment is None else environment
    names = {field.key: variable(provider.id, field.key) for field in provider.credential_fields}
    return {key: held[name] for key, name in names.items() if held.get(name)}


def require(provider: Provider, credentials: Mapping[str, str]) -> None:
    """Raise `CredentialMissing` for the first field that is neither given nor optional."""
    for field in provider.credential_fields:
        if not field.optional and not credentials.get(field.key):
            raise CredentialMissing(
                say(
                    "Credentials",
                    "{provider} needs the credential “{field}”.",
                    provider=provider.title,
                    field=field.label,
                ),
                say("Credentials", "Set {variable} and try again.", variable=variable(provider.id, field.key)),
            )
