"""Documents: asking for them, and where they can be fetched. They are made by `document_making`.

Whoever changes money asks for the document in its own transaction: one row, without a lock. What it says is gathered
later, out of rows that do not change any more.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from db import models
from db.queries import documents as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import documents
from domain.document_json import party_said
from domain.documents import (
    MOST_MOVEMENTS,
    SETTLING,
    BillingDocumentKind,
    BillingDocumentStatus,
    DocumentFormat,
    DocumentTooLarge,
    Party,
)
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.mail import locale_of
from domain.partners import check_locale
from domain.uploads import MEDIA_TYPES, FileType
from permissions import policies
from permissions.viewer import Scope, Viewer
from services import audit
from services.idempotency import claim
from services.ports import Storage


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom to mail when the document is ready. Without a link of the caller's, the mail leads to the file itself."""

    to: str
    name: str = ""
    link: str | None = None


async def request_for_sale(
    uow: UnitOfWork,
    *,
    checkout: models.Checkout,
    kind: BillingDocumentKind = BillingDocumentKind.RECEIPT,
    refund_id: UUID | None = None,
    buyer: Party | None = None,
    link: str | None = None,
    actor: str = "system",
    now: dt.datetime,
) -> models.Document:
    """Ask for a receipt or an invoice of a paid checkout, or the credit note of a refund of it; once for each.

    The customer is mailed when it is ready: `link` is a page of its own, with the checkout's secret. `buyer` is whom
    an invoice is for, where that is not the customer.
    """
    subject = refund_id if kind is BillingDocumentKind.CREDIT_NOTE else checkout.id
    if subject is None or kind not in documents.OF_SALES:
        raise ValueError(f"A {kind} is not asked for so.")
    document, _ = await _request(
        uow,
        kind=kind,
        format=DocumentFormat.PDF,
        subject_id=subject,
        checkout_id=checkout.id,
        partner_id=checkout.partner_id,
        environment=checkout.environment,
        locale=checkout.locale,
        currency=checkout.currency,
        buyer=buyer,
        notice=Notice(checkout.customer_email, checkout.customer_name, link),
        actor=actor,
        due_at=now,
        now=now,
    )
    return document


async def request_for_payout(
    uow: UnitOfWork,
    *,
    payout: models.Payout,
    partner_id: UUID,
    locale: str,
    format: DocumentFormat = DocumentFormat.PDF,
    actor: str = "system",
    now: dt.datetime,
) -> models.Document:
    """Ask for the statement that explains a payout to a partner; once for each format. Its team is mailed."""
    document, _ = await _request(
        uow,
        kind=BillingDocumentKind.PAYOUT_STATEMENT,
        format=format,
        subject_id=payout.id,
        partner_id=partner_id,
        environment=payout.environment,
        locale=locale,
        currency=payout.currency,
        starts_on=payout.period_start,
        ends_on=payout.period_end,
        actor=actor,
        due_at=_settled(payout.period_end, now),
        now=now,
    )
    return document


