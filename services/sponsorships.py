"""Paid places: who has one, what it costs, and what is to be posted of it."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import sponsorships as queries
from db.queries.computed import row_by_id
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import postings
from domain import sponsorships as rules
from domain.errors import InvalidInput, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.ledger import EntryKind
from domain.money import from_amount
from domain.postings import Payee
from domain.sponsorships import (
    MOST_ACTIVE,
    AlreadySponsored,
    ChargedBy,
    SponsorshipLimit,
    SponsorshipStatus,
)
from permissions import policies
from permissions.viewer import SYSTEM, Viewer
from permissions.visibility import visible_packages, visible_sponsorships
from services import audit, events, ledger
from services.idempotency import claim

DAYS_AT_ONCE = 500
"""Days looked for in one unit of work; each is posted in one of its own."""


async def create_sponsorship(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    package_id: UUID | None,
    charged_by: ChargedBy,
    price: Decimal,
    daily_budget: Decimal,
    daily_cap: int,
    starts_on: dt.date,
    ends_on: dt.date | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Sponsorship:
    """Pay for a package's place in search, from a day on. Audited, told as `sponsorship.changed`.

    The amounts are in the package's currency.
    Refuses: NotFound, Forbidden, InvalidInput, AlreadySponsored, SponsorshipLimit, IdempotencyConflict.
    """
    package = await _package(uow, viewer, package_id, now=now)
    price_minor = _minor("price", price, package.currency)
    budget_minor = _minor("daily_budget", daily_budget, package.currency)
    rules.check_money(price_minor=price_minor, daily_budget_minor=budget_minor)
    rules.check_days(starts_on, ends_on, today=now.date())
    rules.check_cap(daily_cap)
    sponsorship_id = new_id()
    first = await claim(uow, idempotency, object_id=sponsorship_id, now=now)
    if first is not None:
        known = await uow.session.get_one(models.Sponsorship, first)
        known.note_day(now.date())
        return known
    await _check_free(uow, package.partner_id, viewer, package.id, now=now)
    sponsorship = models.Sponsorship(
        id=sponsorship_id,
        environment=viewer.environment,
        partner_id=package.partner_id,
        package_id=package.id,
        currency=package.currency,
        charged_by=charged_by,
        price_minor=price_minor,
        daily_budget_minor=budget_minor,
        daily_cap=daily_cap,
        starts_on=starts_on,
        ends_on=ends_on,
        status=SponsorshipStatus.ACTIVE,
        spent_on=None,
        spent_minor=0,
        total_minor=0,
        sequence=1,
        created_at=now,
    )
    uow.session.add(sponsorship)
    await uow.session.flush()
    await _changed(uow, viewer, sponsorship, "sponsorships.create", now=now)
    sponsorship.note_day(now.date())
    return sponsorship


async def pause_sponsorship(
    uow: UnitOfWork, viewer: Viewer, *, sponsorship_id: UUID | None, now: dt.datetime
) -> models.Sponsorship:
    """Take a package out of its paid place; one that is paused stays so. Refuses: NotFound, Forbidden."""
    sponsorship = await _own(uow, viewer, sponsorship_id)
    if sponsorship.status is SponsorshipStatus.ACTIVE:
        sponsorship.status = SponsorshipStatus.PAUSED
        await _moved(uow, viewer, sponsorship, "sponsorships.pause", now=now)
    sponsorship.note_day(now.date())
    return sponsorship


async def resume_sponsorship(
    uow: UnitOfWork, viewer: Viewer, *, sponsorship_id: UUID | None, now: dt.datetime
) -> models.Sponsorship:
    """Put a package back into its paid place; one that is active stays so.

    Refuses: NotFound, Forbidden, AlreadySponsored, SponsorshipLimit.
    """
    sponsorship = await _own(uow, viewer, sponsorship_id)
    if sponsorship.status is SponsorshipStatus.PAUSED:
        await _check_free(uow, sponsorship.partner_id, viewer, sponsorship.package_id, now=now)
        sponsorship.status = SponsorshipStatus.ACTIVE
        await _moved(uow, viewer, sponsorship, "sponsorships.resume", now=now)
    sponsorship.note_day(now.date())
    return sponsorship


async def charge_units(uow: UnitOfWork, units: Mapping[UUID, int], *, now: dt.datetime) -> int:
    """Charge paid places for so many views or clicks each, as far as today's budgets go; return the units charged.

    What was charged is a row each, to be posted later. A budget that is used up is told as `sponsorship.changed`.
    """
    charged = 0
    for sponsorship_id, wanted in sorted(units.items()):
        taken, minor = await queries.charge(uow.session, sponsorship_id, units=wanted, day=now.date())
        if taken <= 0:
            continue
        charged += taken
        sponsorship = await uow.session.get_one(models.Sponsorship, sponsorship_id, populate_existing=True)
        uow.session.add(
            models.SponsorshipCharge(
                id=new_id(),
                sponsorship_id=sponsorship.id,
                environment=sponsorship.environment,
                partner_id=sponsorship.partner_id,
                currency=sponsorship.currency,
                charged_on=now.date(),
                units=taken,
                amount_minor=minor,
                charged_at=now,
            )
        )
        if sponsorship.spent_minor + sponsorship.price_minor > sponsorship.daily_budget_minor:
            _tell(uow, sponsorship, now=now)
    await uow.session.flush()
    return charged


async def unposted_days(uow: UnitOfWork, *, now: dt.datetime) -> list[tuple[UUID, dt.date]]:
    """Return the sponsorships and days that are over of which something is not in the books yet; DAYS_AT_ONCE at most."""
    return await queries.unposted_days(uow.session, before=now.date(), limit=DAYS_AT_ONCE)


async def post_day(uow: UnitOfWork, *, sponsorship_id: UUID, day: dt.date, now: dt.datetime) -> int:
    """Post what a day of a sponsorship cost, in one entry, and return the minor units; 0 where that was done.

    It is kept back from the partner's payouts. A charge that comes later has an entry of its own.
    """
    source_id = await queries.first_unposted(uow.session, sponsorship_id, day)
    if source_id is None:
        return 0
    amount = await queries.note_posted(uow.session, sponsorship_id, day, source_id=source_id, now=now)
    if not amount:
        return 0
    sponsorship = await uow.session.get_one(models.Sponsorship, sponsorship_id)
    await ledger.post(
        uow,
        SYSTEM,
        kind=EntryKind.SPONSORSHIP,
        environment=sponsorship.environment,
        currency=sponsorship.currency,
        source_id=source_id,
        postings=postings.sponsorship(Payee(sponsorship.partner_id), amount),
        partner_id=sponsorship.partner_id,
        now=now,
    )
    return amount


async def _check_free(
    uow: UnitOfWork, partner_id: UUID, viewer: Viewer, package_id: UUID, *, now: dt.datetime
) -> None:
    """Locks the partner's paid places until commit. Refuses: AlreadySponsored, SponsorshipLimit."""
    await locks.lock_name(uow.session, f"sponsorships:{partner_id}:{viewer.environment}")
    other = await queries.active_of_package(uow.session, package_id)
    if other is not None:
        if other.ends_on is None or other.ends_on >= now.date():
            raise Refused(AlreadySponsored(package_id=global_id("Package", package_id)))
        # Its days are over: it makes room by itself.
        other.status = SponsorshipStatus.PAUSED
        await uow.session.flush()
    active = await queries.count_active(uow.session, partner_id, viewer.environment, today=now.date())
    if active >= MOST_ACTIVE:
        raise Refused(SponsorshipLimit(max=MOST_ACTIVE))


