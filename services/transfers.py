"""Handing payees their parts, and taking back what was refunded: recorded first, then asked of the provider.

A call is made outside any unit of work, by the row's own key. Killed anywhere, the row is taken up again when its
lease ends, and the same key does nothing a second time.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import attempts as attempt_queries
from db.queries import transfers as queries
from db.queries.transfers import Share
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import attempts, postings
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.ledger import EntryKind
from domain.money import Money
from domain.payments import PaymentRefused, TransferStatus
from domain.postings import Payee
from domain.refunds import NotFailed
from permissions import policies
from permissions.viewer import SYSTEM, Viewer
from permissions.visibility import visible_transfers
from services import audit, conversions, events, ledger


@dataclass(frozen=True, slots=True)
class TransferCall:
    """One call to hand a part of a charge to an account."""

    id: UUID
    environment: Environment
    account: str
    charge_id: str
    amount: Money
    group: str
    key: str


@dataclass(frozen=True, slots=True)
class ReversalCall:
    """One call to take back a part of a transfer."""

    id: UUID
    environment: Environment
    transfer: str
    amount: Money
    key: str


async def release_due(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> int:
    """Record the transfers of suppliers' parts that are due; return how many checkouts were looked at.

    Held until then: a partner that is not verified or can not be paid, and what is under dispute. Locks the
    checkouts; those another worker is busy with are skipped.
    """
    checkout_ids = await queries.lock_releasable(uow.session, today=now.date(), limit=limit)
    if checkout_ids:
        shares = await queries.shares_of(uow.session, checkout_ids)
        uow.session.add_all(_transfer(share, now) for share in shares)
        await uow.session.flush()
        await queries.note_released(uow.session, checkout_ids, now=now)
    return len(checkout_ids)


async def release_commissions(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> int:
    """Record the transfers of commissions that are due, and return how many.

    Held until then: affiliates that can not be paid, and what is under dispute. Locks the checkouts; those another
    worker is busy with are skipped.
    """
    shares = await queries.lock_commissions_due(uow.session, limit=limit)
    uow.session.add_all(_transfer(share, now) for share in shares)
    await uow.session.flush()
    return len(shares)


def _transfer(share: Share, now: dt.datetime) -> models.Transfer:
    return models.Transfer(
        id=new_id(),
        environment=share.environment,
        checkout_id=share.checkout_id,
        account_id=share.account_id,
        position=share.position,
        status=TransferStatus.PENDING,
        amount_minor=share.amount_minor,
        currency=share.currency,
        created_at=now,
    )


async def take_transfers(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> Sequence[TransferCall]:
    """Take the transfers to be asked for now, oldest first; each is this worker's for LEASE."""
    rows = await attempt_queries.take_due(
        uow.session,
        models.Transfer,
        models.Transfer.status == TransferStatus.PENDING,
        now=now,
        limit=limit,
    )
    accounts = await queries.accounts_by_id(uow.session, {row.account_id for row in rows})
    payments = await queries.payments_of(uow.session, {row.checkout_id for row in rows})
    return [
        TransferCall(
            row.id,
            row.environment,
            accounts[row.account_id].provider_id or "",
            payments[row.checkout_id].charge_id or "",
            Money(row.amount_minor, row.currency),
            global_id("Checkout", row.checkout_id),
            attempts.key_of("Transfer", row.id, row.refusals),
        )
        for row in rows
    ]


async def note_transfer(uow: UnitOfWork, *, transfer_id: UUID, provider_id: str, now: dt.datetime) -> None:
    """Note that a transfer was done, and post it; a second time does nothing. Tells the partner."""
    transfer = await attempt_queries.lock_row(uow.session, models.Transfer, transfer_id)
    if transfer.status is TransferStatus.DONE:
        return
    transfer.status, transfer.done_at, transfer.provider_id = TransferStatus.DONE, now, provider_id
    transfer.failure_reason, transfer.next_attempt_at = None, None
    await uow.session.flush()
    account = (await queries.accounts_by_id(uow.session, [transfer.account_id]))[transfer.account_id]
    await ledger.post(
        uow,
        SYSTEM,
        kind=EntryKind.TRANSFER,
        environment=transfer.environment,
        currency=transfer.currency,
        source_id=transfer.id,
        postings=postings.transfer(payee_of(account), transfer.amount_minor),
        checkout_id=transfer.checkout_id,
        partner_id=account.partner_id,
        now=now,
    )
    if account.affiliate_id is not None:
        await conversions.mark_paid_of(uow, checkout_id=transfer.checkout_id, now=now)
    events.record(
        uow,
        EventType.TRANSFER_COMPLETED,
        environment=transfer.environment,
        partner_id=account.partner_id,
        object_id=transfer.id,
        sequence=1,
        payload={
            "transfer_id": global_id("Transfer", transfer.id),
            "amount": str(Money(transfer.amount_minor, transfer.currency).amount),
            "currency": transfer.currency,
        },
        now=now,
    )


