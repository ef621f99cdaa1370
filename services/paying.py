"""Asking the provider for a buyer's money, and noting what it says.

Three steps, each of which may be the last one a process does: what is asked is recorded and committed; the provider is
asked, under a key made of what is recorded; its answer is noted. A job repeats the second step word for word.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import structlog

from db import models
from db.queries import checkouts as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.checkouts import LIVE, CheckoutEnded, CheckoutStatus, PaymentUnderWay, status_for
from domain.environments import Environment
from domain.errors import GatewayError, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.money import Money
from domain.payment_accounts import UNAVAILABLE, ProviderError
from domain.payments import PaymentRefused, PaymentStatus, PaymentWish, ProviderPayment
from permissions.viewer import Viewer
from services import checkouts, events, settling
from services.ports import Entropy, Payments, Seal

ANSWER_AFTER = dt.timedelta(seconds=30)
"""A call whose answer was not noted by then is repeated."""
LOOK_AFTER = {
    PaymentStatus.PROCESSING: dt.timedelta(seconds=30),
    PaymentStatus.REQUIRES_ACTION: dt.timedelta(minutes=5),
    PaymentStatus.REQUIRES_PAYMENT_METHOD: dt.timedelta(minutes=10),
}
"""What is not at its end is asked after, if the provider does not tell by itself: sooner where it is its turn."""
ENDS = frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.CANCELED})
LONGEST_REASON = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the provider, as it was recorded: repeated, it is the same call."""

    payment_id: UUID
    checkout_id: UUID
    environment: Environment
    provider_id: str | None
    key: str
    wish: PaymentWish
    is_asked: bool
    """False: there is nothing to ask for, but to look at what became of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider answered: the payment as it has it, or that it refuses."""

    asked: Asked
    payment: ProviderPayment | None
    refused: PaymentRefused | None = None


async def begin(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment | None,
    *,
    payment_method: str | None,
    return_url: str | None,
    now: dt.datetime,
) -> Asked:
    """Record what the provider is to be asked for a locked, live checkout.

    One call at a time: what was asked and not answered is asked again as it was. What is being decided is not asked
    anew, and what was declined is, once there is another way to pay.
    """
    if payment is None:
        payment = uow.put(
            models.Payment,
            {
                "id": new_id(),
                "environment": checkout.environment,
                "checkout_id": checkout.id,
                "status": PaymentStatus.REQUIRES_PAYMENT_METHOD,
                "amount_minor": checkout.total_minor,
                "refunded_minor": 0,
                "currency": checkout.currency,
                "tries": 0,
                "is_asked": True,
                "next_look_at": now + ANSWER_AFTER,
                "payment_method": payment_method,
                "return_url": return_url,
                "created_at": now,
                "sequence": 1,
            },
        )
    elif not payment.is_asked and _may_be_asked_again(payment, payment_method):
        payment.payment_method, payment.return_url = payment_method, return_url
        payment.tries += 1
        payment.is_asked, payment.next_look_at = True, now + ANSWER_AFTER
        await uow.session.flush()
    vars(checkout)["payment"] = payment
    return asked_of(checkout, payment)


def _may_be_asked_again(payment: models.Payment, payment_method: str | None) -> bool:
    """Tell whether there is another way to pay now, or nothing at the provider yet: it was refused before."""
    is_declined = payment.status is PaymentStatus.REQUIRES_PAYMENT_METHOD
    return payment.provider_id is None or (is_declined and bool(payment_method))


def asked_of(checkout: models.Checkout, payment: models.Payment) -> Asked:
    """Return the call a payment's row stands for."""
    group = global_id("Checkout", checkout.id)
    return Asked(
        payment_id=payment.id,
        checkout_id=checkout.id,
        environment=payment.environment,
        provider_id=payment.provider_id,
        key=f"{payment.id}-{payment.tries}" if payment.tries else str(payment.id),
        wish=PaymentWish(
            amount=Money(payment.amount_minor, payment.currency),
            group=group,
            description=f"Interline {group}",
            receipt_email=None,
            payment_method=payment.payment_method,
            return_url=payment.return_url,
            metadata={"checkout_id": group},
        ),
        is_asked=payment.is_asked,
    )


async def ask(payments: Payments, asked: Asked) -> Told:
    """Do the call; outside of any unit of work. Raises GatewayError: nobody knows what became of it."""
    try:
        if asked.provider_id is None:
            if not asked.is_asked:
                return Told(asked, None)
            return Told(asked, await payments.create_payment(asked.wish, key=asked.key))
        if asked.is_asked and asked.wish.payment_method is not None:
            confirmed = await payments.confirm_payment(
                asked.provider_id,
                payment_method=asked.wish.payment_method,
                return_url=asked.wish.return_url,
                key=asked.key,
            )
            return Told(asked, confirmed)
        return Told(asked, await payments.payment(asked.provider_id))
    except Refused as refused:
        if not isinstance(refused.reason, PaymentRefused):
            raise
        return Told(asked, None, refused.reason)


async def take_back(payments: Payments, asked: Asked) -> Told:
    """Have the provider take no money any more; where it is too late for that, tell how the payment stands.

    Raises GatewayError.
    """
    if asked.provider_id is None:
        raise ValueError("there is nothing at the provider to take back")
    try:
        state = await payments.cancel_payment(asked.provider_id, key=f"{asked.payment_id}-cancel")
    except Refused as refused:
        if not isinstance(refused.reason, PaymentRefused):
            raise
        state = await payments.payment(asked.provider_id)
    return Told(asked, state)


