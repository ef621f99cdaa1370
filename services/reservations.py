"""Holding units, and what becomes of a hold.

Nothing here needs a unit of work but the job's expiry: an act is one statement, shared with whoever acts at the same
time (docs/adr/0017).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from db import functions, models
from db.batches import Batches, composed
from db.entries import ForMany
from db.queries import reservations as queries
from db.rows import Visible
from db.session import fetch_over
from db.types import new_id
from db.unit_of_work import UnitOfWork
from db.written import row, row_of_json
from domain import bookings, reservations
from domain.errors import Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.inventory import Channel, SalesClosed
from domain.onboarding import PartnerPaused
from domain.pricing import UnitPrice
from domain.reservations import Demand, ReservationStatus
from domain.texts import check_line, check_note
from permissions.symbolic import facts_of
from permissions.viewer import Scope, Viewer
from permissions.visibility import sellable_packages, visible_bookings, visible_reservations
from services import batched, bundles, pricing
from services.ports import Entropy

TICKET_CODE_BYTES = 16
CONFIRMATION_CODE_BYTES = 8


async def hold_units(
    acts: Batches,
    viewer: Viewer,
    *,
    demand: list[Demand],
    hold_minutes: int | None,
    reference: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Reservation:
    """Hold units on the caller's channel, all lines or none, and freeze their quote.

    Locks the reseller's quota and the allotments in id order.
    A bundle takes from its own pool, where it has one, and from its components': all in the one order.
    Refuses: InvalidInput, UnitLimitExceeded, NotFound, PackageUnavailable, PartnerPaused, NotPriced, CurrencyMismatch,
    SalesClosed, InsufficientInventory, HoldQuotaExceeded, IdempotencyConflict.
    """
    units = reservations.check_demand(demand)
    channel = Channel.OTA if viewer.reseller_id else Channel.DIRECT
    expires_at = reservations.hold_until(channel, hold_minutes, now)
    if reference is not None:
        reference = check_line("reference", reference)
    offers = await offers_of(acts, viewer, demand, channel, sellable_packages(viewer))
    plan = planned(
        viewer,
        demand,
        offers,
        channel=channel,
        expires_at=expires_at,
        reference=reference,
        units=units,
        now=now,
    )
    parts = {**plan.parts(), "keys": batched.keys_part(idempotency, object_id=plan.hold["id"], now=now)}
    made_before = await batched.do(acts, queries.HOLD_ALL, parts, idempotency=idempotency)
    if made_before is not None:
        visible = visible_reservations(viewer, Scope.RESERVE)
        return await batched.named(acts, viewer, models.Reservation, UUID(made_before["id"]), visible)
    return plan.row()


@dataclass(frozen=True, slots=True)
class Plan:
    """A hold before it is taken: the rows it will be, all or none."""

    hold: dict[str, Any]
    lines: list[dict[str, Any]]
    taken: list[dict[str, Any]]
    """What bundles among the lines take from others' pools."""

    def parts(self) -> dict[str, Sequence[Any]]:
        """Return what `hold_all` takes of it, but the keys."""
        return {
            "holds": (self.hold,),
            "lines": (*self.lines, *self.taken),
            "wants": (bundles.want(self.hold, self.lines, self.taken),),
        }

    def row(self) -> models.Reservation:
        """Return the hold as it is once it was taken."""
        lines = [row(models.ReservationLine, {"returned": 0, **line}) for line in self.lines]
        return row(models.Reservation, {**self.hold, "lines": lines})


