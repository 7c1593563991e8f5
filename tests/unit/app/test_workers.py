"""Work that a disk holds up keeps neither other work nor the end of the program waiting."""

from __future__ import annotations

import threading

import pytest

from desktop.app.workers import Workers


def test_work_that_never_ends_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.workers.LAST", 0.05)
    workers, answers = Workers(), threading.Event()
    stuck = [workers.submit(answers.wait) for _ in range(20)]
    assert workers.submit(divmod, 7, 2).result() == (3, 1)
    workers.shutdown()
    assert not any(each.done() for each in stuck)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "aside")
    answers.set()


def test_the_end_waits_for_work_that_ends() -> None:
    workers, answers = Workers(), threading.Event()
    last = workers.submit(answers.wait)
    threading.Timer(0.01, answers.set).start()
    workers.shutdown()
    assert last.done()
