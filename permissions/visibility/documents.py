"""Whose documents about money a caller may see. Environments never mix."""

from sqlalchemy import ColumnElement, and_

from db import models
from domain.documents import OF_SALES
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, rule


@rule
def visible_documents(viewer: Viewer) -> ColumnElement[bool]:
    """The documents of one's own partners; the platform's finance sees every one."""
    here = models.Document.environment == viewer.environment
    return and_(here, of_own_partners(viewer, models.Document.partner_id, Scope.READ_FINANCE))


@rule
def documents_of_buyers(viewer: Viewer) -> ColumnElement[bool]:
    """What buyers are given in one's environment: for whoever shows the secret of the checkout it belongs to."""
    return and_(models.Document.environment == viewer.environment, models.Document.kind.in_(sorted(OF_SALES)))
