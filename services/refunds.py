"""Giving buyers their money back: everybody gives back its part, recorded first, then asked of the provider."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import attempts as attempt_queries
from db.queries import refunds as queries
from db.queries import transfers as transfer_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import attempts, postings
from domain.checkouts import RefundReason
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.ledger import EntryKind
from domain.money import Money
from domain.payments import PaymentRefused, ProviderRefund, RefundStatus, TransferStatus
from domain.refunds import NotFailed, RefundTooLarge, refund_legs
from domain.splits import Leg
from permissions import policies
from permissions.viewer import SYSTEM, Viewer
from permissions.visibility import refunds_of_sales
from services import audit, events, ledger

ASK_AGAIN = dt.timedelta(minutes=10)
"""When we ask after a refund the provider has not decided, if it does not tell by itself."""


@dataclass(frozen=True, slots=True)
class RefundCall:
    """One call to give money back, or, with the `provider_id` it has by now, to ask what became of it."""

    id: UUID
    environment: Environment
    payment: str
    amount: Money
    key: str
    provider_id: str | None


async def begin(
    uow: UnitOfWork,
    viewer: Viewer,
    checkout: models.Checkout,
    *,
    refund_minor: int,
    reason: RefundReason,
    now: dt.datetime,
) -> models.Refund | None:
    """Record a refund, whole or in part, with what each leg gives back; None for a refund of nothing. Audited.

    What was transferred already is taken back from the payees. The provider is asked by a job: killed anywhere, the
    refund happens once. Locks the checkout, its legs and its transfers; the checkout must have a payment and its
    SALE in the journal. Refuses: RefundTooLarge.
    """
    checkout = await attempt_queries.lock_row(uow.session, models.Checkout, checkout.id)
    left = checkout.total_minor - checkout.refunded_minor
    if not 0 <= refund_minor <= left:
        raise Refused(RefundTooLarge(left_minor=left, currency=checkout.currency))
    if not refund_minor:
        return None
    legs = await queries.lock_legs(uow.session, checkout.id)
    given_back = refund_legs([(leg.amount_minor, leg.refunded_minor) for leg in legs], refund_minor)
    for leg, back in zip(legs, given_back, strict=True):
        leg.refunded_minor += back
    checkout.refunded_minor += refund_minor
    checkout.sequence += 1
    payment = await queries.payment_of(uow.session, checkout.id)
    refund = models.Refund(
        id=new_id(),
        environment=checkout.environment,
        checkout_id=checkout.id,
        payment_id=payment.id,
        reason=reason,
        status=RefundStatus.PENDING,
        amount_minor=refund_minor,
        currency=checkout.currency,
        legs=[
            {"leg_id": str(leg.id), "amount_minor": back}
            for leg, back in zip(legs, given_back, strict=True)
            if back
        ],
        actor=viewer.id,
        created_at=now,
    )
    uow.session.add(refund)
    await uow.session.flush()
    back_by_payee: dict[tuple[UUID | None, UUID | None], int] = {}
    for leg, back in zip(legs, given_back, strict=True):
        payee = leg.partner_id, leg.affiliate_id
        back_by_payee[payee] = back_by_payee.get(payee, 0) + back
    await take_back(uow, checkout.id, back_by_payee, source_id=refund.id, now=now)
    await audit.record(
        uow,
        viewer,
        partner_id=checkout.partner_id,
        act="refunds.begin",
        object_id=global_id("Refund", refund.id),
        facts={
            "environment": checkout.environment,
            "checkout": global_id("Checkout", checkout.id),
            "reason": reason,
            "amount_minor": refund_minor,
            "currency": checkout.currency,
        },
        now=now,
    )
    return refund


async def take_back(
    uow: UnitOfWork,
    checkout_id: UUID,
    back_by_payee: dict[tuple[UUID | None, UUID | None], int],
    *,
    source_id: UUID,
    now: dt.datetime,
) -> None:
    """Record what is taken back of transfers, by (partner, affiliate). Locks the checkout's transfers.

    Who has no transfer yet gets less when it is made.
    """
    to_come = dict(back_by_payee)
    for transfer, account, left in await transfer_queries.lock_transfers_of(uow.session, checkout_id):
        payee = account.partner_id, account.affiliate_id
        back = min(to_come.get(payee, 0), left)
        if back > 0:
            to_come[payee] -= back
            uow.session.add(
                models.TransferReversal(
                    id=new_id(),
                    environment=transfer.environment,
                    transfer_id=transfer.id,
                    source_id=source_id,
                    status=TransferStatus.PENDING,
                    amount_minor=back,
                    currency=transfer.currency,
                    created_at=now,
                )
            )
    await uow.session.flush()


async def take_due(uow: UnitOfWork, *, limit: int, now: dt.datetime) -> Sequence[RefundCall]:
    """Take the refunds to be asked for, or asked after; each is this worker's for LEASE."""
    rows = await attempt_queries.take_due(
        uow.session, models.Refund, queries.is_pending(), now=now, limit=limit
    )
    if not rows:
        return []
    payments = await queries.payments_by_id(uow.session, {row.payment_id for row in rows})
    return [
        RefundCall(
            row.id,
            row.environment,
            payments[row.payment_id].provider_id or "",
            Money(row.amount_minor, row.currency),
            attempts.key_of("Refund", row.id, row.refusals),
            row.provider_id,
        )
        for row in rows
    ]


