"""Remote peers as lanes: a WebSocket listener, one dialect for each kind of peer, and the sound they send."""
