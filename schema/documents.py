"""Documents about money as the graph shows them."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import documents
from domain.documents import BillingDocumentKind, BillingDocumentStatus, DocumentFormat
from domain.environments import Environment
from permissions.viewer import Scope
from resolvers import documents as resolve
from schema.connections import Connection
from schema.money import Money
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import Forbidden, IdempotencyConflict, InvalidInput, NotFound, Refusal, refuses
from schema.sources import related, represents, resolved_by


@strawberry.type(description="A receipt, invoice, credit note or statement; a file once it is READY.")
class Document(Node):
    is_type_of = represents(models.Document)

    environment: Environment
    partner: Partner | None = related(models.Document.partner, description="In whose name it is.")
    kind: BillingDocumentKind
    format: DocumentFormat
    status: BillingDocumentStatus
    number: str | None = strawberry.field(
        description="Without gaps for a partner, a kind and a year; null for account statements, and until it is given."
    )
    locale: str
    currency: str = strawberry.field(description="ISO 4217.")
    total: Money | None = resolved_by(resolve.total)
    starts_on: dt.date | None = strawberry.field(description="The first day of a statement.")
    ends_on: dt.date | None = strawberry.field(description="The last day of a statement, included.")
    file_name: str | None
    byte_size: int | None
    sha256: str | None = strawberry.field(description="Of the file, in hex.")
    download_url: str | None = resolved_by(resolve.download_url)
    created_at: dt.datetime
    ready_at: dt.datetime | None


@refuses(documents.DocumentTooLarge)
class DocumentTooLarge(Refusal):
    max: int


RequestStatementPayload = Annotated[
    Document | NotFound | Forbidden | InvalidInput | DocumentTooLarge | IdempotencyConflict,
    strawberry.union("RequestStatementPayload"),
]


@strawberry.type
class DocumentQuery:
    documents: Connection[Document] = resolved_by(resolve.documents_page, scope=Scope.READ_FINANCE)
    document: Document | None = resolved_by(resolve.document, scope=Scope.READ_FINANCE)
    checkout_documents: list[Document] = resolved_by(resolve.checkout_documents)


@strawberry.type
class DocumentMutation:
    request_statement: RequestStatementPayload = resolved_by(
        resolve.request_statement, scope=Scope.READ_FINANCE
    )
