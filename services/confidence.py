"""What partners are worth by their introductions: counted fact by fact, and once in a while anew.

Both ways lead to the same digits (`domain.confidence`). Whoever counts holds the introduction's row, then the
partner's tally: so no fact is counted twice, and none is forgotten.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict
from decimal import Decimal
from uuid import UUID

from db import models
from db.queries import confidence as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.confidence import (
    COUNTED,
    NOTHING,
    Confidence,
    Factor,
    Tally,
    confidence,
    scheme,
    tally_of,
    together,
)

MOST_SHOWN = Decimal("999.99")
"""The longest response time that is shown, in hours."""


async def count(uow: UnitOfWork, introductions: Collection[models.Introduction], *, now: dt.datetime) -> None:
    """Count what locked introductions are now in place of what they were; twice changes nothing."""
    by_partner: dict[UUID, list[models.Introduction]] = {}
    for each in introductions:
        by_partner.setdefault(each.partner_id, []).append(each)
    for partner_id in sorted(by_partner):
        await _count(uow, partner_id, by_partner[partner_id], now)


async def count_changed(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> int:
    """Count introductions that changed since they were counted; return how many."""
    changed = await queries.take_uncounted(uow.session, limit=limit)
    await count(uow, changed, now=now)
    return len(changed)


async def partners(uow: UnitOfWork, *, after: UUID | None, limit: int) -> list[UUID]:
    """Return ids of partners that are introduced, in order, from behind `after`."""
    return await queries.profile_ids(uow.session, after=after, limit=limit)


async def recompute(uow: UnitOfWork, partner_id: UUID, *, now: dt.datetime) -> Tally:
    """Count all introductions of a partner anew; return by how much the running tally was wrong: NOTHING, always."""
    tally = await queries.lock_tally(uow.session, partner_id, now=now)
    sequences = await queries.introductions_of(uow.session, partner_id)
    facts = await queries.facts_of(uow.session, queries.of_partner(partner_id))
    counted = {introduction_id: tally_of(each, scheme()) for introduction_id, each in facts.items()}
    before = await queries.contributions_of(uow.session, counted.keys())
    # What changed and was not counted yet is no mistake.
    expected = together(before.values())
    wrong = queries.tally_of_row(tally) - expected
    await queries.keep_contributions(
        uow.session,
        [
            _contribution(introduction_id, partner_id, sequences[introduction_id], each)
            for introduction_id, each in counted.items()
            if introduction_id in sequences
        ],
    )
    await _set(uow, tally, together(counted.values()), None, now)
    return wrong


async def _count(
    uow: UnitOfWork, partner_id: UUID, introductions: list[models.Introduction], now: dt.datetime
) -> None:
    tally = await queries.lock_tally(uow.session, partner_id, now=now)
    ids = [each.id for each in introductions]
    facts = await queries.facts_of(uow.session, queries.of_introductions(ids))
    before = await queries.contributions_of(uow.session, ids)
    after = {each: tally_of(facts[each], scheme()) for each in ids}
    await queries.keep_contributions(
        uow.session,
        [_contribution(each.id, partner_id, each.sequence, after[each.id]) for each in introductions],
    )
    moved = together(after.values()) - together(before.get(each, NOTHING) for each in ids)
    if moved != NOTHING:
        because = ids[0] if len(ids) == 1 else None
        await _set(uow, tally, queries.tally_of_row(tally) + moved, because, now)


async def _set(
    uow: UnitOfWork,
    row: models.ConfidenceTally,
    tally: Tally,
    introduction_id: UUID | None,
    now: dt.datetime,
) -> None:
    for name in COUNTED:
        setattr(row, name, getattr(tally, name))
    row.updated_at = now
    await uow.session.flush()
    found = confidence(tally, scheme())
    await queries.set_profile(uow.session, row.partner_id, **_figures(found, tally), scored_at=now)
    await _remember(uow, row.partner_id, found, introduction_id, now)


async def _remember(
    uow: UnitOfWork,
    partner_id: UUID,
    found: Confidence,
    introduction_id: UUID | None,
    now: dt.datetime,
) -> None:
    """Write the scores that are other than before into the history."""
    latest = await queries.latest_scores(uow.session, partner_id)
    told: list[tuple[Factor | None, Decimal | None, Decimal | None, int, bool]] = [
        (each.factor, each.score, each.measured, each.observations, each.score is None)
        for each in found.factors
    ]
    of_all = sum(each.observations for each in found.factors)
    told.append((None, found.overall, None, of_all, found.is_provisional))
    for factor, score, measured, observations, is_provisional in told:
        last = latest.get(factor)
        known = (score, measured, observations, is_provisional)
        if last is None and score is None:
            continue
        if last is not None and known == (last.score, last.measured, last.observations, last.is_provisional):
            continue
        uow.session.add(
            models.ConfidenceScore(
                id=new_id(),
                partner_id=partner_id,
                factor=factor,
                score=score,
                measured=measured,
                observations=observations,
                is_provisional=is_provisional,
                introduction_id=introduction_id,
                at=now,
            )
        )
    await uow.session.flush()


def _figures(found: Confidence, tally: Tally) -> dict[str, object]:
    by_factor = {each.factor: each for each in found.factors}
    response = by_factor[Factor.RESPONSE_TIME].measured
    return {
        "avg_response_hours": None if response is None else min(response, MOST_SHOWN),
        "avg_show_rate": by_factor[Factor.SHOW_RATE].measured,
        "booking_conversion_rate": by_factor[Factor.BOOKING_CONVERSION].measured,
        "total_bookings_completed": tally.showed,
        "response_time_score": by_factor[Factor.RESPONSE_TIME].score,
        "show_rate_score": by_factor[Factor.SHOW_RATE].score,
        "booking_conversion_score": by_factor[Factor.BOOKING_CONVERSION].score,
        "outcome_success_score": by_factor[Factor.OUTCOME_SUCCESS].score,
        "overall_booking_score": found.overall,
        "is_provisional": found.is_provisional,
    }


def _contribution(introduction_id: UUID, partner_id: UUID, sequence: int, tally: Tally) -> dict[str, object]:
    return {
        "introduction_id": introduction_id,
        "partner_id": partner_id,
        "sequence": sequence,
        **asdict(tally),
    }
