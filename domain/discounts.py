"""Bundle discounts: rules of a package's version, applied in the order they are declared."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput, Refused
from domain.packages import ItemKind
from domain.pricing import ISO_WEEKDAYS, LARGEST_MINOR, CustomerType
from domain.texts import check_line

SCHEMA = 1
"""Of the rules as they are kept; one that reads them knows which it understands."""
WHOLE_BPS = 10_000
MOST_RULES = 20
CODE_LENGTH = 64
MOST_TRAVELERS = 100
MOST_DAYS = 730


class DiscountKind(StrEnum):
    """PERCENT takes basis points of what is left to pay, FIXED an amount."""

    PERCENT = "PERCENT"
    FIXED = "FIXED"


@dataclass(frozen=True, slots=True)
class Party:
    """What the conditions look at: who travels, when, booked when, and of what the package consists."""

    counts: Mapping[CustomerType, int]
    date: dt.date | None
    """The day of the visit; None for one that is open."""
    booked_on: dt.date
    """The local day of the product."""
    item_kinds: frozenset[ItemKind]

    @property
    def travelers(self) -> int:
        return sum(self.counts.values())

    @property
    def lead_days(self) -> int | None:
        """Days from the booking to the visit; None for an open one."""
        return None if self.date is None else (self.date - self.booked_on).days


def party_of(
    counts: Mapping[CustomerType, int],
    date: dt.date | None,
    item_kinds: frozenset[ItemKind],
    *,
    time_zone: str,
    now: dt.datetime,
) -> Party:
    """Return the party that books now."""
    return Party(counts, date, now.astimezone(ZoneInfo(time_zone)).date(), item_kinds)


@dataclass(frozen=True, slots=True)
class DiscountRule:
    """One discount and when it is given: every condition that is set must hold.

    `value` is in basis points (PERCENT) or in minor units of the package's currency (FIXED), once a line.
    """

    code: str
    label: str
    kind: DiscountKind
    value: int
    min_travelers: int | None = None
    max_travelers: int | None = None
    min_counts: Mapping[CustomerType, int] = field(default_factory=dict)
    """At least so many of each kind: a family is two adults and a child."""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    """The last day of a visit it is given for, included. An open visit has no day, and gets no discount of days."""
    weekdays: frozenset[int] = frozenset()
    """ISO weekdays of the visit; empty for all."""
    min_lead_days: int | None = None
    """Booked so early at least."""
    max_lead_days: int | None = None
    """Booked so late at most: a last minute."""
    item_kinds: frozenset[ItemKind] = frozenset()
    """All of these must be in the package."""
    is_final: bool = False
    """No rule after it is looked at once this one applied."""

    def applies(self, party: Party) -> bool:
        return (
            (self.min_travelers or 0) <= party.travelers
            and (self.max_travelers is None or party.travelers <= self.max_travelers)
            and all(party.counts.get(each, 0) >= least for each, least in self.min_counts.items())
            and self._is_day(party.date)
            and self._is_lead(party.lead_days)
            and self.item_kinds <= party.item_kinds
        )

    def _is_day(self, day: dt.date | None) -> bool:
        if day is None:
            return not (self.starts_on or self.ends_on or self.weekdays)
        return (
            (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
            and (not self.weekdays or day.isoweekday() in self.weekdays)
        )

    def _is_lead(self, lead_days: int | None) -> bool:
        if lead_days is None:
            return self.min_lead_days is None and self.max_lead_days is None
        return (self.min_lead_days is None or self.min_lead_days <= lead_days) and (
            self.max_lead_days is None or lead_days <= self.max_lead_days
        )


@dataclass(frozen=True, slots=True)
class DiscountLine:
    """What one rule took off, in minor units: a negative amount."""

    code: str
    label: str
    amount_minor: int


def discounts(rules: Sequence[DiscountRule], party: Party, subtotal_minor: int) -> tuple[DiscountLine, ...]:
    """Return what the rules take off a subtotal, a line each, in declared order.

    A percentage is of what the rules before it left, rounded down. Together never more than the subtotal; a rule that
    takes nothing off leaves no line.
    """
    left = subtotal_minor
    lines = []
    for rule in rules:
        if left <= 0:
            break
        if not rule.applies(party):
            continue
        off = left * rule.value // WHOLE_BPS if rule.kind is DiscountKind.PERCENT else min(rule.value, left)
        if off:
            lines.append(DiscountLine(rule.code, rule.label, -off))
            left -= off
        if rule.is_final:
            break
    return tuple(lines)


def check_discounts(rules: Sequence[DiscountRule]) -> None:
    """Let discount rules pass that can be told apart and that can apply. Refuses: InvalidInput."""
    if len(rules) > MOST_RULES:
        raise _invalid(f"must be {MOST_RULES} rules at most")
    if len({rule.code for rule in rules}) < len(rules):
        raise _invalid("each rule needs a code of its own")
    for rule in rules:
        check_line("discount_rules.code", rule.code, longest=CODE_LENGTH)
        check_line("discount_rules.label", rule.label)
        most = WHOLE_BPS if rule.kind is DiscountKind.PERCENT else LARGEST_MINOR
        if not 1 <= rule.value <= most:
            raise _invalid(f"a {rule.kind} discount must be from 1 to {most}")
        if not rule.weekdays <= ISO_WEEKDAYS:
            raise _invalid("a weekday is from 1 (Monday) to 7")
        if any(not 1 <= least <= MOST_TRAVELERS for least in rule.min_counts.values()):
            raise _invalid(f"a number of travelers must be from 1 to {MOST_TRAVELERS}")
        _check_range(rule.min_travelers, rule.max_travelers, range(1, MOST_TRAVELERS + 1), "travelers")
        _check_range(
            rule.min_lead_days, rule.max_lead_days, range(MOST_DAYS + 1), "days between booking and visit"
        )
        if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
            raise _invalid("a rule can not end before it starts")


def discounts_as_kept(rules: Sequence[DiscountRule]) -> dict[str, Any]:
    """Return rules as JSON that `discounts_of` reads."""
    return {"schema": SCHEMA, "rules": [_as_kept(rule) for rule in rules]}


def discounts_of(kept: Mapping[str, Any]) -> tuple[DiscountRule, ...]:
    """Return the rules of what is kept. Raises ValueError for a schema that is not known here."""
    if kept["schema"] != SCHEMA:
        raise ValueError(f"discount rules of schema {kept['schema']}")
    return tuple(_of_kept(each) for each in kept["rules"])


def _as_kept(rule: DiscountRule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "label": rule.label,
        "kind": rule.kind.value,
        "value": rule.value,
        "min_travelers": rule.min_travelers,
        "max_travelers": rule.max_travelers,
        "min_counts": {each.value: least for each, least in rule.min_counts.items()},
        "starts_on": rule.starts_on and rule.starts_on.isoformat(),
        "ends_on": rule.ends_on and rule.ends_on.isoformat(),
        "weekdays": sorted(rule.weekdays),
        "min_lead_days": rule.min_lead_days,
        "max_lead_days": rule.max_lead_days,
        "item_kinds": sorted(rule.item_kinds),
        "is_final": rule.is_final,
    }


def _of_kept(kept: Mapping[str, Any]) -> DiscountRule:
    return DiscountRule(
        code=kept["code"],
        label=kept["label"],
        kind=DiscountKind(kept["kind"]),
        value=kept["value"],
        min_travelers=kept["min_travelers"],
        max_travelers=kept["max_travelers"],
        min_counts={CustomerType(each): least for each, least in kept["min_counts"].items()},
        starts_on=kept["starts_on"] and dt.date.fromisoformat(kept["starts_on"]),
        ends_on=kept["ends_on"] and dt.date.fromisoformat(kept["ends_on"]),
        weekdays=frozenset(kept["weekdays"]),
        min_lead_days=kept["min_lead_days"],
        max_lead_days=kept["max_lead_days"],
        item_kinds=frozenset(map(ItemKind, kept["item_kinds"])),
        is_final=kept["is_final"],
    )


def _check_range(least: int | None, most: int | None, allowed: range, noun: str) -> None:
    if any(each is not None and each not in allowed for each in (least, most)):
        raise _invalid(f"{noun} must be from {allowed[0]} to {allowed[-1]}")
    if least is not None and most is not None and most < least:
        raise _invalid(f"the most {noun} are fewer than the least")


def _invalid(problem: str) -> Refused:
    return Refused(InvalidInput("discount_rules", problem))
