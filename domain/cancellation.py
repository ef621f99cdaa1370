"""Cancellation policies: how much of the price comes back, by how early a sale is cancelled."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput, Refused

SCHEMA = 1
"""Of a policy as it is kept."""
WHOLE_BPS = 10_000
MOST_TIERS = 10
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class CancellationTier:
    """Cancelled `days_before` the day of the visit or earlier, `refund_bps` of what was paid come back."""

    days_before: int
    refund_bps: int


@dataclass(frozen=True, slots=True)
class CancellationPolicy:
    """Tiers from the earliest to the latest; none: nothing ever comes back."""

    tiers: tuple[CancellationTier, ...] = ()


NON_REFUNDABLE = CancellationPolicy()


def refund_bps(
    policy: CancellationPolicy, *, service_on: dt.date | None, at: dt.datetime, time_zone: str
) -> int:
    """Return which part of the price comes back for a cancellation at a moment, in basis points.

    Days are counted on the calendar of the product: the day of the visit itself is 0 days before, whatever the hour.
    A sale without a day is as early as can be.
    """
    if service_on is None:
        return policy.tiers[0].refund_bps if policy.tiers else 0
    days_before = (service_on - at.astimezone(ZoneInfo(time_zone)).date()).days
    return next((each.refund_bps for each in policy.tiers if days_before >= each.days_before), 0)


def check_policy(policy: CancellationPolicy) -> CancellationPolicy:
    """Return the policy with its tiers in order. Refuses: InvalidInput for one that gives more back later."""
    tiers = sorted(policy.tiers, key=lambda tier: -tier.days_before)
    if len(tiers) > MOST_TIERS:
        raise _invalid(f"must have {MOST_TIERS} tiers at most")
    if len({tier.days_before for tier in tiers}) < len(tiers):
        raise _invalid("each tier needs a number of days of its own")
    for tier in tiers:
        if not 0 <= tier.days_before <= MOST_DAYS:
            raise _invalid(f"days must be from 0 to {MOST_DAYS}")
        if not 0 <= tier.refund_bps <= WHOLE_BPS:
            raise _invalid(f"a refund must be from 0 to {WHOLE_BPS} basis points")
    if any(later.refund_bps > earlier.refund_bps for earlier, later in pairwise(tiers)):
        raise _invalid("who cancels later can not get more back")
    return CancellationPolicy(tuple(tiers))


def policy_as_kept(policy: CancellationPolicy) -> dict[str, Any]:
    """Return a policy as JSON that `policy_of` reads."""
    return {
        "schema": SCHEMA,
        "tiers": [{"days_before": each.days_before, "refund_bps": each.refund_bps} for each in policy.tiers],
    }


def policy_of(kept: Mapping[str, Any]) -> CancellationPolicy:
    """Return the policy of what is kept. Raises ValueError for a schema that is not known here."""
    if kept["schema"] != SCHEMA:
        raise ValueError(f"a cancellation policy of schema {kept['schema']}")
    return CancellationPolicy(
        tuple(CancellationTier(each["days_before"], each["refund_bps"]) for each in kept["tiers"])
    )


def _invalid(problem: str) -> Refused:
    return Refused(InvalidInput("cancellation_policy", problem))
