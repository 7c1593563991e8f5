from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.core import errors
from desktop.core.errors import OvertitleError
from desktop.core.message import say
from desktop.ui.problems import ACTIONS, LABELS, Action, action_for, unexpected


def family(kind: type[OvertitleError]) -> Iterator[type[OvertitleError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


OURS = sorted(
    {kind for kind in family(OvertitleError) if kind.__module__ == errors.__name__}, key=lambda kind: kind.__name__
)


@pytest.mark.parametrize("kind", OURS)
def test_for_every_kind_of_error_somebody_has_thought_of_the_next_step(kind: type[OvertitleError]) -> None:
    assert kind in ACTIONS, f"{kind.__name__} needs its line in desktop/ui/problems.py"
    action = action_for(kind(say("Test", "What.")))
    assert action is Action.NONE or str(LABELS[action])


def test_every_button_has_its_words_and_its_use() -> None:
    assert set(LABELS) == set(Action) - {Action.NONE}
    assert set(LABELS) == set(ACTIONS.values()) - {Action.NONE}


def test_an_error_from_outside_takes_the_step_of_its_nearest_kin() -> None:
    class TokenExpired(errors.AuthenticationFailed):
        """A provider's own kind."""

    assert action_for(TokenExpired(say("Test", "What."))) is Action.CREDENTIALS


def test_a_bug_is_told_without_its_inner_workings() -> None:
    assert "Traceback" not in str(unexpected())
    assert action_for(unexpected()) is Action.NONE
