"""Whose properties a caller may see; they are of no environment."""

from sqlalchemy import ColumnElement

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, rule


@rule
def visible_properties(viewer: Viewer) -> ColumnElement[bool]:
    """The properties of one's own partners."""
    return of_own_partners(viewer, models.Property.partner_id, Scope.READ_PROPERTIES)
