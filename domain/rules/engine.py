"""One engine for a form's field, a whole property and a row of an import."""

from collections.abc import Collection

from domain.properties import PropertyField, Values
from domain.rules import checks, crossing, members
from domain.rules.portfolio import Portfolio
from domain.rules.problems import Problem
from domain.rules.subject import Subject
from domain.rules.table import RULES, Kind, Rule

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
NOTHING_KNOWN = Portfolio()


def _rules(field: PropertyField, *kinds: Kind) -> list[tuple[Rule, checks.Check]]:
    return [(rule, CHECKS[rule.kind]) for rule in RULES if rule.field is field and rule.kind in kinds]


FOR_READABLE = {
    field: _rules(field, *(each for each in Kind if each is not Kind.SHAPE)) for field in PropertyField
}
"""By field, what looks at a value that is there and of its field's shape; most rules look at no other."""
FOR_OTHERS = {field: _rules(field, Kind.REQUIRED, Kind.SHAPE) for field in PropertyField}


def check(
    values: Values, *, portfolio: Portfolio = NOTHING_KNOWN, fields: Collection[PropertyField] | None = None
) -> list[Problem]:
    """Return what does not hold, in the order of the fields; with `fields` only what is said of those.

    What is said of a field does not depend on which fields are asked about.
    """
    subject = Subject(values, portfolio)
    readable = subject.values
    return [
        problem
        for field in PropertyField
        if fields is None or field in fields
        for rule, look in (FOR_READABLE if field in readable else FOR_OTHERS)[field]
        for problem in look(rule, subject)
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
