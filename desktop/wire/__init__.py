"""Pure byte formats, shared by providers and listeners: standard library only, no I/O."""
