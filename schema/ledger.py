"""The double-entry journal as the graph shows it: read only."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from db import models
from domain.ledger import AccountKind, EntryKind
from permissions.viewer import Scope
from resolvers import ledger as resolve
from schema.connections import Connection
from schema.money import CurrencyCode, Money, amount_of
from schema.nodes import Node
from schema.partners import Partner
from schema.sources import related, represents, resolved_by

if TYPE_CHECKING:
    from schema.checkouts import Checkout


@strawberry.type(description="One account of the journal, in one currency.")
class LedgerAccount(Node):
    is_type_of = represents(models.LedgerAccount)

    kind: AccountKind
    partner: Partner | None = related(models.LedgerAccount.partner)
    currency: CurrencyCode
    balance: Money = amount_of("balance_minor")
    created_at: dt.datetime


@strawberry.type(description="What an entry did to one account.")
class Posting:
    is_type_of = represents(models.Posting)

    account: LedgerAccount | None = related(models.Posting.account)
    amount: Money = amount_of("amount_minor")


@strawberry.type(description="One thing that happened to money. It is never changed.")
class JournalEntry(Node):
    is_type_of = represents(models.JournalEntry)

    kind: EntryKind
    currency: CurrencyCode
    postings: list[Posting] = related(
        models.JournalEntry.postings,
        description="On accounts one may see: of a sale, one's own part. All of them sum to zero.",
    )
    checkout: Annotated["Checkout", strawberry.lazy("schema.checkouts")] | None = related(
        models.JournalEntry.checkout,
        description="The purchase it came of; null where it came of none, or of one the caller may not see.",
    )
    at: dt.datetime


@strawberry.type
class LedgerQuery:
    ledger_entries: Connection[JournalEntry] = resolved_by(resolve.ledger_entries, scope=Scope.READ_FINANCE)
    payout_entries: Connection[JournalEntry] = resolved_by(resolve.payout_entries, scope=Scope.READ_FINANCE)
    balances: list[LedgerAccount] = resolved_by(resolve.balances, scope=Scope.READ_FINANCE)
