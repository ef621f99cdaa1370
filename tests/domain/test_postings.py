"""Postings: each act moves money from one account to another, and what a sale owes is owed to its parties."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given

from domain import postings
from domain.ledger import AccountKind
from domain.postings import Account, Booked, Payee
from domain.refunds import refund_legs
from domain.splits import Commission, CouponShare, Leg, split
from tests.domain.test_splits import BLOGGER, GUIDE, HOTEL, ROOM, TOUR, sales

CASH, REVENUE, FUNDING = AccountKind.PROVIDER_CASH, AccountKind.PLATFORM_REVENUE, AccountKind.COUPON_FUNDING
PENDING, AVAILABLE = AccountKind.PARTNER_PENDING, AccountKind.PARTNER_AVAILABLE


def shown(booked):
    return [(each.account.kind, each.amount_minor) for each in booked]


def test_a_sale_is_cash_and_owed_to_everybody_who_has_a_leg():
    legs = split(
        [ROOM, TOUR, ROOM],
        discount_minor=0,
        coupon=CouponShare(1_000, None),
        fee_bps=1000,
        commission=Commission(500, GUIDE, BLOGGER),
    ).legs

    assert postings.sale(legs) == (
        Booked(Account(CASH), 47_000),
        Booked(Account(PENDING, HOTEL), -36_000),
        Booked(Account(PENDING, GUIDE), -6_800),
        Booked(Account(REVENUE), -4_800),
        Booked(Account(AccountKind.AFFILIATE_PENDING, None, BLOGGER), -400),
        Booked(Account(FUNDING), 1_000),
    )


@pytest.mark.parametrize(
    ("booked", "moved"),
    [
        (postings.transfer(Payee(HOTEL), 7), [(PENDING, 7), (AVAILABLE, -7)]),
        (postings.reversal(Payee(HOTEL), 7), [(AVAILABLE, 7), (PENDING, -7)]),
        (postings.payout(Payee(HOTEL), 7), [(AVAILABLE, 7), (CASH, -7)]),
        (postings.payout_returned(Payee(HOTEL), 7), [(CASH, 7), (AVAILABLE, -7)]),
        (
            postings.transfer(Payee(affiliate_id=BLOGGER), 7),
            [(AccountKind.AFFILIATE_PENDING, 7), (AccountKind.AFFILIATE_AVAILABLE, -7)],
        ),
        (postings.provider_fee(7), [(AccountKind.PROVIDER_FEES, 7), (CASH, -7)]),
        (postings.dispute(7), [(AccountKind.DISPUTED, 7), (CASH, -7)]),
        (postings.dispute_won(7), [(CASH, 7), (AccountKind.DISPUTED, -7)]),
    ],
)
def test_an_act_moves_an_amount_from_one_account_to_another(booked, moved):
    assert shown(booked) == moved


def test_a_lost_dispute_is_owed_less_by_everybody():
    legs = [Leg(each.kind, each.partner_id, None, None, 5) for each in postings_of_one_sale()]

    assert shown(postings.dispute_lost(legs)) == [(AccountKind.DISPUTED, -10), (PENDING, 5), (REVENUE, 5)]


def postings_of_one_sale():
    return split([ROOM], discount_minor=0, coupon=None, fee_bps=1000, commission=None).legs


def test_a_payee_is_either_a_partner_or_an_affiliate():
    for wrong in ({}, {"partner_id": HOTEL, "affiliate_id": BLOGGER}):
        with pytest.raises(ValueError, match="a partner or an affiliate"):
            Payee(**wrong)


def test_postings_that_do_not_sum_to_zero_are_a_mistake():
    with pytest.raises(ValueError, match="sums to zero"):
        postings.merged([Booked(Account(CASH), 1), Booked(Account(REVENUE), -2)])


def test_postings_on_one_account_become_one_and_none_of_zero_is_kept():
    other = Account(PENDING, UUID(int=77))
    pieces = [Booked(Account(CASH), 5), Booked(other, -3), Booked(Account(REVENUE), 0), Booked(other, -2)]

    assert postings.merged(pieces) == (Booked(Account(CASH), 5), Booked(other, -5))


def refund_of(legs, given_back):
    return postings.refund(
        [replace(leg, amount_minor=back) for leg, back in zip(legs, given_back, strict=True)]
    )


@given(sales())
def test_what_is_refunded_as_a_whole_leaves_every_account_as_it_was(sale):
    parts, discount, coupon, fee_bps, commission = sale
    legs = split(parts, discount_minor=discount, coupon=coupon, fee_bps=fee_bps, commission=commission).legs
    paid = sum(leg.amount_minor for leg in legs)
    balances: dict[Account, int] = {}

    half = refund_legs([(leg.amount_minor, 0) for leg in legs], paid // 2)
    rest = [leg.amount_minor - back for leg, back in zip(legs, half, strict=True)]
    entries = [postings.sale(legs), refund_of(legs, half), refund_of(legs, rest)]
    for entry in entries:
        assert sum(each.amount_minor for each in entry) == 0
        for each in entry:
            balances[each.account] = balances.get(each.account, 0) + each.amount_minor

    assert set(balances.values()) <= {0}
