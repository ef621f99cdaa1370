"""Counting views and clicks: each once, whoever reports it however often."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from db import models
from db.queries import interest as queries
from db.queries import sponsorships as sponsorship_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.interest import KEPT, NOBODY, Interest, InterestKind
from domain.sponsorships import ChargedBy
from services import sponsorships

BATCH = 1_000
SAMPLES_KEPT = dt.timedelta(days=90)


async def count(uow: UnitOfWork, interests: Sequence[Interest], *, now: dt.datetime) -> int:
    """Add views and clicks to the days, and charge sponsors for theirs; return how many were new.

    What was counted before, and what search knows nothing of, is passed over.
    """
    by_key = {each.key: each for each in interests}
    known = await queries.listed(uow.session, {each.shown.package_id for each in by_key.values()})
    by_key = {
        key: each
        for key, each in by_key.items()
        if each.shown.package_id in known and known[each.shown.package_id][0] is each.shown.environment
    }
    new_keys = await queries.note_keys(uow.session, by_key, now=now)
    fresh = [each for key, each in by_key.items() if key in new_keys]
    await queries.add_counts(uow.session, fresh, known)
    uow.session.add_all(_sample(each) for each in fresh if each.is_sampled)
    await _charge(uow, [each for each in fresh if each.shown.sponsorship_id is not None], now=now)
    await uow.session.flush()
    return len(fresh)


async def _charge(uow: UnitOfWork, interests: Sequence[Interest], *, now: dt.datetime) -> None:
    """Charge what is charged for; of one viewer's views no more than a day's cap."""
    ids = {each.shown.sponsorship_id for each in interests if each.shown.sponsorship_id is not None}
    paid = await sponsorship_queries.caps_of(uow.session, sorted(ids)) if ids else {}
    seen: Counter[tuple[UUID, str]] = Counter()
    units: Counter[UUID] = Counter()
    for each in interests:
        sponsorship = paid.get(each.shown.sponsorship_id) if each.shown.sponsorship_id else None
        if sponsorship is None or sponsorship.package_id != each.shown.package_id:
            continue
        is_view = each.kind is InterestKind.VIEW
        if is_view and each.shown.visitor != NOBODY:
            seen[sponsorship.id, each.shown.visitor] += 1
        elif is_view is (sponsorship.charged_by is ChargedBy.VIEW):
            units[sponsorship.id] += 1
    totals = await sponsorship_queries.note_sights(uow.session, seen, day=now.date())
    for key, views in seen.items():
        sponsorship = paid[key[0]]
        if sponsorship.charged_by is ChargedBy.VIEW:
            before = totals[key] - views
            units[sponsorship.id] += max(min(views, sponsorship.daily_cap - before), 0)
    await sponsorships.charge_units(uow, units, now=now)


async def purge(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget receipts nobody can hand in again, sights of days that are over, and old samples.

    Returns how many of the longer list: fewer than BATCH means nothing is left.
    """
    receipts = await queries.purge_receipts(uow.session, before=now - KEPT, limit=BATCH)
    samples = await queries.purge_samples(uow.session, before=now - SAMPLES_KEPT, limit=BATCH)
    await queries.purge_sights(uow.session, before=(now - KEPT).date())
    return max(receipts, samples)


def _sample(interest: Interest) -> models.InterestSample:
    shown = interest.shown
    return models.InterestSample(
        id=new_id(),
        environment=shown.environment,
        package_id=shown.package_id,
        sponsorship_id=shown.sponsorship_id,
        kind=interest.kind,
        visitor=shown.visitor,
        at=interest.at,
    )
