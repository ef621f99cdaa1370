"""A reseller's credentials."""

import datetime as dt

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import api_keys as queries
from db.questions import Asked
from domain.environments import Environment
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.provisioning import EnvironmentNotReady
from permissions.viewer import Scope
from permissions.visibility import visible_api_keys
from resolvers.context import Info
from resolvers.refusals import answers
from services import api_keys


@strawberry.input(description="A new key for a reseller.")
class IssueApiKeyInput:
    reseller_id: strawberry.ID
    environment: Environment
    name: str
    scopes: list[Scope] | None = strawberry.field(default=None, description="Without it: all a key may have.")
    expires_at: dt.datetime | None = None
    idempotency_key: str | None = None


@strawberry.input(description="A key to be replaced.")
class RotateApiKeyInput:
    id: strawberry.ID
    overlap_hours: int = strawberry.field(
        default=24, description="How long the old key still holds: 0 to 168."
    )
    idempotency_key: str | None = None


@strawberry.input(description="A key to be ended at once.")
class RevokeApiKeyInput:
    id: strawberry.ID


def api_keys_of(
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.ApiKey]]:
    """The keys of the caller's resellers, of both environments, newest first."""
    return queries.page_keys(
        visible=visible_api_keys(info.context.viewer), window=Window(first, after, last, before)
    )


@answers(NotFound, Forbidden, InvalidInput, EnvironmentNotReady, IdempotencyConflict)
async def issue_api_key(info: Info, input: IssueApiKeyInput) -> api_keys.IssuedKey:
    """Make a key. Its text is in this answer only."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await api_keys.issue_key(
            uow,
            context.viewer,
            reseller_id=local_id("Partner", input.reseller_id),
            environment=input.environment,
            name=input.name,
            scopes=None if input.scopes is None else frozenset(input.scopes),
            expires_at=input.expires_at,
            pepper=context.pepper,
            entropy=context.entropy,
            now=context.now,
            idempotency=context.idempotency(
                input.idempotency_key, "issue_api_key", input=strawberry.asdict(input)
            ),
        )


@answers(NotFound, Forbidden, InvalidInput, IdempotencyConflict)
async def rotate_api_key(info: Info, input: RotateApiKeyInput) -> api_keys.IssuedKey:
    """Make a key in the place of another, which holds for some hours more."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await api_keys.rotate_key(
            uow,
            context.viewer,
            key_id=local_id("ApiKey", input.id),
            overlap_hours=input.overlap_hours,
            pepper=context.pepper,
            entropy=context.entropy,
            now=context.now,
            idempotency=context.idempotency(
                input.idempotency_key, "rotate_api_key", input=strawberry.asdict(input)
            ),
        )


@answers(NotFound, Forbidden)
async def revoke_api_key(info: Info, input: RevokeApiKeyInput) -> models.ApiKey:
    """End a key at once."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await api_keys.revoke_key(
            uow, context.viewer, key_id=local_id("ApiKey", input.id), now=context.now
        )
