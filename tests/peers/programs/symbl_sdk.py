"""PyPI's `symbl` streams a file of raw sound; prints one JSON object for each thing it is told.

Arguments: base address, app id, app secret, file. The package is found through PYTHONPATH.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def tell(event: str, value: object) -> None:
    sys.stdout.write(json.dumps({"event": event, "value": value}) + "\n")
    sys.stdout.flush()


def on_messages(body: dict[str, Any]) -> None:
    for each in body["messages"]:
        tell("message", each["payload"]["content"])


def on_insights(body: dict[str, Any]) -> None:
    for each in body["insights"]:
        tell("insight", each["payload"]["content"])


def main() -> None:
    base, app_id, secret, file = sys.argv[1:]
    rest: Any = import_module("symbl_rest")
    settings = rest.Configuration()
    settings.host = base
    rest.Configuration.set_default(settings)
    symbl: Any = import_module("symbl")
    streaming: Any = import_module("symbl.streaming_api.StreamingApi")
    address = base.replace("http", "ws", 1) + "/v1/realtime/insights/{}?source=python_sdk"
    streaming.SYMBL_STREAMING_API_FORMAT = address
    connection = symbl.Streaming.start_connection(
        credentials={"app_id": app_id, "app_secret": secret},
        insight_types=["question"],
        speaker={"userId": "peer@example.com", "name": "Peer"},
        config={"speechRecognition": {"encoding": "LINEAR16", "sampleRateHertz": 16000}},
    )
    connection.subscribe({"message_response": on_messages, "insight_response": on_insights})
    time.sleep(0.5)  # it offers nothing to wait for the start with
    sound = Path(file).read_bytes()
    for at in range(0, len(sound), 8192):
        connection.send_audio(sound[at : at + 8192])
        time.sleep(0.005)
    time.sleep(0.3)
    connection.stop()
    for _ in range(100):
        if not connection.connection.keep_running or connection.connection.sock is None:
            break
        time.sleep(0.05)
    tell("stopped", True)


main()
