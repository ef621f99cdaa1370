"""Which packages a caller may find."""

from sqlalchemy import ColumnElement

from db import models
from permissions.viewer import Viewer
from permissions.visibility.minting import rule


@rule
def visible_hits(viewer: Viewer) -> ColumnElement[bool]:
    """What is listed in the caller's environment: search is for everybody, guests too."""
    return models.PackageSearch.environment == viewer.environment
