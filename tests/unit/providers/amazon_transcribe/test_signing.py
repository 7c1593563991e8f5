"""Our signature against the published vector and botocore's."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from desktop.providers.amazon_transcribe.signing import Keys, host_header, presign

URL = "wss://transcribestreaming.us-west-2.amazonaws.com:8443/stream-transcription-websocket"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # noqa: S105 - AWS's own example
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def test_the_published_vector() -> None:
    keys = Keys("AKIDEXAMPLE", SECRET, "tok/en+==")
    query = {
        "vocabulary-name": "My-Words", "language-code": "en-GB", "sample-rate": "16000", "media-encoding": "pcm",
    }  # fmt: skip
    url = presign(URL, query, keys, "us-west-2", MOMENT)
    assert url == (
        f"{URL}?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-west-2%2Ftranscribe%2Faws4_request&X-Amz-Date=20260102T030405Z"
        "&X-Amz-Expires=300&X-Amz-Security-Token=tok%2Fen%2B%3D%3D&X-Amz-SignedHeaders=host"
        "&language-code=en-GB&media-encoding=pcm&sample-rate=16000&vocabulary-name=My-Words"
        "&X-Amz-Signature=2fd1c611e96b74bef48f01c2ee6b88530102c17da17059d94b0d0013543085c2"
    )


@given(st.dictionaries(TEXT, TEXT, max_size=5), TEXT, st.one_of(st.just(""), TEXT), st.sampled_from(["", ":8443"]))
def test_the_same_as_botocore(parameters: dict[str, str], secret: str, token: str, port: str) -> None:
    url = f"wss://example.amazonaws.com{port}/stream-transcription-websocket"
    signed = presign(url, parameters, Keys("AKID", secret, token), "eu-west-1", MOMENT)
    query = dict(parse_qsl(urlsplit(signed).query, keep_blank_values=True))
    assert query.pop("X-Amz-Signature") == botocore_signature(url, query, Credentials("AKID", secret, token or None))


def botocore_signature(url: str, query: dict[str, str], credentials: Credentials) -> str:
    request = AWSRequest("GET", url.replace("wss:", "https:"))
    request.params = query
    request.context["timestamp"] = MOMENT.strftime("%Y%m%dT%H%M%SZ")
    auth = SigV4QueryAuth(credentials, "transcribe", "eu-west-1", expires=300)
    signature: str = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return signature


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("wss://a.example:8443/p", "a.example:8443"),
        ("wss://a.example:443/p", "a.example"),
        ("wss://a.example/p", "a.example"),
        ("ws://A.example:80/p", "a.example"),
        ("ws://a.example:443/p", "a.example:443"),
        ("ws://[::1]:9000/p", "[::1]:9000"),
    ],
)
def test_the_host_is_signed_as_it_is_sent(url: str, host: str) -> None:
    assert host_header(url) == host


def test_keys_show_no_secret() -> None:
    shown = repr(Keys("AKID", "the-secret", "the-token"))
    assert "the-secret" not in shown
    assert "the-token" not in shown
