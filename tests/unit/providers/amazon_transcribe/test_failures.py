"""What the service says, in one sentence with its cause; nothing private is quoted."""

from __future__ import annotations

import json

import pytest

from desktop.core import errors
from desktop.core.errors import ProviderError
from desktop.providers.amazon_transcribe.failures import ACTION, Saying, explain_exception, explain_http
from desktop.transport.target import Refusal

NOT_AUTHORIZED = (
    "User: arn:aws:iam::123456789012:user/kim is not authorized to perform: "
    "transcribe:StartStreamTranscriptionWebSocket because no identity-based policy allows the action"
)
CASES = [
    ("AccessDeniedException", NOT_AUTHORIZED, errors.PermissionMissing, "may not stream"),
    ("", NOT_AUTHORIZED, errors.PermissionMissing, "may not stream"),
    ("UnrecognizedClientException", "The security token included in the request is invalid.",
     errors.AuthenticationFailed, "does not know this access key"),
    ("ExpiredTokenException", "The security token included in the request is expired",
     errors.AuthenticationFailed, "session token .* has expired"),
    ("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.",
     errors.AuthenticationFailed, "secret access key does not belong"),
    ("InvalidSignatureException", "Signature expired: 20260102T030405Z is now earlier than 20260102T040405Z",
     errors.ClockSkew, "off by 10 min"),
    ("InvalidSignatureException", "Signature not yet current: 20260102T030405Z", errors.ClockSkew, "off by 10 min"),
    ("InvalidSignatureException", "Credential should be scoped to a valid region.", errors.OptionInvalid, "another"),
    ("OptInRequired", "The key needs a subscription for the service", errors.PermissionMissing, "signed up"),
    ("LimitExceededException", "You have reached your limit of concurrent streams, 5", errors.RateLimited, "at a time"),
    ("LimitExceededException", "Your stream exceeded the maximum duration", errors.ConnectionLost, "four hours"),
    ("ThrottlingException", "Rate exceeded", errors.RateLimited, "at a time"),
    ("BadRequestException", "Your request timed out because no new audio was received for 15 seconds.",
     errors.ConnectionLost, "no sound for 15 seconds"),
    ("BadRequestException", "Your stream is too big. Reduce the frame size and try your request again.",
     errors.ConnectionLost, "too big"),
    ("BadRequestException", "The vocabulary that you specified doesn't exist", errors.OptionInvalid, "vocabulary that"),
    ("BadRequestException", "", errors.OptionInvalid, "does not accept the request"),
    ("ConflictException", "", errors.ConnectionLost, "session id"),
    ("InternalFailureException", "", errors.ServiceUnavailable, "fault of its own"),
    ("ServiceUnavailableException", "", errors.ServiceUnavailable, "fault of its own"),
    ("ResourceNotFoundException", "", errors.OptionInvalid, "does not accept"),
    ("SomethingNewException", "who knows", errors.ServiceUnavailable, "SomethingNewException"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "error", "words"), CASES)
def test_exceptions(kind: str, text: str, error: type[ProviderError], words: str) -> None:
    with pytest.raises(error, match=words) as found:
        raise explain_exception(Saying(kind, text, 600.0))
    assert str(found.value.hint) or found.value.retryable


@pytest.mark.parametrize(("kind", "text", "error", "words"), CASES[:-1])
@pytest.mark.parametrize("shape", ["header", "json", "type in body"])
def test_the_same_at_the_upgrade(kind: str, text: str, error: type[ProviderError], words: str, shape: str) -> None:
    headers = {"x-amzn-errortype": f"{kind}:http://internal.amazon.com/coral/"} if shape != "type in body" else {}
    body = {"Message": text} if shape == "header" else {"message": text, "__type": f"com.amazonaws#{kind}"}
    with pytest.raises(error, match=words):
        raise explain_http(Refusal(400, headers, json.dumps(body)), 600.0)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, "<html><body>Forbidden by the proxy, access denied</body></html>", errors.AuthenticationFailed),
        (404, "", errors.ProtocolViolation),
        (429, "", errors.RateLimited),
        (500, "", errors.ServiceUnavailable),
        (503, "[" * 5000, errors.ServiceUnavailable),
        (502, "Access Denied", errors.ServiceUnavailable),
    ],
)
def test_a_status_by_itself(status: int, body: str, error: type[ProviderError]) -> None:
    assert type(explain_http(Refusal(status, {}, body), 0.0)) is error


def test_a_missing_permission_comes_with_its_policy() -> None:
    policy = json.loads(explain_exception(Saying("", NOT_AUTHORIZED)).hint.values["policy"])
    assert policy["Statement"][0]["Action"] == ACTION


def test_without_a_measured_skew_the_clock_is_named_all_the_same() -> None:
    assert "probably" in str(explain_exception(Saying("", "Signature expired", 3.0)))


@pytest.mark.parametrize("private", ["arn:aws:iam::1:user/kim", "AKIDEXAMPLE AKIAXYZ", "X-Amz-Security-Token=abc"])
def test_nothing_private_is_quoted(private: str) -> None:
    shown = str(explain_exception(Saying("BadRequestException", f"No: {private}")))
    assert private not in shown
    assert "abc" not in shown


def test_half_an_hour_and_a_minute_and_a_half() -> None:
    assert "off by 30 min" in str(explain_exception(Saying("", "Signature expired", -1800.0)))
    assert "off by 1.5 min" in str(explain_exception(Saying("", "Signature expired", 90.0)))
