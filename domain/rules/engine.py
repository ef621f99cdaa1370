"""One engine for a form's field, a whole property and a row of an import."""

from collections.abc import Collection

from domain.properties import PropertyField, Values
from domain.rules import checks, crossing, members
from domain.rules.portfolio import Portfolio
from domain.rules.problems import Problem
from domain.rules.subject import Subject
from domain.rules.table import RULES, Kind

CHECKS: dict[Kind, checks.Check] = {
    **checks.CHECKS,
    Kind.ROOM_TYPES: members.room_types,
    Kind.CONTACTS: members.contacts,
    Kind.TOGETHER: crossing.together,
    Kind.IN_COUNTRY: crossing.in_country,
    Kind.ZONE_OF_COUNTRY: crossing.zone_of_country,
    Kind.DUPLICATE: crossing.duplicate,
    Kind.OUTLIER: crossing.outlier,
}
UNREAD = frozenset({Kind.REQUIRED, Kind.SHAPE})
"""Kinds that look at values of any shape; the others only at a value that is there and of its field's shape."""
ORDER = {field: position for position, field in enumerate(PropertyField)}
SORTED = sorted(RULES, key=lambda rule: ORDER[rule.field])
NOTHING_KNOWN = Portfolio()


def check(
    values: Values, *, portfolio: Portfolio = NOTHING_KNOWN, fields: Collection[PropertyField] | None = None
) -> list[Problem]:
    """Return what does not hold, in the order of the fields; with `fields` only what is said of those.

    What is said of a field does not depend on which fields are asked about.
    """
    subject = Subject(values, portfolio)
    return [
        problem
        for rule in SORTED
        if fields is None or rule.field in fields
        if rule.kind in UNREAD or rule.field in subject.values
        for problem in CHECKS[rule.kind](rule, subject)
    ]


def mended(values: Values, problems: Collection[Problem]) -> dict[PropertyField, object]:
    """Return the values with what the problems suggest; where two want one field, the first has it."""
    corrected = dict(values)
    taken: set[PropertyField] = set()
    for each in problems:
        if each.corrections and not taken & set(each.corrections):
            corrected |= each.corrections
            taken |= set(each.corrections)
    return corrected
