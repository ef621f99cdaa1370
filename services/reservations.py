"""Holding units, and what becomes of a hold."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import func

from db import functions, models
from db.queries import bookings as booking_queries
from db.queries import reservations as queries
from db.rows import Visible
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import bookings, pricing, reservations
from domain.errors import NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.inventory import Channel, InsufficientInventory
from domain.money import CurrencyMismatch
from domain.reservations import Demand, ReservationStatus
from domain.texts import check_line, check_note
from permissions.viewer import Scope, Viewer
from permissions.visibility import (
    sellable_packages,
    visible_bookings,
    visible_reservations,
)
from services.idempotency import key_of
from services.ports import Entropy

TICKET_CODE_BYTES = 16
CONFIRMATION_CODE_BYTES = 8


async def hold_units(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    demand: list[Demand],
    hold_minutes: int | None,
    reference: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Reservation:
    """Hold units on the caller's channel, all lines or none, and freeze their quote.

    Locks the reseller's quota and the allotments in id order until commit.
    Refuses: InvalidInput, UnitLimitExceeded, NotFound, NotPriced, CurrencyMismatch, SalesClosed,
    InsufficientInventory, HoldQuotaExceeded, IdempotencyConflict.
    """
    units = reservations.check_demand(demand)
    channel = Channel.OTA if viewer.reseller_id else Channel.DIRECT
    expires_at = reservations.hold_until(channel, hold_minutes, now)
    if reference is not None:
        reference = check_line("reference", reference)
    offers = await queries.offers_for(
        uow.session,
        demand,
        visible=sellable_packages(viewer),
        channel=channel,
        reseller_id=viewer.reseller_id,
    )
    lines = [_line(asked, offer, now) for asked, offer in zip(demand, offers, strict=True)]
    currency = _one_currency(offers)
    wanted = {
        "id": new_id(),
        "environment": viewer.environment,
        "channel": channel,
        "reseller_id": viewer.reseller_id,
        "units": units,
        "total_minor": sum(line["amount_minor"] for line in lines),
        "currency": currency,
        "reference": reference,
        "actor": viewer.id,
        "now": now,
        "expires_at": expires_at,
        "idempotency": key_of(idempotency),
        "lines": lines,
    }
    reservation_id = await functions.call(uow.session, func.hold_units(functions.json_of(wanted)))
    if reservation_id != wanted["id"]:
        return await _reservation(uow, reservation_id, visible_reservations(viewer, Scope.RESERVE))
    return _as_held(wanted)


async def extend_hold(
    uow: UnitOfWork,
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
    visible = visible_reservations(viewer, Scope.RESERVE)
    held = await _reservation(uow, reservation_id, visible)
    wanted = {
        "id": held.id,
        "expires_at": reservations.hold_until(held.channel, hold_minutes, now),
        "max_extensions": reservations.MAX_EXTENSIONS[held.channel],
        "now": now,
        "idempotency": key_of(idempotency),
    }
    await functions.call(uow.session, func.extend_reservation(functions.json_of(wanted)))
    await uow.session.refresh(held)
    return held


async def activate_reservation(
    uow: UnitOfWork,
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

    Refuses: NotFound, InvalidCustomer, InvalidInput, ReservationExpired, ReservationCancelled,
    AlreadyActivated, IdempotencyConflict.
    """
    customer = bookings.check_customer(customer)
    payment_reference = check_line("payment_reference", payment_reference)
    if special_requests is not None:
        special_requests = check_note("special_requests", special_requests)
    held = await _reservation(uow, reservation_id, visible_reservations(viewer, Scope.RESERVE))
    wanted = {
        "id": held.id,
        "booking_id": new_id(),
        "confirmation_code": bookings.code_from(entropy(CONFIRMATION_CODE_BYTES)),
        "customer": {"name": customer.name, "email": customer.email, "phone": customer.phone},
        "payment_reference": payment_reference,
        "special_requests": special_requests,
        "actor": viewer.id,
        "now": now,
        "idempotency": key_of(idempotency),
        "tickets": [
            {"id": new_id(), "code": bookings.code_from(entropy(TICKET_CODE_BYTES))}
            for _ in range(held.units)
        ],
    }
    booking_id = await functions.call(uow.session, func.activate_reservation(functions.json_of(wanted)))
    from_booking = booking_queries.booking_by_id(booking_id, visible=visible_bookings(viewer, Scope.RESERVE))
    booking: models.Booking = (await uow.session.scalars(from_booking.statement)).one()
    return booking


