"""Checking who a partner is: documents come, are submitted, and are decided about by people of the platform."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from db import models
from db.queries import verification as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import verification
from domain.errors import InvalidInput, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.mail import LINK, MailTemplate
from domain.partners import VerificationStatus
from domain.texts import NOTE_LENGTH, check_note
from domain.uploads import UploadPurpose
from domain.verification import DocumentKind, DocumentStatus, DocumentsUnderReview, Step
from permissions import policies
from permissions.viewer import Viewer
from services import audit, events, mail, onboarding, uploads
from services.idempotency import claim
from services.partners import locked_partner


async def upload_document(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    kind: DocumentKind,
    upload_id: UUID | None,
    expires_on: dt.date | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.VerificationDocument:
    """Show a document; it takes the place of the one of its kind before. Audited. Locks the partner.

    Refuses: NotFound, Forbidden, InvalidInput, UploadNotReady, DocumentsUnderReview, IdempotencyConflict.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_manage_partner(viewer, partner.id)
    document_id = new_id()
    first = await claim(uow, idempotency, object_id=document_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.VerificationDocument, first)
    if partner.verification_status is VerificationStatus.PENDING:
        raise Refused(DocumentsUnderReview())
    verification.check_expiry(expires_on, today=now.date())
    upload = await uploads.take(
        uow, viewer, upload_id=upload_id, purpose=UploadPurpose.DOCUMENT, partner_id=partner.id
    )
    if await queries.is_used(uow.session, upload.id):
        raise Refused(InvalidInput("upload_id", "is a document already"))
    for before in await queries.current_documents(uow.session, partner.id):
        if before.kind is kind:
            before.replaced_at = now
    await uow.session.flush()
    document = models.VerificationDocument(
        id=document_id,
        partner_id=partner.id,
        kind=kind,
        upload_id=upload.id,
        status=DocumentStatus.SUBMITTED,
        expires_on=expires_on,
        created_by=viewer.id,
        created_at=now,
    )
    uow.session.add(document)
    await uow.session.flush()
    facts = {"kind": kind, "upload": global_id("Upload", upload.id), "sha256": upload.sha256}
    await _audit(uow, viewer, partner, "verification.upload", facts, now=now)
    await onboarding.review(uow, partner.id, now=now)
    return document


async def submit(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, now: dt.datetime
) -> models.Partner:
    """Put a partner into the queue of who verifies, with all its documents. Audited.

    Refuses: NotFound, Forbidden, InvalidInput without a country, InvalidTransition, MissingDocuments.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_manage_partner(viewer, partner.id)
    verification.next_status(partner.verification_status, Step.SUBMIT)
    if partner.country is None:
        raise Refused(InvalidInput("country", "must be in the profile: what is required depends on it"))
    await _checked_documents(uow, partner, now)
    return await _take(uow, viewer, partner, Step.SUBMIT, now=now)


async def verify(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, now: dt.datetime
) -> models.Partner:
    """Accept a partner and the documents it submitted. Audited.

    Refuses: NotFound, Forbidden, InvalidTransition, MissingDocuments where one expired while it waited.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_verify_partners(viewer)
    verification.next_status(partner.verification_status, Step.VERIFY)
    for document in await _checked_documents(uow, partner, now):
        if document.status is DocumentStatus.SUBMITTED:
            document.status, document.decided_at = DocumentStatus.ACCEPTED, now
    return await _take(uow, viewer, partner, Step.VERIFY, now=now)


async def reject(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    reasons: Mapping[DocumentKind, str],
    reason: str | None,
    now: dt.datetime,
) -> models.Partner:
    """Send a partner back with what is wrong, document by document; the others stay as they are. Audited.

    Refuses: NotFound, Forbidden, InvalidInput, InvalidTransition.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_verify_partners(viewer)
    verification.next_status(partner.verification_status, Step.REJECT)
    if not reasons:
        raise Refused(InvalidInput("documents", "must name at least one document and what is wrong with it"))
    current = {each.kind: each for each in await queries.current_documents(uow.session, partner.id)}
    for kind, why in reasons.items():
        if kind not in current:
            raise Refused(InvalidInput("documents.kind", f"the partner has no {kind}"))
        document = current[kind]
        document.status, document.decided_at = DocumentStatus.REJECTED, now
        document.reason = _reason("documents.reason", why)
    told = {kind.value: current[kind].reason for kind in reasons}
    note = None if reason is None else check_note("reason", reason) or None
    return await _take(uow, viewer, partner, Step.REJECT, reason=note, document_reasons=told, now=now)


async def suspend(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, reason: str, now: dt.datetime
) -> models.Partner:
    """Take a verified partner's badge, with the reason. Audited.

    Refuses: NotFound, Forbidden, InvalidInput, InvalidTransition.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_verify_partners(viewer)
    return await _take(uow, viewer, partner, Step.SUSPEND, reason=_reason("reason", reason), now=now)


