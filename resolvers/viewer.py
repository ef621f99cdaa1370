"""Who is asking."""

import strawberry

from db import models
from db.queries import partners as queries
from db.questions import Asked
from db.rows import One, Rows
from domain.ids import local_id
from permissions import policies
from permissions.viewer import Role, Scope, Viewer
from permissions.visibility import visible_partners
from resolvers.context import Info


def viewer(info: Info) -> Viewer:
    """The caller as the platform knows it."""
    return info.context.viewer


def partners(root: strawberry.Parent[Viewer], info: Info) -> Asked[Rows[models.Partner]]:
    """The caller's own organizations."""
    return queries.partners_by_ids(root.partner_ids, visible=visible_partners(info.context.viewer))


def partner(
    root: strawberry.Parent[Viewer], info: Info, id: strawberry.ID | None = None
) -> Asked[One[models.Partner]] | None:
    """One of the caller's own organizations; without `id` the only one: null for none, or several."""
    uuid = policies.only_partner(root) if id is None else local_id("Partner", id)
    if uuid is None or uuid not in root.partner_ids:
        return None
    return queries.partner_by_id(uuid, visible=visible_partners(info.context.viewer))


def scopes(root: strawberry.Parent[Viewer]) -> list[Scope]:
    """What the caller may do, over all its partners."""
    return sorted(root.scopes)


def roles(root: strawberry.Parent[Viewer]) -> list[Role]:
    """What the caller is, to the platform and to its partners; empty for keys."""
    return sorted(root.roles)
