"""Callers of every kind, as authentication makes them."""

import dataclasses
from uuid import UUID

from db import models
from db.types import new_id
from domain.environments import Environment
from permissions.viewer import RESELLER_KEY_SCOPES, SCOPES_OF, Role, Scope, Viewer

LIVE = Environment.LIVE


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


def member_of(*partners: models.Partner, role: Role = Role.OWNER, environment: Environment = LIVE) -> Viewer:
    """A person with one role at each of these partners."""
    scopes = SCOPES_OF[role]
    by_partner: dict[UUID, frozenset[Scope]] = {partner.id: scopes for partner in partners}
    user_id = new_id()
    return Viewer(
        id=f"user:{user_id}",
        environment=environment,
        scopes=scopes,
        scopes_by_partner=by_partner,
        user_id=user_id,
        roles=frozenset({role}),
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
        scopes=scopes,
        platform_scopes=scopes,
        user_id=user_id,
        roles=frozenset({role}),
    )


def in_test(viewer: Viewer) -> Viewer:
    """The same caller in TEST."""
    return dataclasses.replace(viewer, environment=Environment.TEST)
