"""Orders and tickets."""

from base64 import b64encode

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import bookings as queries
from db.questions import Asked
from db.rows import One
from domain.environments import Environment
from domain.errors import IdempotencyConflict, NotFound
from domain.ids import local_id
from domain.tickets import NothingToRedeem, TicketRedeemed, TicketVoid, qr_payload
from permissions.visibility import visible_bookings, visible_tickets
from resolvers import qr_codes
from resolvers.context import Info
from resolvers.refusals import answers
from services import bookings
from services.reservations import TICKET_CODE_BYTES


@strawberry.input(description="What to use of a ticket.")
class RedeemTicketInput:
    ticket_code: str
    function_code: str | None = strawberry.field(
        default=None, description="One unit of this entitlement; without it, all that is left."
    )
    idempotency_key: str | None = None


@strawberry.input(description="The ticket to take out of use.")
class VoidTicketInput:
    ticket_code: str
    idempotency_key: str | None = None


def orders(
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Booking]]:
    """The caller's confirmed sales, newest first."""
    return queries.page_bookings(
        visible=visible_bookings(info.context.viewer), window=Window(first, after, last, before)
    )


def order(info: Info, id: strawberry.ID) -> Asked[One[models.Booking]] | None:
    """One sale; null where there is none, or none the caller may see."""
    uuid = local_id("Booking", id)
    if uuid is None:
        return None
    return queries.booking_by_id(uuid, visible=visible_bookings(info.context.viewer))


def ticket(info: Info, code: str) -> Asked[One[models.Ticket]]:
    """One ticket by its code; null where there is none, or none the caller may see."""
    return queries.ticket_by_code(code, visible=visible_tickets(info.context.viewer))


def payload(root: strawberry.Parent[models.Ticket], info: Info) -> str:
    """What the QR code says: signed, not guessable, verifiable without asking us."""
    return qr_payload(info.context.qr_key, ticket_code=root.code, environment=root.environment)


def qr_code(root: strawberry.Parent[models.Ticket], info: Info) -> str:
    """The QR code as a PNG image, base64."""
    return b64encode(qr_codes.picture(payload(root, info))).decode()


def prepare_qr_codes() -> None:
    """Draw what the codes of all tickets have in common; else the first ticket would wait for it."""
    like_any = qr_payload(b"", ticket_code="0" * TICKET_CODE_BYTES, environment=Environment.LIVE)
    qr_codes.drawing(len(like_any))


@answers(NotFound, TicketVoid, NothingToRedeem, IdempotencyConflict)
async def redeem_ticket(info: Info, input: RedeemTicketInput) -> models.Ticket:
    """Use a ticket, exactly once for each unit it entitles to."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await bookings.redeem_ticket(
            uow,
            context.viewer,
            ticket_code=input.ticket_code,
            function_code=input.function_code,
            idempotency=context.idempotency(
                input.idempotency_key,
                "redeem_ticket",
                ticket_code=input.ticket_code,
                function_code=input.function_code,
            ),
            now=context.now,
        )


@answers(NotFound, TicketRedeemed, IdempotencyConflict)
async def void_ticket(info: Info, input: VoidTicketInput) -> models.Ticket:
    """Take an unused ticket out of use for good."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await bookings.void_ticket(
            uow,
            context.viewer,
            ticket_code=input.ticket_code,
            idempotency=context.idempotency(
                input.idempotency_key, "void_ticket", ticket_code=input.ticket_code
            ),
            now=context.now,
        )
