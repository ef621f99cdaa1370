"""Comparing our books with the provider's, and the journal with what it is of.

Two looks, a while apart: what is on its way between them is no difference. The provider is asked outside any unit of
work.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db import models
from db.queries import reconciliation as queries
from db.session import Sessions
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.environments import Environment
from domain.ids import global_id
from domain.ledger import EntryKind
from domain.payments import (
    PaymentStatus,
    PayoutStatus,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
    ProviderTransfer,
    RefundStatus,
    TransferStatus,
)
from domain.reconciliation import (
    Difference,
    DifferenceKind,
    MoneyObject,
    Seen,
    compare,
    count_wrong,
)
from services.ports import Payments

ProviderObject = ProviderPayment | ProviderRefund | ProviderTransfer | ProviderPayout

MOST_KEPT = 200
"""Differences kept of a run: where there are more, everything is wrong, and the count says so."""
MARGIN = dt.timedelta(hours=1)
"""How far beyond a window the other side is looked at: two clocks never agree on where one ends."""
GRACE = dt.timedelta(minutes=15)
"""How old things are before they are compared: news of them may be on its way."""
AGAIN = dt.timedelta(days=1)
"""How much of what was compared before is compared once more: refunds and returns come late."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when things were made that are compared."""

    since: dt.datetime
    until: dt.datetime

    @property
    def exactly(self) -> dict[str, dt.datetime]:
        return {"since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: how many objects were compared, and what differs."""

    objects: int
    differences: tuple[Difference, ...]


async def next_span(sessions: Sessions, environment: Environment, *, now: dt.datetime) -> Span:
    """Return what is to be compared now: everything since a day before the last comparison."""
    async with sessions.read() as session:
        last = await queries.last_until(session, environment)
    until = now - GRACE
    return Span(min(last or until, until) - AGAIN, until)


@dataclass(frozen=True, slots=True)
class Books:
    """What is compared with what: our database, and the provider of one environment."""

    sessions: Sessions
    payments: Payments
    environment: Environment
    span: Span

    @property
    def around(self) -> dict[str, dt.datetime]:
        """The span with its margin."""
        return {"since": self.span.since - MARGIN, "until": self.span.until + MARGIN}


async def look(books: Books) -> Look:
    """Compare everything of a span once."""
    looks = [
        await _payments(books),
        await _refunds(books),
        await _transfers(books),
        await _payouts(books),
        await _journal(books),
        await _checkouts(books),
    ]
    return Look(
        sum(each.objects for each in looks),
        tuple(difference for each in looks for difference in each.differences),
    )


def lasting(first: Look, second: Look) -> Look:
    """Return the second look, without what the first did not find too."""
    seen = {(each.object, each.kind, each.reference) for each in first.differences}
    return Look(
        second.objects,
        tuple(each for each in second.differences if (each.object, each.kind, each.reference) in seen),
    )


async def note_run(
    uow: UnitOfWork, *, environment: Environment, span: Span, found: Look, now: dt.datetime
) -> models.ReconciliationRun:
    """Keep what a run found."""
    run = models.ReconciliationRun(
        id=new_id(),
        environment=environment,
        since=span.since,
        until=span.until,
        objects=found.objects,
        wrong=count_wrong(found.differences),
        at=now,
    )
    uow.session.add(run)
    await uow.session.flush()
    uow.session.add_all(
        models.ReconciliationDifference(
            run_id=run.id,
            position=position,
            object=each.object,
            kind=each.kind,
            reference=each.reference,
            expected=each.expected,
            found=each.found,
        )
        for position, each in enumerate(found.differences[:MOST_KEPT], 1)
    )
    await uow.session.flush()
    return run


async def _payments(books: Books) -> Look:
    told = [each async for each in books.payments.list_payments(**books.around)]
    return await _compared(books, models.Payment, MoneyObject.PAYMENT, told)


async def _refunds(books: Books) -> Look:
    told = [each async for each in books.payments.list_refunds(**books.around)]
    return await _compared(books, models.Refund, MoneyObject.REFUND, told)


async def _transfers(books: Books) -> Look:
    told = [each async for each in books.payments.list_transfers(**books.around)]
    return await _compared(books, models.Transfer, MoneyObject.TRANSFER, told)


async def _payouts(books: Books) -> Look:
    async with books.sessions.read() as session:
        accounts = await queries.accounts_in_use(session, books.environment, **books.around)
    told = [
        each
        for account in accounts.values()
        async for each in books.payments.list_payouts(account, **books.around)
    ]
    return await _compared(books, models.Payout, MoneyObject.PAYOUT, told)


async def _compared(
    books: Books, model: type[Any], what: MoneyObject, told: Iterable[ProviderObject]
) -> Look:
    span = books.span
    theirs = {each.id: each for each in told}
    async with books.sessions.read() as session:
        rows = await queries.ours(
            session,
            model,
            books.environment,
            since=span.since,
            until=span.until,
            provider_ids=theirs.keys(),
        )
    ours = {row.provider_id or global_id(model.__name__, row.id): row for row in rows if _is_asked_for(row)}
    # What lies in the margin is there to be found, not to be looked for.
    wanted = {
        key for key, each in (*theirs.items(), *ours.items()) if span.since <= each.created_at < span.until
    }
    differences = compare(
        what,
        {key: _seen(row) for key, row in ours.items() if key in wanted},
        {key: _told(each) for key, each in theirs.items() if key in wanted},
    )
    return Look(len(wanted), differences)


def _is_asked_for(row: Any) -> bool:
    """Tell that the provider must know of a row: it does not know what it refused."""
    return row.provider_id is not None or row.status not in {
        TransferStatus.FAILED,
        RefundStatus.FAILED,
        PayoutStatus.FAILED,
        PaymentStatus.CANCELED,
    }


def _seen(row: Any) -> Seen:
    is_transfer = isinstance(row, models.Transfer)
    status = _reversed(row.reversed_minor) if is_transfer else row.status
    return Seen(row.amount_minor, row.currency, status)


def _told(told: ProviderObject) -> Seen:
    status = _reversed(told.reversed_minor) if isinstance(told, ProviderTransfer) else told.status
    return Seen(told.amount.minor, told.amount.currency, status)


def _reversed(minor: int) -> str:
    return f"{minor} reversed"


async def _journal(books: Books) -> Look:
    core, wide, environment = books.span.exactly, books.around, books.environment
    async with books.sessions.read() as session:
        sources = await queries.sources(session, environment, **core)
        sources_around = await queries.sources(session, environment, **wide)
        booked = await queries.booked(session, environment, **core)
        booked_around = await queries.booked(session, environment, **wide)
        unbalanced = await queries.unbalanced_entries(session, environment, **core)
    taken_back = {
        (EntryKind.REFUND, source) for kind, source in booked_around if kind is EntryKind.ADJUSTMENT
    }
    wanted = {
        key
        for key in sources.keys() | booked.keys()
        if key not in taken_back and key[0] is not EntryKind.ADJUSTMENT
    }
    differences = compare(
        MoneyObject.JOURNAL_ENTRY, _named(sources_around, wanted), _named(booked_around, wanted)
    )
    odd = tuple(
        Difference(
            MoneyObject.JOURNAL_ENTRY,
            DifferenceKind.UNBALANCED,
            global_id("JournalEntry", entry_id),
            "0",
            str(total),
        )
        for entry_id, total in unbalanced
    )
    return Look(len(wanted), differences + odd)


def _named(found: Mapping[Any, tuple[int, str]], wanted: Iterable[Any]) -> dict[str, Seen]:
    return {f"{key[0]} {key[1].hex}": Seen(*found[key]) for key in wanted if key in found}


async def _checkouts(books: Books) -> Look:
    async with books.sessions.read() as session:
        number, unbalanced = await queries.unbalanced_checkouts(
            session, books.environment, **books.span.exactly
        )
    differences = tuple(
        Difference(
            MoneyObject.CHECKOUT,
            DifferenceKind.UNBALANCED,
            global_id("Checkout", checkout_id),
            str(total),
            str(legs),
        )
        for checkout_id, total, legs in unbalanced
    )
    return Look(number, differences)
