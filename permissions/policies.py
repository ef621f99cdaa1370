"""What a caller may do to a thing it can see."""

from uuid import UUID

from domain.environments import Environment
from domain.errors import Forbidden, Refused
from permissions.viewer import Scope, Viewer


def may_manage_inventory(viewer: Viewer, partner_id: UUID) -> None:
    """Only the package's own partner and the platform change what is sold. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_INVENTORY)


def may_manage_keys(viewer: Viewer, reseller_id: UUID) -> None:
    """Only the reseller's own people and the platform handle its keys. Refuses: Forbidden."""
    _may_at(viewer, reseller_id, Scope.MANAGE_KEYS)


def may_read_platform_report(viewer: Viewer) -> None:
    """Only the platform's staff reads the figures of all partners together. Refuses: Forbidden."""
    if not viewer.may_everywhere(Scope.READ_REPORTS):
        raise Refused(Forbidden("Only the platform's staff reads this report."))


def may_manage_webhooks(viewer: Viewer, partner_id: UUID) -> None:
    """Only the partner's own people and keys, and the platform, say where it is told. Refuses: Forbidden."""
    _may_at(viewer, partner_id, Scope.MANAGE_WEBHOOKS)


def may_certify(viewer: Viewer, partner_id: UUID) -> None:
    """The partner's own people and TEST keys, who assists it, and the platform run its certification.

    Refuses: Forbidden.
    """
    _may_at(viewer, partner_id, Scope.CERTIFY)
    if viewer.api_key_id is not None and viewer.environment is not Environment.TEST:
        raise Refused(Forbidden("A certification is run with a TEST key."))


def _may_at(viewer: Viewer, partner_id: UUID, scope: Scope) -> None:
    if not viewer.may_at(partner_id, scope):
        raise Refused(Forbidden(f"This needs the scope {scope} at the partner it belongs to."))
