"""Rows as tests need them: one factory a noun, every fact with a default."""
