"""Keys that work while another window has the keyboard: one interface, one module for each system's way."""
