from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import keyring
import pytest
from keyring.backends import fail, null
from keyring.errors import InitError, KeyringError, NoKeyringError
from keyring.errors import KeyringLocked as Locked

from desktop.core.errors import (
    AuthenticationFailed,
    CredentialMissing,
    CredentialStoreError,
    KeyringLocked,
    NoKeyring,
    OvertitleError,
)
from desktop.settings import credentials, logs
from desktop.settings.credentials import (
    CredentialStore,
    Resolved,
    Source,
    from_environment,
    instead,
    require,
    variable,
)
from desktop.settings.vault import LONGEST, Vault
from tests.support.account import Account, Memory

CLOUD = Account()
SERVICE = "overtitle/cloud-nine"
GOOD = {"app_id": "abc1", "secret": "hush-hush", "region": "", "session-token": ""}


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    backend = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    yield backend
    backend.gate.set()


@pytest.fixture
def store(memory: Memory) -> CredentialStore:
    return CredentialStore({}, Vault(limit=60.0))


def test_variable_is_upper_case_without_hyphens() -> None:
    assert variable("symbl", "app_id") == "OVERTITLE_SYMBL_APP_ID"
    assert variable("symbl-two", "app-secret") == "OVERTITLE_SYMBL_TWO_APP_SECRET"


def test_only_declared_and_set_variables_count() -> None:
    held = {
        "OVERTITLE_CLOUD_NINE_APP_ID": "id",
        "OVERTITLE_CLOUD_NINE_SECRET": "",
        "OVERTITLE_CLOUD_NINE_OTHER": "x",
        "OVERTITLE_SYMBL_APP_ID": "another provider's",
    }
    assert from_environment(CLOUD, held) == {"app_id": "id"}


def test_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERTITLE_CLOUD_NINE_REGION", "eu")
    assert from_environment(CLOUD) == {"region": "eu"}


def test_missing_credential_is_named_with_both_ways_on_and_without_the_others() -> None:
    with pytest.raises(CredentialMissing) as caught:
        require(CLOUD, Resolved({"app_id": "1234"}))
    assert "App secret" in str(caught.value)
    assert "OVERTITLE_CLOUD_NINE_SECRET" in str(caught.value)
    assert "overtitle credentials set cloud-nine" in str(caught.value)
    assert "1234" not in str(caught.value)


def test_optional_credential_may_be_missing() -> None:
    require(CLOUD, Resolved({"app_id": "1", "secret": "2"}))


def test_what_is_saved_is_found_one_field_per_entry(store: CredentialStore, memory: Memory) -> None:
    store.save(CLOUD, GOOD)
    assert memory.held == {(SERVICE, "app_id"): "abc1", (SERVICE, "secret"): "hush-hush"}
    known = store.resolve(CLOUD)
    assert known.values == {"app_id": "abc1", "secret": "hush-hush"}
    assert known.sources == {"app_id": Source.KEYRING, "secret": Source.KEYRING}
    assert "hush" not in repr(known)
    assert memory.threads == {"aside"}, "no call on the caller's thread"


def test_environment_wins_over_this_run_which_wins_over_the_keyring(memory: Memory) -> None:
    store = CredentialStore({"OVERTITLE_CLOUD_NINE_SECRET": "from-script"})
    store.save(CLOUD, {"app_id": "stored", "secret": "stored-too", "region": "eu", "session-token": "tok"})
    store.keep(CLOUD, {"app_id": "entered", "session-token": ""})
    known = store.resolve(CLOUD)
    assert known.values == {"app_id": "entered", "secret": "from-script", "region": "eu"}
    assert known.sources == {"app_id": Source.RUN, "secret": Source.ENVIRONMENT, "region": Source.RUN}
    assert memory.held[SERVICE, "app_id"] == "stored"
    assert CredentialStore({}).resolve(CLOUD).values["app_id"] == "stored", "another run knows nothing of it"


class Pair(Account):
    """A key and its token belong together; the region goes with any."""

    credential_fields = tuple(
        replace(field, optional=True, group="" if field.key == "region" else "keys")
        for field in Account.credential_fields
    )


PAIR = Pair()


