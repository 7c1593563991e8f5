"""One module per command; never imports Qt."""
