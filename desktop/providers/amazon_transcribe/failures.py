"""What the service says when it refuses, each as one sentence with its cause and the next step.

The same refusals come as an HTTP status, an exception message or an error message, so type and text decide, not the
way it came. Sources: docs/decisions/0006-amazon.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.core.errors import (
    AuthenticationFailed,
    ClockSkew,
    ConnectionLost,
    OptionInvalid,
    PermissionMissing,
    ProtocolViolation,
    ProviderError,
    RateLimited,
    ServiceUnavailable,
)
from desktop.core.message import say
from desktop.providers.amazon_transcribe.canonical import differences
from desktop.transport.target import Refusal
from desktop.transport.websocket import explain_refusal

ACTION = "transcribe:StartStreamTranscriptionWebSocket"
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"' + ACTION + '","Resource":"*"}]}'
)  # the whole policy that captions need
TOLERANCE = 60.0
"""Seconds by which this computer's clock may be off before it is named as a cause."""
_QUOTED = 200
_PRIVATE = re.compile(r"arn:|x-amz|canonical|signature|credential|token|\b(AKIA|ASIA)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Saying:
    """What the service said."""

    kind: str
    """Name of the exception, error code or `x-amzn-ErrorType`; empty when there was none."""
    text: str = field(repr=False)
    skew: float = 0.0
    """Seconds by which the service's clock is ahead of this computer's."""
    url: str = field(default="", repr=False)
    """The presigned URL that was sent; empty when it is not known."""
    request_id: str = ""
    """What AWS's support finds the request by."""

    def has(self, *needles: str) -> bool:
        """Whether kind or text hold one of these, whatever the case."""
        everything = f"{self.kind} {self.text}".lower()
        return any(needle in everything for needle in needles)


def explain(saying: Saying) -> ProviderError | None:
    """The error for what the service said; None when it is not known."""
    return _signature(saying) or _account(saying) or _transient(saying) or _request(saying)


def explain_http(refusal: Refusal, skew: float, url: str = "") -> ProviderError:
    """The error for a refused WebSocket that `url` (presigned) was to open."""
    request_id = request_id_of(refusal.headers)
    kind = refusal.headers.get("x-amzn-errortype", "").split(":")[0].rpartition("#")[2]
    text = ""
    try:
        body = json.loads(refusal.body)
        if isinstance(body, dict):
            kind = kind or str(body.get("__type") or body.get("code") or "").rpartition("#")[2]
            text = str(body.get("Message") or body.get("message") or "")
    except (ValueError, RecursionError):
        text = refusal.body
    if refusal.status in (401, 403) and not kind and "<html" in text.lower():
        return explain_refusal(refusal)
    known = explain(Saying(kind, text, skew, url, request_id))
    if known is not None and not (refusal.status >= 500 and not known.retryable):
        return known
    return traced(explain_refusal(refusal), request_id)


def request_id_of(headers: Mapping[str, str]) -> str:
    """The request id of an answer's headers (names in lower case); empty without one."""
    value = headers.get("x-amzn-requestid", "")
    return value if re.fullmatch(r"[A-Za-z0-9-]{1,64}", value) else ""


def traced(error: ProviderError, request_id: str) -> ProviderError:
    """An error without an explanation, with what AWS's support needs to find one."""
    if not request_id:
        return error
    if error.hint and error.hint is not HEALTH_HINT:
        hint = say(
            "Amazon", "Check region, options and credentials, or ask AWS support about request {id}.", id=request_id
        )
    else:
        hint = say("Amazon", "If it stays, look at the AWS Health Dashboard, or ask AWS support about request {id}.",
                   id=request_id)  # fmt: skip
    return type(error)(error.what, hint)


def explain_exception(saying: Saying) -> ProviderError:
    """The error for an exception or error message of an open stream."""
    known = explain(saying)
    if known is not None:
        return known
    what = say("Amazon", "Amazon Transcribe reports an error ({kind}).", kind=_name(saying.kind))
    return traced(ServiceUnavailable(what, HEALTH_HINT), saying.request_id)


HEALTH_HINT = say("Amazon", "If it stays, look at the AWS Health Dashboard.")


def _name(kind: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", kind)[:60] or "unknown"


def _signature(saying: Saying) -> ProviderError | None:
    if (saying.has("security token") and saying.has("expired")) or saying.has("expiredtoken"):
        return AuthenticationFailed(
            say("Amazon", "The session token of these AWS credentials has expired."),
            say("Amazon", "Get new temporary credentials, or run `aws sso login` for an SSO profile."),
        )
    if saying.has(
        "signature expired", "not yet current", "requestexpired", "requesttimetooskewed", "signature not yet"
    ):
        return clock_skew(saying.skew)
    if saying.has("valid region", "credential should be scoped"):
        return OptionInvalid(
            say("Amazon", "This endpoint belongs to another AWS region than the one that was signed for."),
            say("Amazon", "Set the option region to the endpoint's region."),
        )
    if saying.has("signaturedoesnotmatch", "invalidsignature", "does not match the signature", "incompletesignature"):
        return _mismatch(saying)
    if saying.has("unrecognizedclient", "invalidclienttokenid", "invalidaccesskeyid", "missingauthenticationtoken",
                  "security token"):  # fmt: skip
        return AuthenticationFailed(
            say("Amazon", "AWS does not know this access key, or its session token is missing or another key's."),
            say("Amazon", "Check the access key id. One that begins with ASIA needs its session token."),
        )
    return None


def _mismatch(saying: Saying) -> ProviderError:
    """Another request arrived than was signed, or the secret is wrong; AWS echoes what it made its signature of."""
    parts = differences(saying.url, saying.text) if saying.url else None
    if parts:
        what = say(
            "Amazon",
            "AWS received another request than the one that was signed; what differs: {parts}.",
            parts=", ".join(parts),
        )
        hint = say("Amazon", "Check the option endpoint, and the proxy: something on the way changes the request.")
        return ProtocolViolation(what, hint)
    return AuthenticationFailed(
        say("Amazon", "The secret access key does not belong to the access key id."),
        say("Amazon", "Enter both once more, without spaces around them."),
    )


def clock_skew(skew: float) -> ClockSkew:
    """AWS refuses signatures of another time."""
    if abs(skew) <= TOLERANCE:
        return ClockSkew(
            say("Amazon", "AWS takes the signature for too old or too new; this computer's clock is probably wrong."),
            say("Amazon", "Set the clock to be kept right automatically."),
        )
    return ClockSkew(
        say("Amazon", "This computer's clock is off by {minutes} min.", minutes=_minutes(skew)),
        say("Amazon", "Set the clock to be kept right automatically."),
    )


def _minutes(skew: float) -> str:
    return f"{abs(skew) / 60:.0f}" if abs(skew) >= 300 else f"{abs(skew) / 60:.1f}"


def _account(saying: Saying) -> ProviderError | None:
    if saying.has("not authorized", "accessdenied", "access denied", "notauthorized"):
        return PermissionMissing(
            say("Amazon", "These AWS credentials are right, but may not stream to Amazon Transcribe."),
            say("Amazon", "Ask who runs the AWS account for this policy: {policy}", policy=POLICY),
        )
    if saying.has("optinrequired", "subscriptionrequired", "needs a subscription"):
        return PermissionMissing(
            say("Amazon", "This AWS account is not signed up for Amazon Transcribe."),
            say("Amazon", "Open Amazon Transcribe once in the AWS console, in the same region."),
        )
    return None


def _transient(saying: Saying) -> ProviderError | None:
    if saying.has("new audio was received", "no audio", "timed out because"):
        return ConnectionLost(
            say("Amazon", "Amazon Transcribe closed the stream because it received no sound for 15 seconds."),
            say("Amazon", "Check the device; captions go on with the next sound."),
        )
    if saying.has("too big", "frame size"):
        return ConnectionLost(say("Amazon", "Amazon Transcribe received a piece of sound that was too big."))
    return _limits(saying)


def _limits(saying: Saying) -> ProviderError | None:
    if saying.has("conflict"):
        return ConnectionLost(
            say("Amazon", "Another stream has taken over this session id."),
            say("Amazon", "Leave the option session-id empty."),
        )
    if saying.has("limitexceeded", "throttl", "toomanyrequests", "limit of concurrent", "rate exceeded"):
        if saying.has("duration", "session length", "maximum length"):
            return time_limit()
        return RateLimited(
            say("Amazon", "This AWS account has reached its number of streams at a time, or starts them too fast."),
            say("Amazon", "Close other streams, or raise “Number of concurrent streams” in AWS Service Quotas."),
        )
    if saying.has("internalfailure", "internalserver", "serviceunavailable"):
        what = say("Amazon", "Amazon Transcribe has a fault of its own at the moment.")
        return traced(ServiceUnavailable(what, HEALTH_HINT), saying.request_id)
    return None


def time_limit() -> ConnectionLost:
    """A stream lives four hours at most."""
    return ConnectionLost(say("Amazon", "The stream reached Amazon's limit of four hours; a new one is opened."))


def _request(saying: Saying) -> ProviderError | None:
    if not saying.has("badrequest", "validation", "resourcenotfound", "notfoundexception"):
        return None
    quoted = "" if _PRIVATE.search(saying.text) else " ".join(saying.text.split())[:_QUOTED]
    if not quoted:
        return OptionInvalid(
            say("Amazon", "Amazon Transcribe does not accept the request."),
            say("Amazon", "Check the options of this provider, its language and its region."),
        )
    return OptionInvalid(
        say("Amazon", "Amazon Transcribe does not accept the request: {reason}", reason=quoted),
        say("Amazon", "Check the options of this provider, its language and its region."),
    )


def unasked_close(*, heard: bool) -> ConnectionLost:
    """The service closed in peace before the sound had ended."""
    if heard:
        return ConnectionLost(say("Amazon", "Amazon Transcribe ended the stream before the sound was over."))
    return ConnectionLost(
        say("Amazon", "Amazon Transcribe ended the stream before it had understood any sound."),
        say("Amazon", "The language may not be offered in this region; try another region."),
    )


def broken_close(code: int | None) -> ConnectionLost:
    """The connection ended without the service having said why."""
    if code is None:
        return ConnectionLost(say("Amazon", "The connection to Amazon Transcribe broke without a reason."))
    return ConnectionLost(
        say("Amazon", "Amazon Transcribe closed the connection without a reason (code {code}).", code=code)
    )


def damaged(*, first: bool) -> ProviderError:
    """A message arrived that is none; right away it is another service, later a damaged connection."""
    if first:
        return OptionInvalid(
            say("Amazon", "What answers at this address does not speak as Amazon Transcribe does."),
            say("Amazon", "Check the option endpoint; a proxy may change what passes through it."),
        )
    return ConnectionLost(say("Amazon", "A message of Amazon Transcribe arrived damaged."))


def no_such_region(region: str) -> OptionInvalid:
    """The region's host does not exist, while others do."""
    return OptionInvalid(
        say("Amazon", "Amazon Transcribe has no streaming endpoint of this kind in {region}.", region=region),
        say("Amazon", "Choose another region, such as us-east-1 or eu-west-1."),
    )
