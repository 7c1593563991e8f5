"""Every option reaches the request, and what the server would refuse is refused before."""

from __future__ import annotations

import pytest

from desktop.core.audio import AudioFormat
from desktop.core.errors import LanguageUnsupported, OptionInvalid
from desktop.core.provider import StreamConfig
from desktop.providers.symbl.options import base_url, start_request


def config(language: str = "en-US", **options: str) -> StreamConfig:
    return StreamConfig(
        language, AudioFormat(48_000), options={key.replace("_", "-"): each for key, each in options.items()}
    )


def test_a_request_without_options() -> None:
    assert start_request(config(), "u1") == {
        "type": "start_request",
        "insightTypes": ["question", "action_item", "follow_up"],
        "config": {
            "confidenceThreshold": 0.5,
            "languageCode": "en-US",
            "speechRecognition": {"encoding": "LINEAR16", "sampleRateHertz": 48_000},
        },
        "speaker": {"userId": "u1", "name": "Overtitle"},
        "noConnectionTimeout": 60,
    }


def test_a_request_with_every_option() -> None:
    request = start_request(
        config(
            language_code="es-ES", insight_types="question", confidence_threshold="0.8", custom_vocabulary="Acme, Lyon",
            trackers="Price: cost, budget; Rival: Initech;", all_trackers="yes", sentiment="yes", meeting_title="Call",
            speaker_name="Ann", speaker_id="ann@example.com", summary_mail="a@example.com, b@example.com",
            timezone_offset="-60", no_connection_timeout="30",
        ),
        "u1",
    )  # fmt: skip
    assert request["config"] == {
        "confidenceThreshold": 0.8,
        "languageCode": "es-ES",
        "speechRecognition": {"encoding": "LINEAR16", "sampleRateHertz": 48_000},
        "meetingTitle": "Call",
        "timezoneOffset": -60,
        "sentiment": True,
        "trackers": {"enableAllTrackers": True, "interimResults": False},
    }
    assert request["insightTypes"] == ["question"]
    assert request["customVocabulary"] == ["Acme", "Lyon"]
    assert request["trackers"] == [
        {"name": "Price", "vocabulary": ["cost", "budget"]},
        {"name": "Rival", "vocabulary": ["Initech"]},
    ]
    assert request["speaker"] == {"userId": "ann@example.com", "name": "Ann"}
    assert request["actions"] == [
        {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["a@example.com", "b@example.com"]}}
    ]
    assert request["noConnectionTimeout"] == 30


def test_no_insights() -> None:
    assert start_request(config(insight_types="none"), "u")["insightTypes"] == []


@pytest.mark.parametrize(
    "options",
    [
        {"confidence_threshold": "0.4"},
        {"confidence_threshold": "nan"},
        {"confidence_threshold": "much"},
        {"insight_types": "gossip"},
        {"trackers": "Price"},
        {"trackers": "Price: ,"},
        {"summary_mail": "nobody"},
        {"timezone_offset": "9999"},
        {"no_connection_timeout": "1801"},
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(OptionInvalid):
        start_request(config(**options), "u")


@pytest.mark.parametrize("language", ["en-GB", "fr-FR", "fr-CA", "es-US"])
def test_languages_that_were_never_streamed(language: str) -> None:
    with pytest.raises(LanguageUnsupported):
        start_request(config(language), "u")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("wss://host.example", "wss://host.example"),
        ("https://host.example:8443/api/", "wss://host.example:8443/api"),
        ("host.example", "wss://host.example"),
        ("localhost:9000", "ws://localhost:9000"),
    ],
)
def test_addresses(given: str, url: str) -> None:
    assert base_url(config(url=given)) == url


@pytest.mark.parametrize("given", ["", "ftp://x", "wss://", "wss://name:canary@x", "wss://x?key=canary", "wss://x y"])
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(OptionInvalid) as found:
        base_url(config(url=given))
    assert "canary" not in str(found.value)


def test_without_an_address_the_reason_is_given() -> None:
    with pytest.raises(OptionInvalid, match="discontinued"):
        base_url(config())
