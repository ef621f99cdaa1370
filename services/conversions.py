"""Sales that came by affiliate links: attributed, recorded, looked at, due, paid or taken back.

A conversion is the commission's record; its money is in the journal (AFFILIATE accounts), posted by whoever posts the
sale, the refund and the transfer.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from db import models
from db.queries import affiliates as affiliate_queries
from db.queries import attempts as attempt_queries
from db.queries import conversions as queries
from db.queries import refunds as refund_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import affiliates, clicks
from domain.affiliates import (
    AffiliateEventKind,
    Attribution,
    ConversionNotHeld,
    ConversionStatus,
    Referral,
)
from domain.coupons import customer_hash
from domain.environments import Environment
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.ids import global_id
from domain.splits import Commission
from permissions import policies
from permissions.viewer import ANONYMOUS, Viewer
from permissions.visibility import visible_affiliate_conversions
from services import audit, commissions, events

BATCH = 500
EVENTS_KEPT = dt.timedelta(days=90)
"""Events that are in the sums: their visitors' hashes are forgotten with them."""


async def attribute(
    uow: UnitOfWork,
    *,
    environment: Environment,
    click_token: str | None,
    buyer_email: str,
    partner_ids: Collection[UUID],
    pepper: bytes,
    buyer: Viewer = ANONYMOUS,
    now: dt.datetime,
) -> Attribution | None:
    """Return whose link led to a sale of these partners, with the commission as it is now; None for most sales.

    The last click wins because the buyer has its token alone. A link earns only where its owner sells something.
    """
    clicked = click_token and clicks.click_of(clicks.key_of(pepper), click_token)
    if not clicked or not affiliates.is_attributed(clicked[1], now):
        return None
    found = await affiliate_queries.link_with_affiliate(uow.session, clicked[0], environment)
    if found is None or found[0].partner_id not in partner_ids:
        return None
    link, affiliate, own_partners = found
    buyer_hash = customer_hash(pepper, environment, buyer_email)
    odd = affiliates.odd_about(
        Referral(
            affiliate_account=affiliate.account,
            affiliate_hash=affiliate.email_hash,
            affiliate_partner_ids=own_partners,
            buyer_account=buyer.id,
            buyer_hash=buyer_hash,
            seller_ids=partner_ids,
            buyer_partner_ids=buyer.partner_ids,
            has_bought=await queries.has_bought(
                uow.session, link.id, buyer_hash, since=now - affiliates.DUPLICATE_WITHIN
            ),
        )
    )
    return Attribution(
        link_id=link.id,
        commission=Commission(link.commission_bps, link.partner_id, affiliate.id),
        held_because=odd,
        buyer_hash=buyer_hash,
    )


async def record_conversion(
    uow: UnitOfWork,
    attribution: Attribution,
    *,
    environment: Environment,
    checkout_id: UUID,
    booking_id: UUID | None,
    amount_minor: int,
    commission_minor: int,
    currency: str,
    due_at: dt.datetime,
    now: dt.datetime,
) -> bool:
    """Record a paid sale with its commission, to the minor unit as it was split. Told twice, it is there once.

    Due at `due_at`, when the order can not be cancelled for free any more; HELD where something looks odd.
    """
    status = affiliates.status_at_sale(attribution.held_because, due_at=due_at, now=now)
    conversion = await queries.insert_conversion(
        uow.session,
        {
            "id": new_id(),
            "environment": environment,
            "link_id": attribution.link_id,
            "affiliate_id": attribution.commission.affiliate_id,
            "partner_id": attribution.commission.owner_id,
            "checkout_id": checkout_id,
            "booking_id": booking_id,
            "buyer_hash": attribution.buyer_hash,
            "amount_minor": amount_minor,
            "commission_bps": attribution.commission.bps,
            "commission_minor": commission_minor,
            "clawed_back_minor": 0,
            "currency": currency,
            "status": status,
            "held_because": [each.value for each in attribution.held_because],
            "due_at": due_at,
            "sequence": 1,
            "created_at": now,
        },
    )
    if conversion is not None:
        _note(
            uow,
            conversion,
            AffiliateEventKind.CONVERSION,
            amount_minor=amount_minor,
            commission_minor=commission_minor,
            now=now,
        )
        _tell(uow, conversion, now)
    return conversion is not None


async def claw_back(
    uow: UnitOfWork, *, checkout_id: UUID, minor: int, refunded_minor: int, now: dt.datetime
) -> int:
    """Take so much of a checkout's commission back, as the refund's legs say; returns what was taken: no more than is left.

    Call it once a refund, in the unit of work that books it. One that was paid already is netted by the journal.
    """
    conversion = await queries.lock_of_checkout(uow.session, checkout_id)
    if conversion is None or conversion.status is ConversionStatus.REJECTED:
        return 0
    taken = min(minor, conversion.commission_minor - conversion.clawed_back_minor)
    if taken <= 0:
        return 0
    conversion.clawed_back_minor += taken
    left = conversion.commission_minor - conversion.clawed_back_minor
    conversion.status = affiliates.status_after_claw_back(conversion.status, left_minor=left)
    conversion.sequence += 1
    _note(
        uow,
        conversion,
        AffiliateEventKind.CLAW_BACK,
        amount_minor=-refunded_minor,
        commission_minor=-taken,
        now=now,
    )
    _tell(uow, conversion, now)
    await uow.session.flush()
    return taken


