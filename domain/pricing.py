"""What a unit costs: rules as data, applied in rank order, each leaving a line on the quote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput, Refusal, Refused

ISO_WEEKDAYS = frozenset(range(1, 8))
LARGEST_MINOR = 1_000_000_000
"""What one rule can set or add, in minor units: a hundred units of it still are a number in a browser."""


class CustomerType(StrEnum):
    """Who travels: decides which rules apply."""

    ADULT = "ADULT"
    CHILD = "CHILD"
    ELDERLY = "ELDERLY"


class RuleEffect(StrEnum):
    """SET replaces the running unit price, ADD changes it."""

    SET = "SET"
    ADD = "ADD"


@dataclass(frozen=True, slots=True)
class NotPriced(Refusal):
    """No rule gives this customer type a price on this day."""

    code: ClassVar[str] = "NOT_PRICED"
    product_id: str
    customer_type: CustomerType

    @property
    def message(self) -> str:
        return f"{self.product_id} has no price for {self.customer_type} on this day."


@dataclass(frozen=True, slots=True)
class PriceRule:
    """One row of a package's price table. Empty `customer_types` or `weekdays` mean all of them."""

    code: str
    label: str
    effect: RuleEffect
    amount_minor: int
    rank: int
    customer_types: frozenset[CustomerType] = frozenset()
    weekdays: frozenset[int] = frozenset()
    """ISO weekdays, Monday is 1."""
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day, included."""
    is_final: bool = False
    """No rule of a higher rank is looked at once this one applied."""

    def applies(self, customer_type: CustomerType, day: date) -> bool:
        return (
            (not self.customer_types or customer_type in self.customer_types)
            and (not self.weekdays or day.isoweekday() in self.weekdays)
            and (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
        )


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What one rule did to the price of one unit, in minor units; the lines sum to the unit price."""

    code: str
    label: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one unit and the rules that made it."""

    amount_minor: int
    rules: tuple[RuleLine, ...]


def price_unit(
    rules: Iterable[PriceRule], *, product_id: str, customer_type: CustomerType, day: date
) -> UnitPrice:
    """Price one unit for one kind of customer on one local day.

    The same on every channel: nothing here knows a channel. Refuses: NotPriced.
    """
    running: int | None = None
    lines: list[RuleLine] = []
    for rule in sorted(rules, key=lambda rule: rule.rank):
        if not rule.applies(customer_type, day):
            continue
        before = running or 0
        if rule.effect is RuleEffect.SET:
            running = rule.amount_minor
        elif running is not None:
            running += rule.amount_minor
        else:
            continue
        lines.append(RuleLine(rule.code, rule.label, running - before))
        if rule.is_final:
            break
    if running is None or running < 0:
        raise Refused(NotPriced(product_id=product_id, customer_type=customer_type))
    return UnitPrice(running, tuple(lines))


def day_of_sale(*, visit_on: date | None, now: datetime, time_zone: str) -> date:
    """Return the local day that prices a line: its date, or today where the product is."""
    return visit_on or now.astimezone(ZoneInfo(time_zone)).date()


def check_rules(rules: list[PriceRule]) -> None:
    """Let a price table pass if it has one order and a price to start from. Refuses: InvalidInput."""
    ranks = [rule.rank for rule in rules]
    if len(set(ranks)) < len(ranks) or not any(rule.effect is RuleEffect.SET for rule in rules):
        raise Refused(InvalidInput("price_rules", "needs a SET rule, and a rank of its own for each rule"))
    for rule in rules:
        if rule.effect is RuleEffect.SET and rule.amount_minor < 0:
            raise Refused(InvalidInput("price_rules", "a price can not be negative"))
        if abs(rule.amount_minor) > LARGEST_MINOR:
            raise Refused(InvalidInput("price_rules", f"an amount has at most {LARGEST_MINOR} minor units"))
        if not rule.weekdays <= ISO_WEEKDAYS:
            raise Refused(InvalidInput("price_rules", "a weekday is from 1 (Monday) to 7"))
        if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
            raise Refused(InvalidInput("price_rules", "a rule can not end before it starts"))
