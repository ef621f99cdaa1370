"""Whose integrations a caller may look after; alerts of both environments are seen in both."""

from sqlalchemy import ColumnElement

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, rule


@rule
def visible_health(viewer: Viewer) -> ColumnElement[bool]:
    """The integrations of one's own partners, by their profiles."""
    return of_own_partners(viewer, models.ResellerProfile.partner_id, Scope.READ_PARTNER)


@rule
def visible_integration_alerts(viewer: Viewer) -> ColumnElement[bool]:
    """What was wrong with integrations of one's own partners."""
    return of_own_partners(viewer, models.IntegrationAlert.partner_id, Scope.READ_PARTNER)
