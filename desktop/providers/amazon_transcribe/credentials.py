"""Who signs: keys of the form or keyring, or the chain of AWS settings through botocore, in a worker thread.

Order: a profile that was named, then keys that were given, then the AWS chain (environment, default profile, SSO,
assumed roles, processes, containers). The chain is asked again before each signature, which renews what runs out.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import os
import re
import threading
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any

from desktop.core.errors import AuthenticationFailed, ConnectionLost, CredentialMissing, ProviderError
from desktop.core.message import Message, say
from desktop.core.provider import Asker, CredentialField
from desktop.providers.amazon_transcribe.signing import Keys
from desktop.settings.aside import aside

FIELDS = (
    CredentialField(
        "access-key-id",
        say("Amazon", "Access key id"),
        say("Amazon", "Leave all fields empty to use the AWS settings of this computer."),
        secret=False,
        pattern=r"\w{8,128}",
        optional=True,
        group="keys",
    ),
    CredentialField(
        "secret-access-key",
        say("Amazon", "Secret access key"),
        say("Amazon", "Shown by AWS once, when the access key is made."),
        optional=True,
        group="keys",
    ),
    CredentialField(
        "session-token",
        say("Amazon", "Session token"),
        say("Amazon", "For temporary keys only."),
        optional=True,
        group="keys",
    ),
)
_METHODS: dict[str, Message] = {
    "env": say("Amazon", "environment variables"),
    "shared-credentials-file": say("Amazon", "AWS credentials file"),
    "config-file": say("Amazon", "AWS configuration file"),
    "sso": say("Amazon", "AWS single sign-on"),
    "assume-role": say("Amazon", "assumed role"),
    "custom-process": say("Amazon", "credential process"),
}


def given(credentials: Mapping[str, str]) -> Keys | None:
    """The keys that a person entered, or None when there are none; raises `CredentialMissing` for half of them."""
    access, secret = credentials.get("access-key-id", ""), credentials.get("secret-access-key", "")
    if not access and not secret:
        return None
    if not access or not secret:
        raise CredentialMissing(
            say("Amazon", "Access key id and secret access key are needed both."),
            say("Amazon", "Enter the missing one, or leave both empty to use the AWS settings of this computer."),
        )
    origin = say("Amazon", "keys given to Overtitle")
    return Keys(access, secret, credentials.get("session-token", ""), origin)


class Chain:
    """The credentials of botocore's chain, kept so that it can renew them."""

    def __init__(self) -> None:
        self.ask: Asker | None = None
        self._lock = threading.Lock()  # two lanes at once would ask for two codes
        self._held: dict[str, Any] = {}
        self._call: _Call | None = None
        """Which call of `keys` has the lock."""
        self._unanswered = 0
        """Questions that nobody answered."""

    async def keys(self, profile: str) -> Keys:
        """The chain's current keys; `profile` empty for the default. Raises `ProviderError`."""
        call = _Call(asyncio.get_running_loop(), self._unanswered)
        try:
            # whoever ends the program does not wait for STS, or for a person's own credential process
            return await asyncio.wrap_future(aside(partial(self._keys, profile, call)))
        except asyncio.CancelledError:
            call.cancel()  # or the thread would wait for an answer that nobody is asked for
            raise

    async def region(self, profile: str) -> str:
        """The profile's region; empty for none. Raises `ProviderError`."""
        return await asyncio.to_thread(self._region, profile)

    def forget(self, profile: str) -> None:
        """Read the settings anew next time: a file may have changed, a login may have been renewed."""
        self._held.pop(profile, None)

    def _keys(self, profile: str, call: _Call) -> Keys:
        with self._lock:
            self._call = call
            try:
                return self._frozen(profile)
            except ProviderError:
                self.forget(profile)
                raise
            except Exception as error:  # noqa: BLE001 - botocore lets OSError, ValueError and its own escape, with secrets
                self.forget(profile)
                raise explain(error, profile) from None
            finally:
                self._call = None

    def _frozen(self, profile: str) -> Keys:
        from botocore.exceptions import RefreshWithMFAUnsupportedError

        credentials = self._held.get(profile) or self._load(profile)
        self._held[profile] = credentials
        try:
            frozen = credentials.get_frozen_credentials()
        except RefreshWithMFAUnsupportedError:  # botocore asks once only; what is loaded anew asks again
            credentials = self._held[profile] = self._load(profile)
            frozen = credentials.get_frozen_credentials()
        return Keys(frozen.access_key, frozen.secret_key, frozen.token or "", _origin(credentials.method, profile))

    def _region(self, profile: str) -> str:
        try:
            return _session(profile).get_config_variable("region") or ""
        except Exception as error:  # noqa: BLE001 - as above
            raise explain(error, profile) from None

    def _load(self, profile: str) -> Any:  # botocore ships no types
        session = _session(profile)
        resolver = session.get_component("credential_provider")
        if os.environ.get("AWS_EC2_METADATA_DISABLED", "true").lower() != "false":
            resolver.remove("iam-role")  # a desktop without credentials would wait for an address that nobody has
        for name in ("assume-role", "assume-role-with-web-identity"):
            provider = next((one for one in resolver.providers if name == one.METHOD), None)
            if provider is not None and hasattr(provider, "_prompter"):
                provider._prompter = self._ask  # botocore would ask on a terminal that nobody sees
        credentials = session.get_credentials()
        if credentials is None:
            raise CredentialMissing(
                say("Amazon", "There are no AWS credentials on this computer."),
                say("Amazon", "Enter an access key, or set up the AWS command line with `aws configure`."),
            )
        return credentials

    def _ask(self, question: str) -> str:
        """Botocore's question for the code of an MFA device, in a worker thread."""
        call = self._call
        if self.ask is None or call is None or call.unanswered != self._unanswered:
            raise _no_code()  # the other lane has been refused an answer while this one waited for the lock
        device = re.search(r":mfa/([\w+=,.@/-]+)", question)
        text = (
            say("Amazon", "Code of the MFA device {device}", device=device[1])
            if device
            else say("Amazon", "Code of your MFA device")
        )
        code = call.wait(_answer(self.ask, text))
        if not code:
            self._unanswered += 1
            raise _no_code()
        return code


