"""A strict Amazon Transcribe on this computer: verifies signatures and frames with botocore, and fails as told.

It hears the numbers of `tests.support.beacon` and says them in the words of the stream's language, so whatever a
client loses, doubles or changes on the way shows.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import ssl
import time
from array import array
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.eventstream import EventStreamBuffer
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from desktop.core.audio import AudioFormat
from tests.support.amazon_parts import frame, mismatch, result, transcript
from tests.support.amazon_sound import Unpacker, Words
from tests.support.beacon import BASE

ACCESS, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "tok/en+=="
REGION = "us-west-2"
REQUEST_ID = "2b6d2d5c-1f5e-4d0e-8f0e-0123456789ab"
PATH = "/stream-transcription-websocket"
AUDIO_HEADERS = {
    ":content-type": "application/octet-stream",
    ":event-type": "AudioEvent",
    ":message-type": "event",
}
WORDS = {
    "en-US": "color number {n}.",
    "en-GB": "colour number {n}.",
    "fr-FR": "numéro {n}, ça va ?",
    "fr-CA": "numéro {n}, là là !",
    "es-US": "¿el número {n}, señor?",
}


@dataclass
class Fault:
    """What goes wrong on one connection."""

    kind: str
    """Name of a method of `Conversation` without `fault_`, or `refuse` for an HTTP answer."""
    after: float = 0.0
    """Seconds of sound."""
    status: int = 403
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Heard:
    """One stream as the server saw it."""

    parameters: dict[str, str]
    host: str
    raw_query: str = ""
    sound: bytearray = field(default_factory=bytearray)
    """As it was before a client compressed it."""
    received: bytearray = field(default_factory=bytearray)
    """As it came."""
    sizes: list[int] = field(default_factory=list)
    ended: bool = False
    """The empty AudioEvent arrived."""
    gone: bool = False


class AmazonServer:
    """Listens on a port of its own; `async with start(...)` gives one."""

    def __init__(self) -> None:
        self.keys = {ACCESS: Credentials(ACCESS, SECRET), "ASIAEXAMPLE": Credentials("ASIAEXAMPLE", SECRET, TOKEN)}
        self.region = REGION
        self.faults: list[Fault | None] = []
        """One for each connection attempt, in order; later ones work."""
        self.streams: list[Heard] = []
        self.attempts = 0
        self.complaints: list[str] = []
        """Rules that a client broke."""
        self.skew = 0.0
        """Seconds by which this server's clock is ahead."""
        self.idle = 15.0
        self.fastest: float | None = None
        """Times real time; None for no pacing rule."""
        self.last_wait = 0.0
        """Seconds before the last finals, which a client has to wait for."""
        self.answers_pings = True
        self.tampered: dict[str, str] = {}
        """Query parameters that something on the way changes."""
        self.url = ""
        self.released = asyncio.Event()
        """Ends the connections that stand still."""
        self.preface: Callable[[Heard], list[bytes]] = lambda heard: []

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.skew)

    def check(self, _connection: ServerConnection, request: Request) -> Response | None:
        """Let a request become a stream, or refuse it as AWS does."""
        if urlsplit(request.path).path != PATH:
            return self.answer(404, "", "{}")
        fault = self.faults[self.attempts] if self.attempts < len(self.faults) else None
        self.attempts += 1
        if fault is not None and fault.kind == "refuse":
            return self.answer(fault.status, fault.headers.get("x-amzn-ErrorType", ""), fault.body, fault.headers)
        refusal = self.verify(request)
        return self.answer(*refusal) if refusal else None

    def answer(self, status: int, kind: str, text: str, headers: Mapping[str, str] | None = None) -> Response:
        response = Response(status, "Refused", Headers(), text.encode())
        date = (headers or {}).get("Date") or self.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        response.headers["Date"] = date
        response.headers["x-amzn-RequestId"] = REQUEST_ID
        response.headers["Content-Length"] = str(len(text.encode()))
        response.headers["Connection"] = "close"
        for name, value in {"x-amzn-ErrorType": kind, **(headers or {})}.items():
            if value and name not in response.headers:
                response.headers[name] = value
        return response

    def stamp(self, _connection: ServerConnection, _request: Request, response: Response) -> None:
        """The clock of this server on what opens a stream."""
        if response.status_code != 101:
            return
        response.headers["x-amzn-RequestId"] = REQUEST_ID
        del response.headers["Date"]
        response.headers["Date"] = self.now().strftime("%a, %d %b %Y %H:%M:%S GMT")

    def verify(self, request: Request) -> tuple[int, str, str] | None:
        """Status, type and body of a refusal, or None: the signature as botocore makes it."""
        raw = urlsplit(request.path).query
        query = dict(parse_qsl(raw, keep_blank_values=True, strict_parsing=True))
        access, day, region, service, _ = (query.get("X-Amz-Credential", "") + "/////").split("/")[:5]
        if region != self.region or service != "transcribe":
            return 403, "InvalidSignatureException", body_of("Credential should be scoped to a valid region.")
        known = self.keys.get(access)
        if known is None or (known.token or "") != query.get("X-Amz-Security-Token", ""):
            return 403, "UnrecognizedClientException", body_of("The security token included in the request is invalid.")
        signed_at = dt.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        age = (self.now() - signed_at).total_seconds()
        if not 1 <= int(query["X-Amz-Expires"]) <= 300 or day != query["X-Amz-Date"][:8]:
            return 400, "BadRequestException", body_of("X-Amz-Expires")
        if not -300 < age < int(query["X-Amz-Expires"]):
            return 403, "InvalidSignatureException", body_of("Signature expired: it is now later than allowed")
        query |= self.tampered
        canonical, to_sign, signature = sign(query, request.headers["Host"], known, region)
        if signature != query.get("X-Amz-Signature"):
            return 403, "InvalidSignatureException", body_of(mismatch(canonical, to_sign))
        return self.rules(query)

    def rules(self, query: Mapping[str, str]) -> tuple[int, str, str] | None:
        """Parameters that AWS refuses."""
        how = [key for key in ("language-code", "identify-language", "identify-multiple-languages") if key in query]
        encoding = query.get("media-encoding")
        fine = len(how) == 1 and encoding in ("pcm", "flac", "ogg-opus") and 8000 <= int(query["sample-rate"]) <= 48_000
        if encoding == "ogg-opus" and how != ["language-code"]:
            fine = False  # language identification takes PCM and FLAC only
        return None if fine else (400, "BadRequestException", body_of("Invalid parameters"))

    async def converse(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        query = dict(parse_qsl(urlsplit(request.path).query))
        heard = Heard(query, request.headers["Host"], urlsplit(request.path).query)
        self.streams.append(heard)
        index = self.attempts - 1
        fault = self.faults[index] if index < len(self.faults) else None
        try:
            await Conversation(self, connection, heard, fault).run()
        except ConnectionClosed:
            pass
        finally:
            heard.gone = True


def body_of(text: str) -> str:
    return json.dumps({"Message": text})


def sign(query: Mapping[str, str], host: str, keys: Credentials, region: str) -> tuple[str, str, str]:
    """Canonical request, string to sign and signature as botocore makes them."""
    request = AWSRequest("GET", f"https://{host}{PATH}")
    request.headers["Host"] = host
    request.params = {name: value for name, value in query.items() if name != "X-Amz-Signature"}
    request.context["timestamp"] = query["X-Amz-Date"]
    auth = SigV4QueryAuth(keys, "transcribe", region, expires=300)
    canonical = auth.canonical_request(request)
    to_sign = auth.string_to_sign(request, canonical)
    return canonical, to_sign, auth.signature(to_sign, request)


class Conversation:
    """One stream: hears numbers, says words."""

    def __init__(self, server: AmazonServer, connection: ServerConnection, heard: Heard, fault: Fault | None) -> None:
        self.server = server
        self.connection = connection
        self.heard = heard
        self.fault = fault
        self.began = time.monotonic()
        self.rate = int(heard.parameters["sample-rate"])
        self.channels = int(heard.parameters.get("number-of-channels", "1"))
        encoding = heard.parameters["media-encoding"]
        self.unpacker = None if encoding == "pcm" else Unpacker(encoding, AudioFormat(self.rate, self.channels))
        self.words = Words() if encoding == "ogg-opus" else None
        """Opus keeps no amplitude, so bursts are counted."""
        self.numbers: list[int | None] = [None] * self.channels
        self.since = [0.0] * self.channels
        self.at = 0.0
        """Seconds of sound heard."""
        self.outgoing: list[dict[str, Any]] = []

    async def run(self) -> None:
        for message in self.server.preface(self.heard):
            await self.connection.send(message)
        while True:
            try:
                async with asyncio.timeout(self.server.idle):
                    data = await self.connection.recv()
            except TimeoutError:
                text = "Your request timed out because no new audio was received for 15 seconds."
                await self.fail("BadRequestException", text)
                return
            payload = b"" if data == b"" else self.parse(data)  # AWS's JavaScript SDK ends with an empty message
            if payload is None:
                await self.fail("BadRequestException", "Could not decode the audio stream that you provided.")
                return
            if not payload:
                await self.end()
                return
            sound = self.unpacked(payload)
            if sound is None:
                await self.fail("BadRequestException", "Could not decode the audio stream that you provided.")
                return
            self.hear(sound)
            await self.flush()
            if self.fault and self.at >= self.fault.after:
                await getattr(self, "fault_" + self.fault.kind)()
                return

    def parse(self, data: str | bytes) -> bytes | None:
        """The payload of exactly one AudioEvent; None when it is anything else."""
        if isinstance(data, str):
            self.server.complaints.append("text message")
            return None
        buffer = EventStreamBuffer()
        buffer.add_data(data)
        try:
            events = list(buffer)
        except Exception:  # noqa: BLE001 - botocore raises several kinds
            events = []
        if len(events) != 1 or sum(map(len, [events[0].payload])) > 32_768:
            self.server.complaints.append("not one message")
            return None
        (event,) = events
        if {**event.headers, ":content-type": "application/octet-stream"} != AUDIO_HEADERS:
            self.server.complaints.append(f"headers {sorted(event.headers)}")
        if self.unpacker is None and len(event.payload) % (2 * self.channels):
            self.server.complaints.append("half a sample")
        payload: bytes = event.payload
        return payload

    def unpacked(self, payload: bytes) -> bytes | None:
        """The PCM that has become readable; None when it is not what was announced."""
        self.heard.received += payload
        self.heard.sizes.append(len(payload))
        return payload if self.unpacker is None else self.unpacker.add(payload)

    def hear(self, sound: bytes) -> None:
        self.heard.sound += sound
        samples = array("h", sound)
        step = self.rate // 200
        for offset in range(0, len(samples), step * self.channels):
            frames = samples[offset : offset + step * self.channels]
            for channel in range(self.channels):
                number = self.said(frames[channel :: self.channels])
                if number != self.numbers[channel]:
                    self.close(channel)
                    self.numbers[channel], self.since[channel] = number, self.at
                    if number is not None:
                        self.tell(channel, is_final=False)
            self.at += len(frames) / self.channels / self.rate
        fastest = self.server.fastest
        if fastest is not None and self.at > (time.monotonic() - self.began) * fastest + 1.0:
            self.server.complaints.append("faster than allowed")

    def said(self, samples: array[int]) -> int | None:
        """What is being said in these 5 ms."""
        if self.words is not None:
            return self.words.number(samples, self.at)
        return samples[0] - BASE if samples[0] > BASE - 1 else None

    def close(self, channel: int) -> None:
        if self.numbers[channel] is not None:
            self.tell(channel, is_final=True)
            self.numbers[channel] = None

    def tell(self, channel: int, *, is_final: bool) -> None:
        language = self.heard.parameters.get("language-code") or self.heard.parameters["preferred-language"]
        text = WORDS.get(language, "number {n}.").format(n=self.numbers[channel])
        since = self.since[channel]
        end = self.at if is_final else since + 0.05
        told = result(f"r-{channel}-{since:.3f}", text, (since, end), is_final=is_final)
        self.outgoing.append({**told, "ChannelId": f"ch_{channel}"} if self.channels > 1 else told)

    async def flush(self) -> None:
        for each in self.outgoing:
            await self.connection.send(transcript(each))
        self.outgoing.clear()

    async def end(self) -> None:
        self.heard.ended = True
        await asyncio.sleep(self.server.last_wait)
        if self.fault and self.fault.kind == "keep_last":
            await self.connection.wait_closed()
            return
        for channel in range(self.channels):
            self.close(channel)
        await self.flush()
        await self.connection.close(1000, "Streaming completed successfully")

    async def fail(self, kind: str, text: str) -> None:
        headers = {":message-type": "exception", ":exception-type": kind, ":content-type": "application/json"}
        await self.connection.send(frame(headers, body_of(text).encode()))
        await self.connection.close(1008)

    async def fault_exception(self) -> None:
        assert self.fault is not None
        await self.fail(self.fault.headers["kind"], self.fault.body)

    async def fault_error(self) -> None:
        assert self.fault is not None
        headers = {":message-type": "error", ":error-code": "InternalFailure", ":error-message": self.fault.body}
        await self.connection.send(frame(headers, b""))
        await self.connection.close(1011)

    async def fault_drop(self) -> None:
        self.connection.transport.abort()

    async def fault_clean_close(self) -> None:
        await self.connection.close(1000, "Streaming completed successfully")

    async def fault_close(self) -> None:
        await self.connection.close(1011)

    async def fault_damaged(self) -> None:
        good = bytearray(transcript(result("r", "text", (0.0, 0.1), is_final=True)))
        good[-10] ^= 1
        await self.connection.send(bytes(good))
        await self.connection.wait_closed()

    async def fault_stall(self) -> None:
        """Keep the connection and neither read nor answer."""
        self.connection.transport.pause_reading()
        await self.server.released.wait()
        self.connection.transport.abort()

    async def fault_keep_last(self) -> None:
        """Handled at the end of the sound."""


@asynccontextmanager
async def start(pem: Path | None = None, port: int = 0) -> AsyncIterator[AmazonServer]:
    """A server on this computer; with TLS when there is a certificate (set SSL_CERT_FILE to it)."""
    amazon = AmazonServer()
    context = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    listening: Server = await serve(
        amazon.converse, "127.0.0.1", port, ssl=context, process_request=amazon.check, process_response=amazon.stamp,
        compression=None, ping_interval=None, max_size=None, close_timeout=0.5,
    )  # fmt: skip
    number = listening.sockets[0].getsockname()[1]
    amazon.url = f"{'wss' if pem else 'ws'}://127.0.0.1:{number}"
    try:
        yield amazon
    finally:
        listening.close(close_connections=False)
        for connection in list(listening.connections):
            connection.transport.abort()
        await listening.wait_closed()