async def reinstate(
    uow: UnitOfWork, viewer: Viewer, *, partner_id: UUID | None, reason: str, now: dt.datetime
) -> models.Partner:
    """Give a suspended partner its badge back, with the reason. Audited.

    Refuses: NotFound, Forbidden, InvalidInput, InvalidTransition.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_verify_partners(viewer)
    return await _take(uow, viewer, partner, Step.REINSTATE, reason=_reason("reason", reason), now=now)


async def _checked_documents(
    uow: UnitOfWork, partner: models.Partner, now: dt.datetime
) -> list[models.VerificationDocument]:
    documents = await queries.current_documents(uow.session, partner.id)
    states = {
        each.kind: verification.state_of(each.status, each.expires_on, today=now.date()) for each in documents
    }
    verification.check_documents(verification.required_documents(partner.type, partner.country), states)
    return documents


async def _take(
    uow: UnitOfWork,
    viewer: Viewer,
    partner: models.Partner,
    step: Step,
    *,
    reason: str | None = None,
    document_reasons: Mapping[str, str | None] | None = None,
    now: dt.datetime,
) -> models.Partner:
    """Take a step with a locked partner: note it, tell of it, and look at the partner's case anew."""
    before = partner.verification_status
    partner.verification_status = verification.next_status(before, step)
    last = await queries.latest_decision(uow.session, partner.id)
    if last is not None:
        last.is_latest = False
        # One latest at a time: the former gives way before the new one comes.
        await uow.session.flush()
    decision = models.VerificationDecision(
        id=new_id(),
        partner_id=partner.id,
        sequence=last.sequence + 1 if last else 1,
        from_status=before,
        to_status=partner.verification_status,
        reason=reason,
        document_reasons=dict(document_reasons or {}),
        actor=viewer.id,
        at=now,
        is_latest=True,
    )
    uow.session.add(decision)
    await uow.session.flush()
    shown = global_id("Partner", partner.id)
    events.record_for_partner(
        uow,
        EventType.VERIFICATION_CHANGED,
        partner_id=partner.id,
        object_id=partner.id,
        sequence=decision.sequence,
        payload={"partner_id": shown, "from_status": before, "to_status": decision.to_status},
        now=now,
    )
    facts = {"from": before, "to": decision.to_status, "reason": reason, "documents": document_reasons}
    await _audit(uow, viewer, partner, f"verification.{step.value.lower()}", facts, now=now)
    await _write_to_team(uow, partner, decision, now=now)
    await onboarding.review(uow, partner.id, now=now)
    return partner


async def _write_to_team(
    uow: UnitOfWork, partner: models.Partner, decision: models.VerificationDecision, *, now: dt.datetime
) -> None:
    """Put on its way what the platform decided; that the partner submitted, it knows itself."""
    facts = {LINK: verification.PAGE}
    match decision.to_status:
        case VerificationStatus.VERIFIED:
            template = MailTemplate.VERIFICATION_APPROVED
        case VerificationStatus.REJECTED:
            template = MailTemplate.VERIFICATION_REJECTED
            facts["reasons"] = verification.reasons_text(decision.document_reasons, decision.reason)
        case VerificationStatus.SUSPENDED:
            template = MailTemplate.VERIFICATION_SUSPENDED
            facts["reason"] = decision.reason or ""
        case _:
            return
    key = f"verification:{decision.id.hex}"
    await mail.post_to_team(uow, template=template, partner_id=partner.id, facts=facts, key=key, now=now)


def _reason(field: str, reason: str) -> str:
    told = check_note(field, reason)
    if not told:
        raise Refused(InvalidInput(field, f"must have 1 to {NOTE_LENGTH} printable characters"))
    return told


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    partner: models.Partner,
    act: str,
    facts: Mapping[str, object],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=partner.id,
        act=act,
        object_id=global_id("Partner", partner.id),
        facts=dict(facts),
        now=now,
    )