async def note_answer(uow: UnitOfWork, *, refund_id: UUID, answer: ProviderRefund, now: dt.datetime) -> None:
    """Note what the provider says of a refund, and post it when it is done; the same news again does nothing.

    One that fails after it was done came back to us: the books say so, too.
    """
    refund = await attempt_queries.lock_row(uow.session, models.Refund, refund_id)
    was = refund.status
    refund.provider_id = answer.id
    if answer.status is RefundStatus.PENDING:
        if was is RefundStatus.PENDING:
            refund.next_attempt_at = now + ASK_AGAIN
        return
    if answer.status is was:
        return
    if answer.status is RefundStatus.SUCCEEDED:
        await _succeed(uow, refund, now)
    else:
        await _fail(uow, refund, answer.failure_reason or "unknown", now)


async def note_refusal(
    uow: UnitOfWork, *, refund_id: UUID, refused: PaymentRefused, now: dt.datetime
) -> None:
    """Note that the provider refused: for want of money it is asked again, otherwise the refund has FAILED.

    The buyer is owed the money all the same: whoever has mended the reason asks for it anew (`retry`).
    """
    refund = await attempt_queries.lock_row(uow.session, models.Refund, refund_id)
    if refund.status is not RefundStatus.PENDING:
        return
    refund.refusals += 1
    refund.next_attempt_at = attempts.after_refusal(refused, refund.refusals, now)
    if refund.next_attempt_at is None:
        await _fail(uow, refund, attempts.reason_text(refused), now)
    else:
        refund.failure_reason = attempts.reason_text(refused)


async def note_failure(uow: UnitOfWork, *, refund_id: UUID, chance: float, now: dt.datetime) -> None:
    """Note that nobody answered: it is asked for again after a pause."""
    refund = await attempt_queries.lock_row(uow.session, models.Refund, refund_id)
    if refund.status is RefundStatus.PENDING:
        refund.next_attempt_at = attempts.after_failure(refund.attempts, now, chance=chance)


