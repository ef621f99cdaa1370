"""Questions about checkouts and their payments."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from db import models
from db.questions import question
from db.rows import One, Visible
from domain.checkouts import LIVE
from domain.environments import Environment
from domain.reservations import ReservationStatus


@question
def checkout_by_id(checkout_id: UUID, *, visible: Visible) -> One[models.Checkout]:
    """Describe one checkout."""
    return One(select(models.Checkout).where(visible, models.Checkout.id == checkout_id))


async def lock_visible(
    session: AsyncSession, checkout_id: UUID, *, visible: Visible
) -> tuple[models.Checkout, models.Payment | None] | None:
    """Lock a checkout the caller may see, and load its payment with it."""
    return await _locked(session, models.Checkout.id == checkout_id, visible)


async def lock_of_booking(
    session: AsyncSession, booking_id: UUID, *, visible: Visible
) -> tuple[models.Checkout, models.Payment | None] | None:
    """Lock the checkout a booking came of, if the caller may see it."""
    return await _locked(session, models.Checkout.booking_id == booking_id, visible)


async def lock_checkout(
    session: AsyncSession, checkout_id: UUID
) -> tuple[models.Checkout, models.Payment | None] | None:
    """Lock a checkout, and load its payment with it."""
    return await _locked(session, models.Checkout.id == checkout_id)


async def _locked(
    session: AsyncSession, *which: object
) -> tuple[models.Checkout, models.Payment | None] | None:
    # The checkout's lock is its payment's, too: both are changed under it alone.
    statement = (
        select(models.Checkout, models.Payment)
        .outerjoin(models.Payment, models.Payment.checkout_id == models.Checkout.id)
        .where(*which)  # type: ignore[arg-type] # predicates and Visible, which is taken for one
        .with_for_update(of=models.Checkout, key_share=True)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def payment_by_provider_id(
    session: AsyncSession, provider_id: str, environment: Environment
) -> models.Payment | None:
    """Look up a payment by the provider's id."""
    payment = models.Payment
    statement = select(payment).where(payment.provider_id == provider_id, payment.environment == environment)
    return (await session.scalars(statement)).one_or_none()


async def payment_by_charge(
    session: AsyncSession, charge_id: str, environment: Environment
) -> models.Payment | None:
    """Look up a payment by the provider's id of its charge."""
    payment = models.Payment
    statement = select(payment).where(payment.charge_id == charge_id, payment.environment == environment)
    return (await session.scalars(statement)).one_or_none()


async def legs_of(session: AsyncSession, checkout_id: UUID) -> list[models.CheckoutLeg]:
    """Load the legs of a checkout, in their order."""
    leg = models.CheckoutLeg
    statement = select(leg).where(leg.checkout_id == checkout_id).order_by(leg.position)
    return list((await session.scalars(statement)).all())


async def lock_hold(session: AsyncSession, reservation_id: UUID, *, now: dt.datetime) -> bool:
    """Lock a hold and tell whether it can be booked: it lasts, or is a booking by now. Its pools are not locked."""
    hold = models.Reservation
    statement = (
        select(hold.status, hold.expires_at).where(hold.id == reservation_id).with_for_update(key_share=True)
    )
    status, expires_at = (await session.execute(statement)).one()
    is_live = status is ReservationStatus.ACTIVE and expires_at > now
    return is_live or status is ReservationStatus.ACTIVATED


async def hold_of(
    session: AsyncSession, checkout: models.Checkout
) -> tuple[models.Reservation, list[models.ReservationLine]]:
    """Load a checkout's hold with all its lines, also those a bundle takes of others' pools."""
    line = models.ReservationLine
    reservation = await session.get_one(models.Reservation, checkout.reservation_id)
    statement = (
        select(line)
        .where(line.reservation_id == checkout.reservation_id)
        .order_by(line.position)
        .execution_options(populate_existing=True)
    )
    return reservation, list((await session.scalars(statement)).all())


async def tickets_of(session: AsyncSession, booking_id: UUID) -> list[models.Ticket]:
    """Lock the tickets of a booking, in their order, with what is left of them."""
    ticket = models.Ticket
    statement = (
        select(ticket)
        .where(ticket.booking_id == booking_id)
        .order_by(ticket.position)
        .options(selectinload(ticket.entitlements))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(statement)).all())


async def take_due(
    session: AsyncSession, *, now: dt.datetime, until: dt.datetime, limit: int
) -> list[models.Payment]:
    """Take the payments to be looked after now; nobody else takes them before `until`."""
    payment = models.Payment
    due = (
        select(payment.id)
        .where(payment.next_look_at <= now)
        .order_by(payment.next_look_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .scalar_subquery()
    )
    statement = (
        update(payment)
        .where(payment.id.in_(due))
        .values(next_look_at=until)
        .returning(payment)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return list((await session.scalars(statement)).all())


async def overdue(
    session: AsyncSession, *, now: dt.datetime, limit: int, besides: Collection[UUID] = ()
) -> list[UUID]:
    """Load the ids of checkouts whose time is over, the longest overdue first, without those in `besides`."""
    row = models.Checkout
    statement = (
        select(row.id)
        .where(row.status.in_(list(LIVE)), row.expires_at <= now, row.id.not_in(besides))
        .order_by(row.expires_at)
        .limit(limit)
    )
    return list((await session.scalars(statement)).all())


async def unknown_payment(
    session: AsyncSession, checkout_id: UUID, environment: Environment
) -> models.Payment | None:
    """Look up the payment of a checkout whose id at the provider was not noted yet."""
    payment = models.Payment
    statement = select(payment).where(
        payment.checkout_id == checkout_id,
        payment.environment == environment,
        payment.provider_id.is_(None),
    )
    return (await session.scalars(statement)).one_or_none()


async def dispute_by_provider_id(session: AsyncSession, provider_id: str) -> models.Dispute | None:
    """Look up a dispute by the provider's id; its checkout is locked."""
    statement = select(models.Dispute).where(models.Dispute.provider_id == provider_id)
    return (await session.scalars(statement)).one_or_none()


async def currencies(session: AsyncSession, checkout_ids: Collection[UUID]) -> dict[UUID, str]:
    """Look up in which currency checkouts are."""
    row = models.Checkout
    found = await session.execute(select(row.id, row.currency).where(row.id.in_(checkout_ids)))
    return {row[0]: row[1] for row in found}


async def unit_prices(session: AsyncSession, checkout: models.Checkout) -> list[int]:
    """Look up what each unit of a checkout cost before anything was taken off, in the order of its tickets."""
    line = models.ReservationLine
    statement = (
        select(line.unit_amount_minor, line.quantity)
        .where(line.reservation_id == checkout.reservation_id, line.component_of.is_(None))
        .order_by(line.position)
    )
    return [price for price, quantity in await session.execute(statement) for _ in range(quantity)]
