from __future__ import annotations

import pytest

from desktop.core.direction import right_to_left


@pytest.mark.parametrize(
    ("text", "turned"),
    [("", False), ("hello", False), ("12 – 14", False), ("é مرحبا", False), ("12 مرحبا hello", True), ("«שלום»", True)],
)
def test_the_first_letter_with_a_direction_decides(text: str, turned: bool) -> None:
    assert right_to_left(text) is turned
