"""What reconciliation compares: our objects by the provider's ids, and the journal by what it is of."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Visible
from domain.attempts import source_of
from domain.checkouts import CheckoutStatus
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.payments import PaymentStatus, RefundStatus, TransferStatus

PAYMENT, REFUND, PAYOUT = models.Payment, models.Refund, models.Payout
TRANSFER, REVERSAL = models.Transfer, models.TransferReversal
NEVER = literal(0)

SOURCES: dict[EntryKind, tuple[Any, Any, Any, Any]] = {
    EntryKind.SALE: (PAYMENT, PAYMENT.succeeded_at, PAYMENT.status == PaymentStatus.SUCCEEDED, NEVER),
    EntryKind.REFUND: (REFUND, REFUND.ended_at, REFUND.status == RefundStatus.SUCCEEDED, REFUND.refusals),
    EntryKind.TRANSFER: (TRANSFER, TRANSFER.done_at, TRANSFER.status == TransferStatus.DONE, NEVER),
    EntryKind.REVERSAL: (REVERSAL, REVERSAL.done_at, REVERSAL.status == TransferStatus.DONE, NEVER),
    EntryKind.PAYOUT: (PAYOUT, PAYOUT.created_at, true(), NEVER),
}
"""Of what there are entries of a kind: the model, the moment it was done, whether it was, how often it was refused."""
WITHOUT_CASH = (EntryKind.TRANSFER, EntryKind.REVERSAL, EntryKind.SPONSORSHIP)
"""Kinds of entries that move nothing from or to the provider."""

NEWEST_FIRST = Keyset((models.ReconciliationRun.id,), is_descending=True)


@question
def page_runs(
    *, visible: Visible, window: Window, has_differences: bool | None
) -> Page[models.ReconciliationRun]:
    """Describe runs, newest first: all, or those that did (not) find any difference."""
    run = models.ReconciliationRun
    statement = select(run).where(visible)
    if has_differences is not None:
        statement = statement.where(run.wrong > 0 if has_differences else run.wrong == 0)
    return Page(statement, NEWEST_FIRST, window)


async def last_until(session: AsyncSession, environment: Environment) -> dt.datetime | None:
    """Look up until when the books were compared last."""
    run = models.ReconciliationRun
    statement = select(func.max(run.until)).where(run.environment == environment)
    return await session.scalar(statement)


async def ours(
    session: AsyncSession,
    model: type[Any],
    environment: Environment,
    *,
    since: dt.datetime,
    until: dt.datetime,
    provider_ids: Collection[str],
) -> Sequence[Any]:
    """Load our objects of a kind that were made in a window, or that the provider knows by one of these ids."""
    made = and_(model.created_at >= since, model.created_at < until)
    statement = select(model).where(
        model.environment == environment, or_(made, model.provider_id.in_(provider_ids))
    )
    return (await session.scalars(statement)).all()


async def accounts_in_use(
    session: AsyncSession, environment: Environment, *, since: dt.datetime, until: dt.datetime
) -> dict[UUID, str]:
    """Load the provider's ids of the accounts that something was transferred to, or paid out of, in a window."""
    account = models.PaymentAccount
    used = [
        select(model.account_id).where(
            model.environment == environment, model.created_at >= since, model.created_at < until
        )
        for model in (models.Transfer, models.Payout)
    ]
    statement = select(account.id, account.provider_id).where(
        account.provider_id.is_not(None), account.id.in_(used[0].union(used[1]))
    )
    return {id_: provider_id for id_, provider_id in await session.execute(statement) if provider_id}