@pytest.mark.parametrize("place", ["keyring", "run"])
def test_what_belongs_together_comes_from_one_place(memory: Memory, place: str) -> None:
    store = CredentialStore({"OVERTITLE_CLOUD_NINE_SECRET": "from-script"})
    whole = {"app_id": "stored", "secret": "stored-too", "region": "eu", "session-token": "tok"}
    (store.keep if place == "run" else store.save)(PAIR, whole)
    known = store.resolve(PAIR)
    assert known.values == {"secret": "from-script", "region": "eu"}
    assert set(known.sources) == set(known.values)
    assert CredentialStore({"OVERTITLE_CLOUD_NINE_REGION": "us"}, store._vault).resolve(PAIR).values == (
        {"region": "us"} if place == "run" else {**whole, "region": "us"}
    )


def test_what_is_tried_out_is_what_would_count(store: CredentialStore) -> None:
    known = Resolved({"secret": "script", "region": "eu"}, {"secret": Source.ENVIRONMENT, "region": Source.KEYRING})
    assert instead(PAIR, known, {"session-token": "typed", "region": "us"}) == {"secret": "script", "region": "us"}
    assert instead(CLOUD, known, {"session-token": "typed", "region": ""}) == {
        "secret": "script", "session-token": "typed",
    }  # fmt: skip


def test_fields_that_are_not_named_stay_and_empty_ones_go(store: CredentialStore, memory: Memory) -> None:
    store.save(CLOUD, {**GOOD, "region": "eu"})
    store.save(CLOUD, {"secret": "other-one", "region": ""})
    assert memory.held == {(SERVICE, "app_id"): "abc1", (SERVICE, "secret"): "other-one"}


def test_saving_takes_what_this_run_had(store: CredentialStore, memory: Memory) -> None:
    store.keep(CLOUD, GOOD)
    store.save(CLOUD, {"region": "eu"})
    assert memory.held[SERVICE, "secret"] == "hush-hush"
    assert store.resolve(CLOUD).sources["region"] is Source.KEYRING


