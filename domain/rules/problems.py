"""What the rules find."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from domain.errors import Refusal
from domain.properties import PropertyField


class Severity(StrEnum):
    """An ERROR keeps the property from being saved; a WARNING is told and does not."""

    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold, and what would mend it."""

    field: PropertyField
    rule: str
    severity: Severity
    sentence: str
    """The key of its message."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    """Where in a list or in texts: `0.max_occupancy`, `it`; empty for the field as a whole."""
    corrections: Mapping[PropertyField, Any] = field(default_factory=dict)
    """Values that mend it, all of them together; empty where only a person knows."""

    @property
    def is_blocking(self) -> bool:
        return self.severity is Severity.ERROR


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Return those that keep a property from being saved."""
    return [each for each in problems if each.is_blocking]


@dataclass(frozen=True, slots=True)
class InvalidProperty(Refusal):
    """Values of the property do not hold; all of them are told at once."""

    code: ClassVar[str] = "INVALID_PROPERTY"
    hint: ClassVar[str | None] = "Mend every problem of severity ERROR; many come with a suggestion."
    problems: tuple[Problem, ...]

    @property
    def message(self) -> str:
        names = dict.fromkeys(each.field.value for each in blocking(self.problems))
        return f"These values do not hold: {', '.join(names)}."