async def cancel_reservation(
    uow: UnitOfWork, viewer: Viewer, *, reservation_id: UUID | None, now: dt.datetime
) -> models.Reservation:
    """End a hold and free its units at once; a second call answers as the first.

    Refuses: NotFound, AlreadyActivated, ReservationExpired.
    """
    held = await _reservation(uow, reservation_id, visible_reservations(viewer, Scope.RESERVE))
    await functions.call(uow.session, func.cancel_reservation(held.id, viewer.id, now))
    await uow.session.refresh(held)
    return held


async def expire_reservations(uow: UnitOfWork, *, ids: list[UUID], now: dt.datetime) -> int:
    """Release holds whose time is over and return how many ended here; the others ended elsewhere."""
    ended: int = await functions.call(uow.session, func.expire_reservations(ids, "system", now))
    return ended


async def _reservation(uow: UnitOfWork, reservation_id: UUID | None, visible: Visible) -> models.Reservation:
    if reservation_id is not None:
        statement = queries.reservation_by_id(reservation_id, visible=visible).statement
        row: models.Reservation | None = (await uow.session.scalars(statement)).one_or_none()
        if row is not None:
            return row
    shown = global_id("Reservation", reservation_id) if reservation_id else ""
    raise Refused(NotFound(noun="reservation", id=shown))


def _as_held(wanted: dict[str, Any]) -> models.Reservation:
    """Return the row as the act has just written it, with its lines: nothing is left to read."""
    columns = wanted.keys() - {"idempotency", "lines", "now"}
    reservation = models.Reservation(
        **{name: wanted[name] for name in columns},
        status=ReservationStatus.ACTIVE,
        created_at=wanted["now"],
        extensions=0,
        sequence=1,
    )
    reservation.lines = [
        models.ReservationLine(
            reservation_id=wanted["id"], position=position, currency=wanted["currency"], **line
        )
        for position, line in enumerate(wanted["lines"], 1)
    ]
    return reservation


def _line(asked: Demand, offer: queries.Offer | None, now: dt.datetime) -> dict[str, Any]:
    if offer is None:
        raise Refused(NotFound(noun="product", id=asked.product_id))
    if offer.allotment_id is None:
        raise Refused(
            InsufficientInventory(
                product_id=asked.product_id, date=asked.date, requested=asked.quantity, available=0
            )
        )
    day = pricing.day_of_sale(visit_on=asked.date, now=now, time_zone=offer.time_zone)
    price = pricing.price_unit(
        offer.rules, product_id=asked.product_id, customer_type=asked.customer_type, day=day
    )
    return {
        "allotment_id": offer.allotment_id,
        "package_id": offer.package_id,
        "product_id": offer.product_id,
        "customer_type": asked.customer_type,
        "date": asked.date,
        "quantity": asked.quantity,
        "unit_amount_minor": price.amount_minor,
        "amount_minor": price.amount_minor * asked.quantity,
        "rules": [
            {"code": rule.code, "label": rule.label, "amount_minor": rule.amount_minor}
            for rule in price.rules
        ],
    }


def _one_currency(offers: list[queries.Offer | None]) -> str:
    currencies = [offer.currency for offer in offers if offer]
    for found in currencies:
        if found != currencies[0]:
            raise Refused(CurrencyMismatch(expected=currencies[0], found=found))
    return currencies[0]