def _minor(field: str, amount: Decimal, currency: str) -> int:
    given = from_amount(amount, currency)
    if given is None:
        raise Refused(InvalidInput(field, f"must be an amount in {currency}"))
    return given.minor


async def _package(
    uow: UnitOfWork, viewer: Viewer, package_id: UUID | None, *, now: dt.datetime
) -> models.Package:
    if package_id is not None:
        asked = row_by_id(models.Package, package_id, visible=visible_packages(viewer), now=now)
        package: models.Package | None = (await uow.session.scalars(asked.statement)).one_or_none()
        if package is not None:
            policies.may_manage_promotions(viewer, package.partner_id)
            return package
    shown = global_id("Package", package_id) if package_id else ""
    raise Refused(NotFound(noun="package", id=shown))


async def _own(uow: UnitOfWork, viewer: Viewer, sponsorship_id: UUID | None) -> models.Sponsorship:
    if sponsorship_id is not None:
        sponsorship = await queries.lock_sponsorship(
            uow.session, sponsorship_id, visible=visible_sponsorships(viewer)
        )
        if sponsorship is not None:
            policies.may_manage_promotions(viewer, sponsorship.partner_id)
            return sponsorship
    shown = global_id("Sponsorship", sponsorship_id) if sponsorship_id else ""
    raise Refused(NotFound(noun="sponsorship", id=shown))


async def _moved(
    uow: UnitOfWork, viewer: Viewer, sponsorship: models.Sponsorship, act: str, *, now: dt.datetime
) -> None:
    sponsorship.sequence += 1
    await uow.session.flush()
    await _changed(uow, viewer, sponsorship, act, now=now)


async def _changed(
    uow: UnitOfWork, viewer: Viewer, sponsorship: models.Sponsorship, act: str, *, now: dt.datetime
) -> None:
    _tell(uow, sponsorship, now=now)
    await audit.record(
        uow,
        viewer,
        partner_id=sponsorship.partner_id,
        act=act,
        object_id=global_id("Sponsorship", sponsorship.id),
        facts={
            "environment": sponsorship.environment,
            "package": global_id("Package", sponsorship.package_id),
            "status": sponsorship.status,
            "price_minor": sponsorship.price_minor,
            "daily_budget_minor": sponsorship.daily_budget_minor,
            "currency": sponsorship.currency,
        },
        now=now,
    )


def _tell(uow: UnitOfWork, sponsorship: models.Sponsorship, *, now: dt.datetime) -> None:
    payload: dict[str, Any] = {
        "sponsorship_id": global_id("Sponsorship", sponsorship.id),
        "package_id": global_id("Package", sponsorship.package_id),
        "status": sponsorship.status.value,
        "is_exhausted": sponsorship.spent_on == now.date()
        and sponsorship.spent_minor + sponsorship.price_minor > sponsorship.daily_budget_minor,
    }
    events.record(
        uow,
        EventType.SPONSORSHIP_CHANGED,
        environment=sponsorship.environment,
        partner_id=sponsorship.partner_id,
        object_id=sponsorship.id,
        sequence=sponsorship.sequence,
        payload=payload,
        now=now,
    )
