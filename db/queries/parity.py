"""What the check of price parity looks at, and what it found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.environments import Environment
from domain.packages import PackageStatus

NEWEST_FIRST = Keyset((models.PriceParityRun.id,), is_descending=True)


@question
def page_parity_runs(
    *, visible: Visible, window: Window, has_differences: bool | None
) -> Page[models.PriceParityRun]:
    """Describe runs, newest first: all, or those that did (not) find any difference."""
    run = models.PriceParityRun
    statement = select(run).where(visible)
    if has_differences is not None:
        statement = statement.where(run.wrong > 0 if has_differences else run.wrong == 0)
    return Page(statement, NEWEST_FIRST, window)


async def last_package_id(session: AsyncSession, environment: Environment) -> UUID | None:
    """Look up where the last run ended; None where the next begins anew."""
    run = models.PriceParityRun
    statement = (
        select(run.last_package_id).where(run.environment == environment).order_by(run.id.desc()).limit(1)
    )
    return await session.scalar(statement)


async def packages_on_sale(
    session: AsyncSession, environment: Environment, *, after: UUID | None, limit: int
) -> Sequence[models.Package]:
    """Load what is on sale to others, in the order of the ids, from behind one."""
    package = models.Package
    statement = (
        select(package)
        .where(
            package.environment == environment,
            package.status == PackageStatus.PUBLISHED,
            package.is_sandbox.is_(False),
        )
        .order_by(package.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(package.id > after)
    return (await session.scalars(statement)).all()
