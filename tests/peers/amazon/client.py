"""AWS's Python packages as a WebSocket client: signed by awscrt, written and parsed by amazon-transcribe.

amazon-transcribe itself streams over HTTP/2; here its event stream meets the WebSocket. The request comes as JSON in
the first argument, the sound as PCM on standard input; each result is a line of JSON.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import ssl
import sys
from typing import Any

from amazon_transcribe.deserialize import TranscribeStreamingEventParser  # type: ignore[import-not-found]  # installed for the peers alone
from amazon_transcribe.eventstream import EventStreamBuffer, EventStreamMessageSerializer  # type: ignore[import-not-found]  # installed for the peers alone
from amazon_transcribe.model import AudioEvent, TranscriptEvent  # type: ignore[import-not-found]  # installed for the peers alone
from amazon_transcribe.serialize import AudioEventSerializer  # type: ignore[import-not-found]  # installed for the peers alone
from awscrt import auth, http  # type: ignore[import-not-found]  # installed for the peers alone
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus


def say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def signed(request: dict[str, Any]) -> str:
    """The URL as AWS's C library signs it."""
    host = request["host"]
    query = "&".join(f"{name}={value}" for name, value in sorted(request["parameters"].items()))
    unsigned = http.HttpRequest("GET", f"/stream-transcription-websocket?{query}", http.HttpHeaders([("host", host)]))
    keys = request["credentials"]
    config = auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(*keys),
        region=request["region"],
        service="transcribe",
        date=dt.datetime.now(dt.UTC),
        use_double_uri_encode=True,
        should_normalize_uri_path=True,
        expiration_in_seconds=60,
    )
    auth.aws_sign_request(unsigned, config).result(10)
    return f"wss://{host}{unsigned.path}"


def event(chunk: bytes) -> Any:
    headers, payload = AudioEventSerializer().serialize(AudioEvent(chunk))
    return EventStreamMessageSerializer().serialize(headers, payload)


async def main() -> None:
    request = json.loads(sys.argv[1])
    pcm = sys.stdin.buffer.read()
    try:
        context = ssl.create_default_context(cafile=request["certificate"])
        async with connect(signed(request), ssl=context, compression=None) as connection:
            for at in range(0, len(pcm), 3200):
                await connection.send(event(pcm[at : at + 3200]))
            await connection.send(event(b""))
            try:
                while True:
                    hear(await connection.recv())
            except ConnectionClosed as closed:
                say(closed=closed.rcvd.code if closed.rcvd else 0)
    except InvalidStatus as error:
        say(status=error.response.status_code)


def hear(message: str | bytes) -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(message)
    for one in buffer:
        parsed = TranscribeStreamingEventParser().parse(one)
        if isinstance(parsed, TranscriptEvent):
            for result in parsed.transcript.results:
                say(text=result.alternatives[0].transcript, partial=result.is_partial)


asyncio.run(main())
