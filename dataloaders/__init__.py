"""Batched reads, one request long."""
