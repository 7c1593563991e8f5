"""The event stream and the presigned URL, beside botocore in the same run.

    python benchmarks/eventstream.py

Medians of several rounds in microseconds; prints a table, asserts only that both read the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import perf_counter

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.eventstream import EventStreamBuffer

from desktop.core.audio import SPEECH, AudioChunk
from desktop.providers.amazon_transcribe.codec import AmazonCodec
from desktop.providers.amazon_transcribe.signing import Keys, presign
from desktop.wire.eventstream import decode, encode

HOST = "transcribestreaming.us-west-2.amazonaws.com:8443"
PATH = "/stream-transcription-websocket"
QUERY = {"language-code": "en-GB", "media-encoding": "pcm", "sample-rate": "16000"}
ROUNDS, TIMES = 9, 2000


def typical() -> bytes:
    """A transcript of 20 words with its times, 3 to 4 kB."""
    items = [
        {"Content": f"word{at}", "StartTime": at / 2, "EndTime": at / 2 + 0.4, "Type": "pronunciation", "Stable": True,
         "VocabularyFilterMatch": False, "Confidence": 0.98, "Speaker": None}
        for at in range(20)
    ]  # fmt: skip
    text = " ".join(str(item["Content"]) for item in items)
    result = {"ResultId": "a", "StartTime": 0.0, "EndTime": 10.0, "IsPartial": True,
              "Alternatives": [{"Transcript": text, "Items": items}]}  # fmt: skip
    headers = {":message-type": "event", ":event-type": "TranscriptEvent", ":content-type": "application/json"}
    return encode(headers, json.dumps({"Transcript": {"Results": [result]}}).encode())


def microseconds(work: Callable[[], object]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = perf_counter()
        for _ in range(TIMES):
            work()
        rounds.append((perf_counter() - began) / TIMES * 1e6)
    return median(rounds)


def botocore_decode(data: bytes) -> bytes:
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    payload: bytes = next(iter(buffer)).payload
    return payload


def botocore_presign() -> str:
    request = AWSRequest("GET", f"https://{HOST}{PATH}", params=QUERY, headers={"Host": HOST})
    SigV4QueryAuth(Credentials("AKIDEXAMPLE", "secret"), "transcribe", "us-west-2", expires=300).add_auth(request)
    url: str = request.url
    return url


def main() -> None:
    message, codec = typical(), AmazonCodec("en-GB", SPEECH)
    chunk = AudioChunk(bytes(range(256)) * 12 + bytes(128), SPEECH, 0.0)
    assert botocore_decode(message) == decode(message).payload
    keys, moment = Keys("AKIDEXAMPLE", "secret"), datetime.now(UTC)
    rows = {
        f"encode {len(chunk.pcm)} bytes of sound": lambda: codec.encode(chunk),
        f"decode {len(message)} bytes of transcript": lambda: decode(message),
        "  decode, botocore": lambda: botocore_decode(message),
        "  decode, and make captions of it": lambda: codec.decode(message),
        "presign a URL": lambda: presign(f"wss://{HOST}{PATH}", QUERY, keys, "us-west-2", moment),
        "  presign, botocore": botocore_presign,
    }
    for name, work in rows.items():
        print(f"{name:40} {microseconds(work):8.1f} us")


if __name__ == "__main__":
    main()
