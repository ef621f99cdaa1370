"""How the columns of a partner's sheet become the fields of a property, and what a person may choose of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from domain import cells
from domain.errors import InvalidInput, Refused
from domain.partners import LOCALES
from domain.properties import Amenity, PropertyField

F = PropertyField

CERTAIN = 70
"""From this confidence on a guess needs nobody's word."""
UNFIT = frozenset({F.EXTERNAL_CODE, F.NAME, F.LATITUDE, F.LONGITUDE})
"""Fields for which one text for all rows can not be right."""


class MappingReason(StrEnum):
    """Why a column is mapped as it is, or not at all."""

    HEADER = "HEADER"
    SIMILAR_HEADER = "SIMILAR_HEADER"
    VALUES = "VALUES"
    REMEMBERED = "REMEMBERED"
    BY_HAND = "BY_HAND"
    CONFLICT = "CONFLICT"
    INDEX = "INDEX"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Target:
    """A field, and where it has parts the part: a locale, an amenity, `EMAIL` of a contact, `QUANTITY` of rooms."""

    field: PropertyField
    part: str | None = None


PARTS: dict[PropertyField, frozenset[str | None]] = {
    F.DESCRIPTIONS: frozenset(LOCALES),
    F.CONTACTS: frozenset({"NAME", "EMAIL", "PHONE"}),
    F.ROOM_TYPES: frozenset({None, "NAME", "QUANTITY", "MAX_OCCUPANCY"}),
    F.AMENITIES: frozenset({None, *Amenity}),
}
"""What parts a field may have; fields that are not here have none."""


def is_target(target: Target) -> bool:
    """Tell whether there is such a part of the field."""
    return target.part in PARTS.get(target.field, frozenset({None}))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet and what it is taken for; `target` None: it is left out."""

    position: int
    """From 0, as the sheet has it."""
    name: str
    target: Target | None
    confidence: int
    """0 to 100."""
    reason: MappingReason
    decimal: str | None = None
    """The decimal mark its cells show."""
    examples: tuple[str, ...] = ()

    @property
    def is_unsure(self) -> bool:
        return self.target is not None and self.confidence < CERTAIN


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows become properties: the columns, and the same text for every row where the file has no column."""

    columns: tuple[Column, ...]
    constants: Mapping[PropertyField, str]
    locale: str
    """Of descriptions whose column does not name a language."""

    def unsure(self) -> tuple[Column, ...]:
        return tuple(each for each in self.columns if each.is_unsure)

    def lacks(self) -> tuple[PropertyField, ...]:
        """Return the fields without which no row can be taken: its code and name, the currency of its price."""
        had = {each.target.field for each in self.columns if each.target} | set(self.constants)
        missing = [field for field in (F.EXTERNAL_CODE, F.NAME) if field not in had]
        prices = [each for each in self.columns if each.target == Target(F.NIGHTLY_PRICE)]
        if prices and F.CURRENCY not in had and not all(_tells_currency(each) for each in prices):
            missing.append(F.CURRENCY)
        return tuple(missing)

    @property
    def is_ready(self) -> bool:
        """Whether rows can be read without anybody's word."""
        return not self.unsure() and not self.lacks()


def to_json(plan: Plan) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return columns and constants as they are kept with an import; `of_json` gives the plan back."""
    columns = [
        {
            "position": each.position,
            "name": each.name,
            "field": each.target and each.target.field.value,
            "part": each.target and each.target.part,
            "confidence": each.confidence,
            "reason": each.reason.value,
            "decimal": each.decimal,
            "examples": list(each.examples),
        }
        for each in plan.columns
    ]
    return columns, {field.value: text for field, text in plan.constants.items()}


def of_json(columns: Sequence[Mapping[str, Any]], constants: Mapping[str, str], *, locale: str) -> Plan:
    """Return a plan that was kept."""
    return Plan(
        tuple(
            Column(
                position=each["position"],
                name=each["name"],
                target=Target(PropertyField(each["field"]), each["part"]) if each["field"] else None,
                confidence=each["confidence"],
                reason=MappingReason(each["reason"]),
                decimal=each["decimal"],
                examples=tuple(each["examples"]),
            )
            for each in columns
        ),
        {PropertyField(field): text for field, text in constants.items()},
        locale,
    )


def chosen(plan: Plan, choices: Mapping[int, Target | None], constants: Mapping[PropertyField, str]) -> Plan:
    """Return a plan with what a person chose for some columns, by position; the others are as they were.

    A field that is chosen for one column is taken from another that was only guessed. Refuses: InvalidInput.
    """
    for position, target in choices.items():
        if not 0 <= position < len(plan.columns):
            raise Refused(InvalidInput("columns.position", f"{position} is no column of the file"))
        if target is not None and not is_target(target):
            raise Refused(InvalidInput("columns.part", f"{target.part!r} is no part of {target.field.name}"))
    if unfit := set(constants) & UNFIT:
        raise Refused(InvalidInput("constants.field", f"{unfit.pop().name} differs from row to row"))
    taken = {target for target in choices.values() if target is not None}
    columns = [_chosen(each, choices, taken) for each in plan.columns]
    return replace(plan, columns=tuple(columns), constants=dict(constants))


def _tells_currency(column: Column) -> bool:
    amounts = [cells.amount_of(each) for each in column.examples]
    return bool(amounts) and all(amount is not None and amount[1] is not None for amount in amounts)


def _chosen(column: Column, choices: Mapping[int, Target | None], taken: Collection[Target]) -> Column:
    if column.position in choices:
        target = choices[column.position]
        return replace(column, target=target, confidence=100, reason=MappingReason.BY_HAND)
    if column.target in taken and column.reason not in {MappingReason.BY_HAND, MappingReason.REMEMBERED}:
        return replace(column, target=None, confidence=0, reason=MappingReason.CONFLICT)
    return column
