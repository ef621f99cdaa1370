"""Checkouts whose time is over: the provider takes no money for them any more, then their units are free (A-06)."""

import datetime as dt
from uuid import UUID

from db import models
from db.queries import acts as act_queries
from db.queries import checkouts as queries
from db.unit_of_work import UnitOfWork
from domain.checkouts import LIVE, CheckoutStatus, expires_at
from domain.errors import Refused
from domain.inventory import Channel
from domain.payments import PaymentStatus
from domain.reservations import MAX_EXTENSIONS, ExtensionUsed, ReservationExpired, hold_until
from permissions.viewer import SYSTEM
from services import checkouts, paying
from services.paying import Asked

UNDECIDED = frozenset({PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_ACTION})
"""The buyer is on the way: its hold is extended, once."""
AGAIN_AFTER = dt.timedelta(minutes=5)
"""What the provider will not give back, for it is deciding, is tried again."""


async def expire(uow: UnitOfWork, *, checkout_id: UUID, now: dt.datetime) -> Asked | None:
    """Expire a checkout that has nothing at the provider, or extend the hold of one whose buyer is on the way.

    Returns the payment that is to be looked at, or taken back, before anything else; None where there is none.
    """
    found = await queries.lock_checkout(uow.session, checkout_id)
    if found is None or found[0].status not in LIVE or found[0].expires_at > now:
        return None
    checkout, payment = found
    if payment is None or (payment.provider_id is None and not payment.is_asked):
        if payment is not None:
            payment.status, payment.next_look_at = PaymentStatus.CANCELED, None
            payment.sequence += 1
        await checkouts.end(uow, checkout, CheckoutStatus.EXPIRED, actor=SYSTEM.id, now=now)
        return None
    if not payment.is_asked and payment.status in UNDECIDED and await _extend(uow, checkout, now):
        return None
    return paying.asked_of(checkout, payment)


async def put_off(uow: UnitOfWork, *, checkout_id: UUID, now: dt.datetime) -> None:
    """Try again later to give up a checkout that is being paid: it ends when the provider has decided."""
    found = await queries.lock_checkout(uow.session, checkout_id)
    if found is not None and found[0].status in LIVE and found[0].expires_at <= now:
        found[0].expires_at = now + AGAIN_AFTER
        await uow.session.flush()


async def _extend(uow: UnitOfWork, checkout: models.Checkout, now: dt.datetime) -> bool:
    """Extend a checkout's hold as often as its channel allows, and tell whether it was."""
    ends_at = hold_until(Channel.DIRECT, None, now)
    act = {
        "id": checkout.reservation_id,
        "now": now,
        "terms": {
            Channel.DIRECT.value: {"expires_at": ends_at, "max_extensions": MAX_EXTENSIONS[Channel.DIRECT]}
        },
    }
    try:
        await act_queries.do_alone(uow.session, "extend_all", {"acts": (act,), "keys": ()}, act_queries.ONE)
    except Refused as refused:
        if isinstance(refused.reason, ExtensionUsed | ReservationExpired):
            return False
        raise
    checkout.expires_at = expires_at(ends_at)
    checkout.sequence += 1
    checkouts.tell(uow, checkout, now)
    await uow.session.flush()
    return True
