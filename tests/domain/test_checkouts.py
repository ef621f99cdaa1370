"""Checkouts: how long they last, when their parts are released, and the secret that finds them."""

import datetime as dt
from uuid import UUID

import pytest

from domain.checkouts import CheckoutStatus, expires_at, release_on, status_for, token_hash, token_of
from domain.payments import PaymentStatus

NOON = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def test_a_checkout_ends_before_its_hold_does():
    assert expires_at(NOON) == NOON - dt.timedelta(minutes=2)


@pytest.mark.parametrize(
    ("service_on", "released"),
    [(dt.date(2026, 12, 24), dt.date(2026, 12, 25)), (None, dt.date(2026, 12, 3))],
)
def test_parts_are_released_after_the_service(service_on, released):
    assert release_on(service_on=service_on, booked_on=NOON.date()) == released


@pytest.mark.parametrize(
    ("payment", "before", "after"),
    [
        (PaymentStatus.PROCESSING, CheckoutStatus.OPEN, CheckoutStatus.PROCESSING),
        (PaymentStatus.REQUIRES_ACTION, CheckoutStatus.PROCESSING, CheckoutStatus.OPEN),
        (PaymentStatus.REQUIRES_PAYMENT_METHOD, CheckoutStatus.PROCESSING, CheckoutStatus.OPEN),
        (PaymentStatus.PROCESSING, CheckoutStatus.PAID, CheckoutStatus.PAID),
        (PaymentStatus.REQUIRES_ACTION, CheckoutStatus.EXPIRED, CheckoutStatus.EXPIRED),
    ],
)
def test_a_checkout_is_open_as_long_as_its_buyer_can_do_something(payment, before, after):
    assert status_for(payment, before) is after


def test_the_secret_of_a_checkout_is_the_same_every_time_and_no_other_ones():
    token = token_of(b"pepper", FIRST)

    assert token == token_of(b"pepper", FIRST)
    assert len({token, token_of(b"pepper", SECOND), token_of(b"salt", FIRST)}) == 3
    assert len(token) == 43
    assert token_hash(token) != token_hash(token_of(b"pepper", SECOND))
