"""Questions about what goes to payees' banks."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible
from db.types import new_id
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.partners import VerificationStatus
from domain.payments import AccountStatus, PayoutStatus, TransferStatus
from domain.payouts import PayoutInterval, Period

NEWEST_FIRST = Keyset((models.Payout.id,), is_descending=True)
ENTRIES = Keyset((models.JournalEntry.id,), is_descending=True)
AVAILABLE = (AccountKind.PARTNER_AVAILABLE, AccountKind.AFFILIATE_AVAILABLE)
CAME_BACK = (PayoutStatus.FAILED, PayoutStatus.CANCELED)


@question
def page_payouts(
    *, visible: Visible, window: Window, partner_id: UUID | None, status: PayoutStatus | None
) -> Page[models.Payout]:
    """Describe payouts, newest first."""
    payout, account = models.Payout, models.PaymentAccount
    statement = select(payout).where(visible)
    if partner_id is not None:
        is_theirs = exists().where(account.id == payout.account_id, account.partner_id == partner_id)
        statement = statement.where(is_theirs)
    if status is not None:
        statement = statement.where(payout.status == status)
    return Page(statement, NEWEST_FIRST, window)


@question
def page_affiliate_payouts(
    affiliate_id: UUID | None, *, visible: Visible, window: Window
) -> Page[models.Payout]:
    """Describe an affiliate's payouts, newest first. Nothing without an affiliate."""
    payout, account = models.Payout, models.PaymentAccount
    is_theirs = exists().where(account.id == payout.account_id, account.affiliate_id == affiliate_id)
    return Page(select(payout).where(visible, is_theirs), NEWEST_FIRST, window)


@question
def payout_by_id(payout_id: UUID, *, visible: Visible) -> One[models.Payout]:
    """Describe one payout."""
    return One(select(models.Payout).where(visible, models.Payout.id == payout_id))


@question
def page_entries_of(payout_id: UUID | None, *, visible: Visible, window: Window) -> Page[models.JournalEntry]:
    """Describe what a payout is made of: what happened on the payee's balance since the payout before it.

    Nothing without a payout.
    """
    entry, posting, account = models.JournalEntry, models.Posting, models.LedgerAccount
    payout, payee, earlier = models.Payout, models.PaymentAccount, aliased(models.Payout)
    before = (
        select(func.max(earlier.period_end))
        .where(
            earlier.account_id == payout.account_id,
            earlier.currency == payout.currency,
            earlier.period_end < payout.period_end,
        )
        .correlate(payout)
        .scalar_subquery()
    )
    is_part = (
        select(literal(1))
        .select_from(payout)
        .join(payee, payee.id == payout.account_id)
        .join(account, _is_balance_of(account, payee, payout.currency))
        .join(posting, posting.account_id == account.id)
        .where(
            payout.id == payout_id,
            posting.entry_id == entry.id,
            entry.at < _end_of(payout.period_end),
            or_(before.is_(None), entry.at >= _end_of(before)),
        )
        .correlate(entry)
    )
    statement = select(entry).where(visible, is_part.exists(), entry.kind != EntryKind.PAYOUT)
    return Page(statement, ENTRIES, window)


def _end_of(day: Any) -> ColumnElement[dt.datetime]:
    """Return the first moment after a day of UTC."""
    return func.timezone("UTC", day + literal(1))


