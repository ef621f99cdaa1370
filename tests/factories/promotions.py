"""Coupons, affiliates with their links, and what came of both."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.affiliates import ConversionStatus, HeldBecause, LinkStatus
from domain.checkouts import CheckoutStatus
from domain.coupons import CouponKind, CouponScope, CouponStatus, RedemptionStatus, customer_hash
from domain.environments import Environment
from domain.ids import global_id
from tests.factories.times import NOW
from tests.factories.world import World

LIVE = Environment.LIVE
PEPPER = b"p" * 32
NEXT_MONTH = NOW + dt.timedelta(days=30)


async def make_coupon(
    session: AsyncSession, partner: models.Partner | None, *, code: str = "SUMMER-10", **facts: Any
) -> models.Coupon:
    """A coupon of ten percent without limits, of a partner or (None) of the platform."""
    coupon = models.Coupon(
        **{
            "id": new_id(),
            "environment": LIVE,
            "partner_id": partner and partner.id,
            "code": code,
            "kind": CouponKind.PERCENT,
            "percent_bps": None if "amount_minor" in facts else 1_000,
            "scope": CouponScope.PACKAGE,
            "package_ids": [],
            "minimum_minor": 0,
            "is_combinable": True,
            "valid_from": NOW,
            "counted": 0,
            "status": CouponStatus.ACTIVE,
            "version": 1,
            "created_by": "user:vera",
            "created_at": NOW,
            **({"kind": CouponKind.AMOUNT, "currency": "HKD"} if "amount_minor" in facts else {}),
            **facts,
        }
    )
    session.add(coupon)
    await session.flush()
    return coupon


async def make_redemption(
    session: AsyncSession, coupon: models.Coupon, reservation_id: UUID, **facts: Any
) -> models.CouponRedemption:
    """An order's use of a coupon, counted."""
    redemption = models.CouponRedemption(
        **{
            "id": new_id(),
            "coupon_id": coupon.id,
            "reservation_id": reservation_id,
            "customer_hash": customer_hash(PEPPER, coupon.environment, "mei@example.com"),
            "amount_minor": 2_880,
            "currency": "HKD",
            "status": RedemptionStatus.HELD,
            "is_counted": True,
            "created_at": NOW,
            **facts,
        }
    )
    coupon.counted += 1
    session.add(redemption)
    await session.flush()
    return redemption


async def make_affiliate(
    session: AsyncSession,
    *,
    email: str = "bea@blog.example",
    environment: Environment = LIVE,
    partner: models.Partner | None = None,
) -> models.Affiliate:
    """A person with a blog; of a partner's team, if one is given."""
    user = models.User(
        id=new_id(),
        issuer="https://issuer.example",
        subject=str(new_id()),
        email=email,
        name="Bea Blogger",
        platform_roles=[],
        created_at=NOW,
    )
    session.add(user)
    await session.flush()
    if partner is not None:
        session.add(models.PartnerMember(partner_id=partner.id, user_id=user.id, role="SUPPORT"))
    affiliate = models.Affiliate(
        id=new_id(),
        environment=environment,
        user_id=user.id,
        account=f"user:{user.id}",
        email_hash=customer_hash(PEPPER, environment, email),
        display_name="Bea on the road",
        web_site="https://bea.example",
        channels=["BLOG"],
        terms_version=1,
        terms_accepted_at=NOW,
        created_at=NOW,
    )
    session.add(affiliate)
    await session.flush()
    return affiliate


async def make_link(
    session: AsyncSession,
    partner: models.Partner,
    affiliate: models.Affiliate,
    *,
    code: str = "bea-summer",
    **facts: Any,
) -> models.AffiliateLink:
    """A partner's active link of five percent."""
    link = models.AffiliateLink(
        **{
            "id": new_id(),
            "environment": affiliate.environment,
            "partner_id": partner.id,
            "affiliate_id": affiliate.id,
            "code": code,
            "target": "/packages/harbour",
            "commission_bps": 500,
            "status": LinkStatus.ACTIVE,
            "version": 1,
            "created_by": "user:vera",
            "created_at": NOW,
            **facts,
        }
    )
    session.add(link)
    await session.flush()
    return link


