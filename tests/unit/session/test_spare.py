"""Nothing is collected when a call begins, and nothing that is set aside is kept for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from desktop.session.spare import set_aside, spare_collections


class Left:
    """Refers to itself, so that a collection alone can free it."""

    def __init__(self) -> None:
        self.myself = self


@pytest.fixture
def collections() -> Iterator[list[str]]:
    seen: list[str] = []

    def watch(phase: str, _info: dict[str, int]) -> None:
        seen.append(phase)

    gc.collect()
    gc.callbacks.append(watch)
    yield seen
    gc.callbacks.remove(watch)
    spare_collections()  # as it was: what all tests share stays out of the collections after each of them


def test_what_is_set_aside_is_walked_by_no_collection_until_it_is_time(collections: list[str]) -> None:
    left = weakref.ref(Left())
    before = len(gc.get_objects())
    set_aside()
    assert not collections
    assert len(gc.get_objects()) < before / 10
    gc.collect()
    assert left() is not None
    spare_collections()
    assert left() is None
    assert len(gc.get_objects()) < before / 10
