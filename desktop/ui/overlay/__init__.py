"""The caption bar: an always-on-top panel of text."""

from desktop.ui.overlay.window import Overlay

__all__ = ["Overlay"]