async def retry(
    uow: UnitOfWork, viewer: Viewer, *, refund_id: UUID | None, now: dt.datetime
) -> models.Refund:
    """Have a refund that has FAILED asked for anew. Audited. Refuses: NotFound, Forbidden, NotFailed."""
    refund = None
    if refund_id is not None:
        refund = await queries.lock_visible(uow.session, refund_id, visible=refunds_of_sales(viewer))
    if refund is None:
        raise Refused(NotFound(noun="refund", id=global_id("Refund", refund_id) if refund_id else ""))
    policies.may_settle(viewer)
    if refund.status is not RefundStatus.FAILED:
        raise Refused(NotFailed(current_status=refund.status))
    refund.status, refund.ended_at, refund.next_attempt_at = RefundStatus.PENDING, None, None
    refund.provider_id, refund.failure_reason = None, None
    refund.refusals += 1
    refund.sequence += 1
    await uow.session.flush()
    checkout = await uow.session.get_one(models.Checkout, refund.checkout_id)
    await audit.record(
        uow,
        viewer,
        partner_id=checkout.partner_id,
        act="refunds.retry",
        object_id=global_id("Refund", refund.id),
        facts={"environment": refund.environment, "refusals": refund.refusals},
        now=now,
    )
    return refund


async def _succeed(uow: UnitOfWork, refund: models.Refund, now: dt.datetime) -> None:
    refund.status, refund.ended_at = RefundStatus.SUCCEEDED, now
    refund.sequence += 1
    refund.failure_reason, refund.next_attempt_at = None, None
    payment = await attempt_queries.lock_row(uow.session, models.Payment, refund.payment_id)
    payment.refunded_minor += refund.amount_minor
    payment.sequence += 1
    await _post(uow, refund, EntryKind.REFUND, postings.refund(await _legs(uow, refund)), now)
    await _tell(uow, refund, EventType.REFUND_COMPLETED, now)


async def _fail(uow: UnitOfWork, refund: models.Refund, reason: str, now: dt.datetime) -> None:
    if refund.status is RefundStatus.SUCCEEDED:
        payment = await attempt_queries.lock_row(uow.session, models.Payment, refund.payment_id)
        payment.refunded_minor -= refund.amount_minor
        payment.sequence += 1
        undone = postings.negated(postings.refund(await _legs(uow, refund)))
        await _post(uow, refund, EntryKind.ADJUSTMENT, undone, now)
    refund.status, refund.ended_at, refund.next_attempt_at = RefundStatus.FAILED, now, None
    refund.failure_reason = reason[: attempts.LONGEST_REASON]
    refund.sequence += 1
    await uow.session.flush()
    await _tell(uow, refund, EventType.REFUND_FAILED, now)


async def _legs(uow: UnitOfWork, refund: models.Refund) -> list[Leg]:
    """Return what each leg gives back."""
    back = {each["leg_id"]: each["amount_minor"] for each in refund.legs}
    return [
        Leg(leg.kind, leg.partner_id, leg.affiliate_id, leg.item_code, back[str(leg.id)])
        for leg in await queries.legs_of(uow.session, refund.checkout_id)
        if str(leg.id) in back
    ]


async def _post(
    uow: UnitOfWork,
    refund: models.Refund,
    kind: EntryKind,
    booked: tuple[postings.Booked, ...],
    now: dt.datetime,
) -> None:
    checkout = await uow.session.get_one(models.Checkout, refund.checkout_id)
    await ledger.post(
        uow,
        SYSTEM,
        kind=kind,
        environment=refund.environment,
        currency=refund.currency,
        source_id=attempts.source_of(refund.id, refund.refusals),
        postings=booked,
        checkout_id=refund.checkout_id,
        partner_id=checkout.partner_id,
        now=now,
    )


async def _tell(uow: UnitOfWork, refund: models.Refund, event: EventType, now: dt.datetime) -> None:
    checkout = await uow.session.get_one(models.Checkout, refund.checkout_id)
    events.record(
        uow,
        event,
        environment=refund.environment,
        partner_id=checkout.partner_id,
        object_id=refund.id,
        sequence=refund.sequence,
        payload={
            "refund_id": global_id("Refund", refund.id),
            "checkout_id": global_id("Checkout", refund.checkout_id),
            "amount": str(Money(refund.amount_minor, refund.currency).amount),
            "currency": refund.currency,
            "reason": refund.failure_reason,
        },
        now=now,
    )
