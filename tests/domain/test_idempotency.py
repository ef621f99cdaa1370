"""A key and what it was sent with: the same request, or another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput, Refused
from domain.idempotency import idempotency
from domain.pricing import CustomerType
from domain.reservations import Demand

ADULT, CHILD, _ = CustomerType


def hash_of(act="hold", **request):
    bound = idempotency("key:1:LIVE", "k", act, **request)
    assert bound is not None
    return bound.request_hash


def test_without_a_key_there_is_nothing_to_bind():
    assert idempotency("key:1:LIVE", None, "hold", units=1) is None


def test_a_key_is_bound_to_its_caller_and_request():
    bound = idempotency("key:1:LIVE", "k", "hold", units=1)

    assert bound is not None
    assert (bound.actor, bound.key, len(bound.request_hash)) == ("key:1:LIVE", "k", 32)


def test_the_same_request_has_the_same_hash_in_whatever_order_it_is_written():
    one = hash_of(lines=[Demand("106", 1, ADULT)], minutes=5)
    two = hash_of(minutes=5, lines=[Demand("106", 1, ADULT)])

    assert one == two


@pytest.mark.parametrize(
    "other",
    [
        {"lines": [Demand("106", 2, ADULT)], "minutes": 5},
        {"lines": [Demand("106", 1, CHILD)], "minutes": 5},
        {"lines": [Demand("107", 1, ADULT)], "minutes": 5},
        {"lines": [Demand("106", 1, ADULT), Demand("106", 1, ADULT)], "minutes": 5},
        {"lines": [Demand("106", 1, ADULT)], "minutes": "5"},
        {"lines": [Demand("106", 1, ADULT)], "minutes": None},
        {"lines": [Demand("106", 1, ADULT)]},
    ],
)
def test_another_request_has_another_hash(other):
    assert hash_of(lines=[Demand("106", 1, ADULT)], minutes=5) != hash_of(**other)


def test_another_act_with_the_same_words_has_another_hash():
    assert hash_of("redeem_ticket", ticket_code="A") != hash_of("void_ticket", ticket_code="A")


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text()))
def test_whatever_is_asked_can_be_hashed(request_parts):
    assert len(hash_of(input=request_parts)) == 32


@pytest.mark.parametrize("key", ["", "k" * 256, "k\0", "k\n", "\ud800"])
def test_an_empty_long_or_unprintable_key_is_refused(key):
    with pytest.raises(Refused) as refused:
        idempotency("key:1:LIVE", key, "hold")

    assert refused.value.reason == InvalidInput("idempotency_key", "must have 1 to 255 printable characters")