async def request_statement(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    starts_on: dt.date,
    ends_on: dt.date,
    currency: str,
    format: DocumentFormat,
    locale: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Document:
    """Ask for a partner's account over some days, in the caller's environment; asked again, it is the same document.

    One that failed is made anew. The caller is mailed when it is ready. Audited.
    Refuses: NotFound, Forbidden, InvalidInput, DocumentTooLarge, IdempotencyConflict.
    """
    partner = None
    if partner_id is not None and viewer.may_at(partner_id, Scope.READ_PARTNER):
        partner = await uow.session.get(models.Partner, partner_id)
    if partner is None:
        raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))
    policies.may_read_finance(viewer, partner.id)
    documents.check_period(starts_on, ends_on, today=now.astimezone(dt.UTC).date())
    documents.check_currency(currency)
    locale = check_locale(locale) if locale is not None else partner.locale
    environment = viewer.environment
    account = queries.Account(partner.id, environment, currency)
    subject = _subject(account, starts_on, ends_on, locale)
    # The same statement is one document anyway; the key only refuses to stand for two.
    await claim(uow, idempotency, object_id=subject, now=now)
    document, is_new = await _request(
        uow,
        kind=BillingDocumentKind.ACCOUNT_STATEMENT,
        format=format,
        subject_id=subject,
        partner_id=partner.id,
        environment=environment,
        locale=locale,
        currency=currency,
        starts_on=starts_on,
        ends_on=ends_on,
        notice=Notice(viewer.signed_in.email, viewer.signed_in.name) if viewer.signed_in else None,
        actor=viewer.id,
        due_at=_settled(ends_on, now),
        now=now,
    )
    if not is_new:
        return await _again(uow, document, now=now)
    movements = await queries.posted(
        uow.session,
        account,
        since=documents.starts_at(starts_on),
        until=documents.ends_at(ends_on),
    )
    if len(movements) > MOST_MOVEMENTS:
        raise Refused(DocumentTooLarge(max=MOST_MOVEMENTS))
    await audit.record(
        uow,
        viewer,
        partner_id=partner.id,
        act="documents.request_statement",
        object_id=global_id("Document", document.id),
        facts={
            "environment": environment,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "currency": currency,
            "format": format,
        },
        now=now,
    )
    return document


async def link_to(storage: Storage, document: models.Document, *, until: dt.datetime) -> str | None:
    """Return where a document's file can be fetched until then; None where it is not READY."""
    if document.status is not BillingDocumentStatus.READY or document.key is None or not document.file_name:
        return None
    return await storage.link(
        document.key,
        file_name=document.file_name,
        media_type=MEDIA_TYPES[FileType(document.format)],
        until=until,
    )


def _subject(account: queries.Account, starts_on: dt.date, ends_on: dt.date, locale: str) -> UUID:
    """Return what an account statement is about, as one id: the same for the same words."""
    words = (account.partner_id, account.environment, account.currency, starts_on, ends_on, locale)
    return uuid5(NAMESPACE_URL, f"interline:statement:{':'.join(map(str, words))}")


async def _request(
    uow: UnitOfWork,
    *,
    kind: BillingDocumentKind,
    format: DocumentFormat,
    subject_id: UUID,
    partner_id: UUID,
    environment: Environment,
    locale: str,
    currency: str,
    checkout_id: UUID | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    buyer: Party | None = None,
    notice: Notice | None = None,
    actor: str,
    due_at: dt.datetime,
    now: dt.datetime,
) -> tuple[models.Document, bool]:
    documents.check_format(kind, format)
    return await queries.insert_document(
        uow.session,
        {
            "id": new_id(),
            "environment": environment,
            "partner_id": partner_id,
            "kind": kind,
            "format": format,
            "subject_id": subject_id,
            "checkout_id": checkout_id,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "locale": locale_of(locale),
            "currency": currency,
            "buyer": party_said(buyer) if buyer else None,
            "notice": {"to": notice.to, "name": notice.name, "link": notice.link} if notice else None,
            "status": BillingDocumentStatus.REQUESTED,
            "attempts": 0,
            "next_attempt_at": due_at,
            "created_by": actor,
            "created_at": now,
        },
    )


async def _again(uow: UnitOfWork, document: models.Document, *, now: dt.datetime) -> models.Document:
    """Have a document that failed made anew; any other stays as it is."""
    if document.status is BillingDocumentStatus.FAILED:
        locked = await queries.lock_document(uow.session, document.id)
        assert locked is not None
        if locked.status is BillingDocumentStatus.FAILED:
            locked.status, locked.attempts, locked.next_attempt_at = BillingDocumentStatus.REQUESTED, 0, now
            await uow.session.flush()
        return locked
    return document


def _settled(ends_on: dt.date, now: dt.datetime) -> dt.datetime:
    return max(now, documents.ends_at(ends_on) + SETTLING)