async def booked(
    session: AsyncSession, environment: Environment, *, since: dt.datetime, until: dt.datetime
) -> dict[tuple[EntryKind, UUID], tuple[int, str]]:
    """Load the entries of a window by kind and source, with what they moved, and their currency."""
    entry, posting, account = models.JournalEntry, models.Posting, models.LedgerAccount
    cash = func.sum(posting.amount_minor).filter(account.kind == AccountKind.PROVIDER_CASH)
    released = func.sum(posting.amount_minor).filter(posting.amount_minor > 0)
    moved = case((entry.kind.in_(WITHOUT_CASH), released), else_=func.abs(cash))
    statement = (
        select(entry.kind, entry.source_id, func.coalesce(moved, 0), entry.currency)
        .outerjoin(posting, posting.entry_id == entry.id)
        .outerjoin(account, account.id == posting.account_id)
        .where(
            entry.environment == environment,
            entry.at >= since,
            entry.at < until,
            entry.kind.in_((*SOURCES, EntryKind.SPONSORSHIP, EntryKind.ADJUSTMENT)),
        )
        .group_by(entry.id)
    )
    return {
        (kind, source_id): (int(moved_minor), currency)
        for kind, source_id, moved_minor, currency in await session.execute(statement)
    }


async def sources(
    session: AsyncSession, environment: Environment, *, since: dt.datetime, until: dt.datetime
) -> dict[tuple[EntryKind, UUID], tuple[int, str]]:
    """Load what must be in the journal of a window, by kind and source, with amount and currency.

    Done payments, refunds, transfers, reversals, all payouts, by the moment they were done; and posted charges.
    """
    found: dict[tuple[EntryKind, UUID], tuple[int, str]] = {}
    for kind, (model, moment, which, refusals) in SOURCES.items():
        statement = select(model.id, refusals, model.amount_minor, model.currency).where(
            model.environment == environment, moment >= since, moment < until, which
        )
        for id_, refused, amount, currency in await session.execute(statement):
            found[kind, source_of(id_, refused)] = amount, currency
    charge = models.SponsorshipCharge
    charges = (
        select(charge.posted_with, func.sum(charge.amount_minor), charge.currency)
        .where(charge.environment == environment, charge.posted_at >= since, charge.posted_at < until)
        .group_by(charge.posted_with, charge.currency)
    )
    found |= {
        (EntryKind.SPONSORSHIP, source_id): (int(amount), currency)
        for source_id, amount, currency in await session.execute(charges)
        if source_id is not None
    }
    return found


async def unbalanced_checkouts(
    session: AsyncSession, environment: Environment, *, since: dt.datetime, until: dt.datetime
) -> tuple[int, list[tuple[UUID, int, int]]]:
    """Count the checkouts paid in a window, and load those whose legs do not sum to their total: (id, total, sum)."""
    checkout, leg = models.Checkout, models.CheckoutLeg
    total = (
        select(func.coalesce(func.sum(leg.amount_minor), 0))
        .where(leg.checkout_id == checkout.id)
        .correlate(checkout)
        .scalar_subquery()
    )
    refunded = (
        select(func.coalesce(func.sum(leg.refunded_minor), 0))
        .where(leg.checkout_id == checkout.id)
        .correlate(checkout)
        .scalar_subquery()
    )
    paid = (
        checkout.environment == environment,
        checkout.status.in_((CheckoutStatus.PAID, CheckoutStatus.COMPENSATED)),
        checkout.paid_at >= since,
        checkout.paid_at < until,
    )
    number = await session.scalar(select(func.count()).select_from(checkout).where(*paid)) or 0
    statement = (
        select(checkout.id, checkout.total_minor, total)
        .where(*paid, or_(total != checkout.total_minor, refunded != checkout.refunded_minor))
        .order_by(checkout.id)
    )
    return number, [(id_, int(was), int(is_)) for id_, was, is_ in await session.execute(statement)]


async def unbalanced_entries(
    session: AsyncSession, environment: Environment, *, since: dt.datetime, until: dt.datetime
) -> list[tuple[UUID, int]]:
    """Load the entries of a window that do not sum to zero, with their sums: none, if the database does its duty."""
    entry, posting = models.JournalEntry, models.Posting
    statement = (
        select(entry.id, func.coalesce(func.sum(posting.amount_minor), 0))
        .outerjoin(posting, posting.entry_id == entry.id)
        .where(entry.environment == environment, entry.at >= since, entry.at < until)
        .group_by(entry.id)
        .having(or_(func.count(posting.position) < 2, func.sum(posting.amount_minor) != 0))
    )
    return [(id_, int(total)) for id_, total in await session.execute(statement)]