def planned(
    viewer: Viewer,
    demand: Sequence[Demand],
    offers: Sequence[queries.Offer | None],
    *,
    channel: Channel,
    expires_at: dt.datetime,
    reference: str | None,
    units: int,
    now: dt.datetime,
    total_minor: int | None = None,
) -> Plan:
    """Return the hold that demand makes of its offers, its quote frozen.

    `total_minor` where more was taken off than the bundle discounts, which every channel gives: by a coupon.

    Refuses: NotFound, PartnerPaused, NotPriced, CurrencyMismatch, SalesClosed, InsufficientInventory.
    """
    for asked, offer in zip(demand, offers, strict=True):
        _check_pause(viewer, asked, offer)
    lines = [pricing.line(asked, offer, now) for asked, offer in zip(demand, offers, strict=True)]
    taken = bundles.component_lines(lines, offers)
    currency = pricing.one_currency(offers)
    hold: dict[str, Any] = {
        "id": new_id(),
        "environment": viewer.environment,
        "channel": channel,
        "reseller_id": viewer.reseller_id,
        "status": ReservationStatus.ACTIVE,
        "units": units,
        "total_minor": pricing.total(demand, offers, lines, now) if total_minor is None else total_minor,
        "currency": currency,
        "reference": reference,
        "actor": viewer.id,
        "created_at": now,
        "expires_at": expires_at,
        "ended_at": None,
        "extensions": 0,
        "sequence": 1,
    }
    for position, line in enumerate((*lines, *taken), 1):
        line.update(reservation_id=hold["id"], position=position, currency=currency)
    return Plan(hold, lines, taken)


