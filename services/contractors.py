"""Contractors say who they are and what they look for; staff does it for those who do not come by themselves."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db import models
from db.queries import contractors as queries
from db.queries import introductions as introduction_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import contractors, partners
from domain.contractors import ContractorLimit, ContractorSize, Hours, Weekday
from domain.errors import Forbidden, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.introductions import OPEN_STAGES, IntroductionRole, stage_at
from domain.mail import check_address
from domain.texts import check_line
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import own_contractors
from services import audit, introduction_mail, introductions
from services.idempotency import claim
from services.partners import account_of

ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ContractorFacts:
    """What a contractor says of itself."""

    name: str
    contact_name: str | None
    contact_email: str | None
    industry: str
    region: str
    size: ContractorSize
    needs: Sequence[str]
    languages: Sequence[str]
    locale: str
    time_zone: str
    preferred_hours: Hours
    preferred_days: Sequence[Weekday]


async def register_contractor(
    uow: UnitOfWork,
    viewer: Viewer,
    facts: ContractorFacts,
    *,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Contractor:
    """Make a contractor; it is the caller's, but that of nobody where staff makes it for somebody. Audited.

    Who does not name a contact is the contact. Refuses: Forbidden, InvalidInput, ContractorLimit, IdempotencyConflict.
    """
    if viewer.signed_in is None:
        raise Refused(Forbidden("Only a person registers a contractor, and one whose address is verified."))
    is_staff = policies.is_introduction_desk(viewer)
    contact_name = facts.contact_name or (None if is_staff else viewer.signed_in.name)
    contact_email = facts.contact_email or (None if is_staff else viewer.signed_in.email)
    checked = _checked(
        {
            "name": facts.name,
            "contact_name": contact_name or "",
            "contact_email": contact_email or "",
            "industry": facts.industry,
            "region": facts.region,
            "size": facts.size,
            "needs": facts.needs,
            "languages": facts.languages,
            "locale": facts.locale,
            "time_zone": facts.time_zone,
            "preferred_hours": facts.preferred_hours,
            "preferred_days": facts.preferred_days,
        }
    )
    contractor_id = new_id()
    first = await claim(uow, idempotency, object_id=contractor_id, now=now)
    if first is not None:
        return await locked_contractor(uow, viewer, first)
    owner = None if is_staff else await account_of(uow, viewer.signed_in, now=now)
    # The account is locked by its name until commit, so nobody counts beside this.
    if owner and await queries.count_of(uow.session, owner.id) >= contractors.MOST_CONTRACTORS:
        raise Refused(ContractorLimit(contractors.MOST_CONTRACTORS))
    contractor = models.Contractor(
        id=contractor_id, user_id=owner and owner.id, created_at=now, updated_at=now, **checked
    )
    uow.session.add(contractor)
    await uow.session.flush()
    said = {"owner": owner and global_id("User", owner.id)}
    await _audit(uow, viewer, contractor, "contractors.register", said, now=now)
    return contractor


async def update_contractor(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    contractor_id: UUID | None,
    version: int,
    changes: dict[str, Any],
    now: dt.datetime,
) -> models.Contractor:
    """Change what is given of what a contractor says of itself; `changes` has some of its facts. Audited.

    Refuses: NotFound, InvalidInput, StaleVersion.
    """
    contractor = await locked_contractor(uow, viewer, contractor_id)
    partners.check_version(expected=version, actual=contractor.version)
    changed = {name: value for name, value in _checked(changes).items() if getattr(contractor, name) != value}
    if not changed:
        return contractor
    for name, value in changed.items():
        setattr(contractor, name, value)
    contractor.version += 1
    contractor.updated_at = now
    await uow.session.flush()
    await _audit(uow, viewer, contractor, "contractors.update", {"changed": sorted(changed)}, now=now)
    return contractor


async def erase_contractor(
    uow: UnitOfWork, viewer: Viewer, *, contractor_id: UUID | None, now: dt.datetime
) -> models.Contractor:
    """Take away what leads to a person, and cancel what is open; figures stay. It can not be undone. Audited.

    A second call by staff answers as the first; its own person does not find it any more. Refuses: NotFound.
    """
    contractor = await _found(uow, viewer, contractor_id)
    if contractor.erased_at is not None:
        return contractor
    is_own = contractor.user_id is not None and contractor.user_id == viewer.user_id
    role = IntroductionRole.CONTRACTOR if is_own else IntroductionRole.ADMIN
    await introduction_mail.forget_contractor(uow, contractor.id, contractor.contact_email)
    # First of all: so nobody writes to it that its introductions end.
    contractor.name = ERASED
    contractor.contact_name = contractor.contact_email = contractor.user_id = None
    contractor.erased_at = contractor.updated_at = now
    contractor.version += 1
    await uow.session.flush()
    for introduction in await introduction_queries.lock_all_of(uow.session, contractor.id):
        if stage_at(introduction.stage, introduction.scheduled_at, now=now) in OPEN_STAGES:
            await introductions.cancel(uow, introduction, actor=viewer, role=role, reason=None, now=now)
        # What it wrote itself, and what could name it.
        introduction.contractor_feedback = introduction.cancel_reason = None
    await uow.session.flush()
    await _audit(uow, viewer, contractor, "contractors.erase", {}, now=now)
    return contractor


async def locked_contractor(uow: UnitOfWork, viewer: Viewer, contractor_id: UUID | None) -> models.Contractor:
    """Return a contractor the caller speaks for, locked until commit; none that is erased. Refuses: NotFound."""
    contractor = await _found(uow, viewer, contractor_id)
    if contractor.erased_at is not None:
        raise Refused(NotFound(noun="contractor", id=global_id("Contractor", contractor.id)))
    return contractor


async def _found(uow: UnitOfWork, viewer: Viewer, contractor_id: UUID | None) -> models.Contractor:
    if contractor_id is not None:
        contractor = await queries.lock_contractor(
            uow.session, contractor_id, visible=own_contractors(viewer)
        )
        if contractor is not None:
            return contractor
    shown = global_id("Contractor", contractor_id) if contractor_id else ""
    raise Refused(NotFound(noun="contractor", id=shown))


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda name: check_line("name", name),
    "contact_name": lambda name: check_line("contact_name", name),
    "contact_email": lambda email: check_address(email, name="contact_email"),
    "industry": lambda code: contractors.check_code("industry", code),
    "region": contractors.check_region,
    "size": ContractorSize,
    "needs": lambda codes: contractors.check_codes("needs", codes),
    "languages": contractors.check_spoken,
    "locale": partners.check_locale,
    "time_zone": contractors.check_time_zone,
    "preferred_days": lambda days: [each.value for each in contractors.check_days(days)],
}


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts as their columns have them. Refuses: InvalidInput."""
    checked = {name: CHECKS[name](value) for name, value in facts.items() if name != "preferred_hours"}
    if "preferred_hours" in facts:
        given: Hours = facts["preferred_hours"]
        hours = contractors.check_hours(given.from_hour, given.to_hour)
        checked |= {"preferred_from_hour": hours.from_hour, "preferred_to_hour": hours.to_hour}
    return checked


async def _audit(
    uow: UnitOfWork,
    viewer: Viewer,
    contractor: models.Contractor,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=None,
        act=act,
        object_id=global_id("Contractor", contractor.id),
        facts=facts,
        now=now,
    )
