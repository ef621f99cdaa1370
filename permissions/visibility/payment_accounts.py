"""Whose account at the payment provider one may look at. Environments never mix."""

from sqlalchemy import ColumnElement, and_

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, rule


@rule
def visible_payment_accounts(viewer: Viewer) -> ColumnElement[bool]:
    """The accounts of one's own partners; the platform's staff sees every one, affiliates' too."""
    if not viewer.may(Scope.READ_FINANCE):
        return NOTHING
    here = models.PaymentAccount.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_FINANCE):
        return here
    return and_(here, models.PaymentAccount.partner_id.in_(viewer.partners_with(Scope.READ_FINANCE)))
