from __future__ import annotations

import pytest

from desktop.ingress.door import Admission, Door, Refused, Request
from desktop.ingress.limits import Allowance, Bucket, Failures, Limits

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyz-._~"  # noqa: S105 - of these tests


def ask(target: str, host: str = "localhost:8765", **more: tuple[str, ...]) -> Admission | Refused:
    door = Door(TOKEN, frozenset({"/pcm"}), frozenset({"calls.example"}), frozenset())
    return door.admit(Request(target, (host,), **more), "127.0.0.1", Failures(10), 0.0)


def test_the_query_comes_without_the_token() -> None:
    assert ask(f"/pcm/?rate=8000&token={TOKEN}&name=Ann%20B") == Admission("/pcm", {"rate": "8000", "name": "Ann B"})


def test_a_header_alone_is_enough_and_wins() -> None:
    assert isinstance(ask("/pcm", authorization=(f"bearer {TOKEN}",)), Admission)
    assert ask(f"/pcm?token={TOKEN}", authorization=("Bearer x",)) == Refused(401, "A token is needed.")
    assert isinstance(ask("/pcm", authorization=(f"Bearer {TOKEN}", f"Bearer {TOKEN}")), Refused)


@pytest.mark.parametrize(
    ("target", "status"),
    [("/", 404), ("/PCM", 404), ("//pcm", 404), ("http://evil/pcm", 404), ("/pcm", 401), ("/pcm?token=\xff", 401)],
)
def test_what_is_refused(target: str, status: int) -> None:
    refused = ask(target)
    assert isinstance(refused, Refused)
    assert refused.status == status


def test_a_query_of_many_fields_is_not_even_read() -> None:
    refused = ask(f"/pcm?token={TOKEN}&" + "&".join(f"a{n}=1" for n in range(50)))
    assert isinstance(refused, Refused)


def test_names_are_compared_without_case_and_port() -> None:
    assert isinstance(ask(f"/pcm?token={TOKEN}", "Calls.Example:443"), Admission)
    assert ask(f"/pcm?token={TOKEN}", "[") == Refused(421, "This name is not served here.")


def test_failures_are_counted_by_address_and_forgotten_after_a_minute() -> None:
    failures = Failures(2)
    assert [failures.count("a", 0.0) for _ in range(3)] == [True, True, False]
    assert failures.count("b", 0.0)
    assert failures.count("a", 61.0)


def test_failures_of_many_addresses_take_little_memory() -> None:
    failures = Failures(2)
    for number in range(10_000):
        failures.count(str(number), 0.0)
    assert len(failures._known) == 256


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(10.0, 20.0)
    assert bucket.take(20.0, 0.0) == 0.0
    assert bucket.take(10.0, 0.0) == pytest.approx(1.0)
    assert bucket.take(0.0, 1.0) == 0.0
    assert bucket.take(20.0, 1000.0) == 0.0


def test_four_times_real_time_goes_through_and_five_times_does_not() -> None:
    for speed, waits in ((4.0, False), (5.0, True)):
        allowance = Allowance(Limits())
        longest = max(allowance.take(640, 0.02, 0.02 * at / speed) for at in range(10_000))
        assert (longest > 0.02) is waits


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"/twilio/{TOKEN}", 0),
        (f"/twilio/{TOKEN}/", 0),
        (f"/twilio/{TOKEN}?name=Ann", 0),
        ("/twilio", 401),
        ("/twilio/", 401),
        ("/twilio/wrong", 401),
        (f"/twilio/wrong?token={TOKEN}", 401),
        (f"/twilio/{TOKEN}?token={TOKEN}", 401),
        (f"/twilio/{TOKEN}/{TOKEN}", 404),
        (f"/pcm/{TOKEN}", 404),
    ],
)
def test_twilios_token_may_follow_its_path(target: str, status: int) -> None:
    door = Door(TOKEN, frozenset({"/pcm", "/twilio"}), frozenset(), frozenset())
    verdict = door.admit(Request(target, ("127.0.0.1",)), "127.0.0.1", Failures(10), 0.0)
    if status:
        assert isinstance(verdict, Refused)
        assert verdict.status == status
    else:
        assert isinstance(verdict, Admission)
        assert verdict.path == "/twilio"
        assert TOKEN not in str(verdict.query)


def test_where_no_twilio_is_served_nothing_follows_its_path() -> None:
    door = Door(TOKEN, frozenset({"/pcm"}), frozenset(), frozenset())
    verdict = door.admit(Request(f"/twilio/{TOKEN}", ("127.0.0.1",)), "127.0.0.1", Failures(10), 0.0)
    assert isinstance(verdict, Refused)
    assert verdict.status == 404
