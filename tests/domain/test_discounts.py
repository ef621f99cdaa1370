"""Bundle discounts: composed in declared order, each a line, never more than there is to pay."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.discounts import (
    DiscountKind,
    DiscountLine,
    DiscountRule,
    Party,
    check_discounts,
    discounts,
    discounts_as_kept,
    discounts_of,
)
from domain.errors import InvalidInput, Refused
from domain.packages import ItemKind
from domain.pricing import CustomerType

ADULT, CHILD, ELDERLY = CustomerType
SATURDAY = dt.date(2026, 12, 26)
FAMILY = Party(
    counts={ADULT: 2, CHILD: 1},
    date=SATURDAY,
    booked_on=dt.date(2026, 11, 26),
    item_kinds=frozenset({ItemKind.TOUR, ItemKind.TRANSPORT}),
)
OPEN = Party(counts={ADULT: 1}, date=None, booked_on=dt.date(2026, 11, 26), item_kinds=frozenset())


def percent(value, code="P", **facts):
    return DiscountRule(code, code.capitalize(), DiscountKind.PERCENT, value, **facts)


def fixed(value, code="F", **facts):
    return DiscountRule(code, code.capitalize(), DiscountKind.FIXED, value, **facts)


def amounts(rules, subtotal=10_000, party=FAMILY):
    return [line.amount_minor for line in discounts(rules, party, subtotal)]


def test_a_percentage_is_of_what_the_rules_before_it_left():
    assert amounts([fixed(1_000), percent(1_000)]) == [-1_000, -900]
    assert amounts([percent(1_000), fixed(1_000)]) == [-1_000, -1_000]


def test_a_discount_is_rounded_down_and_says_whose_it_is():
    assert discounts([percent(333, "EARLY")], FAMILY, 1_001) == (DiscountLine("EARLY", "Early", -33),)


def test_the_price_never_falls_below_nothing():
    assert amounts([percent(5_000), fixed(999_999), fixed(1)]) == [-5_000, -5_000]


def test_a_rule_that_takes_nothing_off_leaves_no_line():
    assert amounts([percent(1), fixed(1)], subtotal=100) == [-1]


def test_after_a_final_rule_that_applied_none_is_looked_at():
    assert amounts([fixed(5, is_final=True), fixed(7)]) == [-5]
    assert amounts([fixed(5, is_final=True, min_travelers=4), fixed(7)]) == [-7]


@pytest.mark.parametrize(
    ("condition", "is_given", "is_given_open"),
    [
        ({"min_travelers": 3}, True, False),
        ({"min_travelers": 4}, False, False),
        ({"max_travelers": 2}, False, True),
        ({"min_counts": {ADULT: 2, CHILD: 1}}, True, False),
        ({"min_counts": {ELDERLY: 1}}, False, False),
        ({"starts_on": SATURDAY, "ends_on": SATURDAY}, True, False),
        ({"starts_on": SATURDAY + dt.timedelta(1)}, False, False),
        ({"ends_on": SATURDAY - dt.timedelta(1)}, False, False),
        ({"weekdays": frozenset({6})}, True, False),
        ({"weekdays": frozenset({1})}, False, False),
        ({"min_lead_days": 30}, True, False),
        ({"min_lead_days": 31}, False, False),
        ({"max_lead_days": 30}, True, False),
        ({"max_lead_days": 29}, False, False),
        ({"item_kinds": frozenset({ItemKind.TOUR, ItemKind.TRANSPORT})}, True, False),
        ({"item_kinds": frozenset({ItemKind.LODGING})}, False, False),
    ],
)
def test_a_discount_is_given_when_its_condition_holds(condition, is_given, is_given_open):
    assert amounts([fixed(100, **condition)]) == [-100] * is_given
    assert amounts([fixed(100, **condition)], party=OPEN) == [-100] * is_given_open


def parties():
    days = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
    return st.builds(
        Party,
        counts=st.dictionaries(st.sampled_from(CustomerType), st.integers(0, 40)),
        date=st.none() | days,
        booked_on=days,
        item_kinds=st.frozensets(st.sampled_from(ItemKind)),
    )


def any_rules():
    days = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
    limit = st.none() | st.integers(1, 50)
    rule = st.builds(
        DiscountRule,
        code=st.text("ABC", min_size=1, max_size=8),
        label=st.just("Label"),
        kind=st.sampled_from(DiscountKind),
        value=st.integers(1, 10_000),
        min_travelers=limit,
        max_travelers=limit,
        min_counts=st.dictionaries(st.sampled_from(CustomerType), st.integers(1, 5)),
        starts_on=days,
        ends_on=days,
        weekdays=st.frozensets(st.integers(1, 7)),
        min_lead_days=limit,
        max_lead_days=limit,
        item_kinds=st.frozensets(st.sampled_from(ItemKind)),
        is_final=st.booleans(),
    )
    return st.lists(rule, max_size=8)


@given(any_rules(), parties(), st.integers(0, 10**12))
def test_discounts_are_negative_and_no_more_than_the_price_in_declared_order(rules, party, subtotal):
    lines = discounts(rules, party, subtotal)

    assert all(line.amount_minor < 0 for line in lines)
    assert -subtotal <= sum(line.amount_minor for line in lines) <= 0
    given_by = iter(rules)
    assert all(any((rule.code, rule.label) == (line.code, line.label) for rule in given_by) for line in lines)


@given(any_rules())
def test_rules_are_kept_as_json_and_read_as_they_were(rules):
    assert discounts_of(json.loads(json.dumps(discounts_as_kept(rules)))) == tuple(rules)


def test_rules_of_a_schema_nobody_knows_are_not_guessed_at():
    with pytest.raises(ValueError, match="schema 2"):
        discounts_of({"schema": 2, "rules": []})


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ([fixed(0)], "discount_rules"),
        ([percent(10_001)], "discount_rules"),
        ([fixed(1), fixed(2)], "discount_rules"),
        ([fixed(1, str(each)) for each in range(21)], "discount_rules"),
        ([fixed(1, " ")], "discount_rules.code"),
        ([fixed(1, weekdays=frozenset({8}))], "discount_rules"),
        ([fixed(1, min_travelers=0)], "discount_rules"),
        ([fixed(1, min_travelers=3, max_travelers=2)], "discount_rules"),
        ([fixed(1, min_counts={CHILD: 0})], "discount_rules"),
        ([fixed(1, min_lead_days=-1)], "discount_rules"),
        ([fixed(1, min_lead_days=9, max_lead_days=8)], "discount_rules"),
        ([fixed(1, starts_on=SATURDAY, ends_on=dt.date(2026, 12, 25))], "discount_rules"),
    ],
)
def test_a_rule_that_can_never_apply_is_refused(rules, field):
    with pytest.raises(Refused) as refused:
        check_discounts(rules)

    assert isinstance(refused.value.reason, InvalidInput)
    assert refused.value.reason.field == field
