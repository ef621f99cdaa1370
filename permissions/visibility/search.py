"""Which packages a caller may find, and whose paid places it may see."""

from sqlalchemy import ColumnElement, and_

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, refers, rule
from permissions.visibility.packages import visible_packages


@rule
def visible_hits(viewer: Viewer) -> ColumnElement[bool]:
    """Of what is listed, the packages one may see: guests what everybody may buy, resellers their catalog too."""
    hit = models.PackageSearch
    seen = refers(hit.package_id, models.Package.id, visible_packages(viewer))
    return and_(hit.environment == viewer.environment, seen)


@rule
def visible_sponsorships(viewer: Viewer) -> ColumnElement[bool]:
    """What one's own partners pay for being found, in the caller's environment."""
    paid = models.Sponsorship
    own = of_own_partners(viewer, paid.partner_id, Scope.MANAGE_PROMOTIONS)
    return and_(paid.environment == viewer.environment, own)
