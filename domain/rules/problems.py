"""What the rules find."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    path: str = ""
    """Where in a list or in texts: `0.max_occupancy`, `it`; empty for the field as a whole."""
    corrections: Mapping[PropertyField, Any] = dataclasses.field(default_factory=dict)
    """Values that mend it, all of them together; empty where only a person knows."""

    @property
    def is_blocking(self) -> bool:
        return self.severity is Severity.ERROR


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Return those that keep a property from being saved."""
    return [each for each in problems if each.is_blocking]
