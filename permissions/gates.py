"""What a caller may ask at all: one scope a field."""

from uuid import UUID

from domain.errors import Forbidden, Refused, Unauthenticated
from permissions.viewer import Scope, Viewer


def require_at(viewer: Viewer, scope: Scope, partner_id: UUID | None) -> None:
    """Let the call pass if it carries the scope at the partner the row belongs to.

    A row of no partner (None) is seen by its maker and the platform alone: there the scope is enough.
    Refuses: Unauthenticated, Forbidden.
    """
    require(viewer, scope)
    if partner_id is not None and not viewer.may_at(partner_id, scope):
        raise Refused(Forbidden(f"This needs the scope {scope} at the partner it belongs to."))


def require(viewer: Viewer, scope: Scope) -> None:
    """Let the call pass if it carries the scope. Refuses: Unauthenticated, Forbidden."""
    if viewer.may(scope):
        return
    if viewer.is_anonymous:
        raise Refused(Unauthenticated())
    raise Refused(Forbidden(f"This needs the scope {scope}."))
