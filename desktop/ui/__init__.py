"""The window, the overlay and everything else made of Qt."""
