"""What the real protobuf runtime and Pipecat's serialiser make of frames: one JSON answer for each line of hex.

The answer has `kind` (null for an empty frame, "error" for bytes that are refused), the `fields`, and `again`, the
frame as the serialiser writes it once more, where it can.
"""

from __future__ import annotations

import asyncio
import json
import sys

from google.protobuf.message import DecodeError
from loguru import logger
from pipecat.frames.frames import OutputAudioRawFrame, TranscriptionFrame
from pipecat.frames.protobufs import frames_pb2
from pipecat.serializers.protobuf import ProtobufFrameSerializer


async def answer(data: bytes, serializer: ProtobufFrameSerializer) -> dict[str, object]:
    try:
        frame = frames_pb2.Frame.FromString(data)
    except DecodeError:
        return {"kind": "error"}
    kind = frame.WhichOneof("frame")
    if kind is None:
        return {"kind": None}
    body = getattr(frame, kind)
    fields = {
        field.name: value.hex() if isinstance(value := getattr(body, field.name), bytes) else value
        for field in body.DESCRIPTOR.fields
        if field.name != "pts" or body.HasField("pts")
    }
    made = None
    if kind == "audio" and body.num_channels:  # it divides by them
        made = OutputAudioRawFrame(body.audio, body.sample_rate, body.num_channels)
    elif kind == "transcription":
        made = TranscriptionFrame(body.text, body.user_id, body.timestamp)
    if made is not None:
        made.id, made.name, made.pts = body.id, body.name, None
    again = await serializer.serialize(made) if made is not None else None
    return {"kind": kind, "fields": fields, "again": again.hex() if isinstance(again, bytes) else None}


async def main() -> None:
    logger.remove()
    serializer = ProtobufFrameSerializer()
    print("READY", flush=True)
    for line in sys.stdin:
        print(json.dumps(await answer(bytes.fromhex(line), serializer)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
