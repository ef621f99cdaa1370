"""Cancelling bookings of channel DIRECT: tickets are void, units are free again, and money goes back by the policy."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from db import models
from db.queries import checkouts as queries
from db.unit_of_work import UnitOfWork
from domain.cancellation import policy_of, refund_bps
from domain.cancellations import NothingToCancel, refund_of, shares_of
from domain.checkouts import CheckoutStatus, RefundReason
from domain.documents import BillingDocumentKind
from domain.errors import Forbidden, NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.money import Money
from domain.splits import LegKind
from domain.texts import check_note
from domain.tickets import TicketRedeemed, TicketStatus
from permissions.viewer import Scope, Viewer
from permissions.visibility import visible_checkouts
from services import audit, buyer_mail, checkouts, conversions, coupons, documents, refunds
from services.bookings import tell_of_ticket
from services.idempotency import claim


@dataclass(frozen=True, slots=True)
class Terms:
    """What a cancellation now would give back, and why."""

    checkout: models.Checkout
    tickets: list[models.Ticket]
    """The units that would be cancelled."""
    refund_bps: int
    """By the policy, of the part of the price that was paid for them."""
    paid_minor: int
    """What was paid for those units."""
    refund_minor: int

    @property
    def currency(self) -> str:
        return self.checkout.currency

    @property
    def units(self) -> int:
        return len(self.tickets)


async def terms(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    checkout_id: UUID | None,
    booking_id: UUID | None,
    ticket_codes: Collection[str] | None,
    now: dt.datetime,
) -> Terms:
    """Return what a cancellation would give back now. Locks the checkout and the booking's tickets.

    Refuses: NotFound, Forbidden, NothingToCancel, TicketRedeemed.
    """
    checkout = await _checkout(uow, viewer, checkout_id, booking_id)
    tickets = await queries.tickets_of(uow.session, checkout.booking_id or UUID(int=0))
    return await _terms(uow, checkout, tickets, ticket_codes, now)


async def cancel_booking(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    checkout_id: UUID | None,
    booking_id: UUID | None,
    ticket_codes: Collection[str] | None,
    reason: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Checkout:
    """Cancel a booking or some of its units, and put on its way back what the policy gives. Audited.

    By its buyer, or the seller's people. Locks the checkout, the tickets, then the pools in the order of their ids.
    Refuses: NotFound, Forbidden, NothingToCancel, TicketRedeemed, IdempotencyConflict.
    """
    if reason is not None:
        reason = check_note("reason", reason)
    checkout = await _checkout(uow, viewer, checkout_id, booking_id)
    if await claim(uow, idempotency, object_id=checkout.id, now=now) is not None:
        return checkout
    assert checkout.booking_id is not None
    tickets = await queries.tickets_of(uow.session, checkout.booking_id)
    found = await _terms(uow, checkout, tickets, ticket_codes, now)
    for ticket in found.tickets:
        ticket.status, ticket.ended_at = TicketStatus.VOID, now
        ticket.sequence += 1
        tell_of_ticket(uow, EventType.TICKET_VOIDED, ticket, {}, now)
    await uow.session.flush()
    await _return_units(uow, checkout, found.tickets, actor=viewer.id, now=now)
    is_all = all(ticket.status is TicketStatus.VOID for ticket in tickets)
    await _give_back(uow, viewer, checkout, found.refund_minor, is_all=is_all, now=now)
    facts = {
        "environment": checkout.environment,
        "checkout": global_id("Checkout", checkout.id),
        "units": found.units,
        "refund_bps": found.refund_bps,
        "refund_minor": found.refund_minor,
        "currency": checkout.currency,
        "reason": reason,
    }
    checkouts.tell(
        uow,
        checkout,
        now,
        EventType.BOOKING_CANCELLED,
        order_id=global_id("Booking", checkout.booking_id),
        units=found.units,
        is_all=is_all,
        refund=str(Money(found.refund_minor, checkout.currency).amount),
        currency=checkout.currency,
    )
    checkouts.tell(uow, checkout, now)
    await buyer_mail.tell_cancelled(
        uow,
        checkout,
        units=found.units,
        units_left=sum(ticket.status is not TicketStatus.VOID for ticket in tickets),
        refund_minor=found.refund_minor,
        now=now,
    )
    await audit.record(
        uow,
        viewer,
        partner_id=checkout.partner_id,
        act="bookings.cancel",
        object_id=global_id("Booking", checkout.booking_id),
        facts=facts,
        now=now,
    )
    return checkout


async def _checkout(
    uow: UnitOfWork, viewer: Viewer, checkout_id: UUID | None, booking_id: UUID | None
) -> models.Checkout:
    """Lock a paid checkout that is the caller's, or that the caller's partner sold. Refuses: NotFound, Forbidden."""
    visible = visible_checkouts(viewer)
    found = None
    if checkout_id is not None:
        found = await queries.lock_visible(uow.session, checkout_id, visible=visible)
    elif booking_id is not None:
        found = await queries.lock_of_booking(uow.session, booking_id, visible=visible)
    if found is None or found[0].status is not CheckoutStatus.PAID:
        shown = global_id("Checkout", checkout_id) if checkout_id else ""
        raise Refused(NotFound(noun="booking", id=global_id("Booking", booking_id) if booking_id else shown))
    checkout = found[0]
    vars(checkout)["payment"] = found[1]
    is_own = checkout.buyer_id == viewer.buyer_id or checkout.token_hash in viewer.secrets
    if not is_own and not viewer.may_at(checkout.partner_id, Scope.MANAGE_BOOKINGS):
        raise Refused(
            Forbidden(f"This needs the scope {Scope.MANAGE_BOOKINGS} at the partner it belongs to.")
        )
    return checkout


async def _terms(
    uow: UnitOfWork,
    checkout: models.Checkout,
    tickets: list[models.Ticket],
    codes: Collection[str] | None,
    now: dt.datetime,
) -> Terms:
    chosen = [each for each in tickets if codes is None or each.code in codes]
    if codes is not None and len(chosen) < len(set(codes)):
        raise Refused(
            NotFound(noun="ticket", id=", ".join(sorted(set(codes) - {each.code for each in chosen})))
        )
    for ticket in chosen:
        is_used = any(each.remaining < each.quantity for each in ticket.entitlements)
        if codes is not None and is_used:
            raise Refused(TicketRedeemed(ticket_code=ticket.code))
    left = [
        each
        for each in chosen
        if each.status is TicketStatus.ISSUED
        and all(entitled.remaining == entitled.quantity for entitled in each.entitlements)
    ]
    if not left:
        assert checkout.booking_id is not None
        raise Refused(NothingToCancel(order_id=global_id("Booking", checkout.booking_id)))
    prices = await queries.unit_prices(uow.session, checkout)
    shares = shares_of(checkout.total_minor, prices)
    own = [shares[ticket.position - 1] for ticket in left]
    bps = refund_bps(
        policy_of(checkout.cancellation_policy),
        service_on=checkout.service_on,
        at=now,
        time_zone=checkout.time_zone,
    )
    refund = min(refund_of(own, refund_bps=bps), checkout.total_minor - checkout.refunded_minor)
    return Terms(checkout, left, bps, sum(own), refund)


async def _return_units(
    uow: UnitOfWork,
    checkout: models.Checkout,
    void: list[models.Ticket],
    *,
    actor: str,
    now: dt.datetime,
) -> None:
    """Return the units of void tickets to the pools they came from; a bundle's also to its components'."""
    _, lines = await queries.hold_of(uow.session, checkout)
    own = [line for line in lines if line.component_of is None]
    places = [line.position for line in own for _ in range(line.quantity)]
    back: dict[int, int] = {}
    for ticket in void:
        place = places[ticket.position - 1]
        back[place] = back.get(place, 0) + 1
    quantities = {line.position: line.quantity for line in own}
    for line in lines:
        if line.component_of is not None and line.component_of in back:
            per_unit = line.quantity // quantities[line.component_of]
            back[line.position] = back[line.component_of] * per_unit
    await uow.session.execute(
        select(func.return_units(checkout.reservation_id, list(back.keys()), list(back.values()), actor, now))
    )


async def _give_back(
    uow: UnitOfWork,
    viewer: Viewer,
    checkout: models.Checkout,
    refund_minor: int,
    *,
    is_all: bool,
    now: dt.datetime,
) -> None:
    """Put a refund on its way, with the commission it takes back; an order that is gone as a whole frees its coupon."""
    if is_all and checkout.coupon_minor and refund_minor == checkout.total_minor - checkout.refunded_minor:
        await coupons.release(uow, checkout.reservation_id, now=now)
    if not refund_minor:
        checkout.sequence += 1
        await uow.session.flush()
        return
    refund = await refunds.begin(
        uow, viewer, checkout, refund_minor=refund_minor, reason=RefundReason.CANCELLATION, now=now
    )
    if refund is None:
        return
    if checkout.attribution is not None:
        legs = {leg.id: leg.kind for leg in await queries.legs_of(uow.session, checkout.id)}
        commission = sum(
            each["amount_minor"] for each in refund.legs if legs[UUID(each["leg_id"])] is LegKind.AFFILIATE
        )
        await conversions.claw_back(
            uow, checkout_id=checkout.id, refunded_minor=refund_minor, minor=commission, now=now
        )
    await documents.request_for_sale(
        uow, checkout=checkout, kind=BillingDocumentKind.CREDIT_NOTE, refund_id=refund.id, now=now
    )
