"""Affiliates and their links: who registers, what partners make for them, who is counted."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import affiliates as queries
from db.queries import conversions
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import affiliates
from domain.affiliates import AffiliateChannel, AlreadyAffiliate, LinkCodeTaken, LinkStatus
from domain.clicks import Click
from domain.coupons import customer_hash
from domain.errors import Forbidden, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.partners import check_version
from domain.texts import check_line
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_affiliate_links
from services import audit
from services.idempotency import claim
from services.partners import account_of, known_partner
from services.ports import Entropy


async def register_affiliate(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    display_name: str,
    web_site: str | None,
    channels: Sequence[AffiliateChannel],
    accepted_terms: int,
    pepper: bytes,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Affiliate:
    """Make the caller an affiliate in its environment; a caller without an account gets one. Audited.

    Links are made by partners, each for one affiliate: that is their consent.
    Refuses: Forbidden, InvalidInput, AlreadyAffiliate, IdempotencyConflict.
    """
    if viewer.signed_in is None:
        raise Refused(Forbidden("Only a person becomes an affiliate, and one whose address is verified."))
    affiliates.check_terms(accepted_terms)
    checked = {
        "display_name": check_line("display_name", display_name),
        "web_site": affiliates.check_web_site(web_site),
        "channels": affiliates.check_channels(channels),
    }
    affiliate_id = new_id()
    first = await claim(uow, idempotency, object_id=affiliate_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Affiliate, first)
    # Locks the person until commit: two of these at once become one.
    user = await account_of(uow, viewer.signed_in, now=now)
    account = f"user:{user.id}"
    if await queries.affiliate_by_account(uow.session, account, viewer.environment) is not None:
        raise Refused(AlreadyAffiliate())
    affiliate = models.Affiliate(
        id=affiliate_id,
        environment=viewer.environment,
        user_id=user.id,
        account=account,
        email_hash=customer_hash(pepper, viewer.environment, user.email),
        terms_version=accepted_terms,
        terms_accepted_at=now,
        created_at=now,
        **checked,
    )
    uow.session.add(affiliate)
    await uow.session.flush()
    await audit.record(
        uow,
        viewer,
        partner_id=None,
        act="affiliates.register",
        object_id=global_id("Affiliate", affiliate.id),
        facts={"environment": viewer.environment, "terms_version": accepted_terms},
        now=now,
    )
    return affiliate


async def create_link(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    affiliate_id: UUID | None,
    code: str | None,
    target: str,
    note: str | None,
    commission_bps: int,
    entropy: Entropy,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.AffiliateLink:
    """Make a partner's link for an affiliate, which hands its id out for that. Audited.

    Refuses: NotFound, Forbidden, InvalidInput, LinkCodeTaken, IdempotencyConflict.
    """
    partner_id = await known_partner(uow, viewer, partner_id)
    policies.may_manage_promotions(viewer, partner_id)
    checked = {
        "target": affiliates.check_target(target),
        "note": None if note is None else check_line("note", note, longest=affiliates.NOTE_LENGTH),
        "commission_bps": affiliates.check_commission(commission_bps),
    }
    affiliate = affiliate_id and await queries.affiliate_by_id(uow.session, affiliate_id, viewer.environment)
    if not affiliate:
        shown = global_id("Affiliate", affiliate_id) if affiliate_id else ""
        raise Refused(NotFound(noun="affiliate", id=shown))
    link_id = new_id()
    first = await claim(uow, idempotency, object_id=link_id, now=now)
    if first is not None:
        return await _locked(uow, viewer, first)
    link = models.AffiliateLink(
        id=link_id,
        environment=viewer.environment,
        partner_id=partner_id,
        affiliate_id=affiliate.id,
        code=await _free_code(uow, code, entropy),
        status=LinkStatus.ACTIVE,
        version=1,
        created_by=viewer.id,
        created_at=now,
        **checked,
    )
    uow.session.add(link)
    await uow.session.flush()
    facts = {
        "affiliate": global_id("Affiliate", affiliate.id),
        "code": link.code,
        "target": link.target,
        "commission_bps": link.commission_bps,
    }
    await _audit(uow, viewer, link, "affiliates.create_link", facts, now=now)
    return link


async def update_link(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    link_id: UUID | None,
    version: int,
    changes: dict[str, Any],
    now: dt.datetime,
) -> models.AffiliateLink:
    """Change what is given: target, note, commission_bps, status. Audited. Sales of before keep their commission.

    Refuses: NotFound, Forbidden, InvalidInput, StaleVersion.
    """
    link = await _locked(uow, viewer, link_id)
    policies.may_manage_promotions(viewer, link.partner_id)
    check_version(expected=version, actual=link.version)
    if "target" in changes:
        changes["target"] = affiliates.check_target(changes["target"])
    if "note" in changes:
        changes["note"] = check_line("note", changes["note"], longest=affiliates.NOTE_LENGTH)
    if "commission_bps" in changes:
        affiliates.check_commission(changes["commission_bps"])
    changed = {name: value for name, value in changes.items() if getattr(link, name) != value}
    if not changed:
        return link
    for name, value in changed.items():
        setattr(link, name, value)
    link.version += 1
    await uow.session.flush()
    await _audit(uow, viewer, link, "affiliates.update_link", changed, now=now)
    return link


async def record_clicks(uow: UnitOfWork, clicks: Sequence[Click]) -> None:
    """Write clicks in one statement; a visitor counts once a day and link."""
    if clicks:
        await conversions.insert_clicks(uow.session, clicks)


async def _free_code(uow: UnitOfWork, wished: str | None, entropy: Entropy) -> str:
    if wished is None:
        code = affiliates.make_link_code(entropy(affiliates.CODE_LENGTH))
    else:
        code = affiliates.check_link_code(wished)
    await locks.lock_name(uow.session, f"affiliate_link:{code}")
    if await queries.is_link_code_taken(uow.session, code):
        raise Refused(LinkCodeTaken(taken=code))
    return code


async def _locked(uow: UnitOfWork, viewer: Viewer, link_id: UUID | None) -> models.AffiliateLink:
    if link_id is not None:
        link = await queries.lock_link(uow.session, link_id, visible=visible_affiliate_links(viewer))
        if link is not None:
            return link
    raise Refused(NotFound(noun="affiliate link", id=global_id("AffiliateLink", link_id) if link_id else ""))


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    link: models.AffiliateLink,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=link.partner_id,
        act=act,
        object_id=global_id("AffiliateLink", link.id),
        facts=facts,
        now=now,
    )
