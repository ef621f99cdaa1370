"""Rows, questions to the database, sessions and the unit of work."""