def _is_balance_of(account: Any, payee: Any, currency: Any) -> ColumnElement[bool]:
    """Tell that an account of the journal is what a payee can be paid of, in a currency."""
    return and_(
        account.environment == payee.environment,
        account.kind.in_(AVAILABLE),
        account.currency == currency,
        or_(account.partner_id == payee.partner_id, account.affiliate_id == payee.affiliate_id),
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """What a payee may be paid, in minor units, without what is to be taken back from it."""

    environment: Environment
    account_id: UUID
    partner_id: UUID | None
    affiliate_id: UUID | None
    currency: str
    at_close: int
    now: int


async def balances_of_period(
    session: AsyncSession,
    interval: PayoutInterval,
    period: Period,
    *,
    environments: Collection[Environment],
    account_ids: Collection[UUID] | None = None,
) -> list[Balance]:
    """Sum up the balances of payees that can be paid and have no payout for a period; only those in credit.

    A partner that is not verified is not among them: what it has is held.
    """
    payee, partner, account = models.PaymentAccount, models.Partner, models.LedgerAccount
    posting, entry, payout = models.Posting, models.JournalEntry, models.Payout
    transfer, reversal = models.Transfer, models.TransferReversal
    taken_back = (
        select(func.coalesce(func.sum(reversal.amount_minor), 0))
        .join(transfer, transfer.id == reversal.transfer_id)
        .where(
            transfer.account_id == payee.id,
            transfer.currency == account.currency,
            reversal.status != TransferStatus.DONE,
        )
        .correlate(payee, account)
        .scalar_subquery()
    )
    credit = -func.sum(posting.amount_minor)
    at_close = -func.sum(case((entry.at < period.closed_at, posting.amount_minor), else_=0))
    statement = (
        select(
            payee.environment,
            payee.id,
            payee.partner_id,
            payee.affiliate_id,
            account.currency,
            at_close - taken_back,
            credit - taken_back,
        )
        .join(account, _is_balance_of(account, payee, account.currency))
        .join(posting, posting.account_id == account.id)
        .join(entry, entry.id == posting.entry_id)
        .outerjoin(partner, partner.id == payee.partner_id)
        .where(
            payee.environment.in_(environments),
            payee.payout_interval == interval,
            payee.status == AccountStatus.ENABLED,
            payee.provider_id.is_not(None),
            or_(payee.partner_id.is_(None), partner.verification_status == VerificationStatus.VERIFIED),
            ~exists().where(
                payout.account_id == payee.id,
                payout.currency == account.currency,
                payout.period_end == period.ends_on,
            ),
        )
        .group_by(payee.id, account.id)
        .having(credit > 0)
        .order_by(payee.id, account.currency)
    )
    if account_ids is not None:
        statement = statement.where(payee.id.in_(account_ids))
    return [
        Balance(environment, account_id, partner_id, affiliate_id, currency, int(at_close), int(now))
        for environment, account_id, partner_id, affiliate_id, currency, at_close, now in (
            await session.execute(statement)
        )
    ]


async def lock_account(session: AsyncSession, account_id: UUID) -> models.PaymentAccount | None:
    """Lock a payee's account, so that nobody else closes a period of it."""
    statement = select(models.PaymentAccount).where(models.PaymentAccount.id == account_id).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def lock_visible_account(
    session: AsyncSession, partner_id: UUID, environment: Environment
) -> models.PaymentAccount | None:
    """Lock a partner's account in an environment."""
    account = models.PaymentAccount
    statement = select(account).where(account.partner_id == partner_id, account.environment == environment)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def insert_payout(
    session: AsyncSession, balance: Balance, period: Period, *, amount_minor: int, now: dt.datetime
) -> UUID | None:
    """Record a payout and return its id; None where the period has one already."""
    payout = models.Payout
    statement = (
        insert(payout)
        .values(
            id=new_id(),
            environment=balance.environment,
            account_id=balance.account_id,
            status=PayoutStatus.PENDING,
            amount_minor=amount_minor,
            currency=balance.currency,
            period_start=period.starts_on,
            period_end=period.ends_on,
            created_at=now,
            sequence=1,
        )
        .on_conflict_do_nothing(index_elements=["account_id", "currency", "period_end"])
        .returning(payout.id)
    )
    return (await session.scalars(statement)).one_or_none()


def is_to_be_asked_for() -> ColumnElement[bool]:
    """Tell that the provider knows nothing of a payout yet, or that it is asked what became of it."""
    return models.Payout.status.in_((PayoutStatus.PENDING, PayoutStatus.IN_TRANSIT))


async def payout_by_provider_id(session: AsyncSession, provider_id: str) -> UUID | None:
    """Look up the payout the provider knows by an id of its own."""
    return await session.scalar(select(models.Payout.id).where(models.Payout.provider_id == provider_id))
