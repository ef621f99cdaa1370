"""Partners say what they are introduced for, how many contractors they take at once, and where they are reached."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import matching as queries
from db.unit_of_work import UnitOfWork
from domain import contractors, introduction_profiles, partners, scheduling
from domain.errors import InvalidInput, Refused
from domain.ids import global_id
from domain.introduction_profiles import SubdomainTaken
from domain.mail import check_address
from permissions import policies
from permissions.viewer import Viewer
from services import audit
from services.partners import known_partner


async def set_profile(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    version: int,
    changes: dict[str, Any],
    now: dt.datetime,
) -> models.IntroductionProfile:
    """Write a partner's profile, or change what is given of it; `version` is 0 where there is none. Audited.

    `changes` has some of subdomain, intro_email, industries, regions, languages, needs, time_zone, capacity,
    preferred_demo_duration, is_accepting; the first one has a subdomain and a time zone. An empty address takes it away.
    Refuses: NotFound, Forbidden, InvalidInput, SubdomainTaken, SubdomainReserved, StaleVersion.
    """
    owner_id = await known_partner(uow, viewer, partner_id)
    policies.may_manage_introductions(viewer, owner_id)
    await locks.lock_name(uow.session, f"introduction_profile:{owner_id}")
    profile = await queries.lock_profile(uow.session, owner_id)
    partners.check_version(expected=version, actual=profile.version if profile else 0)
    checked = {name: CHECKS[name](value) for name, value in changes.items()}
    if "subdomain" in checked:
        await _claim_subdomain(uow, checked["subdomain"], owner_id)
    if profile is None:
        for name in ("subdomain", "time_zone"):
            if name not in checked:
                raise Refused(InvalidInput(name, "is needed for the first profile"))
        profile = models.IntroductionProfile(
            partner_id=owner_id, version=1, created_at=now, updated_at=now, **checked
        )
        uow.session.add(profile)
        changed = checked
    else:
        changed = {name: value for name, value in checked.items() if getattr(profile, name) != value}
        if not changed:
            return profile
        for name, value in changed.items():
            setattr(profile, name, value)
        profile.version += 1
        profile.updated_at = now
    await uow.session.flush()
    await audit.record(
        uow,
        viewer,
        partner_id=owner_id,
        act="introductions.set_profile",
        object_id=global_id("Partner", owner_id),
        facts={"changed": sorted(changed), "subdomain": profile.subdomain},
        now=now,
    )
    return profile


CHECKS: dict[str, Callable[[Any], Any]] = {
    "subdomain": introduction_profiles.check_subdomain,
    "intro_email": lambda email: check_address(email, name="intro_email") if email else None,
    "industries": lambda codes: contractors.check_codes("industries", codes),
    "regions": partners.check_regions,
    "languages": partners.check_languages,
    "needs": lambda codes: contractors.check_codes("needs", codes),
    "time_zone": contractors.check_time_zone,
    "capacity": introduction_profiles.check_capacity,
    "preferred_demo_duration": lambda minutes: scheduling.check_duration(
        minutes, field="preferred_demo_duration"
    ),
    "is_accepting": bool,
}


async def _claim_subdomain(uow: UnitOfWork, subdomain: str, partner_id: UUID) -> None:
    await locks.lock_name(uow.session, f"subdomain:{subdomain}")
    if await queries.is_subdomain_taken(uow.session, subdomain, by_other_than=partner_id):
        raise Refused(SubdomainTaken(subdomain))
