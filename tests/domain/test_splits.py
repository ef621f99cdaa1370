"""Splits: who gets what of a sale, to the last minor unit."""

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.splits import Commission, CouponShare, Leg, LegKind, Part, allocate, split

HOTEL, GUIDE, BUS = (UUID(int=number) for number in (1, 2, 3))
BLOGGER = UUID(int=9)
ROOM, TOUR, RIDE = Part("room", HOTEL, 20_000), Part("tour", GUIDE, 8_000), Part("ride", BUS, 2_001)
THREE = [ROOM, TOUR, RIDE]


def legs_of(parts, *, discount=0, coupon=None, fee_bps=1500, commission=None):
    shared = split(parts, discount_minor=discount, coupon=coupon, fee_bps=fee_bps, commission=commission)
    return shared.paid_minor, [(leg.kind.value, leg.key, leg.amount_minor) for leg in shared.legs]


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (10, [3, 3, 4], [3, 3, 4]),
        (1, [0, 5], [0, 1]),
        (7, [0, 0], [7, 0]),
        (0, [2, 3], [0, 0]),
        (0, [], []),
        (5, [7, -2], [7, -2]),
        (3, [7, -2], [4, -1]),
    ],
)
def test_an_amount_is_divided_by_the_largest_remainder_and_ties_go_to_the_earlier(amount, weights, shares):
    assert allocate(amount, weights) == shares


def test_an_amount_for_nobody_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        allocate(1, [])


def test_the_platform_takes_its_fee_and_each_item_the_rest():
    # 15 % of 30,001 is 4,500.15: rounded down.
    assert legs_of(THREE) == (
        30_001,
        [
            ("SUPPLIER", "room", 17_000),
            ("SUPPLIER", "tour", 6_800),
            ("SUPPLIER", "ride", 1_701),
            ("PLATFORM_FEE", None, 4_500),
        ],
    )


def test_a_bundle_discount_is_carried_by_all_items_in_proportion():
    assert legs_of(THREE, discount=3_001) == (
        27_000,
        [
            ("SUPPLIER", "room", 15_299),
            ("SUPPLIER", "tour", 6_120),
            ("SUPPLIER", "ride", 1_531),
            ("PLATFORM_FEE", None, 4_050),
        ],
    )


def test_a_partners_coupon_reduces_its_own_items_alone_and_the_fee_is_taken_afterwards():
    assert legs_of(THREE, coupon=CouponShare(2_000, GUIDE)) == (
        28_001,
        [
            ("SUPPLIER", "room", 17_000),
            ("SUPPLIER", "tour", 5_100),
            ("SUPPLIER", "ride", 1_701),
            ("PLATFORM_FEE", None, 4_200),
        ],
    )


def test_a_partners_coupon_takes_off_no_more_than_its_items_cost():
    assert legs_of([TOUR, RIDE], coupon=CouponShare(9_000, GUIDE)) == (
        2_001,
        [("SUPPLIER", "tour", 0), ("SUPPLIER", "ride", 1_701), ("PLATFORM_FEE", None, 300)],
    )


def test_the_platforms_coupon_comes_out_of_its_fee():
    assert legs_of([TOUR], coupon=CouponShare(500, None)) == (
        7_500,
        [("SUPPLIER", "tour", 6_800), ("PLATFORM_FEE", None, 1_200), ("COUPON_FUNDING", None, -500)],
    )


def test_the_platforms_coupon_is_never_more_than_its_fee():
    assert legs_of([TOUR], coupon=CouponShare(5_000, None)) == (
        6_800,
        [("SUPPLIER", "tour", 6_800), ("PLATFORM_FEE", None, 1_200), ("COUPON_FUNDING", None, -1_200)],
    )


def test_the_commission_comes_out_of_the_link_owners_share():
    # 10 % of what is paid for the guide's item, 8,000.
    commission = Commission(1_000, GUIDE, BLOGGER)

    assert legs_of([ROOM, TOUR], commission=commission) == (
        28_000,
        [
            ("SUPPLIER", "room", 17_000),
            ("SUPPLIER", "tour", 6_000),
            ("PLATFORM_FEE", None, 4_200),
            ("AFFILIATE", None, 800),
        ],
    )


def test_a_link_of_somebody_who_sells_nothing_here_earns_nothing():
    assert legs_of([ROOM], commission=Commission(1_000, GUIDE, BLOGGER)) == (
        20_000,
        [("SUPPLIER", "room", 17_000), ("PLATFORM_FEE", None, 3_000)],
    )


