"""Partners come in by themselves and say who they are."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import partners as queries
from db.queries import team as team_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import legal_details, partners
from domain.errors import Forbidden, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.partners import MemberRole, PartnerType, SlugTaken
from domain.texts import check_line
from domain.uploads import UploadPurpose
from permissions import policies
from permissions.viewer import SignedIn, Viewer
from permissions.visibility import visible_partners
from services import audit, onboarding, uploads
from services.idempotency import claim


async def register_partner(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    name: str,
    partner_type: PartnerType,
    country: str,
    slug: str | None,
    locale: str,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Partner:
    """Make an organization with the caller as its owner, and begin its way to LIVE. Audited.

    A caller without an account gets one. Without a slug one is made of the name.
    Refuses: Forbidden, InvalidInput, SlugTaken, IdempotencyConflict.
    """
    if viewer.signed_in is None:
        raise Refused(Forbidden("Only a person registers a partner, and one whose address is verified."))
    name = check_line("name", name)
    partners.check_country(country)
    partners.check_locale(locale)
    partner_id = new_id()
    first = await claim(uow, idempotency, object_id=partner_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Partner, first)
    partner = models.Partner(
        id=partner_id,
        name=name,
        type=partner_type,
        slug=await _free_slug(uow, slug, name, partner_id),
        country=country,
        locale=locale,
        created_at=now,
    )
    owner = await account_of(uow, viewer.signed_in, now=now)
    uow.session.add(partner)
    await uow.session.flush()
    uow.session.add(
        models.PartnerMember(
            partner_id=partner.id, user_id=owner.id, role=MemberRole.OWNER.value, created_at=now
        )
    )
    await uow.session.flush()
    await onboarding.open_case(uow, partner.id, now=now)
    facts = {"type": partner_type, "owner": global_id("User", owner.id), "country": country}
    await _audit(uow, viewer, partner, "partners.register", facts, now=now)
    return partner


async def update_partner(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    version: int,
    changes: dict[str, Any],
    now: dt.datetime,
) -> models.Partner:
    """Change what is given of a partner's profile. Audited; its case is looked at anew.

    `changes` has some of name, country, locale, descriptions, links, regions, languages, legal_name,
    address_lines, postal_code, city, tax_number; an empty one of the last five is taken away.
    Refuses: NotFound, Forbidden, InvalidInput, StaleVersion.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_manage_partner(viewer, partner.id)
    partners.check_version(expected=version, actual=partner.version)
    checked = {name: CHECKS[name](value) for name, value in changes.items()}
    changed = {name: value for name, value in checked.items() if getattr(partner, name) != value}
    if not changed:
        return partner
    for name, value in changed.items():
        setattr(partner, name, value)
    partner.version += 1
    await uow.session.flush()
    await _audit(uow, viewer, partner, "partners.update", {"changed": sorted(changed)}, now=now)
    await onboarding.review(uow, partner.id, now=now)
    return partner


async def set_logo(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    upload_id: UUID | None,
    now: dt.datetime,
) -> models.Partner:
    """Show an uploaded picture as the partner's logo; None takes it away. Audited.

    Refuses: NotFound, Forbidden, UploadNotReady.
    """
    partner = await locked_partner(uow, viewer, partner_id)
    policies.may_manage_partner(viewer, partner.id)
    if upload_id is not None:
        await uploads.take(
            uow, viewer, upload_id=upload_id, purpose=UploadPurpose.LOGO, partner_id=partner.id
        )
    if partner.logo_upload_id != upload_id:
        partner.logo_upload_id = upload_id
        partner.version += 1
        await uow.session.flush()
        shown = upload_id and global_id("Upload", upload_id)
        await _audit(uow, viewer, partner, "partners.set_logo", {"upload": shown}, now=now)
    return partner


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda name: check_line("name", name),
    "country": partners.check_country,
    "locale": partners.check_locale,
    "descriptions": partners.check_descriptions,
    "links": partners.check_links,
    "regions": partners.check_regions,
    "languages": partners.check_languages,
    "legal_name": legal_details.check_legal_name,
    "address_lines": legal_details.check_address_lines,
    "postal_code": legal_details.check_postal_code,
    "city": legal_details.check_city,
    "tax_number": legal_details.check_tax_number,
}


async def account_of(uow: UnitOfWork, signed_in: SignedIn, *, now: dt.datetime) -> models.User:
    """Return the account of a signed-in person, made now if there is none."""
    await locks.lock_name(uow.session, f"user:{signed_in.issuer}:{signed_in.subject}")
    user = await team_queries.user_of(uow.session, signed_in.issuer, signed_in.subject)
    if user is None:
        user = models.User(
            id=new_id(),
            issuer=signed_in.issuer,
            subject=signed_in.subject,
            email=signed_in.email,
            name=signed_in.name,
            platform_roles=[],
            created_at=now,
        )
        uow.session.add(user)
        await uow.session.flush()
    return user


async def locked_partner(uow: UnitOfWork, viewer: Viewer, partner_id: UUID | None) -> models.Partner:
    """Return a partner the caller may see, locked until commit. Refuses: NotFound."""
    if partner_id is not None:
        partner = await queries.lock_partner(uow.session, partner_id, visible=visible_partners(viewer))
        if partner is not None:
            return partner
    raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))


async def known_partner(uow: UnitOfWork, viewer: Viewer, partner_id: UUID | None) -> UUID:
    """Return the id of a partner the caller may see. Refuses: NotFound."""
    if partner_id is not None:
        asked = queries.partner_by_id(partner_id, visible=visible_partners(viewer))
        if await uow.session.scalar(asked.described().statement):
            return partner_id
    raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))


async def _free_slug(uow: UnitOfWork, slug: str | None, name: str, partner_id: UUID) -> str:
    """Return the wished slug, or one of the name; a taken one of the name gets a few digits of the id."""
    if slug is not None:
        partners.check_slug(slug)
        await locks.lock_name(uow.session, f"slug:{slug}")
        if await queries.is_slug_taken(uow.session, slug):
            raise Refused(SlugTaken(slug=slug))
        return slug
    made = partners.slug_of(name)
    unique = f"{made}-{partner_id.hex[-8:]}".lstrip("-")
    if not partners.is_slug(made):
        return unique
    await locks.lock_name(uow.session, f"slug:{made}")
    return unique if await queries.is_slug_taken(uow.session, made) else made


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    partner: models.Partner,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=partner.id,
        act=act,
        object_id=global_id("Partner", partner.id),
        facts=facts,
        now=now,
    )
