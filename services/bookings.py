"""Using and voiding tickets, each exactly once."""

import datetime as dt
from typing import Any

from db import models
from db.queries import bookings as queries
from db.unit_of_work import UnitOfWork
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.tickets import NothingToRedeem, TicketRedeemed, TicketStatus, TicketVoid
from permissions.viewer import Scope, Viewer
from permissions.visibility import visible_tickets
from services import events
from services.idempotency import claim


async def redeem_ticket(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    ticket_code: str,
    function_code: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Ticket:
    """Use one unit of an entitlement, or all that is left where none is named.

    Locks the ticket until commit. The ticket is REDEEMED once nothing is left of it.
    Refuses: NotFound, TicketVoid, NothingToRedeem, IdempotencyConflict.
    """
    ticket = await _locked(uow, viewer, ticket_code)
    if await claim(uow, idempotency, object_id=ticket.id, now=now):
        return ticket
    if ticket.status is TicketStatus.VOID and ticket.ended_at:
        raise Refused(TicketVoid(voided_at=ticket.ended_at))
    entitlements = await queries.entitlements_of(uow.session, ticket.id)
    usable = [each for each in entitlements if each.remaining and function_code in (None, each.function_code)]
    if not usable:
        raise Refused(NothingToRedeem(ticket_code=ticket_code, function_code=function_code))
    used: dict[str, int] = {}
    for each in usable:
        used[each.function_code] = each.remaining if function_code is None else 1
        each.remaining -= used[each.function_code]
    if not any(each.remaining for each in entitlements):
        ticket.status, ticket.ended_at = TicketStatus.REDEEMED, now
    ticket.sequence += 1
    await uow.session.flush()
    tell_of_ticket(uow, EventType.TICKET_REDEEMED, ticket, {"used": used}, now)
    return ticket


async def void_ticket(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    ticket_code: str,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Ticket:
    """Take a ticket out of use for good; a second call answers as the first.

    Locks the ticket until commit. Refuses: NotFound, TicketRedeemed, IdempotencyConflict.
    """
    ticket = await _locked(uow, viewer, ticket_code)
    if await claim(uow, idempotency, object_id=ticket.id, now=now) or ticket.status is TicketStatus.VOID:
        return ticket
    entitlements = await queries.entitlements_of(uow.session, ticket.id)
    if any(each.remaining < each.quantity for each in entitlements):
        raise Refused(TicketRedeemed(ticket_code=ticket_code))
    ticket.status, ticket.ended_at = TicketStatus.VOID, now
    ticket.sequence += 1
    await uow.session.flush()
    tell_of_ticket(uow, EventType.TICKET_VOIDED, ticket, {}, now)
    return ticket


async def _locked(uow: UnitOfWork, viewer: Viewer, ticket_code: str) -> models.Ticket:
    ticket = await queries.lock_ticket(
        uow.session, ticket_code, visible=visible_tickets(viewer, Scope.REDEEM)
    )
    if ticket is None:
        raise Refused(NotFound(noun="ticket", id=ticket_code))
    return ticket


def tell_of_ticket(
    uow: UnitOfWork, event: EventType, ticket: models.Ticket, more: dict[str, Any], now: dt.datetime
) -> None:
    """Put into the outbox what became of a ticket."""
    events.record(
        uow,
        event,
        environment=ticket.environment,
        partner_id=ticket.reseller_id,
        object_id=ticket.id,
        sequence=ticket.sequence,
        payload={"ticket_code": ticket.code, "status": ticket.status.value, **more},
        now=now,
    )
