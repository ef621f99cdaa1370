"""Whose imports a caller may see; they are of no environment."""

from sqlalchemy import ColumnElement

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, refers, rule


@rule
def visible_imports(viewer: Viewer) -> ColumnElement[bool]:
    """The imports of one's own partners."""
    return of_own_partners(viewer, models.PropertyImport.partner_id, Scope.READ_PROPERTIES)


@rule
def visible_import_problems(viewer: Viewer) -> ColumnElement[bool]:
    """What was found in the rows of imports one may see."""
    return refers(models.PropertyImportProblem.import_id, models.PropertyImport.id, visible_imports(viewer))
