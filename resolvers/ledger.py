"""The books, for who looks after money: nobody changes them here."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import ledger as queries
from db.queries import payouts as payout_queries
from db.questions import Asked
from db.rows import Rows
from domain.ids import local_id, optional_id
from domain.ledger import EntryKind
from permissions.visibility import visible_journal_entries, visible_ledger_accounts
from resolvers.context import Info


def ledger_entries(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    kind: EntryKind | None = None,
    currency: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.JournalEntry]]:
    """What happened to money, newest first: that of one's own partners; the platform's staff sees all.

    With `partnerId` what touched an account of this partner.
    """
    return queries.page_entries(
        visible=visible_journal_entries(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
        kind=kind,
        currency=currency,
    )


def payout_entries(
    info: Info,
    *,
    payout_id: strawberry.ID,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.JournalEntry]]:
    """What a payout is made of, newest first: what changed the payee's balance since the payout before it."""
    return payout_queries.page_entries_of(
        local_id("Payout", payout_id),
        visible=visible_journal_entries(info.context.viewer),
        window=Window(first, after, last, before),
    )


def balances(info: Info, *, partner_id: strawberry.ID | None = None) -> Asked[Rows[models.LedgerAccount]]:
    """The accounts of a partner with their balances; without `partnerId` the platform's own, for its staff."""
    return queries.balances(
        visible=visible_ledger_accounts(info.context.viewer),
        partner_id=optional_id("Partner", partner_id),
    )
