"""On Wayland the program takes XWayland, where a caption bar can stand above other windows."""

from __future__ import annotations

import os

import pytest

from desktop.app.qt import _choose_platform


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "xcb"),
        ({"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"}, "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, None),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, None),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland"}, "wayland"),
    ],
)
def test_xwayland_is_chosen_where_there_is_one_and_the_user_has_not_chosen(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str | None
) -> None:
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ.get("QT_QPA_PLATFORM", ""))  # what is set is undone
    if "QT_QPA_PLATFORM" not in environment:
        monkeypatch.delenv("QT_QPA_PLATFORM")
    _choose_platform()
    assert os.environ.get("QT_QPA_PLATFORM") == expected
