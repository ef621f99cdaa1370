"""Questions about paid places, and what they cost."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.computed import computed_of
from db.questions import question
from db.rows import Visible
from domain.environments import Environment
from domain.sponsorships import SponsorshipStatus

NEWEST_FIRST = Keyset((models.Sponsorship.id,), is_descending=True)


@question
def page_sponsorships(
    *, visible: Visible, window: Window, status: SponsorshipStatus | None, now: dt.datetime
) -> Page[models.Sponsorship]:
    """Describe paid places, newest first."""
    statement = select(models.Sponsorship).where(visible)
    if status is not None:
        statement = statement.where(models.Sponsorship.status == status)
    return Page(statement, NEWEST_FIRST, window, computed=computed_of(models.Sponsorship, now=now))


async def lock_sponsorship(
    session: AsyncSession, sponsorship_id: UUID, *, visible: Visible
) -> models.Sponsorship | None:
    """Lock a paid place."""
    statement = select(models.Sponsorship).where(models.Sponsorship.id == sponsorship_id, visible)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def active_of_package(
    session: AsyncSession, package_id: UUID, *, but: UUID | None = None
) -> models.Sponsorship | None:
    """Lock the active paid place of a package, if it is not the one left out."""
    paid = models.Sponsorship
    statement = select(paid).where(
        paid.package_id == package_id, paid.status == SponsorshipStatus.ACTIVE, paid.id.is_distinct_from(but)
    )
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def count_active(
    session: AsyncSession, partner_id: UUID, environment: Environment, *, today: dt.date
) -> int:
    """Count a partner's active paid places whose days are not over."""
    paid = models.Sponsorship
    statement = select(func.count()).where(
        paid.partner_id == partner_id,
        paid.environment == environment,
        paid.status == SponsorshipStatus.ACTIVE,
        or_(paid.ends_on.is_(None), paid.ends_on >= today),
    )
    return await session.scalar(statement) or 0


async def caps_of(session: AsyncSession, sponsorship_ids: Sequence[UUID]) -> dict[UUID, models.Sponsorship]:
    """Lock paid places in the order of their ids, by id."""
    paid = models.Sponsorship
    statement = select(paid).where(paid.id.in_(sponsorship_ids)).order_by(paid.id).with_for_update()
    return {each.id: each for each in await session.scalars(statement)}


async def note_sights(
    session: AsyncSession, sights: Mapping[tuple[UUID, str], int], *, day: dt.date
) -> dict[tuple[UUID, str], int]:
    """Add to how often viewers saw paid places on a day; return how often they have by now."""
    if not sights:
        return {}
    sight = models.SponsorshipSight
    statement = insert(sight).values(
        [
            {"sponsorship_id": sponsorship_id, "visitor": visitor, "seen_on": day, "views": views}
            for (sponsorship_id, visitor), views in sorted(sights.items())
        ]
    )
    added = statement.on_conflict_do_update(
        index_elements=[sight.sponsorship_id, sight.visitor, sight.seen_on],
        set_={"views": sight.views + statement.excluded.views},
    ).returning(sight.sponsorship_id, sight.visitor, sight.views)
    return {(row[0], row[1]): row[2] for row in await session.execute(added)}


async def charge(session: AsyncSession, sponsorship_id: UUID, *, units: int, day: dt.date) -> tuple[int, int]:
    """Take what so many views or clicks cost out of a day's budget, as far as it goes: (units, minor units).

    One guarded statement: two workers together never take more than there is. A day that is over takes nothing.
    """
    paid = models.Sponsorship
    spent = case((paid.spent_on == day, paid.spent_minor), else_=0)
    taken: Any = func.least((paid.daily_budget_minor - spent) / paid.price_minor, units)
    # What a row costs is reckoned before the update; RETURNING would tell what is left after it.
    cost = (
        select(paid.id, taken.label("units"), (taken * paid.price_minor).label("minor"), spent.label("spent"))
        .where(
            paid.id == sponsorship_id,
            or_(paid.spent_on.is_(None), paid.spent_on <= day),
            spent + paid.price_minor <= paid.daily_budget_minor,
        )
        .with_for_update()
        .cte("cost")
    )
    statement = (
        update(paid)
        .where(paid.id == cost.c.id)
        .values(
            spent_on=day,
            spent_minor=cost.c.spent + cost.c.minor,
            total_minor=paid.total_minor + cost.c.minor,
            sequence=paid.sequence + 1,
        )
        .returning(cost.c.units, cost.c.minor)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(statement)).one_or_none()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


async def unposted_days(session: AsyncSession, *, before: dt.date, limit: int) -> list[tuple[UUID, dt.date]]:
    """Load the days, and whose, of which something is not in the books yet, longest over first."""
    charge = models.SponsorshipCharge
    statement = (
        select(charge.sponsorship_id, charge.charged_on)
        .where(charge.posted_at.is_(None), charge.charged_on < before)
        .group_by(charge.charged_on, charge.sponsorship_id)
        .order_by(charge.charged_on, charge.sponsorship_id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def first_unposted(session: AsyncSession, sponsorship_id: UUID, day: dt.date) -> UUID | None:
    """Look up the oldest charge of a day that is not in the books yet."""
    charge = models.SponsorshipCharge
    return await session.scalar(
        select(charge.id)
        .where(charge.sponsorship_id == sponsorship_id, charge.charged_on == day, charge.posted_at.is_(None))
        .order_by(charge.id)
        .limit(1)
    )


async def note_posted(
    session: AsyncSession, sponsorship_id: UUID, day: dt.date, *, source_id: UUID, now: dt.datetime
) -> int:
    """Note that what is left of a day is posted now, and return what that is; 0 where another worker did it."""
    charge = models.SponsorshipCharge
    posted = (
        update(charge)
        .where(charge.sponsorship_id == sponsorship_id, charge.charged_on == day, charge.posted_at.is_(None))
        .values(posted_at=now, posted_with=source_id)
        .returning(charge.amount_minor)
        .execution_options(synchronize_session=False)
    )
    return sum(await session.scalars(posted))
