"""Whose documents and decisions a caller may see; they are of no environment."""

from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, rule


@rule
def visible_verification_documents(viewer: Viewer) -> ColumnElement[bool]:
    """What one's own partners showed; all of it for who verifies."""
    return _of_own_or_verified(viewer, models.VerificationDocument.partner_id)


@rule
def visible_verification_decisions(viewer: Viewer) -> ColumnElement[bool]:
    """What was decided about one's own partners; all of it for who verifies."""
    return _of_own_or_verified(viewer, models.VerificationDecision.partner_id)


def _of_own_or_verified(viewer: Viewer, partner_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Not all of the staff that reads partners: who a person is concerns those who check it."""
    if viewer.may_everywhere(Scope.VERIFY_PARTNERS):
        return true()
    if not viewer.may(Scope.READ_PARTNER):
        return NOTHING
    return partner_id.in_(viewer.partners_with(Scope.READ_PARTNER))