async def take_back_carefully(payments: Payments, asked: Asked) -> Told:
    """Have the provider take no money any more, for a buyer who waits. Refuses: ProviderError."""
    try:
        return await take_back(payments, asked)
    except GatewayError as problem:
        log.warning("payments.not_taken_back", payment_id=str(asked.payment_id), error=problem.reference)
        raise Refused(ProviderError(UNAVAILABLE, is_temporary=True)) from None


async def give_up(
    uow: UnitOfWork, viewer: Viewer, *, checkout_id: UUID | None, now: dt.datetime
) -> tuple[models.Checkout, Asked | None]:
    """Give the caller's checkout up, or tell which payment is to be taken back for it. Refuses as `cancelCheckout`."""
    checkout, payment = await checkouts.locked(uow, viewer, checkout_id)
    vars(checkout)["payment"] = payment
    if checkout.status is CheckoutStatus.CANCELLED:
        return checkout, None
    if checkout.status not in LIVE:
        raise Refused(CheckoutEnded(checkout_status=checkout.status))
    if payment is not None:
        if payment.is_asked or payment.status is PaymentStatus.PROCESSING:
            raise Refused(PaymentUnderWay(checkout_id=global_id("Checkout", checkout.id)))
        if payment.provider_id is not None:
            return checkout, asked_of(checkout, payment)
        payment.status, payment.next_look_at = PaymentStatus.CANCELED, None
        payment.sequence += 1
    await checkouts.end(uow, checkout, CheckoutStatus.CANCELLED, actor=viewer.id, now=now)
    return checkout, None


async def ask_carefully(payments: Payments, asked: Asked) -> Told | None:
    """Do the call for a buyer who waits; None where the provider is away: a job goes on with it."""
    try:
        return await ask(payments, asked)
    except GatewayError as problem:
        log.warning("payments.not_answered", payment_id=str(asked.payment_id), error=problem.reference)
        return None


async def note(
    uow: UnitOfWork, told: Told, *, seal: Seal | None, entropy: Entropy, now: dt.datetime
) -> models.Checkout:
    """Note the provider's answer to a call, and whatever follows from it. Locks the checkout."""
    found = await queries.lock_checkout(uow.session, told.asked.checkout_id)
    if found is None or found[1] is None:
        raise ValueError(f"payment {told.asked.payment_id} is gone")
    checkout, payment = found[0], found[1]
    vars(checkout)["payment"] = payment
    if told.refused is not None:
        _note_refusal(uow, checkout, payment, told, now)
    elif told.payment is not None:
        await note_state(uow, checkout, payment, told.payment, seal=seal, entropy=entropy, now=now)
    await uow.session.flush()
    return checkout


async def note_state(
    uow: UnitOfWork,
    checkout: models.Checkout,
    payment: models.Payment,
    state: ProviderPayment,
    *,
    seal: Seal | None,
    entropy: Entropy,
    now: dt.datetime,
) -> None:
    """Note how a payment stands at the provider: of a locked checkout, in whatever order such news come.

    An end stays an end. What follows happens once: the sale, or that the checkout is given up.
    """
    if payment.status in ENDS:
        return
    was = (payment.status, payment.failure_reason, payment.action_url, payment.provider_id)
    payment.provider_id = state.id
    payment.charge_id = state.charge_id or payment.charge_id
    payment.is_asked = False
    payment.action_url = state.action_url if state.status is PaymentStatus.REQUIRES_ACTION else None
    payment.status = state.status
    payment.failure_reason = _reason_of(state.failure)
    payment.next_look_at = None if state.status in ENDS else now + LOOK_AFTER[state.status]
    if seal is not None and state.client_secret is not None and payment.client_secret_sealed is None:
        payment.client_secret_sealed = seal.seal(state.client_secret.encode(), payment.id.bytes)
    if (payment.status, payment.failure_reason, payment.action_url, payment.provider_id) != was:
        payment.sequence += 1
    if state.status is PaymentStatus.SUCCEEDED:
        payment.client_secret_sealed = None
        payment.succeeded_at = now
        await settling.settle(uow, checkout, payment, entropy=entropy, now=now)
    elif state.status is PaymentStatus.CANCELED:
        payment.client_secret_sealed = None
        if checkout.status in LIVE:
            is_over = checkout.expires_at <= now
            ended = CheckoutStatus.EXPIRED if is_over else CheckoutStatus.CANCELLED
            await checkouts.end(uow, checkout, ended, actor="system", now=now)
    else:
        checkouts.move(uow, checkout, status_for(state.status, checkout.status), now)
        if payment.failure_reason is not None and payment.failure_reason != was[1]:
            _tell_failure(uow, checkout, payment, now)


def _note_refusal(
    uow: UnitOfWork, checkout: models.Checkout, payment: models.Payment, told: Told, now: dt.datetime
) -> None:
    """Note that the provider will not do what it was asked: the buyer can ask for something else."""
    if not payment.is_asked or payment.status in ENDS:
        return
    payment.is_asked = False
    payment.payment_method = None
    payment.failure_reason = _reason_of(told.refused)
    payment.next_look_at = None if payment.provider_id is None else now + LOOK_AFTER[payment.status]
    payment.sequence += 1
    _tell_failure(uow, checkout, payment, now)


def _tell_failure(
    uow: UnitOfWork, checkout: models.Checkout, payment: models.Payment, now: dt.datetime
) -> None:
    events.record(
        uow,
        EventType.PAYMENT_FAILED,
        environment=payment.environment,
        partner_id=checkout.partner_id,
        object_id=payment.id,
        sequence=payment.sequence,
        payload={
            "checkout_id": global_id("Checkout", checkout.id),
            "payment_id": global_id("Payment", payment.id),
            "reason": payment.failure_reason,
        },
        now=now,
    )


def _reason_of(refused: PaymentRefused | None) -> str | None:
    if refused is None:
        return None
    return (refused.decline_reason or refused.reason)[:LONGEST_REASON]
