"""Compiled operations: breadth-first in Python, one statement in PostgreSQL where a read is described."""
