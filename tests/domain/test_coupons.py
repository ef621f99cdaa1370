"""What a coupon takes off, of what, and when it holds."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import hypothesis
import pytest
from hypothesis import strategies as st

from domain import coupons
from domain.coupons import CouponKind, CouponPart, CouponScope, CouponStatus, Holding, Terms
from domain.environments import Environment
from domain.errors import Refused
from domain.packages import ItemKind

NOW = dt.datetime(2026, 11, 18, 8, tzinfo=dt.UTC)
CRUISES, TOURS = UUID(int=1), UUID(int=2)
HARBOUR, LAGUNA = UUID(int=11), UUID(int=12)
ORDER = (
    CouponPart(HARBOUR, CRUISES, ItemKind.TRANSPORT, 10_000),
    CouponPart(HARBOUR, TOURS, ItemKind.TOUR, 5_005),
    CouponPart(LAGUNA, TOURS, ItemKind.TOUR, 2_000),
)
TEN_PERCENT = Terms(kind=CouponKind.PERCENT, percent_bps=1_000)
TWENTY_HKD = Terms(kind=CouponKind.AMOUNT, amount_minor=2_000, currency="HKD")


def off(terms, parts=ORDER, **facts):
    given: dict[str, Any] = {"currency": "HKD", "is_discounted": False}
    try:
        return coupons.discount(terms, parts, **(given | facts))
    except Refused as refused:
        return refused.reason.code


def test_a_percentage_is_rounded_down():
    assert off(TEN_PERCENT) == 1_700
    assert off(replace(TEN_PERCENT, percent_bps=1_250)) == 2_125


def test_an_amount_is_no_more_than_what_it_is_good_for():
    assert off(TWENTY_HKD) == 2_000
    assert off(replace(TWENTY_HKD, amount_minor=50_000)) == 17_005


@pytest.mark.parametrize(
    ("narrowed", "taken"),
    [
        ({"scope": CouponScope.TOUR}, 700),
        ({"scope": CouponScope.TRANSPORT}, 1_000),
        ({"scope": CouponScope.LODGING}, "COUPON_REJECTED"),
        ({"package_ids": frozenset({LAGUNA})}, 200),
        ({"package_ids": frozenset({UUID(int=13)})}, "COUPON_REJECTED"),
        ({"funder_id": CRUISES}, 1_000),
        ({"funder_id": TOURS, "package_ids": frozenset({HARBOUR})}, 500),
        ({"funder_id": UUID(int=3)}, "COUPON_REJECTED"),
    ],
)
def test_a_coupon_takes_off_what_it_is_good_for_alone(narrowed, taken):
    assert off(replace(TEN_PERCENT, **narrowed)) == taken


def test_what_it_is_good_for_must_cost_the_minimum():
    assert off(replace(TWENTY_HKD, minimum_minor=17_005)) == 2_000
    assert off(replace(TWENTY_HKD, minimum_minor=17_006)) == "COUPON_REJECTED"
    assert off(replace(TWENTY_HKD, scope=CouponScope.TOUR, minimum_minor=7_006)) == "COUPON_REJECTED"


def test_a_coupon_of_another_currency_takes_nothing_off():
    assert off(TWENTY_HKD, currency="EUR") == "COUPON_REJECTED"
    assert off(TEN_PERCENT, currency="EUR") == 1_700


def test_one_that_is_not_combinable_needs_an_order_without_bundle_discounts():
    alone = replace(TEN_PERCENT, is_combinable=False)

    assert (off(alone), off(alone, is_discounted=True)) == (1_700, "COUPON_REJECTED")
    assert off(TEN_PERCENT, is_discounted=True) == 1_700


def test_the_platform_s_coupon_is_no_more_than_its_fee_leaves():
    assert off(TWENTY_HKD, cap_minor=1_500) == 1_500
    assert off(TWENTY_HKD, cap_minor=0) == "COUPON_REJECTED"
    assert off(replace(TWENTY_HKD, funder_id=TOURS), cap_minor=0) == 2_000


@hypothesis.given(
    bps=st.integers(1, 10_000),
    amounts=st.lists(st.integers(0, 10**9), max_size=6),
    funder=st.sampled_from([None, CRUISES, TOURS]),
)
def test_never_more_is_taken_off_than_the_funder_s_items_cost(bps, amounts, funder):
    parts = [
        CouponPart(HARBOUR, (CRUISES, TOURS)[place % 2], ItemKind.TOUR, amount)
        for place, amount in enumerate(amounts)
    ]
    cost = sum(each.amount_minor for each in parts if funder in (None, each.partner_id))

    taken = off(replace(TEN_PERCENT, percent_bps=bps, funder_id=funder), parts)

    assert taken == "COUPON_REJECTED" if cost * bps < 10_000 else 0 < taken <= cost


OPEN = Holding(
    status=CouponStatus.ACTIVE,
    valid_from=NOW,
    valid_until=NOW + dt.timedelta(days=1),
    uses=4,
    usage_limit=5,
    own_uses=0,
    customer_limit=1,
)


@pytest.mark.parametrize(
    ("changed", "is_open"),
    [
        ({}, True),
        ({"status": CouponStatus.DISABLED}, False),
        ({"valid_from": NOW + dt.timedelta(seconds=1)}, False),
        ({"valid_until": NOW}, False),
        ({"valid_until": None}, True),
        ({"uses": 5}, False),
        ({"uses": 9, "usage_limit": None}, True),
        ({"own_uses": 1}, False),
        ({"own_uses": 9, "customer_limit": None}, True),
    ],
)
def test_a_coupon_holds_while_one_more_use_is_free(changed, is_open):
    assert replace(OPEN, **changed).is_open(NOW) is is_open


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" summer-10 ", "SUMMER-10"),
        ("SUM MER", "SUMMER"),
        ("abc", coupons.NO_CODE),
        ("-abcd", coupons.NO_CODE),
        ("ÄBCD", coupons.NO_CODE),
        ("A" * 33, coupons.NO_CODE),
        ("", coupons.NO_CODE),
    ],
)
def test_a_code_is_read_as_people_type_it(typed, code):
    assert coupons.code_of(typed) == code


def test_a_code_we_make_is_one():
    made = coupons.make_code(bytes(range(100, 100 + coupons.CODE_LENGTH)))

    assert (len(made), coupons.code_of(made)) == (12, made)


def test_a_customer_is_known_by_its_address_however_it_is_written():
    def known(email, environment=Environment.LIVE):
        return coupons.customer_hash(b"p", environment, email)

    assert known("Mei@Example.com ") == known("mei+again@example.com") == known("mei@example.com")
    assert known("mei@example.com") != known("may@example.com")
    assert known("mei@example.com") != known("mei@example.com", Environment.TEST)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(kind=CouponKind.PERCENT), "percent"),
        (Terms(kind=CouponKind.PERCENT, percent_bps=0), "percent"),
        (Terms(kind=CouponKind.PERCENT, percent_bps=10_001), "percent"),
        (Terms(kind=CouponKind.AMOUNT, amount_minor=1, percent_bps=1, currency="HKD"), "percent"),
        (Terms(kind=CouponKind.AMOUNT), "amount"),
        (Terms(kind=CouponKind.AMOUNT, amount_minor=0, currency="HKD"), "amount"),
        (Terms(kind=CouponKind.AMOUNT, amount_minor=1), "currency"),
        (Terms(kind=CouponKind.AMOUNT, amount_minor=1, currency="XYZ"), "currency"),
        (Terms(kind=CouponKind.PERCENT, percent_bps=1, minimum_minor=5), "currency"),
        (Terms(kind=CouponKind.PERCENT, percent_bps=1, minimum_minor=-5, currency="HKD"), "minimum"),
        (Terms(kind=CouponKind.PERCENT, percent_bps=1, package_ids=[HARBOUR] * 101), "package_ids"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_name(terms, field):
    with pytest.raises(Refused) as refused:
        coupons.check_terms(terms)

    assert refused.value.reason.facts()["field"] == field
