"""A reseller's credentials."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain.environments import Environment
from permissions.viewer import Scope
from resolvers import api_keys as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.refusals import EnvironmentNotReady, Forbidden, IdempotencyConflict, InvalidInput, NotFound
from schema.sources import represents, resolved_by
from services.api_keys import IssuedKey


@strawberry.type(description="A reseller's key, without its secret.")
class ApiKey(Node):
    is_type_of = represents(models.ApiKey)

    name: str
    prefix: str = strawberry.field(description="The public part: `il_live_<prefix>_…`.")
    environment: Environment
    scopes: list[Scope]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None


@strawberry.type(description="A new key; `text` is shown this once.")
class IssuedApiKey:
    is_type_of = represents(IssuedKey)

    api_key: ApiKey
    text: str | None = strawberry.field(
        description="In the first answer only; a repeated request gets the key without it."
    )


IssueApiKeyPayload = Annotated[
    IssuedApiKey | NotFound | Forbidden | InvalidInput | EnvironmentNotReady | IdempotencyConflict,
    strawberry.union("IssueApiKeyPayload"),
]
RotateApiKeyPayload = Annotated[
    IssuedApiKey | NotFound | Forbidden | InvalidInput | IdempotencyConflict,
    strawberry.union("RotateApiKeyPayload"),
]
RevokeApiKeyPayload = Annotated[ApiKey | NotFound | Forbidden, strawberry.union("RevokeApiKeyPayload")]


@strawberry.type
class ApiKeyQuery:
    api_keys: Connection[ApiKey] = resolved_by(resolve.api_keys_of, scope=Scope.MANAGE_KEYS)


@strawberry.type
class ApiKeyMutation:
    issue_api_key: IssueApiKeyPayload = resolved_by(resolve.issue_api_key, scope=Scope.MANAGE_KEYS)
    rotate_api_key: RotateApiKeyPayload = resolved_by(resolve.rotate_api_key, scope=Scope.MANAGE_KEYS)
    revoke_api_key: RevokeApiKeyPayload = resolved_by(resolve.revoke_api_key, scope=Scope.MANAGE_KEYS)
