"""Who partners are, as the graph shows it."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import verification
from domain.partners import VerificationStatus
from domain.verification import DocumentKind, DocumentStatus, RequirementState
from permissions.viewer import Scope
from resolvers import verification as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    UploadNotReady,
    refuses,
)
from schema.sources import related, represents, resolved_by
from schema.uploads import Upload


@refuses(verification.InvalidTransition)
class InvalidTransition(Refusal):
    from_status: VerificationStatus
    to_status: VerificationStatus


@refuses(verification.MissingDocuments)
class MissingDocuments(Refusal):
    kinds: list[DocumentKind]


@refuses(verification.DocumentsUnderReview)
class DocumentsUnderReview(Refusal):
    pass


@strawberry.type(description="One document by which a partner shows who it is.")
class VerificationDocument(Node):
    is_type_of = represents(models.VerificationDocument)

    kind: DocumentKind
    status: DocumentStatus
    reason: str | None = strawberry.field(description="Why it was rejected.")
    expires_on: dt.date | None
    upload: Upload | None = related(models.VerificationDocument.upload)
    created_at: dt.datetime
    decided_at: dt.datetime | None
    replaced_at: dt.datetime | None = strawberry.field(description="When a newer one took its place.")


@strawberry.type(description="A document a partner must have to be verified.")
class RequiredDocument:
    is_type_of = represents(resolve.RequiredDocument)

    kind: DocumentKind
    why: str
    state: RequirementState
    document: VerificationDocument | None


@strawberry.type(description="What was wrong with a document.")
class DocumentReason:
    is_type_of = represents(resolve.DocumentReason)

    kind: DocumentKind
    reason: str


@strawberry.type(description="One step of a partner's verification.")
class VerificationDecision(Node):
    is_type_of = represents(models.VerificationDecision)

    partner: Partner | None = related(models.VerificationDecision.partner)
    sequence: int
    from_status: VerificationStatus
    to_status: VerificationStatus
    reason: str | None
    document_reasons: list[DocumentReason] = resolved_by(resolve.document_reasons)
    at: dt.datetime


UploadPartnerDocumentPayload = Annotated[
    VerificationDocument
    | NotFound
    | Forbidden
    | InvalidInput
    | UploadNotReady
    | DocumentsUnderReview
    | IdempotencyConflict,
    strawberry.union("UploadPartnerDocumentPayload"),
]
SubmitVerificationPayload = Annotated[
    Partner | NotFound | Forbidden | InvalidInput | InvalidTransition | MissingDocuments,
    strawberry.union("SubmitVerificationPayload"),
]
VerifyPartnerPayload = Annotated[
    Partner | NotFound | Forbidden | InvalidTransition | MissingDocuments,
    strawberry.union("VerifyPartnerPayload"),
]
RejectPartnerPayload = Annotated[
    Partner | NotFound | Forbidden | InvalidInput | InvalidTransition,
    strawberry.union("RejectPartnerPayload"),
]
SuspendPartnerPayload = Annotated[
    Partner | NotFound | Forbidden | InvalidInput | InvalidTransition,
    strawberry.union("SuspendPartnerPayload"),
]
ReinstatePartnerPayload = Annotated[
    Partner | NotFound | Forbidden | InvalidInput | InvalidTransition,
    strawberry.union("ReinstatePartnerPayload"),
]


@strawberry.type
class VerificationQuery:
    verification_queue: Connection[VerificationDecision] = resolved_by(
        resolve.verification_queue, scope=Scope.VERIFY_PARTNERS
    )


@strawberry.type
class VerificationMutation:
    upload_partner_document: UploadPartnerDocumentPayload = resolved_by(
        resolve.upload_partner_document, scope=Scope.MANAGE_PARTNER
    )
    submit_verification: SubmitVerificationPayload = resolved_by(
        resolve.submit_verification, scope=Scope.MANAGE_PARTNER
    )
    verify_partner: VerifyPartnerPayload = resolved_by(resolve.verify_partner, scope=Scope.VERIFY_PARTNERS)
    reject_partner: RejectPartnerPayload = resolved_by(resolve.reject_partner, scope=Scope.VERIFY_PARTNERS)
    suspend_partner: SuspendPartnerPayload = resolved_by(resolve.suspend_partner, scope=Scope.VERIFY_PARTNERS)
    reinstate_partner: ReinstatePartnerPayload = resolved_by(
        resolve.reinstate_partner, scope=Scope.VERIFY_PARTNERS
    )
