"""Form encoding with brackets: `items[0][price]=x` is {"items": [{"price": "x"}]}."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

_BRACKETS = re.compile(r"\[([^\]]*)\]")
MAPPINGS = frozenset({"metadata"})
"""Whose keys are the caller's words, also if they look like positions in a list."""


def decode(text: str) -> dict[str, Any]:
    """Return what a query or a body says. An empty value stays: it unsets a field."""
    tree: dict[str, Any] = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name:
            _put(tree, _steps(_plain(name)), _plain(value))
    return {key: _lists(key, value) for key, value in tree.items()}


def _plain(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


@lru_cache(maxsize=2_000)
def _steps(name: str) -> tuple[str, ...]:
    head, bracket, rest = name.partition("[")
    return (head, *_BRACKETS.findall(bracket + rest)) if bracket else (head,)


def _put(tree: dict[str, Any], steps: tuple[str, ...], value: str) -> None:
    for step in steps[:-1]:
        below = tree.get(step)
        if not isinstance(below, dict):
            below = tree[step] = {}
        tree = below
    # `expand[]=a&expand[]=b`: each has the next free position.
    tree[steps[-1] or str(len(tree))] = value


def _lists(key: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if key in MAPPINGS:
        return value
    if value and all(step.isdecimal() for step in value):
        return [_lists("", value[step]) for step in sorted(value, key=int)]
    return {step: _lists(step, below) for step, below in value.items()}
