"""Cancellation policies: days on the product's calendar, earlier never gets less back."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cancellation import (
    NON_REFUNDABLE,
    CancellationPolicy,
    CancellationTier,
    check_policy,
    policy_as_kept,
    policy_of,
    refund_bps,
)
from domain.errors import InvalidInput, Refused

VISIT = dt.date(2026, 12, 26)
POLICY = CancellationPolicy(
    (CancellationTier(14, 10_000), CancellationTier(3, 5_000), CancellationTier(0, 1_000))
)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "bps"),
    [
        ("2026-12-01T00:00:00", 10_000),
        ("2026-12-12T22:59:59", 10_000),  # 23:59:59 in Rome
        ("2026-12-12T23:00:00", 5_000),  # the next day in Rome
        ("2026-12-23T22:59:59", 5_000),
        ("2026-12-23T23:00:00", 1_000),
        ("2026-12-26T22:59:59", 1_000),
        ("2026-12-26T23:00:00", 0),
        ("2027-01-26T00:00:00", 0),
    ],
)
def test_the_earlier_the_more_comes_back_by_the_product_s_own_days(moment, bps):
    assert refund_bps(POLICY, service_on=VISIT, at=at(moment), time_zone="Europe/Rome") == bps


def test_a_sale_without_a_day_is_as_early_as_can_be():
    assert (
        refund_bps(POLICY, service_on=None, at=at("2026-12-26T00:00:00"), time_zone="Europe/Rome") == 10_000
    )


@pytest.mark.parametrize("service_on", [VISIT, None])
def test_without_tiers_nothing_comes_back(service_on):
    moment = at("2026-01-01T00:00:00")
    assert refund_bps(NON_REFUNDABLE, service_on=service_on, at=moment, time_zone="Europe/Rome") == 0


def policies():
    def made(facts):
        parts = sorted((bps for _, bps in facts), reverse=True)
        days = sorted((day for day, _ in facts), reverse=True)
        return CancellationPolicy(tuple(map(CancellationTier, days, parts)))

    tier = st.tuples(st.integers(0, 365), st.integers(0, 10_000))
    return st.lists(tier, max_size=10, unique_by=lambda each: each[0]).map(made)


@given(policies(), st.integers(-400 * 86_400, 86_400), st.integers(0, 10**7))
def test_who_cancels_later_never_gets_more_back(policy, offset, seconds):
    moment = at("2026-12-26T00:00:00") + dt.timedelta(seconds=offset)

    def back(when):
        return refund_bps(policy, service_on=VISIT, at=when, time_zone="America/New_York")

    assert 10_000 >= back(moment) >= back(moment + dt.timedelta(seconds=seconds)) >= 0


@given(policies(), st.randoms())
def test_tiers_are_put_in_order_and_kept_as_they_are(policy, random):
    shuffled = list(policy.tiers)
    random.shuffle(shuffled)

    assert check_policy(CancellationPolicy(tuple(shuffled))) == policy
    assert policy_of(json.loads(json.dumps(policy_as_kept(policy)))) == policy


def test_a_policy_of_a_schema_nobody_knows_is_not_guessed_at():
    with pytest.raises(ValueError, match="schema 7"):
        policy_of({"schema": 7, "tiers": []})


@pytest.mark.parametrize(
    "tiers",
    [
        [(3, 5_000), (14, 4_000)],
        [(3, 5_000), (3, 4_000)],
        [(-1, 0)],
        [(366, 0)],
        [(1, 10_001)],
        [(1, -1)],
        [(day, 0) for day in range(11)],
    ],
)
def test_a_policy_that_can_not_be_is_refused(tiers):
    with pytest.raises(Refused) as refused:
        check_policy(CancellationPolicy(tuple(CancellationTier(*each) for each in tiers)))

    assert isinstance(refused.value.reason, InvalidInput)
    assert refused.value.reason.field == "cancellation_policy"
