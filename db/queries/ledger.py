"""Questions about the journal, and writing into it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.computed import computed_of
from db.questions import question
from db.rows import Rows, Visible
from db.types import new_id
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.postings import Account, Booked

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


async def accounts_of(
    session: AsyncSession,
    accounts: Collection[Account],
    *,
    environment: Environment,
    currency: str,
    now: dt.datetime,
) -> dict[Account, UUID]:
    """Return the ids of accounts, which are made where they are not there yet."""
    found = await _accounts(session, accounts, environment, currency)
    missing = sorted(set(accounts) - found.keys(), key=str)
    if missing:
        made = [
            {
                "id": new_id(),
                "environment": environment,
                "kind": each.kind,
                "partner_id": each.partner_id,
                "affiliate_id": each.affiliate_id,
                "currency": currency,
                "created_at": now,
            }
            for each in missing
        ]
        await session.execute(insert(models.LedgerAccount).values(made).on_conflict_do_nothing())
        # Asked again: another transaction may have made some of them in the meantime.
        found = await _accounts(session, accounts, environment, currency)
    return found


async def _accounts(
    session: AsyncSession, accounts: Collection[Account], environment: Environment, currency: str
) -> dict[Account, UUID]:
    row = models.LedgerAccount
    is_wanted = [
        and_(
            row.kind == each.kind,
            row.partner_id.is_not_distinct_from(each.partner_id),
            row.affiliate_id.is_not_distinct_from(each.affiliate_id),
        )
        for each in accounts
    ]
    statement = select(row.id, row.kind, row.partner_id, row.affiliate_id).where(
        row.environment == environment, row.currency == currency, or_(*is_wanted)
    )
    return {
        Account(kind, partner_id, affiliate_id): id_
        for id_, kind, partner_id, affiliate_id in await session.execute(statement)
    }


async def insert_entry(
    session: AsyncSession,
    *,
    kind: EntryKind,
    environment: Environment,
    currency: str,
    source_id: UUID,
    checkout_id: UUID | None,
    actor: str,
    now: dt.datetime,
) -> UUID | None:
    """Write an entry without its postings and return its id; None where there is one of the kind and source."""
    entry = models.JournalEntry
    statement = (
        insert(entry)
        .values(
            id=new_id(),
            kind=kind,
            environment=environment,
            currency=currency,
            source_id=source_id,
            checkout_id=checkout_id,
            actor=actor,
            at=now,
        )
        .on_conflict_do_nothing(index_elements=["kind", "source_id"])
        .returning(entry.id)
    )
    return (await session.scalars(statement)).one_or_none()


async def insert_postings(
    session: AsyncSession, entry_id: UUID, postings: Sequence[Booked], account_ids: Mapping[Account, UUID]
) -> None:
    """Write the postings of an entry of this transaction."""
    rows = [
        {
            "entry_id": entry_id,
            "position": position,
            "account_id": account_ids[each.account],
            "amount_minor": each.amount_minor,
        }
        for position, each in enumerate(postings, 1)
    ]
    # As parameters: rows inside the statement would make it a new one, compiled each time.
    await session.execute(insert(models.Posting), rows)


async def credit_of(
    session: AsyncSession, account: Account, *, environment: Environment, currency: str
) -> int:
    """Return what an account is in credit now; less than 0 in debit."""
    row = models.LedgerAccount
    statement = (
        select(func.coalesce(-func.sum(models.Posting.amount_minor), 0))
        .join(row, row.id == models.Posting.account_id)
        .where(
            row.environment == environment,
            row.currency == currency,
            row.kind == account.kind,
            row.partner_id.is_not_distinct_from(account.partner_id),
            row.affiliate_id.is_not_distinct_from(account.affiliate_id),
        )
    )
    return int(await session.scalar(statement) or 0)


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
