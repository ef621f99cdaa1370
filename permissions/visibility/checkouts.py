"""Which quotes and checkouts a caller may see. A guest's checkout is found by its secret, and by that alone."""

from sqlalchemy import ColumnElement, and_, false, or_

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, refers, rule


@rule
def visible_checkouts(viewer: Viewer, scope: Scope = Scope.READ_ORDERS) -> ColumnElement[bool]:
    """One's own purchases, those whose secret one has shown, and, with the scope, the sales of one's partners."""
    here = models.Checkout.environment == viewer.environment
    shown = models.Checkout.token_hash.in_(viewer.secrets)
    if viewer.is_anonymous:
        return and_(here, shown)
    if viewer.may_everywhere(scope):
        return here
    own = models.Checkout.buyer_id == viewer.buyer_id
    sold = models.Checkout.partner_id.in_(viewer.partners_with(scope)) if viewer.may(scope) else false()
    return and_(here, or_(own, shown, sold))


@rule
def visible_quotes(viewer: Viewer) -> ColumnElement[bool]:
    """One's own, and those of checkouts one may see. A guest is nobody who could be told from another."""
    here = models.Quote.environment == viewer.environment
    held = refers(models.Quote.id, models.Checkout.quote_id, visible_checkouts(viewer))
    if viewer.is_anonymous:
        return and_(here, held)
    return and_(here, or_(models.Quote.actor == viewer.id, held))


@rule
def kept_quotes(viewer: Viewer) -> ColumnElement[bool]:
    """What one may book: one's own, and as a guest what any guest asked for, if one knows its id."""
    here = models.Quote.environment == viewer.environment
    return and_(here, models.Quote.actor == viewer.id)


@rule
def bought_checkouts(viewer: Viewer) -> ColumnElement[bool]:
    """One's own purchases, and those whose secret one has shown: what its buyer alone pays or gives up."""
    here = models.Checkout.environment == viewer.environment
    own = models.Checkout.buyer_id == viewer.buyer_id
    return and_(here, or_(own, models.Checkout.token_hash.in_(viewer.secrets)))


@rule
def visible_checkout_legs(viewer: Viewer) -> ColumnElement[bool]:
    """The legs of one's partners' own sales, and one's own part in those of others."""
    if not viewer.may(Scope.READ_FINANCE):
        return NOTHING
    here = models.Checkout.environment == viewer.environment
    if viewer.may_everywhere(Scope.READ_FINANCE):
        return refers(models.CheckoutLeg.checkout_id, models.Checkout.id, here)
    own = viewer.partners_with(Scope.READ_FINANCE)
    sold = models.Checkout.partner_id.in_(own)
    part = models.CheckoutLeg.partner_id.in_(own)
    return refers(models.CheckoutLeg.checkout_id, models.Checkout.id, and_(here, or_(sold, part)))


@rule
def visible_refunds(viewer: Viewer) -> ColumnElement[bool]:
    """The refunds of checkouts one may see: its buyer's, too."""
    return refers(models.Refund.checkout_id, models.Checkout.id, visible_checkouts(viewer))


@rule
def visible_payments(viewer: Viewer) -> ColumnElement[bool]:
    """The payments of checkouts one may see."""
    return refers(models.Payment.checkout_id, models.Checkout.id, visible_checkouts(viewer))
