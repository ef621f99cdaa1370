"""Documents about money: lists, links, statements."""

import datetime as dt
import hashlib

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import documents as queries
from db.queries.texts import money_of
from db.questions import Asked
from db.rows import One, Rows
from domain.documents import DOWNLOAD_LIFE, BillingDocumentKind, DocumentFormat, DocumentTooLarge
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.money import Money
from permissions.viewer import NOBODY
from permissions.visibility import documents_of_buyers, visible_documents
from resolvers.context import Info
from resolvers.refusals import answers
from services import documents


@strawberry.input(description="A partner's account over some days, in the caller's environment.")
class RequestStatementInput:
    partner_id: strawberry.ID
    starts_on: dt.date
    ends_on: dt.date = strawberry.field(description="The last day, included; it must be over (UTC).")
    currency: str = strawberry.field(description="ISO 4217; a statement has one.")
    format: DocumentFormat = DocumentFormat.PDF
    locale: str | None = strawberry.field(
        default=None, description="One of en, it, de, fr, es; left out: the partner's."
    )
    idempotency_key: str | None = None


def documents_page(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    kind: BillingDocumentKind | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Document]]:
    """Receipts, invoices, credit notes and statements of the caller's partners, newest first."""
    return queries.page_documents(
        visible=visible_documents(info.context.viewer),
        window=Window(first, after, last, before),
        # What is no partner's id has no documents.
        partner_id=None if partner_id is None else local_id("Partner", partner_id) or NOBODY,
        kind=kind,
    )


def document(info: Info, id: strawberry.ID) -> Asked[One[models.Document]] | None:
    """One document; null where there is none, or none the caller may see."""
    uuid = local_id("Document", id)
    if uuid is None:
        return None
    return queries.document_by_id(uuid, visible=visible_documents(info.context.viewer))


def checkout_documents(info: Info, token: str) -> Asked[Rows[models.Document]]:
    """What the buyer of a checkout was given, oldest first: for whoever has its secret, signed in or not."""
    return queries.documents_of_checkout(
        hashlib.sha256(token.encode()).digest(), visible=documents_of_buyers(info.context.viewer)
    )


def total(root: strawberry.Parent[models.Document]) -> Money | None:
    """What was paid, given back or paid out, or an account's closing balance; null until it was gathered."""
    return None if root.total_minor is None else money_of(root.total_minor, root.currency)


async def download_url(root: strawberry.Parent[models.Document], info: Info) -> str | None:
    """Where the file can be fetched for five minutes, without a credential; null until it is READY."""
    return await documents.link_to(info.context.storage, root, until=info.context.now + DOWNLOAD_LIFE)


@answers(NotFound, Forbidden, InvalidInput, DocumentTooLarge, IdempotencyConflict)
async def request_statement(info: Info, input: RequestStatementInput) -> models.Document:
    """Have a statement made; it is READY within seconds. Asked again, it is the same document."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await documents.request_statement(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            starts_on=input.starts_on,
            ends_on=input.ends_on,
            currency=input.currency,
            format=input.format,
            locale=input.locale,
            idempotency=context.idempotency(
                input.idempotency_key, "request_statement", input=strawberry.asdict(input)
            ),
            now=context.now,
        )
