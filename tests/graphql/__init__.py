"""The graph, executed on the real database."""
