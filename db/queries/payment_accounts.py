"""Questions about payees' accounts at the payment provider."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from db.types import new_id
from domain.environments import Environment
from domain.payment_accounts import FRESH, SETTLED, SETTLED_FRESH, UNFINISHED, Payee
from domain.payments import AccountStatus

NEWEST = Keyset((models.PaymentAccount.id,), is_descending=True)


@question
def page_accounts(
    *, visible: Visible, window: Window, status: AccountStatus | None
) -> Page[models.PaymentAccount]:
    """Describe accounts, newest first."""
    statement = select(models.PaymentAccount).where(visible)
    if status is not None:
        statement = statement.where(models.PaymentAccount.status == status)
    return Page(statement, NEWEST, window)


async def open_account(
    session: AsyncSession, payee: Payee, environment: Environment, *, now: dt.datetime
) -> tuple[models.PaymentAccount, bool]:
    """Load a payee's account, made if there is none; and tell whether it was made."""
    account = models.PaymentAccount
    made = await session.scalar(
        insert(account)
        .values(
            id=new_id(),
            environment=environment,
            partner_id=payee.partner_id,
            affiliate_id=payee.affiliate_id,
            status=AccountStatus.PENDING,
            created_at=now,
            sequence=1,
        )
        .on_conflict_do_nothing()
        .returning(account.id)
    )
    mine = (
        account.partner_id == payee.partner_id
        if payee.partner_id
        else account.affiliate_id == payee.affiliate_id
    )
    statement = select(account).where(account.environment == environment, mine)
    return (await session.scalars(statement)).one(), made is not None


async def lock_account(session: AsyncSession, account_id: UUID) -> models.PaymentAccount | None:
    """Lock an account by our id."""
    account = models.PaymentAccount
    statement = select(account).where(account.id == account_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def id_of(session: AsyncSession, provider_id: str, environment: Environment) -> UUID | None:
    """Look up our id of an account of the provider's."""
    account = models.PaymentAccount
    statement = select(account.id).where(
        account.provider_id == provider_id, account.environment == environment
    )
    return await session.scalar(statement)


async def payable_among(
    session: AsyncSession, partner_ids: Collection[UUID], environment: Environment
) -> set[UUID]:
    """Look up which of the partners can be paid."""
    account = models.PaymentAccount
    statement = select(account.partner_id).where(
        account.environment == environment,
        account.partner_id.in_(partner_ids),
        account.status == AccountStatus.ENABLED,
    )
    return {each for each in (await session.scalars(statement)).all() if each is not None}


async def to_look_at(
    session: AsyncSession, *, now: dt.datetime, besides: Collection[UUID], limit: int
) -> list[models.PaymentAccount]:
    """Load the accounts that were not finished, or not asked about for long; the longest at the front."""
    account = models.PaymentAccount
    is_settled = account.status.in_(list(SETTLED))
    statement = (
        select(account)
        .where(
            account.id.not_in(besides),
            or_(
                and_(account.provider_id.is_(None), account.created_at <= now - UNFINISHED),
                and_(is_settled, account.checked_at <= now - SETTLED_FRESH),
                and_(~is_settled, account.checked_at <= now - FRESH),
            ),
        )
        .order_by(account.checked_at.nulls_first(), account.id)
        .limit(limit)
    )
    return list((await session.scalars(statement)).all())
