"""The composition root: the only package that knows everyone. It puts the window, the session and the rest together."""
