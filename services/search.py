"""Keeping the index of search: what packages say of themselves is written where it is looked for."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import search_index as queries
from db.queries import suggestions as suggestion_queries
from db.unit_of_work import UnitOfWork
from domain.packages import PackageStatus
from domain.partners import VerificationStatus
from domain.pricing import PriceRule
from domain.search import POPULAR_DAYS, SearchDocument, search_document
from domain.suggestions import learned

BATCH = 200
FRESH = dt.timedelta(hours=24)
"""Prices "from" look ahead from a day: after that the line is written anew."""
TRIPS_KEPT = dt.timedelta(days=730)
MILLISECOND = dt.timedelta(milliseconds=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


async def index_stale(uow: UnitOfWork, *, now: dt.datetime, limit: int = BATCH) -> int:
    """Write lines of packages that changed, or were not looked at for a day; return how many."""
    package_ids = await queries.take_stale(uow.session, before=now - FRESH, limit=limit)
    await index_packages(uow, package_ids, now=now)
    return len(package_ids)


async def index_packages(uow: UnitOfWork, package_ids: Sequence[UUID], *, now: dt.datetime) -> None:
    """Write the lines of packages anew, now: whoever publishes one may have it found at once."""
    lines: list[dict[str, Any]] = []
    words: set[str] = set()
    for package, partner, items, rules in await queries.packages_to_index(uow.session, package_ids):
        document = _document(package, partner, items, rules, today=now.date())
        words.update(document.words)
        lines.append(_line(package, partner, document, now))
    await queries.write_lines(uow.session, lines)
    await queries.add_words(uow.session, words)


async def roll_up_popularity(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Reckon anew how popular packages are; return how many are more or less so than before."""
    return await queries.roll_up_popularity(uow.session, since=now - dt.timedelta(days=POPULAR_DAYS))


def _document(
    package: models.Package,
    partner: models.Partner,
    items: Sequence[models.PackageItem],
    rules: Sequence[PriceRule],
    *,
    today: dt.date,
) -> SearchDocument:
    """Return what a package is found by: the one place that knows which of its texts that are."""
    return search_document(
        names=package.names,
        descriptions=package.descriptions,
        partner_name=partner.name,
        labels=[each.label for each in items],
        kinds=[each.kind.value for each in items],
        regions=package.regions or partner.regions or ([partner.country] if partner.country else []),
        languages=package.languages or partner.languages,
        rules=rules,
        today=today,
    )


def _line(
    package: models.Package, partner: models.Partner, document: SearchDocument, now: dt.datetime
) -> dict[str, Any]:
    return {
        "of": package.id,
        "environment": package.environment,
        "partner_id": partner.id,
        "sku": package.sku,
        "names": package.names,
        "partner_name": partner.name,
        "kinds": list(document.kinds),
        "regions": list(document.regions),
        "languages": list(document.languages),
        "currency": package.currency,
        "from_minor": document.from_minor,
        "time_zone": package.time_zone,
        "version": package.version,
        "is_bundle": package.is_bundle,
        "sold_from": package.sold_from,
        "sold_until": package.sold_until,
        "is_listed": package.status is PackageStatus.PUBLISHED and not package.is_sandbox,
        "is_verified": partner.verification_status is VerificationStatus.VERIFIED,
        "published_at": (package.created_at - EPOCH) // MILLISECOND,
        "indexed_at": now,
        "passages": document.passages,
    }


async def roll_up_trips(uow: UnitOfWork, *, now: dt.datetime) -> None:
    """Count anew what was booked with what, when, and by whom; one worker at a time."""
    await locks.lock_name(uow.session, "suggestions:trips")
    await suggestion_queries.roll_up(
        uow.session, since=now - TRIPS_KEPT, now=now, half_life_days=learned().half_life_days
    )
