"""Questions about the journal, and writing into it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import functions, models
from db.paging import Keyset, Page, Window
from db.queries.computed import computed_of
from db.questions import question
from db.rows import Rows, Visible
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.postings import Booked

NEWEST_FIRST = Keyset((models.JournalEntry.id,), is_descending=True)


@question
def page_entries(
    *, visible: Visible, window: Window, partner_id: UUID | None, kind: EntryKind | None, currency: str | None
) -> Page[models.JournalEntry]:
    """Describe journal entries, newest first: all one may see, or those with a posting of one partner's."""
    entry, posting, account = models.JournalEntry, models.Posting, models.LedgerAccount
    statement = select(entry).where(visible)
    if partner_id is not None:
        touches = (
            select(posting.entry_id)
            .join(account, account.id == posting.account_id)
            .where(posting.entry_id == entry.id, account.partner_id == partner_id)
            .correlate(entry)
        )
        statement = statement.where(touches.exists())
    if kind is not None:
        statement = statement.where(entry.kind == kind)
    if currency is not None:
        statement = statement.where(entry.currency == currency)
    return Page(statement, NEWEST_FIRST, window)


@question
def page_affiliate_entries(
    affiliate_id: UUID | None, *, visible: Visible, window: Window
) -> Page[models.JournalEntry]:
    """Describe journal entries with a posting of an affiliate's, newest first. Nothing without an affiliate."""
    entry, posting, account = models.JournalEntry, models.Posting, models.LedgerAccount
    touches = (
        select(posting.entry_id)
        .join(account, account.id == posting.account_id)
        .where(posting.entry_id == entry.id, account.affiliate_id == affiliate_id)
        .correlate(entry)
    )
    return Page(select(entry).where(visible, touches.exists()), NEWEST_FIRST, window)


@question
def balances(*, visible: Visible, partner_id: UUID | None) -> Rows[models.LedgerAccount]:
    """Describe accounts with their balances: those of one partner, or the platform's own."""
    account = models.LedgerAccount
    statement = select(account).where(visible)
    if partner_id is not None:
        statement = statement.where(account.partner_id == partner_id)
    else:
        statement = statement.where(account.partner_id.is_(None), account.affiliate_id.is_(None))
    ordered = statement.order_by(account.currency, account.kind, account.id)
    return Rows(ordered, computed=computed_of(account))


async def post_entry(session: AsyncSession, entry: dict[str, Any], postings: Sequence[Booked]) -> bool:
    """Write an entry with its postings in one statement; False where there is one of the kind and source.

    `entry` as the SQL function of this name takes it, without postings. Accounts are made where there are none yet.
    """
    booked = [
        {
            "kind": each.account.kind,
            "partner_id": each.account.partner_id,
            "affiliate_id": each.account.affiliate_id,
            "amount_minor": each.amount_minor,
        }
        for each in postings
    ]
    return bool(await functions.run(session, "post_entry", {**entry, "postings": booked}))


async def totals(session: AsyncSession, environment: Environment) -> dict[tuple[AccountKind, str], int]:
    """Sum up all accounts of a kind, by kind and currency; all of one currency sum to zero."""
    row = models.LedgerAccount
    statement = (
        select(row.kind, row.currency, func.sum(models.Posting.amount_minor))
        .join(row, row.id == models.Posting.account_id)
        .where(row.environment == environment)
        .group_by(row.kind, row.currency)
    )
    return {(kind, currency): int(total) for kind, currency, total in await session.execute(statement)}
