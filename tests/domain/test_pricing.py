"""The price of a unit: rules in rank order, each a line, and whose day decides."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.pricing import (
    CustomerType,
    NotPriced,
    PriceRule,
    RuleEffect,
    RuleLine,
    day_of_sale,
    price_unit,
)

ADULT, CHILD, ELDERLY = CustomerType
CONCESSIONS = frozenset({CHILD, ELDERLY})
WEEKEND = frozenset({6, 7})

EVENT = PriceRule(
    code="NEW_YEARS_EVE",
    label="Fireworks",
    effect=RuleEffect.SET,
    amount_minor=78800,
    rank=10,
    starts_on=dt.date(2026, 12, 31),
    ends_on=dt.date(2026, 12, 31),
    is_final=True,
)
CONCESSION = PriceRule(
    code="CONCESSION",
    label="Child and elderly",
    effect=RuleEffect.SET,
    amount_minor=18800,
    rank=20,
    customer_types=CONCESSIONS,
    is_final=True,
)
BASE = PriceRule(code="BASE", label="Adult", effect=RuleEffect.SET, amount_minor=28800, rank=30)
PREMIUM = PriceRule(
    code="WEEKEND", label="Weekend", effect=RuleEffect.ADD, amount_minor=3000, rank=40, weekdays=WEEKEND
)
TABLE = [PREMIUM, BASE, CONCESSION, EVENT]
"""Written down in the wrong order: the rank decides."""

FRIDAY, SATURDAY, SUNDAY, MONDAY = (dt.date(2026, 11, day) for day in (20, 21, 22, 23))
EVE, SATURDAY_EVE = dt.date(2026, 12, 31), dt.date(2026, 12, 26)


def price(customer_type, day, rules=TABLE):
    return price_unit(rules, product_id="106", customer_type=customer_type, day=day)


@pytest.mark.parametrize(
    ("customer_type", "day", "minor", "codes"),
    [
        (ADULT, FRIDAY, 28800, ["BASE"]),
        (ADULT, SATURDAY, 31800, ["BASE", "WEEKEND"]),
        (ADULT, SUNDAY, 31800, ["BASE", "WEEKEND"]),
        (ADULT, MONDAY, 28800, ["BASE"]),
        (CHILD, FRIDAY, 18800, ["CONCESSION"]),
        (CHILD, SATURDAY, 18800, ["CONCESSION"]),
        (ELDERLY, MONDAY, 18800, ["CONCESSION"]),
        (ELDERLY, SUNDAY, 18800, ["CONCESSION"]),
        (ADULT, EVE, 78800, ["NEW_YEARS_EVE"]),
        (CHILD, EVE, 78800, ["NEW_YEARS_EVE"]),
        (ELDERLY, EVE, 78800, ["NEW_YEARS_EVE"]),
    ],
)
def test_a_unit_costs_what_the_table_says(customer_type, day, minor, codes):
    unit = price(customer_type, day)

    assert unit.amount_minor == minor
    assert [line.code for line in unit.rules] == codes


def test_a_special_event_on_a_weekend_has_no_weekend_premium():
    on_saturday = PriceRule(**fields_of(EVENT) | {"starts_on": SATURDAY_EVE, "ends_on": SATURDAY_EVE})

    unit = price(ADULT, SATURDAY_EVE, [on_saturday, BASE, PREMIUM])

    assert unit.rules == (RuleLine("NEW_YEARS_EVE", "Fireworks", 78800),)


def test_each_line_says_what_its_rule_did():
    unit = price(ADULT, SATURDAY)

    assert unit.rules == (RuleLine("BASE", "Adult", 28800), RuleLine("WEEKEND", "Weekend", 3000))


def test_a_later_price_replaces_an_earlier_one_by_a_line_of_the_difference():
    later = PriceRule(code="SUMMER", label="Summer", effect=RuleEffect.SET, amount_minor=25000, rank=35)

    unit = price(ADULT, FRIDAY, [BASE, later])

    assert unit.rules == (RuleLine("BASE", "Adult", 28800), RuleLine("SUMMER", "Summer", -3800))


def test_a_premium_without_a_price_is_no_price():
    with pytest.raises(Refused) as refused:
        price(ADULT, SATURDAY, [PREMIUM])

    assert refused.value.reason == NotPriced(product_id="106", customer_type=ADULT)


def test_a_reduction_below_nothing_is_no_price():
    too_much = PriceRule(code="OFF", label="Off", effect=RuleEffect.ADD, amount_minor=-28801, rank=40)

    with pytest.raises(Refused) as refused:
        price(ADULT, FRIDAY, [BASE, too_much])

    assert refused.value.reason == NotPriced(product_id="106", customer_type=ADULT)


@pytest.mark.parametrize(
    ("day", "applies"),
    [(dt.date(2026, 12, 30), False), (dt.date(2026, 12, 31), True), (dt.date(2027, 1, 1), False)],
)
def test_a_rule_applies_on_its_first_and_last_day_and_no_other(day, applies):
    assert EVENT.applies(ADULT, day) is applies


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-20T15:59:59.999+00:00", FRIDAY),
        ("2026-11-20T16:00:00+00:00", SATURDAY),
        ("2026-11-22T15:59:59+00:00", SUNDAY),
        ("2026-11-22T16:00:00+00:00", MONDAY),
    ],
)
def test_an_undated_sale_is_priced_by_the_day_in_hong_kong(now, day):
    sold_on = day_of_sale(visit_on=None, now=dt.datetime.fromisoformat(now), time_zone="Asia/Hong_Kong")

    assert sold_on == day


def test_a_dated_sale_is_priced_by_the_day_of_the_visit():
    now = dt.datetime(2026, 11, 18, tzinfo=dt.UTC)

    assert day_of_sale(visit_on=SUNDAY, now=now, time_zone="Asia/Hong_Kong") == SUNDAY


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))


@st.composite
def price_tables(draw):
    ranks = draw(st.lists(st.integers(-100, 100), min_size=1, max_size=8, unique=True))
    number = count()
    return [
        PriceRule(
            code=f"RULE_{next(number)}",
            label="",
            effect=draw(st.sampled_from(RuleEffect)),
            amount_minor=draw(st.integers(-50_000, 100_000)),
            rank=rank,
            customer_types=draw(st.frozensets(st.sampled_from(CustomerType))),
            weekdays=draw(st.frozensets(st.integers(1, 7))),
            starts_on=draw(st.none() | DAYS),
            ends_on=draw(st.none() | DAYS),
            is_final=draw(st.booleans()),
        )
        for rank in ranks
    ]


@given(price_tables(), st.sampled_from(CustomerType), DAYS, st.randoms())
def test_the_lines_sum_to_the_price_in_whatever_order_the_table_is(table, customer_type, day, random):
    shuffled = random.sample(table, len(table))

    unit = outcome(table, customer_type, day)

    assert unit == outcome(shuffled, customer_type, day)
    assert unit is None or (unit.amount_minor == sum(line.amount_minor for line in unit.rules) >= 0)


def outcome(table, customer_type, day):
    """The price, or None where there is none."""
    try:
        return price(customer_type, day, table)
    except Refused:
        return None


def fields_of(rule):
    return {name: getattr(rule, name) for name in rule.__dataclass_fields__}