async def take_reversals(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> Sequence[ReversalCall]:
    """Take the reversals to be asked for now; one waits until its transfer was done."""
    rows = await attempt_queries.take_due(
        uow.session, models.TransferReversal, queries.is_reversible(), now=now, limit=limit
    )
    transfers = await queries.transfers_by_id(uow.session, {row.transfer_id for row in rows})
    return [
        ReversalCall(
            row.id,
            row.environment,
            transfers[row.transfer_id].provider_id or "",
            Money(row.amount_minor, row.currency),
            attempts.key_of("TransferReversal", row.id, row.refusals),
        )
        for row in rows
    ]


async def note_reversal(uow: UnitOfWork, *, reversal_id: UUID, provider_id: str, now: dt.datetime) -> None:
    """Note that a part of a transfer came back, and post it; a second time does nothing. Locks both."""
    reversal = await attempt_queries.lock_row(uow.session, models.TransferReversal, reversal_id)
    if reversal.status is TransferStatus.DONE:
        return
    transfer = await attempt_queries.lock_row(uow.session, models.Transfer, reversal.transfer_id)
    reversal.status, reversal.done_at, reversal.provider_id = TransferStatus.DONE, now, provider_id
    reversal.failure_reason, reversal.next_attempt_at = None, None
    transfer.reversed_minor += reversal.amount_minor
    await uow.session.flush()
    account = (await queries.accounts_by_id(uow.session, [transfer.account_id]))[transfer.account_id]
    await ledger.post(
        uow,
        SYSTEM,
        kind=EntryKind.REVERSAL,
        environment=reversal.environment,
        currency=reversal.currency,
        source_id=reversal.id,
        postings=postings.reversal(payee_of(account), reversal.amount_minor),
        checkout_id=transfer.checkout_id,
        partner_id=account.partner_id,
        now=now,
    )


async def note_failure(
    uow: UnitOfWork,
    model: type[models.Transfer | models.TransferReversal],
    row_id: UUID,
    *,
    chance: float,
    now: dt.datetime,
) -> None:
    """Note that nobody answered: it is asked for again after a pause."""
    row = await attempt_queries.lock_row(uow.session, model, row_id)
    if row.status is TransferStatus.PENDING:
        row.next_attempt_at = attempts.after_failure(row.attempts, now, chance=chance)


async def note_refusal(
    uow: UnitOfWork,
    model: type[models.Transfer | models.TransferReversal],
    row_id: UUID,
    refused: PaymentRefused,
    *,
    now: dt.datetime,
) -> None:
    """Note that the provider refused: for want of money it is asked again, otherwise it has FAILED.

    The amount of a FAILED reversal is kept back from the payee's next payouts.
    """
    row = await attempt_queries.lock_row(uow.session, model, row_id)
    if row.status is not TransferStatus.PENDING:
        return
    row.refusals += 1
    row.failure_reason = attempts.reason_text(refused)
    row.next_attempt_at = attempts.after_refusal(refused, row.refusals, now)
    if row.next_attempt_at is None:
        row.status = TransferStatus.FAILED


async def retry(
    uow: UnitOfWork, viewer: Viewer, *, transfer_id: UUID | None, now: dt.datetime
) -> models.Transfer:
    """Have a transfer that has FAILED asked for anew. Audited. Refuses: NotFound, Forbidden, NotFailed."""
    transfer = None
    if transfer_id is not None:
        transfer = await queries.lock_visible(uow.session, transfer_id, visible=visible_transfers(viewer))
    if transfer is None:
        raise Refused(NotFound(noun="transfer", id=global_id("Transfer", transfer_id) if transfer_id else ""))
    policies.may_settle(viewer)
    if transfer.status is not TransferStatus.FAILED:
        raise Refused(NotFailed(current_status=transfer.status))
    transfer.status, transfer.next_attempt_at = TransferStatus.PENDING, None
    await uow.session.flush()
    account = (await queries.accounts_by_id(uow.session, [transfer.account_id]))[transfer.account_id]
    await audit.record(
        uow,
        viewer,
        partner_id=account.partner_id,
        act="transfers.retry",
        object_id=global_id("Transfer", transfer.id),
        facts={"environment": transfer.environment, "refusals": transfer.refusals},
        now=now,
    )
    return transfer


def payee_of(account: models.PaymentAccount) -> Payee:
    return Payee(account.partner_id, account.affiliate_id)
