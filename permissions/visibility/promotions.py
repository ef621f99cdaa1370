"""Whose coupons, affiliates, links and commissions a caller may see. Environments never mix."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, is_oneself, refers, rule, there_is


@rule
def visible_coupons(viewer: Viewer) -> ColumnElement[bool]:
    """The coupons of one's own partners; the platform's staff sees every one."""
    if not viewer.may(Scope.MANAGE_PROMOTIONS):
        return NOTHING
    here = models.Coupon.environment == viewer.environment
    if viewer.may_everywhere(Scope.MANAGE_PROMOTIONS):
        return here
    return and_(here, models.Coupon.partner_id.in_(viewer.partners_with(Scope.MANAGE_PROMOTIONS)))


@rule
def visible_coupon_redemptions(viewer: Viewer) -> ColumnElement[bool]:
    """The uses of coupons one may see."""
    return refers(models.CouponRedemption.coupon_id, models.Coupon.id, visible_coupons(viewer))


@rule
def visible_affiliates(viewer: Viewer) -> ColumnElement[bool]:
    """Oneself, and those for whom one's own partners have links."""
    affiliate, link = models.Affiliate, models.AffiliateLink
    here = affiliate.environment == viewer.environment
    if viewer.may_everywhere(Scope.MANAGE_PROMOTIONS):
        return here
    own = affiliate.user_id == viewer.person
    if not viewer.may(Scope.MANAGE_PROMOTIONS):
        return and_(here, own)
    linked = there_is(
        link.affiliate_id == affiliate.id,
        link.partner_id.in_(viewer.partners_with(Scope.MANAGE_PROMOTIONS)),
        outer=affiliate,
    )
    return and_(here, or_(own, linked))


@rule
def visible_affiliate_links(viewer: Viewer) -> ColumnElement[bool]:
    """The links of one's own partners, and those one has as an affiliate."""
    link = models.AffiliateLink
    here = link.environment == viewer.environment
    if viewer.may_everywhere(Scope.MANAGE_PROMOTIONS):
        return here
    return and_(here, _is_of_partner_or_own(viewer, link.partner_id, link.affiliate_id))


@rule
def visible_affiliate_conversions(viewer: Viewer) -> ColumnElement[bool]:
    """The sales that came by links one may see."""
    conversion = models.AffiliateConversion
    here = conversion.environment == viewer.environment
    if viewer.may_everywhere(Scope.MANAGE_PROMOTIONS):
        return here
    return and_(here, _is_of_partner_or_own(viewer, conversion.partner_id, conversion.affiliate_id))


def _is_of_partner_or_own(
    viewer: Viewer,
    partner_id: InstrumentedAttribute[UUID],
    affiliate_id: InstrumentedAttribute[UUID],
) -> ColumnElement[bool]:
    own = is_oneself(viewer, affiliate_id)
    if not viewer.may(Scope.MANAGE_PROMOTIONS):
        return own
    return or_(partner_id.in_(viewer.partners_with(Scope.MANAGE_PROMOTIONS)), own)
