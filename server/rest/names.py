"""The two spellings of a name: the graph's camelCase, and the callers' snake_case."""

import re

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def snake_case(name: str) -> str:
    """Return `product_id` for `productId`; a snake_case name stays as it is."""
    return HUMP.sub("_", name).lower()


def words(name: str) -> str:
    """Return `explain availability` for `explainAvailability`."""
    return snake_case(name).replace("_", " ")
