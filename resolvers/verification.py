"""Who partners are: what they must show, and what was decided."""

import datetime as dt
from dataclasses import dataclass

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import verification as queries
from db.questions import Asked
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id, optional_id
from domain.uploads import UploadNotReady
from domain.verification import (
    DocumentKind,
    DocumentsUnderReview,
    InvalidTransition,
    MissingDocuments,
    RequirementState,
    required_documents,
    state_of,
)
from permissions import policies
from permissions.visibility import visible_verification_decisions
from resolvers.context import Info
from resolvers.refusals import answers
from services import verification


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document a partner must have, why, and where it stands."""

    kind: DocumentKind
    why: str
    state: RequirementState
    document: models.VerificationDocument | None


@dataclass(frozen=True, slots=True)
class DocumentReason:
    """What was wrong with a document."""

    kind: DocumentKind
    reason: str


@strawberry.input(description="A document that shows who a partner is.")
class UploadPartnerDocumentInput:
    partner_id: strawberry.ID
    kind: DocumentKind
    upload_id: strawberry.ID = strawberry.field(description="A READY upload with the purpose DOCUMENT.")
    expires_on: dt.date | None = strawberry.field(
        default=None, description="The last day on which it holds, where it has one."
    )
    idempotency_key: str | None = None


@strawberry.input(description="The partner that wants to be verified.")
class SubmitVerificationInput:
    partner_id: strawberry.ID


@strawberry.input(description="The partner that is who it says.")
class VerifyPartnerInput:
    partner_id: strawberry.ID


@strawberry.input(description="What is wrong with one document.")
class DocumentReasonInput:
    kind: DocumentKind
    reason: str


@strawberry.input(description="The partner to be sent back, with what is wrong.")
class RejectPartnerInput:
    partner_id: strawberry.ID
    documents: list[DocumentReasonInput]
    reason: str | None = strawberry.field(default=None, description="What is to be said of all of them.")


@strawberry.input(description="The partner whose badge is taken, and why.")
class SuspendPartnerInput:
    partner_id: strawberry.ID
    reason: str


@strawberry.input(description="The partner who gets its badge back, and why.")
class ReinstatePartnerInput:
    partner_id: strawberry.ID
    reason: str


def verification_queue(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.VerificationDecision]]:
    """The submissions that wait for a decision, the oldest first."""
    return queries.page_queue(
        visible=visible_verification_decisions(info.context.viewer),
        window=Window(first, after, last, before),
    )


async def required(root: strawberry.Parent[models.Partner], info: Info) -> list[RequiredDocument] | None:
    """What it must show to be verified, by its type and country; null for who may not see its documents."""
    context = info.context
    if not policies.may_see_documents(context.viewer, root.id):
        return None
    shown = await context.loaders.related(models.Partner.verification_documents, root)
    current = {each.kind: each for each in shown if each.replaced_at is None}
    today = context.now.date()
    listed = []
    for each in required_documents(root.type, root.country):
        document = current.get(each.kind)
        state = state_of(document and document.status, document and document.expires_on, today=today)
        listed.append(RequiredDocument(each.kind, each.why, state, document))
    return listed


def document_reasons(root: strawberry.Parent[models.VerificationDecision]) -> list[DocumentReason]:
    """What was wrong with which document."""
    return [DocumentReason(DocumentKind(kind), why) for kind, why in root.document_reasons.items()]


@answers(NotFound, Forbidden, InvalidInput, UploadNotReady, DocumentsUnderReview, IdempotencyConflict)
async def upload_partner_document(
    info: Info, input: UploadPartnerDocumentInput
) -> models.VerificationDocument:
    """Show a document; it takes the place of the one of its kind before."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await verification.upload_document(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            kind=input.kind,
            upload_id=optional_id("Upload", input.upload_id),
            expires_on=input.expires_on,
            idempotency=context.idempotency(
                input.idempotency_key, "upload_partner_document", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidTransition, MissingDocuments)
async def submit_verification(info: Info, input: SubmitVerificationInput) -> models.Partner:
    """Ask to be verified: from then on the documents are looked at, and can not be changed."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await verification.submit(
            uow, context.viewer, partner_id=local_id("Partner", input.partner_id), now=context.now
        )


@answers(NotFound, Forbidden, InvalidTransition, MissingDocuments)
async def verify_partner(info: Info, input: VerifyPartnerInput) -> models.Partner:
    """Give a partner its badge; what it submitted is accepted."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await verification.verify(
            uow, context.viewer, partner_id=local_id("Partner", input.partner_id), now=context.now
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidTransition)
async def reject_partner(info: Info, input: RejectPartnerInput) -> models.Partner:
    """Send a partner back with what is wrong, document by document; it can submit again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await verification.reject(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            reasons={each.kind: each.reason for each in input.documents},
            reason=input.reason,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidTransition)
async def suspend_partner(info: Info, input: SuspendPartnerInput) -> models.Partner:
    """Take a verified partner's badge."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await verification.suspend(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            reason=input.reason,
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, InvalidTransition)
async def reinstate_partner(info: Info, input: ReinstatePartnerInput) -> models.Partner:
    """Give a suspended partner its badge back."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await verification.reinstate(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            reason=input.reason,
            now=context.now,
        )
