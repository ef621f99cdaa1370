"""Who is asking."""

import datetime as dt

import strawberry

from domain.environments import Environment
from permissions import viewer
from permissions.viewer import Role, Scope
from resolvers import viewer as resolve
from schema.partners import Partner
from schema.sources import represents, resolved_by


@strawberry.type(description="The caller of this operation.")
class Viewer:
    is_type_of = represents(viewer.Viewer)

    id: strawberry.ID = strawberry.field(description="`key:…`, `user:…` or `anonymous`.")
    environment: Environment
    scopes: list[Scope] = resolved_by(resolve.scopes)
    roles: list[Role] = resolved_by(resolve.roles)
    rate_limit_per_minute: int
    expires_at: dt.datetime | None = strawberry.field(description="When the credential ends.")
    partners: list[Partner] = resolved_by(resolve.partners)
    partner: Partner | None = resolved_by(resolve.partner)


@strawberry.type
class ViewerQuery:
    viewer: Viewer = resolved_by(resolve.viewer)
