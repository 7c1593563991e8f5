"""The vocabulary of Overtitle: plain data and pure functions, standard library only, no I/O."""
