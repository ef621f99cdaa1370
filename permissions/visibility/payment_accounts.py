"""Whose account at the payment provider one may look at. Environments never mix."""

from sqlalchemy import ColumnElement, and_, or_

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import is_oneself, rule


@rule
def visible_payment_accounts(viewer: Viewer) -> ColumnElement[bool]:
    """The accounts of one's own partners, and one's own as an affiliate; the platform's staff sees every one."""
    account = models.PaymentAccount
    here = account.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_FINANCE):
        return here
    own = is_oneself(viewer, account.affiliate_id)
    if not viewer.may(Scope.READ_FINANCE):
        return and_(here, own)
    return and_(here, or_(account.partner_id.in_(viewer.partners_with(Scope.READ_FINANCE)), own))
