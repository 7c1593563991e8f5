"""Options become request parameters, and what the service would refuse is refused before."""

from __future__ import annotations

import pytest

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import FormatUnsupported, OptionInvalid
from desktop.core.provider import StreamConfig
from desktop.providers.amazon_transcribe.options import OPTIONS, parameters

PLAIN = {
    "language-code": "en-US", "media-encoding": "pcm", "sample-rate": "16000",
    "enable-partial-results-stabilization": "true", "partial-results-stability": "medium",
}  # fmt: skip
UUID = "01234567-89ab-cdef-0123-456789abcdef"


def query(options: dict[str, str], language: str = "en-US", audio_format: AudioFormat = SPEECH) -> dict[str, str]:
    return parameters(StreamConfig(language, audio_format, {}, options))


def test_without_options() -> None:
    assert query({}) == PLAIN


def test_defaults_change_nothing() -> None:
    assert query({option.key: option.default for option in OPTIONS}) == PLAIN


@pytest.mark.parametrize(
    ("options", "added"),
    [
        ({"vocabulary-name": "My-Words"}, {"vocabulary-name": "My-Words"}),
        ({"vocabulary-filter-name": "F", "vocabulary-filter-method": "mask"},
         {"vocabulary-filter-name": "F", "vocabulary-filter-method": "mask"}),
        ({"show-speaker-label": "yes"}, {"show-speaker-label": "true"}),
        ({"partial-results-stability": "high"}, {"partial-results-stability": "high"}),
        ({"content-redaction-type": "PII", "pii-entity-types": "name, phone"},
         {"content-redaction-type": "PII", "pii-entity-types": "NAME,PHONE"}),
        ({"content-identification-type": "PII"}, {"content-identification-type": "PII"}),
        ({"language-model-name": "m"}, {"language-model-name": "m"}),
        ({"session-id": UUID, "session-resume-window": "30"}, {"session-id": UUID, "session-resume-window": "30"}),
        ({"transcript-format": "SPOKEN"}, {"transcript-format": "SPOKEN"}),
        ({"region": "eu-west-1", "profile": "p", "fips": "no", "insecure": "yes"}, {}),
    ],
)  # fmt: skip
def test_parameters(options: dict[str, str], added: dict[str, str]) -> None:
    assert query(options) == {**PLAIN, **added}


def test_stability_can_be_switched_off() -> None:
    assert "partial-results-stability" not in query({"partial-results-stability": "off"})


@pytest.mark.parametrize("key", ["identify-language", "identify-multiple-languages"])
def test_identified_languages(key: str) -> None:
    found = query({key: "yes", "language-options": "en-US, fr-FR", "vocabulary-names": "a,b"})
    assert "language-code" not in found
    assert (found[key], found["language-options"], found["preferred-language"]) == ("true", "en-US,fr-FR", "en-US")
    assert "preferred-language" not in query({key: "yes", "language-options": "de-DE,fr-FR"})


def test_two_channels() -> None:
    found = query({}, audio_format=AudioFormat(48_000, 2))
    assert (found["enable-channel-identification"], found["number-of-channels"]) == ("true", "2")
    assert found["sample-rate"] == "48000"


@pytest.mark.parametrize("audio_format", [AudioFormat(7999), AudioFormat(96_000), AudioFormat(16_000, 3)])
def test_formats_that_are_refused(audio_format: AudioFormat) -> None:
    with pytest.raises(FormatUnsupported):
        query({}, audio_format=audio_format)


@pytest.mark.parametrize(
    "options",
    [
        {"no-such-option": "x"},
        {"show-speaker-label": "perhaps"},
        {"partial-results-stability": "highest"},
        {"vocabulary-name": "two,names"},
        {"vocabulary-names": "a,b"},
        {"vocabulary-filter-names": "a,b"},
        {"vocabulary-filter-method": "mask"},
        {"content-identification-type": "PII", "content-redaction-type": "PII"},
        {"pii-entity-types": "NAME"},
        {"content-redaction-type": "PII", "pii-entity-types": "SHOE_SIZE"},
        {"session-id": "1"},
        {"session-id": UUID.replace("-", "")},
        {"session-resume-window": "0"},
        {"session-resume-window": "301"},
        {"session-resume-window": "ten"},
        {"language-options": "en-US,fr-FR"},
        {"preferred-language": "en-US"},
        {"identify-language": "yes"},
        {"identify-language": "yes", "language-options": "en-US"},
        {"identify-language": "yes", "language-options": "en-US,en-GB"},
        {"identify-language": "yes", "language-options": "en-US,none"},
        {"identify-language": "yes", "language-options": "en-US,fr-FR", "preferred-language": "es-US"},
        {"identify-language": "yes", "identify-multiple-languages": "yes", "language-options": "en-US,fr-FR"},
        {"identify-language": "yes", "language-options": "en-US,fr-FR", "language-model-name": "m"},
        {"identify-language": "yes", "language-options": "en-US,fr-FR", "content-redaction-type": "PII"},
        {"identify-language": "yes", "language-options": "en-US,fr-FR", "vocabulary-name": "v"},
    ],
)
def test_what_excludes_each_other(options: dict[str, str]) -> None:
    with pytest.raises(OptionInvalid) as refusal:
        query(options)
    assert str(refusal.value.hint)
