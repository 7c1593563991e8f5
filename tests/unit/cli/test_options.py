from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from contextlib import AbstractAsyncContextManager

import pytest

from desktop import providers
from desktop.cli import options
from desktop.core.errors import CredentialMissing, EngineUnavailable, LanguageUnsupported, ProviderError, UsageError
from desktop.core.message import say
from desktop.core.provider import (
    Capabilities,
    CredentialField,
    Option,
    OptionKind,
    Provider,
    StreamConfig,
    TranscriptionStream,
)
from desktop.settings.schema import CaptionSettings, Settings


class Cloud:
    """A provider that only describes itself."""

    def __init__(self) -> None:
        self.reason: ProviderError | None = None
        self.id = "cloud-nine"
        self.title = say("T", "Cloud Nine")
        self.capabilities = Capabilities(
            ("en-US", "fr-FR"),
            say("T", "Sound goes to the cloud."),
            needs_network=True,
            options=(
                Option("pause", say("T", "Pause"), kind=OptionKind.NUMBER, minimum=1, maximum=9),
                Option("model", say("T", "Model"), kind=OptionKind.CHOICE, choices=("big", "small")),
                Option("filter", say("T", "Filter"), kind=OptionKind.FLAG),
                Option("words", say("T", "Words")),
            ),
        )
        self.credential_fields = (
            CredentialField("app-id", say("T", "App"), secret=False),
            CredentialField("secret", say("T", "Secret")),
            CredentialField("region", say("T", "Region"), optional=True),
        )

    def availability(self) -> ProviderError | None:
        return self.reason

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        raise NotImplementedError


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    made = Cloud()
    known: dict[str, Provider] = {made.id: made}
    monkeypatch.setattr(providers, "discover", lambda: known)
    monkeypatch.setenv("OVERTITLE_CLOUD_NINE_APP_ID", "app")
    monkeypatch.setenv("OVERTITLE_CLOUD_NINE_SECRET", "hush")
    return made


def asked(**given: object) -> Namespace:
    return Namespace(**{"provider": "cloud-nine", "language": None, "option": [], **given})


def test_arguments_win_over_settings(cloud: Cloud) -> None:
    settings = Settings(
        captions=CaptionSettings(
            language="en-US", provider="other", options={"cloud-nine": {"model": "big", "filter": "yes"}}
        )
    )
    service = options.service(asked(language="FR_fr", option=[("model", "small")]), settings)
    assert service.provider is cloud
    assert service.language == "fr-FR"
    assert service.options == {"model": "small", "filter": "yes"}
    assert service.credentials == {"app-id": "app", "secret": "hush"}


def test_unknown_provider_names_the_nearest(cloud: Cloud) -> None:
    with pytest.raises(UsageError, match="Did you mean “cloud-nine”") as caught:
        options.service(asked(provider="cloud_nin"), Settings())
    assert caught.value.exit_status == 2


def test_unknown_language_lists_what_there_is(cloud: Cloud) -> None:
    with pytest.raises(LanguageUnsupported, match="en-US, fr-FR") as caught:
        options.service(asked(language="tlh"), Settings())
    assert caught.value.exit_status == 2


def test_reason_of_a_provider_that_cannot_run_is_passed_on(cloud: Cloud) -> None:
    cloud.reason = EngineUnavailable(say("T", "Not here."))
    with pytest.raises(EngineUnavailable, match="Not here"):
        options.service(asked(), Settings())


def test_missing_credential_names_its_variable(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERTITLE_CLOUD_NINE_SECRET", "")
    with pytest.raises(CredentialMissing, match="OVERTITLE_CLOUD_NINE_SECRET") as caught:
        options.service(asked(), Settings())
    assert caught.value.exit_status == 4


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("mode", "x", "Did you mean “model”"),
        ("zzzz", "x", "There is: filter, model, pause, words"),
        ("model", "huge", "big, small"),
        ("filter", "maybe", "yes, no"),
        ("pause", "long", "a number 1 to 9"),
        ("pause", "10", "a number 1 to 9"),
        ("pause", "nan", "a number 1 to 9"),
    ],
)
def test_wrong_option(cloud: Cloud, key: str, value: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        options.check_options(cloud, {key: value})


@pytest.mark.parametrize(
    ("key", "value"), [("model", "big"), ("filter", "no"), ("pause", "1"), ("pause", "9.0"), ("words", "")]
)
def test_right_option(cloud: Cloud, key: str, value: str) -> None:
    options.check_options(cloud, {key: value})


def test_key_and_value() -> None:
    assert options.key_and_value("url=ws://h/?a=b") == ("url", "ws://h/?a=b")
    for wrong in ("url", "=x", " =x"):
        with pytest.raises(ArgumentTypeError):
            options.key_and_value(wrong)


@pytest.mark.parametrize("text", ["0", "-1", "x", "nan", "inf", ""])
def test_seconds_refuses(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        options.seconds(text)


def test_seconds() -> None:
    assert options.seconds("1.5") == 1.5
