"""Load scripts and their results."""
