"""What differs between the request that was signed and the one that AWS received."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from desktop.core.errors import AuthenticationFailed, ProtocolViolation
from desktop.providers.amazon_transcribe.canonical import differences
from desktop.providers.amazon_transcribe.failures import explain_http
from desktop.providers.amazon_transcribe.signing import Keys, presign
from desktop.transport.target import Refusal

BASE = "wss://transcribestreaming.us-west-2.amazonaws.com:8443/stream-transcription-websocket"
SENT = {"language-code": "en-GB", "sample-rate": "16000", "vocabulary-name": "My-Private-Words"}
URL = presign(
    BASE, SENT, Keys("AKIDEXAMPLE", "canary", "tok/en+=="), "us-west-2", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
)
QUERY = URL.partition("?")[2].partition("&X-Amz-Signature")[0]
HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
HOST = "transcribestreaming.us-west-2.amazonaws.com:8443"
SAYS = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key."
)


def echoed(
    query: str = QUERY, *, headers: str = f"host:{HOST}", signed: str = "host", body: str = HASH, method: str = "GET",
    path: str = "/stream-transcription-websocket", date: str = "20260102T030405Z",
    scope: str = "20260102/us-west-2/transcribe/aws4_request",
) -> str:  # fmt: skip
    """AWS's own words (REST services, since 2012)."""
    canonical = f"{method}\n{path}\n{query}\n{headers}\n\n{signed}\n{body}"
    to_sign = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{'0a' * 32}"
    return (
        f"{SAYS}\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n"
        f"The String-to-Sign should have been\n'{to_sign}'\n"
    )


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        (echoed(), []),
        (echoed(headers=f"host:{HOST.removesuffix(':8443')}"), ["host"]),
        (echoed(headers=f"host:{HOST}\nx-amz-date:now", signed="host;x-amz-date"),
         ["header x-amz-date", "list of signed headers"]),
        (echoed(QUERY.replace("en-GB", "en-US")), ["query parameter language-code"]),
        (echoed(QUERY.replace("&sample-rate=16000", "")), ["query parameter sample-rate"]),
        (echoed(QUERY + "&x=1"), ["query parameter x"]),
        (echoed(QUERY + "&%0Aevil=1"), ["query parameter of another name"]),
        (echoed("&".join(reversed(QUERY.split("&")))), ["order of the query parameters"]),
        (echoed(QUERY.replace("%2Fen%2B%3D%3D", "%2Fen+%3D%3D")), ["query parameter X-Amz-Security-Token"]),
        (echoed(QUERY.replace("20260102T030405Z", "20260102T030406Z"), date="20260102T030406Z"), ["date"]),
        (echoed(date="20260102T030406Z"), ["date"]),
        (echoed(scope="20260102/us-east-1/transcribe/aws4_request"), ["scope (day, region or service)"]),
        (echoed(body="UNSIGNED-PAYLOAD"), ["checksum of the body"]),
        (echoed(path="/"), ["path"]),
        (echoed(method="POST"), ["method"]),
    ],
)  # fmt: skip
def test_what_differs_is_named_and_nothing_else(answer: str, parts: list[str]) -> None:
    assert differences(URL, answer) == parts
    refusal = Refusal(403, {"x-amzn-errortype": "InvalidSignatureException"}, json.dumps({"message": answer}))
    error = explain_http(refusal, 0.0, URL)
    if not parts:
        assert isinstance(error, AuthenticationFailed)
        return
    assert isinstance(error, ProtocolViolation)
    assert str(error.what).endswith(f"what differs: {', '.join(parts)}.")
    for private in ("canary", "tok", "AKID", "My-Private", "0a0a", "20260102"):
        assert private not in str(error)


def test_no_more_than_a_few_are_named() -> None:
    found = differences(URL, echoed("&".join(f"p{number}=1" for number in range(20))))
    assert found is not None
    assert len(found) == 5


@pytest.mark.parametrize("answer", ["", SAYS, "'GET\n/\n", "GET\n/path\nquery\n\nhost\nbody"])
def test_an_answer_without_a_request_says_nothing(answer: str) -> None:
    assert differences(URL, answer) is None


def test_without_an_echo_the_secret_is_suspected() -> None:
    refusal = Refusal(403, {"x-amzn-errortype": "InvalidSignatureException"}, json.dumps({"message": SAYS}))
    assert isinstance(explain_http(refusal, 0.0, URL), AuthenticationFailed)
