"""No word is lost or doubled, whatever the streams do; finals are on disk before they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent, Gap, Mark
from desktop.core.errors import (
    AuthenticationFailed,
    ConnectionLost,
    DeviceLost,
    DeviceNotFound,
    JournalUnwritable,
    ProviderError,
)
from desktop.core.message import say
from desktop.core.state import SessionState
from desktop.session import lane as lane_module
from desktop.session.events import (
    BehindChanged,
    Forgotten,
    LevelChanged,
    ProblemCleared,
    ProblemRaised,
    Saved,
    SessionEvent,
    StateChanged,
)
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.journal import read
from tests.support.beacon import BLOCK, BeaconProvider, BeaconSource, Fault, numbers


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.001)
    monkeypatch.setattr("desktop.session.backoff.CAP", 0.005)
    monkeypatch.setattr("desktop.session.backoff.LINE_CAP", 0.005)


def session_of(source: BeaconSource, provider: BeaconProvider, plan: JournalPlan | None = None) -> Session:
    return Session([LaneSpec("you", "You", source)], Service(provider, "en-US"), plan)


def captioned(session: Session) -> list[int]:
    assert all(segment.is_final for segment in session.document.segments)
    return numbers([segment.text for segment in session.document.segments])


async def test_everything_said_is_in_the_document() -> None:
    session = session_of(BeaconSource(8), BeaconProvider())
    await session.run()
    assert captioned(session) == list(range(8))
    assert session.state is SessionState.STOPPED


@given(
    st.lists(
        st.builds(
            Fault,
            after=st.none() | st.floats(0.1, 6.0),
            swallow=st.floats(0.0, 3.0),
        ),
        max_size=6,
    ),
    st.sampled_from([0.02, 0.03, 0.05, 0.1]),
)
@settings(max_examples=60)
def test_no_word_is_lost_or_doubled_whatever_the_streams_do(faults: list[Fault], chunk: float) -> None:
    async def play(folder: Path) -> None:
        session = session_of(BeaconSource(20, chunk=chunk), BeaconProvider(faults), JournalPlan([folder]))
        await session.run()
        assert captioned(session) == list(range(20))
        assert not session.document.marks
        assert session.journal is not None
        saved = [entry.text for entry in read(session.journal).entries if isinstance(entry, CaptionEvent)]
        assert numbers(saved) == list(range(20)), "shown and saved are the same"

    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr("desktop.session.backoff.FIRST", 0.001)
        patch.setattr("desktop.session.backoff.CAP", 0.002)
        patch.setattr("desktop.session.backoff.LINE_CAP", 0.002)
        asyncio.run(play(Path(folder)))


async def test_a_stream_that_ends_too_early_is_replaced() -> None:
    provider = BeaconProvider([Fault(after=1.0, ends=True)])
    session = session_of(BeaconSource(6), provider)
    await session.run()
    assert captioned(session) == list(range(6))
    assert provider.connections == 2


async def test_states_tell_of_the_trouble_and_of_its_end() -> None:
    session = session_of(BeaconSource(6), BeaconProvider([Fault(after=1.0)]))
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    await session.run()
    states = [event.state for event in told if isinstance(event, StateChanged) and not event.lane]
    assert states == [
        SessionState.CONNECTING,
        SessionState.LIVE,
        SessionState.RECONNECTING,
        SessionState.LIVE,
        SessionState.STOPPED,
    ]
    problems = [event.problem.error for event in told if isinstance(event, ProblemRaised)]
    assert [type(error) for error in problems] == [ConnectionLost]
    assert [type(event.problem.error) for event in told if isinstance(event, ProblemCleared)] == [ConnectionLost]


async def test_how_far_captions_are_behind_is_told_while_the_service_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_module, "TICK", 0.001)
    away = [Fault(after=1.0), *[Fault(after=None)] * 200]
    session = session_of(BeaconSource(20, pause=0.001), BeaconProvider(away))
    told: list[tuple[SessionState, float]] = []

    def listen(event: SessionEvent) -> None:
        if isinstance(event, BehindChanged):
            told.append((session.state, event.seconds))

    session.subscribe(listen)
    await session.run()
    assert max(seconds for state, seconds in told if state is SessionState.RECONNECTING) >= 3.0
    assert told[-1][1] <= 1.0, "and that they are not any more"


async def test_trouble_that_retrying_can_not_mend_ends_the_session_with_its_cause() -> None:
    refusal = AuthenticationFailed(say("Test", "The key is wrong."))
    session = session_of(BeaconSource(6), BeaconProvider([Fault(after=None, error=lambda: refusal)]))
    with pytest.raises(AuthenticationFailed):
        await session.run()
    assert session.state is SessionState.FAILED
    assert [problem.error for problem in session.problems] == [refusal]


async def test_sound_that_nobody_captioned_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_module, "DRAIN", 0.05)
    session = session_of(BeaconSource(4), BeaconProvider([Fault(after=1.2)] + [Fault(after=None)] * 1000))
    with pytest.raises(ConnectionLost):
        await session.run()
    gaps = [mark for mark in session.document.marks if isinstance(mark, Gap)]
    assert captioned(session) == [0, 1, 2]
    assert [(gap.start, gap.end, gap.reason) for gap in gaps] == [(1.0, 2.0, "not captioned")]


async def test_one_broken_lane_does_not_end_the_other() -> None:
    missing = DeviceNotFound(say("Test", "No such microphone."))
    lanes = [
        LaneSpec("you", "You", BeaconSource(0, broken=[missing])),
        LaneSpec("them", "Them", BeaconSource(4)),
    ]
    session = Session(lanes, Service(BeaconProvider(), "en-US"))
    await session.run()
    assert captioned(session) == list(range(4))
    assert [(problem.lane, problem.error) for problem in session.problems] == [("you", missing)]


async def test_no_working_lane_is_a_failure_and_leaves_no_empty_transcript(tmp_path: Path) -> None:
    missing = DeviceNotFound(say("Test", "No such microphone."))
    session = session_of(BeaconSource(0, broken=[missing]), BeaconProvider(), JournalPlan([tmp_path]))
    with pytest.raises(DeviceNotFound):
        await session.run()
    assert list(tmp_path.iterdir()) == []
    assert session.journal is None


async def test_a_lost_device_is_opened_again_and_the_hole_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.capture.REOPEN", 0.001)
    lost = DeviceLost(say("Test", "The headset is gone."))
    missing = DeviceNotFound(say("Test", "No such headset."))
    source = BeaconSource(4, live=True, broken=[None, lost, missing, missing], breaks_after=2, hole=3.0)
    session = session_of(source, BeaconProvider())
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    await session.run()
    assert captioned(session) == list(range(4))
    gaps = [mark for mark in session.document.marks if isinstance(mark, Gap)]
    assert [(gap.start, gap.end) for gap in gaps] == [(1.0, 4.0)]
    assert [event.problem.error for event in told if isinstance(event, ProblemRaised)] == [lost], "told once"
    assert [type(event.problem.error) for event in told if isinstance(event, ProblemCleared)] == [DeviceLost]


async def test_stopping_keeps_what_was_captured_before() -> None:
    session = session_of(BeaconSource(400, pause=0.001), BeaconProvider())
    running = asyncio.ensure_future(session.run())
    while len(session.document.segments) < 3:
        await asyncio.sleep(0.01)
    session.stop()
    session.stop()
    async with asyncio.timeout(60):
        await running
    spoken = captioned(session)
    assert spoken == list(range(len(spoken)))
    assert 3 <= len(spoken) < 400


async def test_stopping_before_the_start_stops_at_once() -> None:
    session = session_of(BeaconSource(400, pause=0.01), BeaconProvider())
    session.stop()
    async with asyncio.timeout(60):
        await session.run()
    assert session.state is SessionState.STOPPED
    assert len(captioned(session)) < 400


async def test_a_muted_lane_hears_silence() -> None:
    session = session_of(BeaconSource(4), BeaconProvider())

    def mute_at_once(event: SessionEvent) -> None:
        if isinstance(event, StateChanged) and event.state is SessionState.CONNECTING:
            session.mute("you", True)

    levels: list[float] = []
    session.subscribe(mute_at_once)
    session.subscribe(lambda event: levels.append(event.rms) if isinstance(event, LevelChanged) else None)
    await session.run()
    assert set(levels) == {-120.0}


async def test_a_reader_that_raises_costs_the_others_nothing(expect_log: Callable[..., None]) -> None:
    expect_log("desktop.session.board", "A reader of the session failed")
    session = session_of(BeaconSource(3), BeaconProvider())

    def broken(event: SessionEvent) -> None:
        if isinstance(event, CaptionEvent):
            raise ZeroDivisionError

    session.subscribe(broken)
    await session.run()
    assert captioned(session) == [0, 1, 2]


async def test_a_bug_in_a_provider_ends_the_session_and_not_silently() -> None:
    def bug() -> ProviderError:
        raise ZeroDivisionError

    session = session_of(BeaconSource(400, pause=0.001), BeaconProvider([Fault(after=0.5, error=bug)]))
    with pytest.raises(ExceptionGroup):
        await session.run()
    assert session.state is SessionState.FAILED


async def test_finals_are_on_disk_before_they_are_shown(tmp_path: Path) -> None:
    session = session_of(BeaconSource(6), BeaconProvider(), JournalPlan([tmp_path], "Call"))
    seen_on_disk: list[bool] = []

    def check(event: SessionEvent) -> None:
        if isinstance(event, CaptionEvent) and event.is_final:
            assert session.journal is not None
            entries = read(session.journal).entries
            seen_on_disk.append(any(isinstance(e, CaptionEvent) and e.text == event.text for e in entries))

    session.subscribe(check)
    await session.run()
    assert seen_on_disk == [True] * 6


async def test_marks_and_gaps_are_saved(tmp_path: Path) -> None:
    session = session_of(BeaconSource(6), BeaconProvider(), JournalPlan([tmp_path]))
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    running = asyncio.ensure_future(session.run())
    while not session.document.segments:
        await asyncio.sleep(0)
    session.mark("ask for the papers")
    await running
    assert session.journal is not None
    saved = read(session.journal)
    assert [entry.note for entry in saved.entries if isinstance(entry, Mark)] == ["ask for the papers"]
    assert saved.complete
    assert [event.complete for event in told if isinstance(event, Saved)] == [False, True]


async def test_an_unwritable_folder_costs_nothing_when_there_is_another(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    session = session_of(BeaconSource(3), BeaconProvider(), JournalPlan([blocked / "folder", tmp_path / "other"]))
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    await session.run()
    assert session.journal is not None
    assert session.journal.parent == tmp_path / "other"
    assert [type(event.problem.error) for event in told if isinstance(event, ProblemRaised)] == [JournalUnwritable]
    assert len(read(session.journal).entries) == 3


async def test_captions_go_on_when_nothing_can_be_written_and_the_end_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    session = session_of(BeaconSource(3), BeaconProvider(), JournalPlan([blocked / "folder"]))
    with pytest.raises(JournalUnwritable):
        await session.run()
    assert captioned(session) == [0, 1, 2]


async def test_the_disk_that_comes_back_gets_everything(tmp_path: Path) -> None:
    blocked = tmp_path / "later"
    blocked.write_text("in the way", encoding="utf-8")
    session = session_of(BeaconSource(6, pause=0.001), BeaconProvider(), JournalPlan([blocked]))

    def free_the_place(event: SessionEvent) -> None:
        if isinstance(event, CaptionEvent) and event.is_final and event.text == "2":
            blocked.unlink()

    session.subscribe(free_the_place)
    await session.run()
    assert session.journal is not None
    texts = [entry.text for entry in read(session.journal).entries if isinstance(entry, CaptionEvent)]
    assert numbers(texts) == list(range(6))
    assert not session.problems


async def test_a_long_session_keeps_its_end_in_memory_and_everything_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.recall.WORDY", 2)
    monkeypatch.setattr("desktop.session.recall.KEPT", 4)
    monkeypatch.setattr("desktop.session.recall.AT_ONCE", 1)
    session = session_of(BeaconSource(10), BeaconProvider(), JournalPlan([tmp_path]))
    told: list[Forgotten] = []
    session.subscribe(lambda event: told.append(event) if isinstance(event, Forgotten) else None)
    await session.run()
    kept = session.document.segments
    assert numbers([segment.text for segment in kept]) == [6, 7, 8, 9]
    assert [round(each.before / BLOCK) for each in told] == [1, 2, 3, 4, 5, 6]
    assert all(each.saved for each in told)
    assert [bool(segment.words) for segment in kept] == [False, False, True, True]
    assert session.journal is not None
    saved = [entry for entry in read(session.journal).entries if isinstance(entry, CaptionEvent)]
    assert numbers([segment.text for segment in saved]) == list(range(10))
    assert all(segment.words for segment in saved)
