"""Refunds: what each party gives back, in any number of parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refunds import refund_legs
from domain.splits import Commission, split
from tests.domain.test_splits import BLOGGER, GUIDE, THREE, sales


def test_half_of_a_sale_takes_half_of_each_leg():
    assert refund_legs([(17_000, 0), (6_000, 0), (4_200, 0), (800, 0)], 14_000) == [8_500, 3_000, 2_100, 400]


def test_the_last_minor_unit_goes_to_the_largest_remainder():
    assert refund_legs([(50, 0), (30, 0), (20, 0)], 33) == [16, 10, 7]


def test_a_coupon_the_platform_paid_for_comes_back_to_it():
    assert refund_legs([(6_800, 0), (1_200, 0), (-500, 0)], 3_750) == [3_400, 600, -250]


def test_the_last_refund_clears_every_leg():
    assert refund_legs([(6_800, 3_400), (1_200, 601), (-500, -251)], 3_750) == [3_400, 599, -249]


def test_legs_that_cancel_out_are_cleared_by_a_refund_of_nothing():
    assert refund_legs([(5, 0), (-5, 0)], 0) == [5, -5]


@pytest.mark.parametrize("refund", [-1, 101])
def test_more_than_was_paid_is_not_given_back(refund):
    with pytest.raises(ValueError, match="more is given back"):
        refund_legs([(80, 0), (20, 0)], refund)


@given(sales(), st.lists(st.integers(0, 10**6), max_size=12))
def test_any_sequence_of_refunds_sums_exactly_and_leaves_no_leg_overdrawn(sale, chances):
    parts, discount, coupon, fee_bps, commission = sale
    shared = split(parts, discount_minor=discount, coupon=coupon, fee_bps=fee_bps, commission=commission)
    amounts = [leg.amount_minor for leg in shared.legs]
    refunded = [0] * len(amounts)
    left = shared.paid_minor

    for chance in [*chances, None]:
        refund = left if chance is None else left * chance // 10**6
        given_back = refund_legs(list(zip(amounts, refunded, strict=True)), refund)
        assert sum(given_back) == refund
        refunded = [before + now for before, now in zip(refunded, given_back, strict=True)]
        for amount, back in zip(amounts, refunded, strict=True):
            assert min(0, amount) <= back <= max(0, amount)
        left -= refund

    assert refunded == amounts


@given(st.integers(0, 28_000))
def test_a_first_refund_is_within_one_minor_unit_of_the_exact_share(refund):
    commission = Commission(1_000, GUIDE, BLOGGER)
    shared = split(THREE[:2], discount_minor=0, coupon=None, fee_bps=1500, commission=commission)

    given_back = refund_legs([(leg.amount_minor, 0) for leg in shared.legs], refund)

    for leg, back in zip(shared.legs, given_back, strict=True):
        assert abs(back * 28_000 - leg.amount_minor * refund) < 28_000
