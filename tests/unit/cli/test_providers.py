"""The list of providers knows what each was sent this month, and what the user allows."""

from __future__ import annotations

import io
import json
from argparse import Namespace

import pytest

from desktop.cli import options, providers
from desktop.cli.command import Context
from desktop.cli.output import Output
from desktop.settings import paths, store
from desktop.settings.schema import CaptionSettings, Settings
from desktop.settings.usage import Usage
from tests.support.account import Account


def listing(monkeypatch: pytest.MonkeyPatch, *, as_json: bool) -> str:
    monkeypatch.setattr(options, "offered", lambda: {"cloud-nine": Account()})
    told = io.StringIO()
    assert providers.run(Namespace(json=as_json), Context(Output(told, io.StringIO()), lambda _request: 0)) == 0
    return told.getvalue()


def use(minutes: float, captions: CaptionSettings) -> None:
    usage = Usage(paths.usage_file())
    usage.used("cloud-nine", minutes * 60)
    paths.usage_file().parent.mkdir(parents=True, exist_ok=True)
    usage.save()
    store.save(paths.config_file(), Settings(captions=captions))


def test_minutes_limit_and_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    use(132.0, CaptionSettings(limits={"cloud-nine": 600}, prices={"cloud-nine": 0.024}))
    (row,) = json.loads(listing(monkeypatch, as_json=True))
    asked = ("minutes_used", "minutes_limit", "price_per_minute", "estimated_cost")
    assert [row[key] for key in asked] == [132.0, 600, 0.024, 3.17]
    assert "132 of 600 min, about $3.17" in listing(monkeypatch, as_json=False)


def test_nothing_is_made_up_where_the_price_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    use(12.34, CaptionSettings())
    (row,) = json.loads(listing(monkeypatch, as_json=True))
    assert (row["minutes_used"], row["minutes_limit"]) == (12.3, None)
    assert (row["price_per_minute"], row["estimated_cost"]) == (None, None)
    text = listing(monkeypatch, as_json=False)
    assert "12 min" in text
    assert "$" not in text
