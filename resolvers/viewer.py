"""Who is asking."""

import strawberry

from db import models
from db.queries import partners as queries
from db.questions import Asked
from db.rows import Rows
from permissions.viewer import Role, Scope, Viewer
from permissions.visibility import visible_partners
from resolvers.context import Info


def viewer(info: Info) -> Viewer:
    """The caller as the platform knows it."""
    return info.context.viewer


def partners(root: strawberry.Parent[Viewer], info: Info) -> Asked[Rows[models.Partner]]:
    """The caller's own organizations."""
    return queries.partners_by_ids(root.partner_ids, visible=visible_partners(info.context.viewer))


def scopes(root: strawberry.Parent[Viewer]) -> list[Scope]:
    """What the caller may do, over all its partners."""
    return sorted(root.scopes)


def roles(root: strawberry.Parent[Viewer]) -> list[Role]:
    """What the caller is, to the platform and to its partners; empty for keys."""
    return sorted(root.roles)
