from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ConnectionUntrusted, ListenerError
from desktop.ingress.config import Clients, ListenerConfig, Protocol, check, from_settings, tls_context
from desktop.settings.schema import ListenerSettings


def test_the_defaults_are_the_careful_ones() -> None:
    config = from_settings(ListenerSettings())
    assert config == ListenerConfig()
    assert (config.host, config.clients, config.insecure) == ("127.0.0.1", Clients.REFUSE, False)
    check(config)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "calls.example", ""])  # noqa: S104 - to be refused
def test_plain_sound_over_a_network_needs_consent(host: str) -> None:
    with pytest.raises(ConnectionUntrusted):
        check(ListenerConfig(host))
    check(ListenerConfig(host, insecure=True))
    check(ListenerConfig(host, certificate=Path("server.pem")))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_computer_needs_none(host: str) -> None:
    check(ListenerConfig(host))


def test_a_key_needs_its_certificate() -> None:
    with pytest.raises(ListenerError):
        check(ListenerConfig(key=Path("key.pem")))


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "server.pem"
    for content in ("", "-----BEGIN CERTIFICATE-----\nsecret"):
        path.write_text(content)
        with pytest.raises(ListenerError) as caught:
            tls_context(ListenerConfig(certificate=path))
        assert "secret" not in str(caught.value)
    with pytest.raises(ListenerError):
        tls_context(ListenerConfig(certificate=tmp_path / "missing.pem"))
    assert tls_context(ListenerConfig()) is None


def test_a_single_protocol_is_at_the_root_too() -> None:
    assert dict(ListenerConfig(protocols=(Protocol.RAW,)).paths) == {"/": Protocol.RAW, "/pcm": Protocol.RAW}
    assert set(ListenerConfig().paths) == {"/pipecat", "/voximplant", "/twilio", "/pcm"}


def test_settings_are_taken_over() -> None:
    settings = ListenerSettings(
        host=" ::1 ", port=0, clients="mix", stereo="split", gate="energy", idle_minutes=2, hosts=("Calls.Example",)
    )
    config = from_settings(settings)
    assert (config.host, config.port, config.clients) == ("::1", 0, Clients.MIX)
    assert config.handling.split_stereo
    assert config.limits.idle == 120.0
    assert config.hosts == {"calls.example"}