async def make_checkout(session: AsyncSession, reservation_id: UUID) -> models.Checkout:
    """An open purchase of two cruises for HKD 576, of a hold that is there."""
    line = await session.scalar(
        select(models.ReservationLine).where(models.ReservationLine.reservation_id == reservation_id)
    )
    assert line is not None
    hold = await session.get_one(models.Reservation, reservation_id)
    package = await session.get_one(models.Package, line.package_id)
    amounts = {
        "gross_minor": 57_600,
        "discount_minor": 0,
        "coupon_minor": 0,
        "total_minor": 57_600,
        "currency": "HKD",
    }
    quote = models.Quote(
        id=new_id(),
        environment=hold.environment,
        actor="anonymous",
        package_id=package.id,
        package_version=1,
        party={"ADULT": 2},
        breakdown=[],
        created_at=NOW,
        expires_at=NEXT_MONTH,
        **amounts,
    )
    session.add(quote)
    await session.flush()
    checkout = models.Checkout(
        id=new_id(),
        environment=hold.environment,
        quote_id=quote.id,
        reservation_id=hold.id,
        package_id=package.id,
        partner_id=package.partner_id,
        status=CheckoutStatus.OPEN,
        token_hash=new_id().bytes,
        customer_name="Mei Wong",
        customer_email="mei@example.com",
        customer_phone="+852 1234 5678",
        locale="en",
        fee_bps=1_500,
        cancellation_policy={},
        time_zone=package.time_zone,
        release_on=NEXT_MONTH.date(),
        created_at=NOW,
        expires_at=NEXT_MONTH,
        **amounts,
    )
    session.add(checkout)
    await session.flush()
    return checkout


async def make_conversion(
    session: AsyncSession, link: models.AffiliateLink, checkout_id: UUID, **facts: Any
) -> models.AffiliateConversion:
    """A sale of HKD 576 by a link, of which the affiliate gets 28.80; due in a month."""
    conversion = models.AffiliateConversion(
        **{
            "id": new_id(),
            "environment": link.environment,
            "link_id": link.id,
            "affiliate_id": link.affiliate_id,
            "partner_id": link.partner_id,
            "checkout_id": checkout_id,
            "buyer_hash": customer_hash(PEPPER, link.environment, "mei@example.com"),
            "amount_minor": 57_600,
            "commission_bps": link.commission_bps,
            "commission_minor": 2_880,
            "clawed_back_minor": 0,
            "currency": "HKD",
            "status": ConversionStatus.PENDING,
            "held_because": [],
            "due_at": NEXT_MONTH,
            "sequence": 1,
            "created_at": NOW,
            **facts,
        }
    )
    session.add(conversion)
    await session.flush()
    return conversion


async def make_promotions_scene(session: AsyncSession, world: World, reservation_id: UUID) -> dict[str, str]:
    """The reseller's coupon, used once, and its link, by which somebody bought; public ids by what they are of."""
    coupon = await make_coupon(session, world.reseller)
    await make_redemption(session, coupon, reservation_id)
    affiliate = await make_affiliate(session)
    link = await make_link(session, world.reseller, affiliate)
    checkout = await make_checkout(session, reservation_id)
    conversion = await make_conversion(
        session, link, checkout.id, status=ConversionStatus.HELD, held_because=[HeldBecause.OWN_EMAIL.value]
    )
    return {
        "coupon": global_id("Coupon", coupon.id),
        "affiliate": global_id("Affiliate", affiliate.id),
        "affiliate_link": global_id("AffiliateLink", link.id),
        "affiliate_conversion": global_id("AffiliateConversion", conversion.id),
    }
