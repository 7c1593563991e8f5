"""One document over a real TLS connection: what is asked, what is followed, and what is given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.transport.document import MAX_DOCUMENT, MAX_REDIRECTS, NotFetched, fetch
from tests.support.amazon_parts import certificate
from tests.support.connect_proxy import start_proxy
from tests.support.web_server import WebServer, moved, reply, web_server

AGENT = "Overtitle/0.1"
NO_HTTP = "localhost does not speak HTTP on port"


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WebServer]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with web_server(pem) as running:
        yield running


async def refusal(url: str, patience: float = 30.0) -> str:
    with pytest.raises(NotFetched) as found:
        await fetch(url, patience)
    assert "canary" not in str(found.value)
    return str(found.value)


async def test_nothing_but_the_name_of_the_program_is_sent(server: WebServer) -> None:
    server.answers["/latest"] = reply(b"words")
    assert await fetch(f"{server.url}/latest", 30.0) == b"words"
    first, *headers = server.heads[0].strip().split("\r\n")
    assert first == "GET /latest HTTP/1.1"
    told = dict(line.split(": ", 1) for line in headers)
    assert told.pop("Host") == server.url.removeprefix("https://")
    assert told == {"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close"}


async def test_a_redirect_is_followed_as_long_as_it_is_encrypted(server: WebServer) -> None:
    server.answers |= {"/a": moved("/b"), "/b": moved(f"{server.url}/c", "308 Moved"), "/c": reply(b"words")}
    assert await fetch(f"{server.url}/a", 30.0) == b"words"


@pytest.mark.parametrize(
    "target",
    ["http://localhost:{port}/c", "ftp://localhost/", "file:///etc/hostname", "//[", "data:,x", "/a b", "https://:1/"],
)
async def test_a_redirect_out_of_encryption_is_refused(server: WebServer, target: str) -> None:
    async with web_server(None) as plain:
        plain.answers["/c"] = reply(b"words")
        server.answers["/a"] = moved(target.format(port=plain.url.rpartition(":")[2]))
        reason = await refusal(f"{server.url}/a")
        assert reason.partition(".")[0] in {
            "it would not be encrypted",
            "it was sent on to no address",
            "The address of the service is none",
        }
        assert not plain.heads


async def test_a_circle_is_left(server: WebServer) -> None:
    server.answers["/a"] = moved("/a?canary=1")
    assert await refusal(f"{server.url}/a") == "it was sent on too often"
    assert len(server.heads) == MAX_REDIRECTS + 1


async def test_plain_http_is_not_asked(server: WebServer) -> None:
    assert await refusal(server.url.replace("https", "http") + "/a?canary=1") == "it would not be encrypted"
    assert not server.heads


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(b"x" * (MAX_DOCUMENT + 1)), "the answer is too long"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (3 * MAX_DOCUMENT), "the answer is too long"),
        (reply(b"canary", "404 Not Found"), "status 404"),
        (reply(b"canary", "500 Oh"), "status 500"),
        (reply(b"canary", "302 Found"), "status 302"),
        (reply(b"canary", "304 Same", "Location: /b"), "status 304"),
        (b"canary hello\r\n\r\n", NO_HTTP),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", NO_HTTP),
        (b"", "The connection to localhost on port"),
    ],
)
async def test_other_answers_are_given_up(server: WebServer, answer: bytes, reason: str) -> None:
    server.answers["/a"] = answer
    assert (await refusal(f"{server.url}/a?canary=1")).startswith(reason)


async def test_the_longest_document_is_read_whole(server: WebServer) -> None:
    server.answers["/a"] = reply(b"x" * MAX_DOCUMENT)
    assert len(await fetch(f"{server.url}/a", 30.0)) == MAX_DOCUMENT


async def test_a_document_that_trickles_is_given_up(server: WebServer) -> None:
    """Each byte comes in time, all of them don't."""

    async def trickle(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    server.answers["/a"] = trickle
    assert await refusal(f"{server.url}/a", 0.5) == "the answer takes too long"


async def test_a_silent_server_is_given_up(server: WebServer) -> None:
    release = asyncio.Event()

    async def silence(_writer: asyncio.StreamWriter) -> None:
        await release.wait()

    server.answers["/a"] = silence
    try:
        assert await refusal(f"{server.url}/a", 0.3) == "the answer takes too long"
    finally:
        release.set()


async def test_a_certificate_that_nobody_trusts(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert (await refusal(f"{server.url}/a")).startswith("The certificate of localhost is not trusted")
    assert not server.heads


async def test_a_name_that_does_not_exist(server: WebServer) -> None:
    assert (await refusal("https://nowhere.invalid/a")).startswith("The address nowhere.invalid can't be found.")


async def test_it_goes_through_the_system_s_proxy(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers["/a"] = reply(b"words")
    async with start_proxy(int(server.url.rpartition(":")[2])) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        assert await fetch("https://amazon.test/a", 30.0) == b"words"
        assert proxy.asked == ["amazon.test:443"]
        proxy.status, proxy.offers = 407, ("NTLM",)
        assert (await refusal("https://amazon.test/a")).startswith("The proxy wants NTLM (status 407)")
        monkeypatch.setenv("https_proxy", proxy.url.replace("://", "://kim:canary@"))
        proxy.offers = ()
        assert "does not accept the name and the password" in await refusal("https://amazon.test/a")
    assert len(server.heads) == 1


async def test_an_address_in_capitals_is_asked_in_encryption_too(server: WebServer) -> None:
    server.answers["/a"] = reply(b"words")
    assert await fetch(server.url.replace("https", "HTTPS") + "/a", 30.0) == b"words"
