"""Rules and values without I/O; standard library only."""