class _Call:
    """One call of `keys`: lets its thread wait for the loop, until it is cancelled."""

    def __init__(self, loop: asyncio.AbstractEventLoop, unanswered: int) -> None:
        self.unanswered = unanswered
        """Questions that nobody had answered when it began."""
        self._loop = loop
        self._lock = threading.Lock()
        self._waiting: concurrent.futures.Future[str] | None = None
        self._cancelled = False

    def wait(self, asking: Coroutine[Any, Any, str]) -> str:
        """The answer; empty when it is cancelled."""
        with self._lock:
            if self._cancelled:
                asking.close()
                return ""
            self._waiting = asyncio.run_coroutine_threadsafe(asking, self._loop)
        try:
            return self._waiting.result().strip()
        except concurrent.futures.CancelledError:
            return ""

    def cancel(self) -> None:
        """Take the question back."""
        with self._lock:
            self._cancelled = True
            if self._waiting is not None:
                self._waiting.cancel()


async def _answer(ask: Asker, text: Message) -> str:
    return await ask(text)


def _no_code() -> CredentialMissing:
    return CredentialMissing(
        say("Amazon", "This AWS profile needs the code of an MFA device."),
        say("Amazon", "Enter the code when asked, or use a profile without MFA."),
    )


def _session(profile: str) -> Any:  # botocore ships no types
    for name in ("botocore", "urllib3"):  # at DEBUG both write requests and answers with their secrets
        logger = logging.getLogger(name)
        logger.setLevel(logging.ERROR)  # its warnings print the chain's traces; the sentence is ours
    import botocore.session
    from botocore.config import Config

    session = botocore.session.Session(profile=profile or None)
    patience = Config(connect_timeout=5, read_timeout=10, retries={"max_attempts": 1})
    session.set_default_client_config(patience)
    return session


def _origin(method: str, profile: str) -> Message:
    how = _METHODS.get(method, method)
    if profile:
        return say("Amazon", "AWS profile {profile} ({method})", profile=profile, method=how)
    return say("Amazon", "AWS settings of this computer ({method})", method=how)


def explain(error: Exception, profile: str) -> ProviderError:
    """The sentence for trouble in the chain; never quotes `error`, which may hold a role, a path or a token."""
    kind, profile = type(error).__name__, profile or "default"
    if kind in ("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError"):
        return ConnectionLost(
            say("Amazon", "AWS could not be reached to get credentials."),
            say("Amazon", "Check this computer's network."),
        )
    if "SSO" in kind or "Token" in kind:
        return AuthenticationFailed(
            say("Amazon", "The AWS single sign-on of profile {profile} has run out.", profile=profile),
            say("Amazon", "Run `aws sso login --profile {profile}`.", profile=profile),
        )
    if kind == "ClientError" and "MultiFactorAuthentication failed" in str(error):
        return AuthenticationFailed(
            say("Amazon", "AWS does not accept this code of the MFA device."),
            say("Amazon", "Wait for its next code and try again; each works once."),
        )
    if kind == "ClientError":
        return AuthenticationFailed(
            say("Amazon", "AWS refuses to give credentials for profile {profile}.", profile=profile),
            say("Amazon", "Check the profile's role, and whether its keys may assume it."),
        )
    return _explain_settings(kind, profile)


def _explain_settings(kind: str, profile: str) -> ProviderError:
    if kind == "ProfileNotFound":
        return CredentialMissing(
            say("Amazon", "There is no AWS profile called {profile}.", profile=profile),
            say("Amazon", "Check its name with `aws configure list-profiles`."),
        )
    if kind == "PartialCredentialsError":
        return CredentialMissing(
            say("Amazon", "The AWS settings of this computer hold half of a key only."),
            say("Amazon", "Complete them with `aws configure`."),
        )
    if kind == "MissingDependencyException":
        return AuthenticationFailed(
            say("Amazon", "Overtitle can't use credentials of `aws login`."),
            say("Amazon", "Use `aws sso login`, or enter an access key."),
        )
    return AuthenticationFailed(
        say("Amazon", "The AWS settings of this computer can't be used ({kind}).", kind=kind),
        say("Amazon", "Check them with `aws sts get-caller-identity`."),
    )
