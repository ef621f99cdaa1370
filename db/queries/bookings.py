"""Questions about bookings and tickets."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible

NEWEST_FIRST = Keyset((models.Booking.id,), is_descending=True)


@question
def page_bookings(*, visible: Visible, window: Window) -> Page[models.Booking]:
    """Describe bookings, newest first."""
    return Page(select(models.Booking).where(visible), NEWEST_FIRST, window)


@question
def booking_by_id(booking_id: UUID, *, visible: Visible) -> One[models.Booking]:
    """Describe one booking."""
    return One(select(models.Booking).where(visible, models.Booking.id == booking_id))


@question
def ticket_by_code(code: str, *, visible: Visible) -> One[models.Ticket]:
    """Describe the ticket of a code."""
    return One(select(models.Ticket).where(visible, models.Ticket.code == code))


async def lock_ticket(session: AsyncSession, code: str, *, visible: Visible) -> models.Ticket | None:
    """Lock the ticket of a code until the act is over."""
    statement = (
        select(models.Ticket).where(visible, models.Ticket.code == code).with_for_update(of=models.Ticket)
    )
    return (await session.scalars(statement)).one_or_none()


async def entitlements_of(session: AsyncSession, ticket_id: UUID) -> list[models.TicketEntitlement]:
    """Load what a ticket entitles to, in its order."""
    statement = (
        select(models.TicketEntitlement)
        .where(models.TicketEntitlement.ticket_id == ticket_id)
        .order_by(models.TicketEntitlement.position)
    )
    return list((await session.scalars(statement)).all())
