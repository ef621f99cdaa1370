"""The property that is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

from domain.geography import Point
from domain.properties import FIELDS, Contact, PropertyField, RoomType, Shape, Values, is_empty
from domain.rules.portfolio import Portfolio
from domain.rules.problems import Problem
from domain.rules.table import Rule

MEMBERS: dict[PropertyField, type] = {
    PropertyField.ROOM_TYPES: RoomType,
    PropertyField.CONTACTS: Contact,
    PropertyField.AMENITIES: str,
    PropertyField.IMAGES: str,
}
FARTHEST = 1e15
"""Numbers beyond it are none that a person meant."""


@dataclass(frozen=True)
class Subject:
    """The values as they came, and those whose shape is what the field's is."""

    given: Values
    portfolio: Portfolio = field(default_factory=Portfolio)

    @cached_property
    def values(self) -> Mapping[PropertyField, Any]:
        """Those that are there and can be looked at."""
        return {
            name: value
            for name, value in self.given.items()
            if not is_empty(value) and has_shape(name, value)
        }

    def get(self, name: PropertyField) -> Any:
        return self.values.get(name)

    def text(self, name: PropertyField) -> str:
        """A text without what is around it; empty for none."""
        value = self.values.get(name)
        return tidy(value) if isinstance(value, str) else ""

    @property
    def country(self) -> str | None:
        """The country as it was written, known or not."""
        return self.text(PropertyField.COUNTRY) or None

    @cached_property
    def point(self) -> Point | None:
        """The place, if it is one."""
        latitude, longitude = self.get(PropertyField.LATITUDE), self.get(PropertyField.LONGITUDE)
        if latitude is None or longitude is None:
            return None
        point = Point(float(latitude), float(longitude))
        return point if point.is_on_earth else None


def problem(rule: Rule, sentence: str = "", /, **more: Any) -> Problem:
    """Make what a rule found; `sentence` where its kind has several."""
    corrections, path = more.pop("corrections", {}), more.pop("path", "")
    return Problem(
        rule.field,
        rule.code,
        rule.severity,
        sentence or rule.kind.value,
        facts={"field": rule.field, **more},
        path=path,
        corrections=corrections,
    )


def has_shape(name: PropertyField, value: Any) -> bool:
    """Tell whether a value is of the kind its field takes."""
    match FIELDS[name].shape:
        case Shape.TEXT | Shape.CHOICE:
            fits = isinstance(value, str)
        case Shape.NUMBER:
            fits = _is_number(value)
        case Shape.MONEY:
            fits = isinstance(value, int) and _is_number(value)
        case Shape.FLAG:
            fits = isinstance(value, bool)
        case Shape.LIST:
            fits = isinstance(value, list) and all(isinstance(each, MEMBERS[name]) for each in value)
        case Shape.TEXTS:
            fits = isinstance(value, dict) and all(
                isinstance(each, str) for pair in value.items() for each in pair
            )
    return fits


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -FARTHEST < value < FARTHEST and isfinite(value)


def tidy(text: str) -> str:
    """Return a line without what is around it, with single spaces in it."""
    return " ".join(text.split())
