"""Examples of calls: `operations/<audience>/<operation>.json` beside the operation, data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from server.problems import Problem
from server.rest.names import snake_case

PROBLEMS = "problems.json"
"""One example a code: its sentence, its hint, and its facts."""


@dataclass(frozen=True, slots=True)
class Example:
    """One call and its answer, as they go over the wire."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    request: Any = None
    answer: Any = None


def read_examples(directory: Path, names: list[str]) -> dict[str, Example]:
    """Return the examples of these operations by name; an operation may be without."""
    found = {}
    for name in names:
        path = directory / f"{snake_case(name)}.json"
        if path.exists():
            found[name] = Example(**orjson.loads(path.read_bytes()))
    return found


def read_problems(directory: Path) -> dict[str, Problem]:
    """Return an example of each code's problem."""
    written: dict[str, dict[str, Any]] = orjson.loads((directory / PROBLEMS).read_bytes())
    return {
        code: Problem(code, facts.pop("detail"), facts.pop("hint", None), facts)
        for code, facts in written.items()
    }
