"""One run of captioning: lanes, states, replay, and what every reader is told."""
