"""Callers of every kind, as authentication makes them."""

import dataclasses
from uuid import UUID

from db import models
from db.types import new_id
from domain.environments import Environment
from permissions.viewer import (
    ASSISTING,
    RESELLER_KEY_SCOPES,
    SCOPES_OF,
    SIGNED_IN,
    Role,
    Scope,
    SignedIn,
    Viewer,
)

LIVE = Environment.LIVE
CARLA_ID = UUID(int=0xCA71A)
"""Whose contractors are in the scene of the access matrix."""
VERA = SignedIn("https://issuer.example", "vera", "vera@victoria.example", "Vera")


def key_of(
    reseller: models.Partner,
    *,
    environment: Environment = LIVE,
    scopes: frozenset[Scope] = RESELLER_KEY_SCOPES,
) -> Viewer:
    """An API key of a reseller."""
    key_id = new_id()
    return Viewer(
        id=f"key:{key_id}",
        environment=environment,
        scopes=scopes,
        scopes_by_partner={reseller.id: scopes},
        api_key_id=key_id,
        reseller_id=reseller.id,
        rate_limit_per_minute=300,
    )


def member_of(
    *partners: models.Partner,
    role: Role = Role.OWNER,
    environment: Environment = LIVE,
    locales: tuple[str, ...] = (),
) -> Viewer:
    """A person with one role at each of these partners."""
    scopes = SCOPES_OF[role]
    by_partner: dict[UUID, frozenset[Scope]] = {partner.id: scopes for partner in partners}
    user_id = new_id()
    return Viewer(
        id=f"user:{user_id}",
        environment=environment,
        scopes=scopes | SIGNED_IN,
        signed_in=VERA,
        scopes_by_partner=by_partner,
        user_id=user_id,
        roles=frozenset({role}),
        locales=locales,
    )


def also_at(person: Viewer, partner: models.Partner, role: Role) -> Viewer:
    """The same person with a role at one more partner."""
    more = SCOPES_OF[role]
    by_partner = {**person.scopes_by_partner, partner.id: more}
    return dataclasses.replace(
        person, scopes=person.scopes | more, scopes_by_partner=by_partner, roles=person.roles | {role}
    )


def staff(role: Role = Role.PLATFORM_ADMIN, *, environment: Environment = LIVE) -> Viewer:
    """A person of the platform itself."""
    scopes = SCOPES_OF[role]
    user_id = new_id()
    return Viewer(
        id=f"user:{user_id}",
        environment=environment,
        scopes=scopes | SIGNED_IN,
        signed_in=VERA,
        platform_scopes=scopes,
        user_id=user_id,
        roles=frozenset({role}),
    )


def newcomer(subject: str = "nora") -> Viewer:
    """A person who has signed in and has no account here yet."""
    return Viewer(
        id=f"newcomer:{subject}",
        scopes=SIGNED_IN,
        signed_in=SignedIn("https://issuer.example", subject, f"{subject}@new.example", subject.title()),
    )


def assisting(partner: models.Partner) -> Viewer:
    """An account manager of the platform who assists a partner."""
    manager = staff(Role.ACCOUNT_MANAGER)
    return dataclasses.replace(
        manager, scopes=manager.scopes | ASSISTING, scopes_by_partner={partner.id: ASSISTING}
    )


def in_test(viewer: Viewer) -> Viewer:
    """The same caller in TEST."""
    return dataclasses.replace(viewer, environment=Environment.TEST)


def owner_of_contractors() -> Viewer:
    """A signed-in person without any partner, who has the contractors of the scene."""
    return dataclasses.replace(newcomer(), id=f"user:{CARLA_ID}", user_id=CARLA_ID)