def test_deleting_forgets_everything_and_says_whether_there_was_any(store: CredentialStore, memory: Memory) -> None:
    assert not store.delete(CLOUD)
    store.save(CLOUD, GOOD)
    store.keep(CLOUD, {"region": "eu"})
    assert store.delete(CLOUD)
    assert memory.held == {}
    assert store.resolve(CLOUD).values == {}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NoKeyringError("no backend"), NoKeyring),
        (Locked("secret value"), KeyringLocked),
        (InitError("Failed to create the collection: Prompt dismissed."), KeyringLocked),
        (type("LockedException", (Exception,), {})("from a library below"), KeyringLocked),
        (type("SecretServiceNotAvailableException", (Exception,), {})(), NoKeyring),
        (KeyringError("secret value"), CredentialStoreError),
        (OSError(1783, "The stub received bad data"), CredentialStoreError),
        (ConnectionResetError(), CredentialStoreError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_failure_is_a_sentence_with_a_way_on(
    store: CredentialStore, memory: Memory, error: Exception, kind: type[CredentialStoreError]
) -> None:
    memory.error = error
    assert type(store.resolve(CLOUD).trouble) is kind
    for call in (lambda: store.save(CLOUD, GOOD), lambda: store.delete(CLOUD)):
        with pytest.raises(CredentialStoreError) as caught:
            call()
        assert type(caught.value) is kind
        assert caught.value.exit_status == 4
        assert "this run only" in str(caught.value.hint)
        assert "secret value" not in str(caught.value)
        assert caught.value.__suppress_context__
    store.keep(CLOUD, GOOD)
    assert store.for_session(CLOUD) == {"app_id": "abc1", "secret": "hush-hush"}


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_keyring_that_refuses_or_forgets_is_none(monkeypatch: pytest.MonkeyPatch, backend: type) -> None:
    monkeypatch.setattr(keyring, "get_keyring", backend)
    store = CredentialStore({})
    with pytest.raises(NoKeyring):
        store.save(CLOUD, GOOD)
    with pytest.raises(NoKeyring):
        store.delete(CLOUD)
    with pytest.raises(CredentialMissing):
        store.for_session(CLOUD)
    store.keep(CLOUD, GOOD)
    assert store.delete(CLOUD)


def test_an_unknown_keyring_that_forgets_is_noticed(
    store: CredentialStore, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "set_password", lambda *_: None)
    with pytest.raises(NoKeyring):
        store.save(CLOUD, GOOD)


def test_a_keyring_that_does_not_answer_is_given_up(memory: Memory) -> None:
    store = CredentialStore({}, Vault(limit=0.3))
    memory.gate.clear()
    known = store.resolve(CLOUD)
    assert isinstance(known.trouble, KeyringLocked)
    with pytest.raises(KeyringLocked, match="does not answer"):
        store.for_session(CLOUD)


def test_somebody_who_sees_that_it_waits_may_take_their_time(memory: Memory) -> None:
    told: list[str] = []

    def say_and_unlock() -> None:
        told.append("waiting")
        memory.gate.set()

    memory.gate.clear()
    store = CredentialStore({}, Vault(limit=0.05, waiting=say_and_unlock))
    assert store.resolve(CLOUD).trouble is None
    assert told == ["waiting"]


def test_an_optional_account_goes_on_without_its_keyring_and_says_so(
    store: CredentialStore, memory: Memory, expect_log: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(expect_log)
    expect_log("desktop.settings.credentials", "stays locked")
    monkeypatch.setenv("OVERTITLE_CLOUD_NINE_APP_ID", "abc")
    monkeypatch.setenv("OVERTITLE_CLOUD_NINE_SECRET", "given")
    memory.error = Locked()
    assert CredentialStore().for_session(CLOUD) == {"app_id": "abc", "secret": "given"}


def test_half_a_save_is_taken_back(store: CredentialStore, memory: Memory) -> None:
    store.save(CLOUD, GOOD)
    memory.refused = {"secret"}
    with pytest.raises(CredentialStoreError, match="OSError"):
        store.save(CLOUD, {"app_id": "other", "secret": "new-secret", "region": "eu"})
    assert memory.held == {(SERVICE, "app_id"): "abc1", (SERVICE, "secret"): "hush-hush"}


@pytest.mark.parametrize(("value", "fits"), [("x" * LONGEST, True), ("x" * (LONGEST + 1), False), ("😀" * 641, False)])
def test_what_windows_could_not_keep_is_refused_everywhere(
    store: CredentialStore, memory: Memory, value: str, fits: bool
) -> None:
    if fits:
        store.save(CLOUD, {**GOOD, "secret": value})
        return
    with pytest.raises(CredentialStoreError, match="1,280") as caught:
        store.save(CLOUD, {**GOOD, "secret": value})
    assert "this run only" in str(caught.value)
    assert memory.held == {}
    store.keep(CLOUD, {**GOOD, "secret": value})
    assert store.for_session(CLOUD)["secret"] == value


@pytest.mark.parametrize("change", [{"app_id": "WRONG!"}, {"secret": "tab\tinside"}, {"secret": "zero\u200bwidth"}])
def test_what_cannot_be_right_is_refused_without_repeating_it(
    store: CredentialStore, memory: Memory, change: dict[str, str]
) -> None:
    for call in (store.save, store.keep):
        with pytest.raises(AuthenticationFailed) as caught:
            call(CLOUD, {**GOOD, **change})
        assert caught.value.exit_status == 4
        assert next(iter(change.values())) not in str(caught.value)
    assert memory.held == {}


def test_secrets_are_kept_out_of_the_log_from_the_first_moment(store: CredentialStore) -> None:
    store.save(CLOUD, {**GOOD, "secret": "canary-one"})
    store.keep(CLOUD, {**GOOD, "secret": "canary-two"})
    assert logs._formatter.redact("canary-one canary-two") == "*** ***"


def test_nothing_is_asked_of_the_keyring_that_is_not_needed(memory: Memory) -> None:
    memory.error = AssertionError("asked")
    every = {variable(CLOUD.id, field.key): "x" for field in CLOUD.credential_fields}
    assert CredentialStore(every).resolve(CLOUD).trouble is None


def test_trouble_is_always_explained() -> None:
    assert issubclass(CredentialStoreError, OvertitleError)
    assert not credentials.fault(CLOUD.credential_fields[1], "")
