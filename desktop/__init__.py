"""Overtitle: live captions for what this computer hears, saved as they are spoken."""

__version__ = "0.1.0"
