"""What documents say, gathered out of rows that do not change any more."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from db import models
from db.queries import documents as queries
from db.queries.documents import Sold
from db.unit_of_work import UnitOfWork
from domain import document_json, documents, legal_details
from domain.documents import (
    MOST_MOVEMENTS,
    MOVEMENTS,
    OF_SALES,
    BillingDocumentKind,
    Content,
    Deduction,
    DeductionKind,
    Line,
    Movement,
    MovementKind,
    PaidOut,
    Party,
    Sale,
    Statement,
)
from domain.packages import localized


async def contents_of(
    uow: UnitOfWork, rows: Sequence[models.Document]
) -> list[tuple[models.Document, Content | ValueError]]:
    """Gather what documents say, in their order; an error for one that does not add up, or is about nothing."""
    sales = [row for row in rows if row.kind in OF_SALES]
    ids = {row.checkout_id for row in sales if row.checkout_id is not None}
    notes = [row for row in sales if row.kind is BillingDocumentKind.CREDIT_NOTE]
    session = uow.session
    sold = await queries.sold(session, ids) if ids else {}
    refunds = await queries.refunds(session, [row.subject_id for row in notes]) if notes else {}
    receipts = await queries.numbers_of_receipts(session, ids) if notes else {}
    found: list[tuple[models.Document, Content | ValueError]] = []
    for row in rows:
        try:
            content: Content
            if row.checkout_id is None:
                content = await _statement(uow, row)
            elif row.kind is BillingDocumentKind.CREDIT_NOTE:
                content = _credit_note(row, sold[row.checkout_id], refunds, receipts)
            else:
                content = _sale(row, sold[row.checkout_id])
        except ValueError as problem:
            found.append((row, problem))
        else:
            found.append((row, content))
    return found


def _sale(row: models.Document, sold: Sold) -> Sale:
    checkout = sold.checkout
    if checkout.paid_at is None:
        raise ValueError("The checkout is not paid.")
    deductions = (
        Deduction(DeductionKind.DISCOUNT, -checkout.discount_minor),
        Deduction(DeductionKind.COUPON, -checkout.coupon_minor, sold.coupon_code),
    )
    return Sale(
        seller=_seller(sold.seller),
        buyer=_buyer(row, checkout),
        currency=checkout.currency,
        lines=tuple(
            Line(
                text=localized(sold.names[line.package_id], (row.locale,)),
                quantity=line.quantity,
                unit_minor=line.unit_amount_minor,
                amount_minor=line.amount_minor,
                customer_type=line.customer_type,
                date=line.date,
            )
            for line in sold.lines
        ),
        deductions=tuple(each for each in deductions if each.amount_minor),
        total_minor=checkout.total_minor,
        at=checkout.paid_at,
        time_zone=checkout.time_zone,
        booking_code=sold.booking_code,
        payment_reference=sold.payment_reference,
    )


def _credit_note(
    row: models.Document,
    sold: Sold,
    refunds: Mapping[UUID, models.Refund],
    receipts: Mapping[UUID, str],
) -> Sale:
    refund = refunds.get(row.subject_id)
    if refund is None:
        raise ValueError("There is no such refund.")
    checkout = sold.checkout
    names = {package_id: localized(names, (row.locale,)) for package_id, names in sold.names.items()}
    return Sale(
        seller=_seller(sold.seller),
        buyer=_buyer(row, checkout),
        currency=refund.currency,
        lines=(Line(", ".join(names.values()), 1, refund.amount_minor, refund.amount_minor),),
        total_minor=refund.amount_minor,
        at=refund.ended_at or refund.created_at,
        time_zone=checkout.time_zone,
        booking_code=sold.booking_code,
        payment_reference=refund.provider_id,
        refers_to=receipts.get(checkout.id),
        reason=refund.reason,
    )


async def _statement(uow: UnitOfWork, row: models.Document) -> Statement:
    assert row.starts_on is not None
    assert row.ends_on is not None
    since, until = documents.starts_at(row.starts_on), documents.ends_at(row.ends_on)
    account = queries.Account(row.partner_id, row.environment, row.currency)
    opening = await queries.balance_before(uow.session, account, before=since)
    posted = await queries.posted(uow.session, account, since=since, until=until)
    if len(posted) > MOST_MOVEMENTS:
        raise ValueError(f"A statement has at most {MOST_MOVEMENTS} entries.")
    paid_out = None
    if row.kind is BillingDocumentKind.PAYOUT_STATEMENT:
        payout = await queries.payout(uow.session, row.subject_id)
        if payout is None:
            raise ValueError("There is no such payout.")
        paid_out = PaidOut(payout.amount_minor, payout.arrives_on, payout.provider_id or payout.id.hex)
    return Statement(
        holder=_seller(await queries.partner(uow.session, row.partner_id)),
        currency=row.currency,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        opening_minor=opening,
        movements=tuple(
            Movement(
                each.at, MOVEMENTS.get(each.kind, MovementKind.ADJUSTMENT), each.reference, each.amount_minor
            )
            for each in posted
        ),
        payout=paid_out,
    )


def _seller(partner: models.Partner) -> Party:
    return Party(
        partner.legal_name or partner.name,
        legal_details.address(partner.address_lines, partner.postal_code, partner.city),
        partner.country,
        partner.tax_number,
    )


def _buyer(row: models.Document, checkout: models.Checkout) -> Party:
    if row.buyer is not None:
        return document_json.party_of(row.buyer)
    return Party(checkout.customer_name, (checkout.customer_email,))
