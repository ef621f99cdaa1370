"""Quotes: every rule is a line, and the lines sum to what is paid."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.discounts import DiscountLine
from domain.errors import InvalidInput, Refused
from domain.package_content import SoldItem
from domain.packages import ItemKind
from domain.pricing import CustomerType, RuleLine, UnitPrice
from domain.quotes import (
    QuoteLine,
    QuoteLineKind,
    Units,
    check_party,
    compose,
    coupon_parts,
    lines_of,
    parts_of,
    platform_cap,
)
from domain.splits import CouponShare, LegKind, Part, split

ADULT, CHILD, ELDERLY = CustomerType
BOAT, BUS = UUID(int=1), UUID(int=2)
PACKAGE = UUID(int=9)
ITEMS = (
    SoldItem("BOAT", ItemKind.TOUR, BOAT, 2),
    SoldItem("BUS", ItemKind.TRANSPORT, BUS, 1),
)
FAMILY = [
    Units(
        ADULT, 2, UnitPrice(23_000, (RuleLine("BASE", "Base", 20_000), RuleLine("WEEKEND", "Weekend", 3_000)))
    ),
    Units(CHILD, 1, UnitPrice(18_800, (RuleLine("CHILD", "Child", 18_800),))),
]
OFF = [DiscountLine("FAMILY", "Family", -6_480)]


def test_every_rule_is_a_line():
    quoted = compose(FAMILY, OFF, ("WINTER", CouponShare(1_000, None)), currency="EUR")

    assert quoted.lines == (
        QuoteLine(QuoteLineKind.PRICE, "BASE", "Base", 2, 20_000, 40_000, ADULT),
        QuoteLine(QuoteLineKind.PRICE, "WEEKEND", "Weekend", 2, 3_000, 6_000, ADULT),
        QuoteLine(QuoteLineKind.PRICE, "CHILD", "Child", 1, 18_800, 18_800, CHILD),
        QuoteLine(QuoteLineKind.DISCOUNT, "FAMILY", "Family", 1, -6_480, -6_480),
        QuoteLine(QuoteLineKind.COUPON, "WINTER", "WINTER", 1, -1_000, -1_000),
    )
    assert (quoted.gross_minor, quoted.discount_minor, quoted.coupon_minor) == (64_800, 6_480, 1_000)
    assert quoted.total_minor == 57_320
    assert sum(line.amount_minor for line in quoted.lines) == 57_320


def test_a_quote_is_kept_as_it_is():
    quoted = compose(FAMILY, OFF, None, currency="EUR")

    assert lines_of(quoted.as_kept()) == quoted.lines


def test_a_party_is_counted_by_kind():
    assert check_party([(CHILD, 1), (ADULT, 1), (CHILD, 2)]) == {ADULT: 1, CHILD: 3}


@pytest.mark.parametrize("party", [[], [(ADULT, 0)], [(ADULT, 101)], [(ADULT, 60), (CHILD, 41)]])
def test_a_party_has_one_to_a_hundred_units(party):
    with pytest.raises(Refused) as refused:
        check_party(party)

    assert isinstance(refused.value.reason, InvalidInput)


def test_the_price_is_divided_by_the_items_weights():
    assert parts_of(ITEMS, 64_801) == (Part("BOAT", BOAT, 43_201), Part("BUS", BUS, 21_600))


def test_a_coupon_sees_what_the_discount_left():
    parts = coupon_parts(PACKAGE, ITEMS, gross_minor=64_800, discount_minor=6_480)

    assert [(each.partner_id, each.kind, each.amount_minor) for each in parts] == [
        (BOAT, ItemKind.TOUR, 38_880),
        (BUS, ItemKind.TRANSPORT, 19_440),
    ]


@given(
    gross=st.integers(1, 10**9),
    weights=st.lists(st.integers(0, 1_000), min_size=1, max_size=6),
    discount=st.fractions(0, 1),
    fee_bps=st.integers(1_000, 2_000),
    taken=st.fractions(0, 1),
    is_platform=st.booleans(),
)
def test_what_is_quoted_is_what_is_split(gross, weights, discount, fee_bps, taken, is_platform):
    items = [
        SoldItem(f"I{place}", ItemKind.TOUR, UUID(int=place % 3 + 1), each)
        for place, each in enumerate(weights)
    ]
    off = int(gross * discount)
    parts = coupon_parts(PACKAGE, items, gross_minor=gross, discount_minor=off)
    if is_platform:
        most = platform_cap(gross_minor=gross, discount_minor=off, fee_bps=fee_bps)
        coupon = CouponShare(int(most * taken), None)
    else:
        funder = items[0].supplier_id
        most = sum(each.amount_minor for each in parts if each.partner_id == funder)
        coupon = CouponShare(int(most * taken), funder)
    units = [Units(ADULT, 1, UnitPrice(gross, (RuleLine("BASE", "Base", gross),)))]

    quoted = compose(units, [DiscountLine("D", "D", -off)] if off else [], ("C", coupon), currency="EUR")
    divided = split(
        parts_of(items, gross), discount_minor=off, coupon=coupon, fee_bps=fee_bps, commission=None
    )

    assert divided.paid_minor == quoted.total_minor
    assert all(leg.amount_minor >= 0 for leg in divided.legs if leg.kind is not LegKind.COUPON_FUNDING)
