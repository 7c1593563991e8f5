"""I/O that providers share: an engine in a child process, a codec over a WebSocket."""
