"""Every provider found passes the kit; a provider without a case fails, so none is forgotten."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from desktop.providers import discover
from desktop.testing.conformance import CHECKS, Case, Check

OpenCase = Callable[[], AbstractAsyncContextManager[Case]]


def case_of(provider_id: str) -> OpenCase:
    """`tests/conformance/<provider>/case.py` says how to use a provider here."""
    module = importlib.import_module(f"tests.conformance.{provider_id.replace('-', '_')}.case")
    opener: OpenCase = module.open_case
    return opener


@pytest.mark.engine
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("provider_id", sorted(discover()))
async def test_provider(provider_id: str, check: Check) -> None:
    async with case_of(provider_id)() as case:
        await check(case)