def test_a_leg_says_whose_it_is():
    shared = split(
        [TOUR],
        discount_minor=0,
        coupon=CouponShare(1, None),
        fee_bps=1000,
        commission=Commission(500, GUIDE, BLOGGER),
    )

    assert shared.legs == (
        Leg(LegKind.SUPPLIER, GUIDE, None, "tour", 6_800),
        Leg(LegKind.PLATFORM_FEE, None, None, None, 800),
        Leg(LegKind.AFFILIATE, None, BLOGGER, None, 400),
        Leg(LegKind.COUPON_FUNDING, None, None, None, -1),
    )


def test_a_discount_of_more_than_the_price_is_a_mistake():
    with pytest.raises(ValueError, match="more is taken off"):
        legs_of([TOUR], discount=8_001)


partners = st.sampled_from([HOTEL, GUIDE, BUS])
amounts = st.integers(0, 10**7)


@st.composite
def sales(draw):
    numbers = count()
    drawn = draw(st.lists(st.tuples(partners, amounts), min_size=1, max_size=8))
    parts = [Part(f"item {next(numbers)}", partner_id, gross) for partner_id, gross in drawn]
    total = sum(part.gross_minor for part in parts)
    coupon = draw(st.none() | st.builds(CouponShare, amounts, st.none() | partners))
    commission = draw(st.none() | st.builds(Commission, st.integers(0, 10_000), partners, st.just(BLOGGER)))
    return parts, draw(st.integers(0, total)), coupon, draw(st.integers(1000, 2000)), commission


def total_of(legs, *kinds):
    return sum(leg.amount_minor for leg in legs if leg.kind in kinds)


@given(sales())
def test_the_legs_of_any_sale_sum_to_what_is_paid_and_no_supplier_owes(sale):
    parts, discount, coupon, fee_bps, commission = sale

    shared = split(parts, discount_minor=discount, coupon=coupon, fee_bps=fee_bps, commission=commission)

    assert sum(leg.amount_minor for leg in shared.legs) == shared.paid_minor >= 0
    suppliers = [leg for leg in shared.legs if leg.kind is LegKind.SUPPLIER]
    assert [leg.key for leg in suppliers] == [part.key for part in parts]
    for leg, part in zip(suppliers, parts, strict=True):
        assert 0 <= leg.amount_minor <= part.gross_minor
    if coupon is None:
        assert shared.paid_minor == sum(part.gross_minor for part in parts) - discount


@given(sales())
def test_the_platforms_coupon_never_exceeds_its_fee(sale):
    parts, discount, coupon, fee_bps, commission = sale

    legs = split(parts, discount_minor=discount, coupon=coupon, fee_bps=fee_bps, commission=commission).legs

    assert 0 <= -total_of(legs, LegKind.COUPON_FUNDING) <= total_of(legs, LegKind.PLATFORM_FEE)


@given(sales())
def test_a_commission_is_the_link_owners_cost_alone(sale):
    parts, discount, coupon, fee_bps, commission = sale
    facts = {"discount_minor": discount, "coupon": coupon, "fee_bps": fee_bps}

    with_it = split(parts, commission=commission, **facts)
    without = split(parts, commission=None, **facts)

    assert with_it.paid_minor == without.paid_minor
    assert total_of(with_it.legs, LegKind.PLATFORM_FEE) == total_of(without.legs, LegKind.PLATFORM_FEE)
    earned = total_of(with_it.legs, LegKind.AFFILIATE)
    for partner_id in (HOTEL, GUIDE, BUS):
        before, after = (
            sum(leg.amount_minor for leg in shared.legs if leg.partner_id == partner_id)
            for shared in (without, with_it)
        )
        is_owner = commission is not None and commission.owner_id == partner_id
        assert before - after == (earned if is_owner else 0)
        assert after >= 0


@given(sales())
def test_a_partners_coupon_costs_the_other_partners_nothing(sale):
    parts, discount, coupon, _, _ = sale
    facts = {"discount_minor": discount, "fee_bps": 0, "commission": None}

    with_it = split(parts, coupon=coupon, **facts).legs
    without = split(parts, coupon=None, **facts).legs

    for reduced, leg in zip(with_it, without, strict=True):
        if coupon is None or leg.partner_id != coupon.funder_id:
            assert reduced == leg
        else:
            assert reduced.amount_minor <= leg.amount_minor
