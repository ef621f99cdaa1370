"""Turns the graph's answer into the call's: fields marked `@flatten` give their members to their parent.

Worked out once, at start, from the operation: where nothing below a field is flattened there is no step
for it, and its value passes as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.rest.annotations import BadAnnotation
from server.rest.selections import Selected

Shape = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes an object of the graph's answer, returns the call's."""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one name: its object shaped, or merged into the parent."""

    shape: Shape | None
    is_flattened: bool
    names: tuple[str, ...]
    """The names the merged object brings; all null where it is null."""


def members_of(inside: Mapping[str, Selected], operation: str) -> dict[str, Selected]:
    """Return the members of the shaped object, in order. Raises BadAnnotation where two have one name."""
    found: dict[str, Selected] = {}
    for name, selected in inside.items():
        brought = members_of(selected.inside, operation) if selected.is_flattened else {name: selected}
        for each, behind in brought.items():
            if each in found:
                raise BadAnnotation(operation, f"two members are called {each}")
            found[each] = behind
    return found


def shape_of(inside: Mapping[str, Selected], operation: str) -> Shape | None:
    """Make the shape of an object with these names; None where it stays as it is. Raises BadAnnotation."""
    members_of(inside, operation)
    steps = {}
    for name, selected in inside.items():
        deeper = shape_of(selected.inside, operation)
        if selected.is_flattened:
            names = tuple(members_of(selected.inside, operation))
            steps[name] = Step(deeper, is_flattened=True, names=names)
        elif deeper is not None:
            steps[name] = Step(deeper, is_flattened=False, names=())
    return _shape(steps) if steps else None


def _shape(steps: Mapping[str, Step]) -> Shape:
    def shape(found: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, value in found.items():
            step = steps.get(name)
            if step is None:
                made[name] = value
            elif not step.is_flattened:
                made[name] = _each(value, step.shape)
            elif value is None:
                made.update(dict.fromkeys(step.names))
            else:
                made.update(step.shape(value) if step.shape else value)
        return made

    return shape


def _each(value: Any, shape: Shape | None) -> Any:
    if value is None or shape is None:
        return value
    if isinstance(value, list):
        return [_each(each, shape) for each in value]
    return shape(value)
