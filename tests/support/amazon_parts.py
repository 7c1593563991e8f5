"""What the strict Amazon server of the tests is made of: results, frames of its own encoder, and its certificate."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32


def result(segment: str, text: str, times: tuple[float, float], *, is_final: bool, **more: object) -> dict[str, Any]:
    start, end = times
    parts = text.replace(",", " ,").replace(".", " .").replace("?", " ?").replace("!", " !").split()
    spoken = [part for part in parts if part not in (",", ".", "?", "!")]
    length = (end - start) / max(1, len(spoken))
    items: list[dict[str, Any]] = []
    for part in parts:
        done = len([item for item in items if item["Type"] == "pronunciation"])
        if part in (",", ".", "?", "!"):
            items.append({"Type": "punctuation", "Content": part, "StartTime": start, "EndTime": start})
        else:
            times_ = {"StartTime": start + done * length, "EndTime": start + (done + 1) * length}
            items.append({"Type": "pronunciation", "Content": part, "Stable": is_final or done == 0, **times_})
    alternative = {"Transcript": text, "Items": items, "Entities": None}
    return {
        "ResultId": segment, "StartTime": start, "EndTime": end, "IsPartial": not is_final,
        "Alternatives": [alternative], "Unheard": {"of": 1}, **more,
    }  # fmt: skip


def transcript(*results: dict[str, Any]) -> bytes:
    headers = {":message-type": "event", ":event-type": "TranscriptEvent", ":content-type": "application/json"}
    return frame(headers, json.dumps({"Transcript": {"Results": list(results)}}, ensure_ascii=False).encode())


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """The server's own encoder, so that the product's is not its own judge."""
    head = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value.encode())) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    body = prelude + struct.pack(">I", crc32(prelude)) + head + payload
    return body + struct.pack(">I", crc32(body))


def mismatch(canonical: str, to_sign: str) -> str:
    """How AWS says that a signature is wrong."""
    return (
        "The request signature we calculated does not match the signature you provided.\n\n"
        f"The Canonical String for this request should have been\n'{canonical}'\n\n"
        f"The String-to-Sign should have been\n'{to_sign}'\n"
    )


def certificate(folder: Path) -> Path:
    """A certificate for this computer and its key in one file, made now."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(each) for each in ("localhost", "amazon.test", "service.test")]
    hosts = [*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
