"""Another service takes over and hands back, and no word is lost or doubled at the seams."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.captions import Gap, Seam
from desktop.core.errors import (
    AuthenticationFailed,
    CredentialMissing,
    EngineUnavailable,
    OwnLimitReached,
    StreamStalled,
)
from desktop.core.message import say
from desktop.core.state import SessionState
from desktop.session import relay, stall
from desktop.session.events import ProblemRaised, SessionEvent, StateChanged
from desktop.session.service import Fallback, LaneSpec, Service
from desktop.session.session import Session
from desktop.session.succession import Succession
from desktop.settings.usage import Usage
from tests.support.beacon import BeaconProvider, BeaconSource, Fault, numbers

DOWN = Fault(after=None)


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.01)
    monkeypatch.setattr("desktop.session.backoff.CAP", 0.02)
    monkeypatch.setattr("desktop.session.backoff.LINE_CAP", 0.02)
    monkeypatch.setattr("desktop.session.succession.PROMPT", 0.01)
    monkeypatch.setattr("desktop.session.succession.WARM_UP", 0.0)
    monkeypatch.setattr("desktop.session.succession.GRACE", 0.0)
    monkeypatch.setattr(relay, "TURN_PATIENCE", 0.05)
    monkeypatch.setattr(relay, "TICK", 0.01)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch)


def chosen(faults: list[Fault], **capabilities: object) -> BeaconProvider:
    provider = BeaconProvider(faults, id="chosen")
    provider.capabilities = replace(provider.capabilities, **capabilities)  # type: ignore[arg-type] # any of its fields
    return provider


def standby(faults: list[Fault] | None = None) -> BeaconProvider:
    return BeaconProvider(faults or [], id="standby")


def run_of(
    provider: BeaconProvider, other: BeaconProvider, count: int = 30, patience: float = 0.05, pause: float = 0.002
) -> tuple[Session, list[SessionEvent]]:
    session = Session(
        [LaneSpec("you", "You", BeaconSource(count, pause=pause))],
        Service(provider, "en-US"),
        fallback=Fallback(Service(other, ""), patience),
    )
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    return session, told


def captioned(session: Session) -> list[int]:
    assert all(segment.is_final for segment in session.document.segments)
    return numbers([segment.text for segment in session.document.segments])


def seams(session: Session) -> list[tuple[str, str]]:
    return [(mark.provider, mark.reason) for mark in session.document.marks if isinstance(mark, Seam)]


def states(told: list[SessionEvent]) -> list[SessionState]:
    return [event.state for event in told if isinstance(event, StateChanged) and event.lane]


async def test_the_standby_takes_over_with_the_sound_of_the_gap_and_hands_back() -> None:
    provider, other = chosen([Fault(after=5.0), *[DOWN] * 12]), standby()
    session, told = run_of(provider, other, count=60)
    await session.run()
    assert captioned(session) == list(range(60))
    assert not [mark for mark in session.document.marks if isinstance(mark, Gap)]
    assert seams(session) == [("standby", "the service is away"), ("chosen", "the service is back")]
    assert SessionState.FALLBACK in states(told)
    assert states(told)[-1] is SessionState.STOPPED
    assert not session.problems, "told while it lasted, and over"
    assert other.connections == 1


async def test_a_connection_that_comes_back_in_time_needs_no_standby() -> None:
    provider, other = chosen([Fault(after=2.0), DOWN]), standby()
    session, told = run_of(provider, other, patience=5.0)
    await session.run()
    assert captioned(session) == list(range(30))
    assert not seams(session)
    assert SessionState.FALLBACK not in states(told)


async def test_a_service_away_from_the_start_is_stood_in_for() -> None:
    session, _ = run_of(chosen([DOWN] * 1000), standby())
    await session.run()
    assert captioned(session) == list(range(30))
    assert seams(session) == [("standby", "the service is away")]
    assert [mark.start for mark in session.document.marks] == [0.0]


async def test_refused_credentials_are_not_tried_again_while_the_standby_works() -> None:
    refusal = AuthenticationFailed(say("Test", "The key is wrong."))
    provider = chosen([Fault(after=None, error=lambda: refusal)])
    session, told = run_of(provider, standby())
    await session.run()
    assert captioned(session) == list(range(30))
    assert provider.connections == 1
    problems = [event.problem for event in told if isinstance(event, ProblemRaised)]
    assert [(problem.error, problem.retry_at) for problem in problems] == [(refusal, None)]
    assert [problem.error for problem in session.problems] == [refusal], "it stays to be read"


async def test_credentials_that_expire_in_the_middle_lose_nothing() -> None:
    refusal = AuthenticationFailed(say("Test", "The token has expired."))
    provider = chosen([Fault(after=3.0, error=lambda: refusal, swallow=1.0)])
    session, _ = run_of(provider, standby())
    await session.run()
    assert captioned(session) == list(range(30))
    assert provider.connections == 1


async def test_what_the_user_has_to_set_right_is_not_covered_up() -> None:
    missing = CredentialMissing(say("Test", "There is no key."))
    session, _ = run_of(chosen([Fault(after=None, error=lambda: missing)]), standby())
    with pytest.raises(CredentialMissing):
        await session.run()


async def test_a_service_that_opens_and_breaks_before_a_word_is_left_to_the_standby() -> None:
    provider = chosen([Fault(after=0.2, swallow=1.0)] * 1000)
    session, told = run_of(provider, standby(), count=60)
    await session.run()
    assert captioned(session) == list(range(60))
    assert SessionState.FALLBACK in states(told)


async def test_a_standby_that_can_not_run_leaves_the_retrying_as_it_was() -> None:
    broken = EngineUnavailable(say("Test", "This computer can't."))
    other = standby([Fault(after=None, error=lambda: broken)] * 1000)
    session, _ = run_of(chosen([Fault(after=2.0), *[DOWN] * 12]), other)
    await session.run()
    assert captioned(session) == list(range(30))
    assert not seams(session)


async def test_a_standby_that_breaks_is_opened_again() -> None:
    session, _ = run_of(chosen([DOWN] * 1000), standby([Fault(after=2.0, swallow=0.6), DOWN]))
    await session.run()
    assert captioned(session) == list(range(30))


async def test_a_language_that_the_standby_lacks_is_not_stood_in_for() -> None:
    other = standby()
    other.capabilities = replace(other.capabilities, languages=("fr-FR",))
    session, _ = run_of(chosen([Fault(after=2.0), *[DOWN] * 8]), other)
    await session.run()
    assert captioned(session) == list(range(30))
    assert other.connections == 0


async def test_choosing_another_service_in_the_middle_of_a_sentence_loses_nothing() -> None:
    first, second = BeaconProvider(id="first"), BeaconProvider(id="second")
    session = Session([LaneSpec("you", "You", BeaconSource(30, pause=0.002))], Service(first, "en-US"))
    running = asyncio.ensure_future(session.run())
    while len(session.document.segments) < 5:
        await asyncio.sleep(0.005)
    session.choose(Service(second, "en-US"))
    await running
    assert captioned(session) == list(range(30))
    assert seams(session) == [("second", "chosen")]
    assert second.connections == 1


async def test_the_present_service_goes_on_until_the_chosen_one_is_reached() -> None:
    first, second = BeaconProvider(id="first"), BeaconProvider([DOWN] * 1000, id="second")
    session = Session([LaneSpec("you", "You", BeaconSource(30, pause=0.002))], Service(first, "en-US"))
    running = asyncio.ensure_future(session.run())
    while len(session.document.segments) < 5:
        await asyncio.sleep(0.005)
    session.choose(Service(second, "en-US"))
    await running
    assert captioned(session) == list(range(30))
    assert not seams(session)
    assert first.connections == 1


async def test_a_stream_is_renewed_before_its_limit_without_anybody_noticing() -> None:
    provider = chosen([Fault(after=1000.0, renew=2.0), Fault(after=1000.0, renew=2.0)])
    session, told = run_of(provider, standby())
    await session.run()
    assert captioned(session) == list(range(30))
    assert provider.connections == 3
    assert not seams(session)
    assert set(states(told)) == {
        SessionState.CONNECTING,
        SessionState.LIVE,
        SessionState.STOPPING,
        SessionState.STOPPED,
    }
    assert not [event for event in told if isinstance(event, ProblemRaised)]


async def test_voices_without_an_answer_are_told_of_and_then_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stall, "WARN", 0.05)
    monkeypatch.setattr(stall, "GIVE_UP", 0.15)
    provider = chosen([Fault(after=1000.0, swallow=997.0)], needs_network=True)
    session, told = run_of(provider, standby(), count=80, patience=100.0)
    await session.run()
    assert captioned(session) == list(range(80))
    assert provider.connections > 1
    assert any(isinstance(event, ProblemRaised) and isinstance(event.problem.error, StreamStalled) for event in told)
    assert not session.problems


async def test_a_call_that_comes_later_is_captioned_and_saved() -> None:
    session = Session([], Service(BeaconProvider(), "en-US"), open_ended=True)
    running = asyncio.ensure_future(session.run())
    while session.state is not SessionState.LIVE:
        await asyncio.sleep(0.001)
    await session.add_lane(LaneSpec("caller", "Caller", BeaconSource(4)))
    with pytest.raises(ValueError, match="caller"):
        await session.add_lane(LaneSpec("caller", "Caller", BeaconSource(4)))
    while len(session.document.segments) < 4:
        await asyncio.sleep(0.001)
    assert not running.done()
    session.stop()
    await running
    assert captioned(session) == list(range(4))
    await session.add_lane(LaneSpec("late", "Late", BeaconSource(4)))
    assert [lane.id for lane in session.lanes] == ["caller"]


async def test_a_sleeping_computer_leaves_a_mark_and_new_streams() -> None:
    provider = chosen([], needs_network=True)
    session, _ = run_of(provider, standby(), count=60, patience=100.0)
    running = asyncio.ensure_future(session.run())
    while len(session.document.segments) < 5:
        await asyncio.sleep(0.005)
    session._slept(12.0)
    await running
    assert captioned(session) == list(range(60))
    assert provider.connections == 2
    assert [mark.reason for mark in session.document.marks if isinstance(mark, Gap)] == ["the computer was asleep"]


@given(
    st.lists(st.builds(Fault, after=st.none() | st.floats(0.1, 5.0), swallow=st.floats(0.0, 3.0)), max_size=12),
    st.lists(st.builds(Fault, after=st.none() | st.floats(0.1, 5.0), swallow=st.floats(0.0, 3.0)), max_size=3),
    st.floats(0.0, 0.03),
)
@settings(max_examples=40)
def test_no_word_is_lost_or_doubled_whoever_captions(first: list[Fault], second: list[Fault], patience: float) -> None:
    async def play() -> None:
        session, _ = run_of(chosen(first), standby(second), count=16, patience=patience, pause=0.0005)
        await session.run()
        assert captioned(session) == list(range(16))
        assert not [mark for mark in session.document.marks if isinstance(mark, Gap)]

    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        asyncio.run(play())


async def test_the_users_own_limit_hands_over_in_the_middle(tmp_path: Path) -> None:
    usage = Usage(tmp_path / "usage.json", {"chosen": 1})
    usage.used("chosen", 55.0)
    provider = chosen([], needs_network=True)
    session = Session(
        [LaneSpec("you", "You", BeaconSource(40, pause=0.002))],
        Service(provider, "en-US"),
        fallback=Fallback(Service(standby(), ""), 0.05),
        meter=usage,
    )
    await session.run()
    assert captioned(session) == list(range(40))
    assert seams(session) == [("standby", "the service is away")]
    assert [type(problem.error) for problem in session.problems] == [OwnLimitReached]
    assert usage.minutes("standby") == 0.0, "what costs nothing is not counted"


async def test_a_chosen_service_that_refuses_does_not_end_the_one_that_works() -> None:
    refusal = AuthenticationFailed(say("Test", "The key is wrong."))
    first = BeaconProvider([Fault(after=8.0, swallow=1.0)], id="first")
    second = BeaconProvider([Fault(after=None, error=lambda: refusal)], id="second")
    session = Session([LaneSpec("you", "You", BeaconSource(30, pause=0.002))], Service(first, "en-US"))
    running = asyncio.ensure_future(session.run())
    while len(session.document.segments) < 5:
        await asyncio.sleep(0.005)
    session.choose(Service(second, "en-US"))
    await running
    assert captioned(session) == list(range(30))
    assert first.connections == 2, "it broke, and went on"
    assert not seams(session)


class Hasty:
    """A user who chooses once more in the very moment in which a service is reached."""

    def __init__(self, services: list[Service]) -> None:
        self.services = services
        self.opened: list[Waiting] = []
        self.succession = Succession(services.pop(0), None, self, lambda: 0.0)  # type: ignore[arg-type] # its relays are no real ones

    def open_stream(self, service: Service, *, standby: bool) -> Waiting:
        self.opened.append(Waiting(service))
        return self.opened[-1]

    def reached(self) -> None:
        if self.services:
            self.succession.choose(self.services.pop(0))


class Waiting:
    """A stream that is open at once."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.dropped = False

    async def until_open(self) -> None:
        await asyncio.sleep(0)

    def trouble(self) -> None:
        return None

    def drop(self) -> None:
        self.dropped = True


async def test_choosing_again_in_the_moment_in_which_a_service_is_reached() -> None:
    user = Hasty([Service(BeaconProvider(id="first"), "en-US"), Service(BeaconProvider(id="second"), "en-US")])
    relay_ = await user.succession.next()
    assert relay_.service.provider.id == "second"
    assert [stream.dropped for stream in user.opened] == [True, False]