async def review_conversion(
    uow: UnitOfWork, viewer: Viewer, *, conversion_id: UUID | None, is_approved: bool, now: dt.datetime
) -> models.AffiliateConversion:
    """Decide on a held conversion: it earns, or the link's owner is owed the commission again. Audited.

    Locks the checkout and its legs, then the conversion. Refuses: NotFound, Forbidden, ConversionNotHeld.
    """
    conversion = conversion_id and await _locked(uow, viewer, conversion_id)
    if not conversion:
        shown = global_id("AffiliateConversion", conversion_id) if conversion_id else ""
        raise Refused(NotFound(noun="affiliate conversion", id=shown))
    policies.may_manage_promotions(viewer, conversion.partner_id)
    if conversion.status is not ConversionStatus.HELD:
        raise Refused(ConversionNotHeld(found=conversion.status))
    conversion.status = affiliates.status_after_review(
        is_approved=is_approved, due_at=conversion.due_at, now=now
    )
    conversion.sequence += 1
    if not is_approved:
        left = conversion.commission_minor - conversion.clawed_back_minor
        _note(
            uow,
            conversion,
            AffiliateEventKind.CLAW_BACK,
            amount_minor=0,
            commission_minor=-left,
            now=now,
        )
    _tell(uow, conversion, now)
    await uow.session.flush()
    if not is_approved:
        await commissions.give_back(uow, viewer, conversion, now=now)
    await audit.record(
        uow,
        viewer,
        partner_id=conversion.partner_id,
        act="affiliates.review_conversion",
        object_id=global_id("AffiliateConversion", conversion.id),
        facts={
            "is_approved": is_approved,
            "held_because": conversion.held_because,
            "commission_minor": conversion.commission_minor,
            "currency": conversion.currency,
        },
        now=now,
    )
    return conversion


async def make_due(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Make a batch of conversions due whose orders can not be cancelled for free any more; returns how many."""
    due = await queries.make_due(uow.session, now=now, limit=BATCH)
    for conversion in due:
        _tell(uow, conversion, now)
    await uow.session.flush()
    return len(due)


async def lock_due(
    uow: UnitOfWork, *, environment: Environment, affiliate_id: UUID | None = None, limit: int = BATCH
) -> list[models.AffiliateConversion]:
    """Lock conversions that are to be paid, by affiliate and currency. What is to be paid is `owed_minor` of each."""
    return await queries.lock_due(
        uow.session, environment=environment, affiliate_id=affiliate_id, limit=limit
    )


async def mark_paid(uow: UnitOfWork, conversion_ids: Collection[UUID], *, now: dt.datetime) -> int:
    """Note that due conversions were paid, in the unit of work that posts it; returns how many were due until now."""
    paid = await queries.mark_paid(uow.session, conversion_ids, now=now)
    for conversion in paid:
        _tell(uow, conversion, now)
    await uow.session.flush()
    return len(paid)


async def mark_paid_of(uow: UnitOfWork, *, checkout_id: UUID, now: dt.datetime) -> None:
    """Note that a checkout's commission was handed over; nothing where it was, or is none any more. Locks it."""
    conversion = await queries.lock_of_checkout(uow.session, checkout_id)
    if conversion is not None:
        await mark_paid(uow, [conversion.id], now=now)


async def sum_up(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Add a batch of new events to the sums of their days; returns how many."""
    del now
    return await queries.sum_up(uow.session, limit=BATCH)


async def purge_events(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget events after 90 days; the sums of their days stay."""
    return await queries.purge_events(uow.session, before=now - EVENTS_KEPT, limit=BATCH)


async def _locked(uow: UnitOfWork, viewer: Viewer, conversion_id: UUID) -> models.AffiliateConversion | None:
    """Lock a conversion's checkout, then it: in the order of who refunds the checkout."""
    visible = visible_affiliate_conversions(viewer)
    checkout_id = await queries.checkout_of(uow.session, conversion_id, visible=visible)
    if checkout_id is None:
        return None
    await attempt_queries.lock_row(uow.session, models.Checkout, checkout_id)
    await refund_queries.lock_legs(uow.session, checkout_id)
    return await queries.lock_conversion(uow.session, conversion_id, visible=visible)


def _note(
    uow: UnitOfWork,
    conversion: models.AffiliateConversion,
    kind: AffiliateEventKind,
    *,
    amount_minor: int,
    commission_minor: int,
    now: dt.datetime,
) -> None:
    uow.put(
        models.AffiliateEvent,
        {
            "id": new_id(),
            "link_id": conversion.link_id,
            "kind": kind,
            "visitor_hash": None,
            "amount_minor": amount_minor,
            "commission_minor": commission_minor,
            "currency": conversion.currency,
            "at": now,
            "is_summed": False,
        },
    )


def _tell(uow: UnitOfWork, conversion: models.AffiliateConversion, now: dt.datetime) -> None:
    payload: dict[str, Any] = {
        "affiliate_conversion_id": global_id("AffiliateConversion", conversion.id),
        "affiliate_link_id": global_id("AffiliateLink", conversion.link_id),
        "status": conversion.status,
        "commission_minor": conversion.commission_minor,
        "clawed_back_minor": conversion.clawed_back_minor,
        "currency": conversion.currency,
    }
    events.record(
        uow,
        EventType.AFFILIATE_CONVERSION_CHANGED,
        environment=conversion.environment,
        partner_id=conversion.partner_id,
        object_id=conversion.id,
        sequence=conversion.sequence,
        payload=payload,
        now=now,
    )
