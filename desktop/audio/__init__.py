"""Devices and sources: everything between a sound card, or a file, and an `AudioChunk`."""
