"""Keys that were given, and the AWS chain: each way and each trouble of it."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.exceptions as trouble
import pytest

from desktop.core import errors
from desktop.core.message import Message, say
from desktop.providers.amazon_transcribe import credentials as module
from desktop.providers.amazon_transcribe.credentials import Chain, explain, given
from desktop.providers.amazon_transcribe.signing import Keys


@pytest.fixture
def aws(home: Path) -> Path:
    folder = home / ".aws"
    folder.mkdir()
    return folder


def test_keys_that_were_given() -> None:
    keys = given({"access-key-id": "AKID", "secret-access-key": "s", "session-token": "t"})
    assert keys is not None
    assert (keys.access_key_id, keys.secret_access_key, keys.session_token) == ("AKID", "s", "t")
    assert given({}) is None
    assert given({"session-token": "t"}) is None


@pytest.mark.parametrize("half", ["access-key-id", "secret-access-key"])
def test_half_a_key_is_refused(half: str) -> None:
    with pytest.raises(errors.CredentialMissing, match="needed both"):
        given({half: "x"})


async def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    keys = await Chain().keys("")
    assert keys.access_key_id == "AKIDENV"
    assert str(keys.origin) == "AWS settings of this computer (environment variables)"


async def test_a_profile_with_its_region(aws: Path) -> None:
    (aws / "credentials").write_text("[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n")
    (aws / "config").write_text("[profile work]\nregion = eu-west-1\n")
    chain = Chain()
    keys = await chain.keys("work")
    assert keys.access_key_id == "AKIDWORK"
    assert str(keys.origin) == "AWS profile work (AWS credentials file)"
    assert await chain.region("work") == "eu-west-1"


async def test_a_changed_file_is_read_after_forgetting(aws: Path) -> None:
    text = "[default]\naws_access_key_id = {}\naws_secret_access_key = s\n"
    (aws / "credentials").write_text(text.format("AKIDONE"))
    chain = Chain()
    assert (await chain.keys("")).access_key_id == "AKIDONE"
    (aws / "credentials").write_text(text.format("AKIDTWO"))
    assert (await chain.keys("")).access_key_id == "AKIDONE"
    chain.forget("")
    assert (await chain.keys("")).access_key_id == "AKIDTWO"


async def test_credentials_that_run_out_are_renewed_before_each_signature(aws: Path, tmp_path: Path) -> None:
    expiry = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()  # botocore renews 10 to 15 minutes before
    count = tmp_path / "count"
    script = tmp_path / "process.py"
    script.write_text(
        f"import json, pathlib\np = pathlib.Path({str(count)!r})\n"
        "n = int(p.read_text()) + 1 if p.exists() else 1\np.write_text(str(n))\n"
        f"print(json.dumps(dict(Version=1, AccessKeyId=f'AKID{{n}}', SecretAccessKey='s', SessionToken='t', "
        f"Expiration={expiry!r})))\n"
    )
    command = f'"{sys.executable}" "{script}"'
    (aws / "config").write_text(f"[profile p]\ncredential_process = {command}\n")
    chain = Chain()
    first, second = await chain.keys("p"), await chain.keys("p")
    assert first.access_key_id != second.access_key_id
    assert "credential process" in str(first.origin)


async def test_no_credentials_anywhere_asks_no_metadata_service(home: Path) -> None:
    with pytest.raises(errors.CredentialMissing, match="no AWS credentials"):
        await Chain().keys("")


async def test_an_unknown_profile(home: Path) -> None:
    with pytest.raises(errors.CredentialMissing, match="no AWS profile called absent"):
        await Chain().keys("absent")
    with pytest.raises(errors.CredentialMissing, match="no AWS profile called absent"):
        await Chain().region("absent")


async def test_an_expired_single_sign_on(aws: Path) -> None:
    (aws / "config").write_text(
        "[profile sso]\nsso_start_url = https://x.awsapps.invalid/start\nsso_region = us-east-1\n"
        "sso_account_id = 123456789012\nsso_role_name = Dev\n"
    )
    with pytest.raises(errors.AuthenticationFailed) as found:
        await Chain().keys("sso")
    assert "aws sso login --profile sso" in str(found.value.hint)


ROLE = (
    "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n"
    "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n"
    "mfa_serial = arn:aws:iam::123456789012:mfa/kim\nregion = us-east-1\n"
)


@pytest.fixture
def assumed(aws: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What AWS is asked for the role with; the code 666666 is wrong."""
    (aws / "config").write_text(ROLE)
    asked: list[dict[str, Any]] = []
    expiry = datetime.now(UTC) + timedelta(hours=1)

    class Sts:
        def assume_role(self, **arguments: Any) -> dict[str, Any]:
            asked.append(arguments)
            if arguments["TokenCode"] == "666666":
                text = "MultiFactorAuthentication failed with invalid MFA one time pass code. canary"
                raise trouble.ClientError({"Error": {"Code": "AccessDenied", "Message": text}}, "AssumeRole")
            return {"Credentials": {
                "AccessKeyId": "ASIAROLE", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": expiry,
            }}  # fmt: skip

    real = module._session

    def session(profile: str) -> Any:
        made = real(profile)
        monkeypatch.setattr(made, "create_client", lambda *_, **__: Sts())
        return made

    monkeypatch.setattr(module, "_session", session)
    return asked


