"""Which version is the newer one, and what a document that names one may say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop import __version__
from desktop.core.release import Release, is_newer, is_web_address, read_release

HOST = "overtitle.example"
PAGE = f"https://{HOST}/releases/0.2.0"


def document(version: object = "0.2.0", page: object = PAGE, **more: object) -> bytes:
    return json.dumps({"version": version, "page": page, **more}).encode()


@pytest.mark.parametrize(
    ("offered", "running", "newer"),
    [
        ("0.2.0", "0.1.0", True),
        ("0.10.0", "0.9.9", True),
        ("1.0", "0.99.99", True),
        ("0.1.1", "0.1.0", True),
        ("0.2.0", "0.2.0rc1", True),
        ("0.2.0", "0.2.0.dev3", True),
        ("0.1.0", "0.1.0", False),
        ("0.1", "0.1.0", False),
        ("0.1.0", "0.2.0", False),
        ("0.1.0", "0.2.0rc1", False),
        ("0.2.0rc1", "0.1.0", False),
        ("0.2.0.dev1", "0.1.0", False),
    ],
)
def test_newer(offered: str, running: str, newer: bool) -> None:
    assert is_newer(offered, running) is newer


@given(st.tuples(*[st.integers(0, 99999)] * 3), st.tuples(*[st.integers(0, 99999)] * 3))
def test_versions_are_ordered_by_their_numbers(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert is_newer(".".join(map(str, one)), ".".join(map(str, other))) is (one > other)


@pytest.mark.parametrize(
    "text",
    ["", "1", "v0.2.0", "0.2.0 ", "0.2.0\n", "0.2.0.1", "1.2.x", "-1.0", "٠.٢", "1.0+x", "9" * 6 + ".0", "<b>1.0</b>"],
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        is_newer(text, "0.1.0")
    with pytest.raises(ValueError, match="no version"):
        read_release(document(text), HOST)


def test_the_program_can_compare_itself() -> None:
    assert is_newer("99.0", __version__)


def test_a_document_names_version_and_page() -> None:
    assert read_release(document(notes=["<b>left alone</b>"]), HOST) == Release("0.2.0", PAGE)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\xff\xfe", b"<!doctype html><title>Log in</title>", b"[]", b"3", b'"0.2.0"', b"{}", b"[" * 60_000,
        b'{"version": ' + b"9" * 5000 + b"}", document(2), document(None), document(["0.2.0"]), document(page=None),
        document(page=""),
    ],
)  # fmt: skip
def test_other_documents_are_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match="the answer"):
        read_release(answer, HOST)


@pytest.mark.parametrize(
    "page",
    [
        f"http://{HOST}/", "https://elsewhere.example/", f"https://{HOST}.evil.example/", f"https://{HOST}@evil.example/",
        f"https://evil.example/{HOST}", f"https://name:word@{HOST}/", "javascript:alert(1)", "file:///etc/passwd",
        f"https://{HOST}/\n", f"https://{HOST}/ x", f"https://{HOST}/é", f"https://{HOST}:0/", f"https://{HOST}:x/",
        f"https://{HOST}\\@evil.example/", f"https://{HOST}/<b>", f'https://{HOST}/"', f"https://{HOST}/{'x' * 300}",
        "https://", "https://[", f" https://{HOST}/", f"HTTPS://{HOST}/",
    ],
)  # fmt: skip
def test_pages_elsewhere_are_refused(page: str) -> None:
    with pytest.raises(ValueError, match="somewhere else"):
        read_release(document(page=page), HOST)


def test_plain_addresses_are_addresses() -> None:
    assert is_web_address("https://overtitle.example:8443/a/b?c=d#e")
    assert not is_web_address("")
