"""Which packages a caller may find, and whose paid places it may see."""

from sqlalchemy import ColumnElement, and_

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, rule


@rule
def visible_hits(viewer: Viewer) -> ColumnElement[bool]:
    """What is listed in the caller's environment: search is for everybody, guests too."""
    return models.PackageSearch.environment == viewer.environment


@rule
def visible_sponsorships(viewer: Viewer) -> ColumnElement[bool]:
    """What one's own partners pay for being found, in the caller's environment."""
    paid = models.Sponsorship
    own = of_own_partners(viewer, paid.partner_id, Scope.MANAGE_PROMOTIONS)
    return and_(paid.environment == viewer.environment, own)
