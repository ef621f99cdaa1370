"""Giving resellers their keys, exchanging and taking them back."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import api_keys as queries
from db.queries.provisioning import has_environment
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import api_keys
from domain.environments import Environment
from domain.errors import InvalidInput, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.provisioning import EnvironmentNotReady
from domain.texts import check_line
from permissions import policies
from permissions.viewer import RESELLER_KEY_SCOPES, Scope, Viewer
from permissions.visibility import visible_api_keys
from services import audit
from services.idempotency import claim
from services.ports import Entropy

MAX_OVERLAP_HOURS = 7 * 24
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key with its text, which is shown this once and kept nowhere: a repeated request has none."""

    api_key: models.ApiKey
    text: str | None


async def issue_key(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    reseller_id: UUID | None,
    environment: Environment,
    name: str,
    scopes: frozenset[Scope] | None,
    expires_at: dt.datetime | None,
    pepper: bytes,
    entropy: Entropy,
    now: dt.datetime,
    idempotency: Idempotency | None = None,
) -> IssuedKey:
    """Make a key for a reseller, with all a reseller may do or less. Audited.

    Refuses: NotFound, Forbidden, InvalidInput, EnvironmentNotReady, IdempotencyConflict.
    """
    is_ready = await has_environment(uow.session, reseller_id, environment) if reseller_id else None
    if reseller_id is None or is_ready is None:
        raise Refused(NotFound(noun="reseller", id=global_id("Partner", reseller_id) if reseller_id else ""))
    policies.may_manage_keys(viewer, reseller_id)
    granted = RESELLER_KEY_SCOPES if scopes is None else scopes
    if not granted or granted - RESELLER_KEY_SCOPES:
        raise Refused(InvalidInput("scopes", f"must be some of {', '.join(sorted(RESELLER_KEY_SCOPES))}"))
    name = check_line("name", name, longest=NAME_LENGTH)
    if expires_at is not None and expires_at <= now:
        raise Refused(InvalidInput("expires_at", "must lie in the future"))
    if not is_ready:
        raise Refused(EnvironmentNotReady(environment))
    issued = _mint(
        reseller_id,
        environment=environment,
        name=name,
        scopes=granted,
        expires_at=expires_at,
        viewer=viewer,
        pepper=pepper,
        entropy=entropy,
        now=now,
    )
    first = await claim(uow, idempotency, object_id=issued.api_key.id, now=now)
    if first is not None:
        return IssuedKey(await uow.session.get_one(models.ApiKey, first), text=None)
    uow.session.add(issued.api_key)
    await uow.session.flush()
    await _audit(uow, viewer, issued.api_key, "api_keys.issue", now)
    return issued


async def rotate_key(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    key_id: UUID | None,
    overlap_hours: int,
    pepper: bytes,
    entropy: Entropy,
    now: dt.datetime,
    idempotency: Idempotency | None = None,
) -> IssuedKey:
    """Make a key in the place of another, which holds for some hours more. Audited.

    Refuses: NotFound, Forbidden, InvalidInput, IdempotencyConflict.
    """
    if not 0 <= overlap_hours <= MAX_OVERLAP_HOURS:
        raise Refused(InvalidInput("overlap_hours", f"must be from 0 to {MAX_OVERLAP_HOURS}"))
    old = await _key(uow, viewer, key_id)
    new_key_id = new_id()
    first = await claim(uow, idempotency, object_id=new_key_id, now=now)
    if first is not None:
        return IssuedKey(await uow.session.get_one(models.ApiKey, first), text=None)
    ends_at = now + dt.timedelta(hours=overlap_hours)
    old.revoked_at = min(old.revoked_at, ends_at) if old.revoked_at else ends_at
    issued = _mint(
        old.reseller_id,
        environment=old.environment,
        name=old.name,
        scopes=frozenset(map(Scope, old.scopes)),
        expires_at=old.expires_at,
        viewer=viewer,
        pepper=pepper,
        entropy=entropy,
        now=now,
    )
    issued.api_key.id = new_key_id
    issued.api_key.rotated_from_id = old.id
    uow.session.add(issued.api_key)
    await uow.session.flush()
    await _audit(uow, viewer, issued.api_key, "api_keys.rotate", now)
    return issued


async def revoke_key(
    uow: UnitOfWork, viewer: Viewer, *, key_id: UUID | None, now: dt.datetime
) -> models.ApiKey:
    """End a key at once; a second call answers as the first. Audited. Refuses: NotFound, Forbidden."""
    api_key = await _key(uow, viewer, key_id)
    if api_key.revoked_at is None or api_key.revoked_at > now:
        api_key.revoked_at = now
        await uow.session.flush()
        await _audit(uow, viewer, api_key, "api_keys.revoke", now)
    return api_key


async def _key(uow: UnitOfWork, viewer: Viewer, key_id: UUID | None) -> models.ApiKey:
    if key_id is not None:
        described = queries.key_by_id(key_id, visible=visible_api_keys(viewer))
        statement = described.statement.with_for_update()
        found: models.ApiKey | None = (await uow.session.scalars(statement)).one_or_none()
        if found is not None:
            policies.may_manage_keys(viewer, found.reseller_id)
            return found
    raise Refused(NotFound(noun="API key", id=global_id("ApiKey", key_id) if key_id else ""))


def _mint(
    reseller_id: UUID,
    *,
    environment: Environment,
    name: str,
    scopes: frozenset[Scope],
    expires_at: dt.datetime | None,
    viewer: Viewer,
    pepper: bytes,
    entropy: Entropy,
    now: dt.datetime,
) -> IssuedKey:
    minted = api_keys.mint(environment, entropy(api_keys.MINT_BYTES))
    row = models.ApiKey(
        id=new_id(),
        reseller_id=reseller_id,
        environment=environment,
        name=name,
        prefix=minted.prefix,
        key_hash=api_keys.key_hash(pepper, minted.text),
        scopes=sorted(scopes),
        created_at=now,
        created_by=viewer.id,
        expires_at=expires_at,
    )
    return IssuedKey(row, minted.text)


async def _audit(uow: UnitOfWork, viewer: Viewer, key: models.ApiKey, act: str, now: dt.datetime) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=key.reseller_id,
        act=act,
        object_id=global_id("ApiKey", key.id),
        facts={"prefix": key.prefix, "environment": key.environment, "scopes": key.scopes},
        now=now,
    )