class Person:
    """Answers questions, once it is told to."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.gone = 0
        self.ready = asyncio.Event()
        if answers:
            self.ready.set()

    async def __call__(self, question: Message) -> str:
        self.asked.append(str(question))
        try:
            await self.ready.wait()
        except asyncio.CancelledError:
            self.gone += 1
            raise
        return self.answers.pop(0)


async def test_a_role_with_mfa_asks_once(assumed: list[dict[str, Any]]) -> None:
    chain = Chain()
    person = chain.ask = Person(" 123456 ")
    both = await asyncio.gather(chain.keys("role"), chain.keys("role"))
    assert [(keys.access_key_id, str(keys.origin)) for keys in both] == [
        ("ASIAROLE", "AWS profile role (assumed role)")
    ] * 2
    assert [asked["TokenCode"] for asked in assumed] == ["123456"]
    await chain.keys("role")
    assert person.asked == ["Code of the MFA device kim"]


async def test_a_role_that_ran_out_asks_again(assumed: list[dict[str, Any]]) -> None:
    chain = Chain()
    person = chain.ask = Person("123456", "654321")
    await chain.keys("role")
    chain._held["role"]._expiry_time = datetime.now(UTC) - timedelta(hours=1)
    assert (await chain.keys("role")).access_key_id == "ASIAROLE"
    assert [asked["TokenCode"] for asked in assumed] == ["123456", "654321"]
    assert len(person.asked) == 2


async def test_no_answer_is_a_sentence_for_every_lane_that_waits(assumed: list[dict[str, Any]]) -> None:
    chain = Chain()
    person = chain.ask = Person("", "123456")
    found = await asyncio.gather(chain.keys("role"), chain.keys("role"), return_exceptions=True)
    assert [type(one) for one in found] == [errors.CredentialMissing] * 2
    assert len(person.asked) == 1
    assert (await chain.keys("role")).access_key_id == "ASIAROLE"
    assert len(assumed) == 1


async def test_a_wrong_code_is_named(assumed: list[dict[str, Any]]) -> None:
    chain = Chain()
    chain.ask = Person("666666")
    with pytest.raises(errors.AuthenticationFailed, match="does not accept this code") as found:
        await chain.keys("role")
    assert "canary" not in str(found.value)


async def test_who_is_cancelled_takes_the_question_back(assumed: list[dict[str, Any]]) -> None:
    chain = Chain()
    person = chain.ask = Person()
    asking = asyncio.ensure_future(chain.keys("role"))
    while not person.asked:
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    while not person.gone:
        await asyncio.sleep(0.01)
    chain.ask = Person("123456")
    assert (await chain.keys("role")).access_key_id == "ASIAROLE"


async def test_where_nobody_can_be_asked_the_asker_says_why(assumed: list[dict[str, Any]]) -> None:
    async def ask(question: Message) -> str:
        raise errors.CredentialMissing(say("Test", "No terminal for {question}.", question=question))

    chain = Chain()
    chain.ask = ask
    with pytest.raises(errors.CredentialMissing, match="No terminal for Code of the MFA device kim"):
        await chain.keys("role")


async def test_a_role_with_mfa_and_nobody_to_ask(aws: Path) -> None:
    (aws / "config").write_text(ROLE)
    with pytest.raises(errors.CredentialMissing, match="MFA"):
        await Chain().keys("role")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (trouble.PartialCredentialsError(provider="p", cred_var="v"), errors.CredentialMissing, "half of a key"),
        (trouble.MissingDependencyException(msg="crt"), errors.AuthenticationFailed, "aws login"),
        (trouble.EndpointConnectionError(endpoint_url="https://canary"), errors.ConnectionLost, "could not be reached"),
        (trouble.ClientError({"Error": {"Message": "canary"}}, "AssumeRole"), errors.AuthenticationFailed, "refuses"),
        (trouble.ConfigParseError(path="canary"), errors.AuthenticationFailed, "ConfigParseError"),
        (trouble.UnauthorizedSSOTokenError(), errors.AuthenticationFailed, "single sign-on"),
        (OSError("canary"), errors.AuthenticationFailed, "OSError"),
    ],
)
def test_trouble_of_the_chain(error: Exception, kind: type[errors.ProviderError], words: str) -> None:
    found = explain(error, "")
    assert type(found) is kind
    assert words in str(found)
    assert "canary" not in str(found)
    assert json.dumps(found.hint.values) is not None


def test_the_end_of_the_program_waits_for_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer, over = threading.Event(), threading.Event(), threading.Event()

    def hang(*_: object) -> Keys:
        asked.set()
        answer.wait()
        over.set()
        raise OSError

    async def work() -> None:
        asking = asyncio.ensure_future(Chain().keys(""))
        await asyncio.to_thread(asked.wait)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    monkeypatch.setattr(Chain, "_keys", hang)
    asyncio.run(work())
    assert not over.is_set()
    answer.set()
    for thread in [each for each in threading.enumerate() if each.name == "aside"]:
        thread.join()