async def extend_hold(
    acts: Batches,
    viewer: Viewer,
    *,
    reservation_id: UUID | None,
    hold_minutes: int,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Reservation:
    """Let a hold run for `hold_minutes` from now; it never ends earlier than it did.

    Refuses: NotFound, InvalidInput, ExtensionUsed, ReservationExpired, ReservationCancelled,
    AlreadyActivated, IdempotencyConflict.
    """
    terms: dict[str, object] = {}
    refused: dict[str, Refused] = {}
    for channel in Channel:
        try:
            ends_at = reservations.hold_until(channel, hold_minutes, now)
        except Refused as too_long:
            refused[channel] = too_long
        else:
            most = reservations.MAX_EXTENSIONS[channel]
            terms[channel.value] = {"expires_at": ends_at, "max_extensions": most}
    held = await batched.do_to_reservation(
        acts,
        viewer,
        queries.extend_all(visible_reservations(viewer, Scope.RESERVE)),
        reservation_id,
        {"terms": terms},
        now=now,
        idempotency=idempotency,
    )
    if "id" not in held:
        raise refused[held["channel"]]
    return row_of_json(models.Reservation, held)


async def activate_reservation(
    acts: Batches,
    viewer: Viewer,
    *,
    reservation_id: UUID | None,
    customer: bookings.Customer,
    payment_reference: str,
    special_requests: str | None,
    idempotency: Idempotency | None,
    entropy: Entropy,
    now: dt.datetime,
) -> models.Booking:
    """Turn a live hold into a booking with one ticket a unit; the same payment reference, the same booking.

    A new booking has its tickets with it where the caller may read them.
    Refuses: NotFound, InvalidCustomer, InvalidInput, ReservationExpired, ReservationCancelled,
    AlreadyActivated, IdempotencyConflict.
    """
    customer = bookings.check_customer(customer)
    payment_reference = check_line("payment_reference", payment_reference)
    if special_requests is not None:
        special_requests = check_note("special_requests", special_requests)
    booking_id = new_id()
    # How many units there are is known to the database only: codes for as many as there can be cost less than asking.
    codes = bookings.code_from(entropy(TICKET_CODE_BYTES * reservations.MAX_UNITS))
    act = {
        "actor": viewer.id,
        "booking_id": booking_id,
        "confirmation_code": bookings.code_from(entropy(CONFIRMATION_CODE_BYTES)),
        "customer_name": customer.name,
        "customer_email": customer.email,
        "customer_phone": customer.phone,
        "payment_reference": payment_reference,
        "special_requests": special_requests,
        "ticket_codes": codes,
        "code_length": TICKET_CODE_BYTES,
    }
    sold = await batched.do_to_reservation(
        acts,
        viewer,
        queries.activate_all(
            visible_reservations(viewer, Scope.RESERVE), visible_reservations(viewer, Scope.READ_ORDERS)
        ),
        reservation_id,
        act,
        now=now,
        idempotency=idempotency,
        makes=booking_id,
    )
    if UUID(sold["id"]) != booking_id:
        visible = visible_bookings(viewer, Scope.RESERVE)
        return await batched.named(acts, viewer, models.Booking, UUID(sold["id"]), visible)
    return _as_sold(sold)


async def cancel_reservation(
    acts: Batches, viewer: Viewer, *, reservation_id: UUID | None, now: dt.datetime
) -> models.Reservation:
    """End a hold and free its units at once; a second call answers as the first.

    Refuses: NotFound, AlreadyActivated, ReservationExpired.
    """
    held = await batched.do_to_reservation(
        acts,
        viewer,
        queries.cancel_all(visible_reservations(viewer, Scope.RESERVE)),
        reservation_id,
        {"actor": viewer.id},
        now=now,
    )
    return row_of_json(models.Reservation, held)


async def expire_reservations(uow: UnitOfWork, *, ids: list[UUID], now: dt.datetime) -> int:
    """Release holds whose time is over and return how many ended here; the others ended elsewhere."""
    ended: int = await functions.call(uow.session, func.expire_holds(ids, "system", now))
    return ended


async def offers_of(
    acts: Batches, viewer: Viewer, demand: Sequence[Demand], channel: Channel, visible: Visible
) -> list[queries.Offer | None]:
    """Load the offers in the order of the lines; None where there is no such product among the visible ones."""
    statement = queries.offers(visible)
    asked = _asked(viewer, demand, channel, statement)
    return _found(await acts.ask(statement.sql, {"asked": asked}), demand)


async def offers_in(
    session: AsyncSession, viewer: Viewer, demand: Sequence[Demand], channel: Channel, visible: Visible
) -> list[queries.Offer | None]:
    """Load as `offers_of`, within a session: a unit of work that waited for others to ask would wait for itself."""
    statement = queries.offers(visible)
    asked = _asked(viewer, demand, channel, statement)
    connection = await session.connection()
    return _found(await fetch_over(connection, statement.sql, (composed([{"asked": asked}]),)), demand)


def _asked(
    viewer: Viewer, demand: Sequence[Demand], channel: Channel, statement: ForMany
) -> list[dict[str, object]]:
    facts = facts_of(viewer, statement.facts)
    return [
        {
            "position": position,
            "sku": line.product_id,
            "day": line.date,
            "channel": channel,
            "reseller_id": viewer.reseller_id,
            **facts,
        }
        for position, line in enumerate(demand)
    ]


def _found(records: Sequence[Any], demand: Sequence[Demand]) -> list[queries.Offer | None]:
    found = dict(map(queries.offer_of, records))
    return [found.get(position) for position in range(len(demand))]


def _as_sold(sold: dict[str, Any]) -> models.Booking:
    """Return the booking as the act has just written it; with its tickets, where they were told."""
    booking = row_of_json(models.Booking, sold["booking"])
    if sold["tickets"] is not None:
        vars(booking)["tickets"] = list(map(_ticket, sold["tickets"]))
    return booking


def _ticket(told: dict[str, Any]) -> models.Ticket:
    ticket = row_of_json(models.Ticket, told["ticket"])
    vars(ticket)["entitlements"] = [
        row_of_json(models.TicketEntitlement, each) for each in told["entitlements"] or ()
    ]
    return ticket


def _check_pause(viewer: Viewer, asked: Demand, offer: queries.Offer | None) -> None:
    """Let a line pass if neither who sells nor whose package it is has paused. Others need not know who did."""
    if offer is None or offer.paused_id is None:
        return
    if offer.paused_id in viewer.partner_ids:
        raise Refused(PartnerPaused(global_id("Partner", offer.paused_id)))
    raise Refused(SalesClosed(product_id=asked.product_id, date=asked.date))


def priced(viewer: Viewer, asked: Demand, offer: queries.Offer | None, now: dt.datetime) -> UnitPrice:
    """Return what one unit of a line costs now, with the rules that make it so; nothing is held.

    Refuses: NotFound, PartnerPaused, SalesClosed, InsufficientInventory, NotPriced.
    """
    _check_pause(viewer, asked, offer)
    return pricing.price(asked, offer, now)[1]
