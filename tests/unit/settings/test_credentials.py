from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from desktop.core.errors import CredentialMissing
from desktop.core.message import say
from desktop.core.provider import CredentialField, Provider
from desktop.settings.credentials import from_environment, require, variable

SYMBL = cast(
    "Provider",
    SimpleNamespace(
        id="symbl-two",
        title=say("T", "Symbl"),
        credential_fields=(
            CredentialField("app_id", say("T", "App id"), secret=False),
            CredentialField("app-secret", say("T", "App secret")),
            CredentialField("region", say("T", "Region"), optional=True),
        ),
    ),
)


def test_variable_is_upper_case_without_hyphens() -> None:
    assert variable("symbl", "app_id") == "OVERTITLE_SYMBL_APP_ID"
    assert variable("symbl-two", "app-secret") == "OVERTITLE_SYMBL_TWO_APP_SECRET"


def test_only_declared_and_set_variables_count() -> None:
    held = {
        "OVERTITLE_SYMBL_TWO_APP_ID": "id",
        "OVERTITLE_SYMBL_TWO_APP_SECRET": "",
        "OVERTITLE_SYMBL_TWO_OTHER": "x",
        "OVERTITLE_SYMBL_APP_ID": "another provider's",
    }
    assert from_environment(SYMBL, held) == {"app_id": "id"}


def test_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERTITLE_SYMBL_TWO_REGION", "eu")
    assert from_environment(SYMBL) == {"region": "eu"}


def test_missing_credential_is_named_without_the_others() -> None:
    with pytest.raises(CredentialMissing) as caught:
        require(SYMBL, {"app_id": "1234"})
    assert "App secret" in str(caught.value)
    assert "OVERTITLE_SYMBL_TWO_APP_SECRET" in str(caught.value)
    assert "1234" not in str(caught.value)


def test_optional_credential_may_be_missing() -> None:
    require(SYMBL, {"app_id": "1", "app-secret": "2"})
