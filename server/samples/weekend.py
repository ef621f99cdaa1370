"""A weekend sold by one partner and made of what three have: a cruise, a ferry pass, a night; with all that sells it.

Made by the acts people use, each in the name of who would do it.
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import inventory as inventory_queries
from db.queries import packages as package_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.affiliates import TERMS_VERSION, AffiliateChannel
from domain.cancellation import CancellationPolicy, CancellationTier
from domain.coupons import CouponKind, Terms
from domain.discounts import DiscountKind, DiscountRule
from domain.inventory import Channel, InventoryEventKind
from domain.package_content import Content
from domain.packages import Item, ItemKind
from domain.pricing import CustomerType, PriceRule, RuleEffect
from permissions.viewer import Viewer
from permissions.visibility import packages_of_environment
from server.samples.products import CURRENCY, TIME_ZONE
from services import affiliates, coupon_making, inventory, package_consents, packages

SKU = "HARBOUR-WEEKEND"
CRUISE_SKU, FERRY_SKU, NIGHT_SKU = "106", "PEARL-DAY-PASS", "KOWLOON-NIGHT"
COUPON = "WELCOME-10"
LINK = "bea-harbour"
CONCESSIONS = frozenset({CustomerType.CHILD, CustomerType.ELDERLY})
PASSES = 500
BEDS = 40
"""A night."""
NIGHTS = 180

FERRY = Content(
    names={
        "en": "Outlying Islands Day Pass",
        "it": "Pass giornaliero per le isole",
        "de": "Tageskarte zu den Inseln",
        "fr": "Pass journée vers les îles",
        "es": "Pase de un día a las islas",
    },
    items=(Item(ItemKind.TRANSPORT, "FERRY", "Ferry pass, one day", 1),),
    price_rules=(PriceRule("BASE", "One day", RuleEffect.SET, 160_00, 10),),
    regions=("HK",),
    is_dated=True,
)
NIGHT = Content(
    names={
        "en": "A Night above the Harbour",
        "it": "Una notte sopra il porto",
        "de": "Eine Nacht über dem Hafen",
        "fr": "Une nuit au-dessus du port",
        "es": "Una noche sobre el puerto",
    },
    items=(Item(ItemKind.LODGING, "NIGHT", "One night with breakfast, for one guest", 1),),
    price_rules=(PriceRule("BASE", "One guest, one night", RuleEffect.SET, 840_00, 10),),
    regions=("HK",),
    is_dated=True,
)
NAMES = {
    "en": "Harbour Weekend",
    "it": "Weekend nel porto",
    "de": "Wochenende am Hafen",
    "fr": "Week-end au port",
    "es": "Fin de semana en el puerto",
}
DESCRIPTIONS = {
    "en": "A cruise at sunset, a day among the islands by ferry, and a night with the harbour below your window.",
    "it": "Una crociera al tramonto, un giorno in traghetto tra le isole e una notte con il porto sotto la finestra.",
    "de": "Eine Rundfahrt bei Sonnenuntergang, ein Tag mit der Fähre zu den Inseln, eine Nacht mit Blick auf den Hafen.",
    "fr": "Une croisière au coucher du soleil, une journée d'île en île, une nuit avec le port sous vos fenêtres.",
    "es": "Un crucero al atardecer, un día en ferry entre las islas y una noche con el puerto bajo la ventana.",
}
PRICES = (
    PriceRule(
        "CONCESSION",
        "Child and elderly",
        RuleEffect.SET,
        880_00,
        10,
        customer_types=CONCESSIONS,
        is_final=True,
    ),
    PriceRule("BASE", "Adult", RuleEffect.SET, 1_280_00, 20),
)
DISCOUNTS = (
    DiscountRule(
        "FAMILY",
        "Families",
        DiscountKind.PERCENT,
        1_000,
        min_counts={CustomerType.ADULT: 2, CustomerType.CHILD: 1},
    ),
    DiscountRule("EARLY", "Booked three weeks ahead", DiscountKind.PERCENT, 500, min_lead_days=21),
)
CANCELLATION = CancellationPolicy((CancellationTier(14, 10_000), CancellationTier(3, 5_000)))
"""Two weeks ahead all comes back, three days ahead half of it, later nothing."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who makes the bundle, in one environment."""

    platform: Viewer
    """Puts the parts together: a partner sees nobody else's packages in TEST."""
    seller: Viewer
    carrier: Viewer
    hotel: Viewer
    affiliate: Viewer


async def add_weekend(uow: UnitOfWork, cast: Cast, *, pepper: bytes, now: dt.datetime) -> None:
    """Put the bundle on sale in the environment of its cast, with a coupon and an affiliate's link."""
    ferry = await _offer(uow, cast.carrier, FERRY_SKU, FERRY, partner_id=_partner_of(cast.carrier), now=now)
    night = await _offer(uow, cast.hotel, NIGHT_SKU, NIGHT, partner_id=_partner_of(cast.hotel), now=now)
    await inventory.open_pool(uow, cast.carrier, ferry, channel=Channel.DIRECT, units=PASSES, now=now)
    await _open_nights(uow, cast.hotel, night, now=now)
    bundle = await _bundle(uow, cast, ferry=ferry, night=night, now=now)
    await _promote(uow, cast, bundle, pepper=pepper, now=now)


async def _offer(
    uow: UnitOfWork,
    viewer: Viewer,
    sku: str,
    content: Content,
    *,
    partner_id: UUID,
    is_draft: bool = False,
    now: dt.datetime,
) -> models.Package:
    return await packages.create_package(
        uow,
        viewer,
        partner_id=partner_id,
        sku=sku,
        currency=CURRENCY,
        time_zone=TIME_ZONE,
        content=content,
        is_draft=is_draft,
        idempotency=None,
        now=now,
    )


async def _open_nights(uow: UnitOfWork, viewer: Viewer, night: models.Package, *, now: dt.datetime) -> None:
    """Give every night of the coming months a pool of its own."""
    pools = [
        models.Allotment(
            id=new_id(),
            environment=night.environment,
            package_id=night.id,
            channel=Channel.DIRECT,
            date=now.date() + dt.timedelta(days=day),
            allocated=BEDS,
            sequence=1,
            created_at=now,
        )
        for day in range(NIGHTS)
    ]
    uow.session.add_all(pools)
    await uow.session.flush()
    for pool in pools:
        await inventory_queries.journal(
            uow.session,
            pool.id,
            kind=InventoryEventKind.ALLOTTED,
            actor=viewer.id,
            now=now,
            allocated_change=BEDS,
        )


async def _bundle(
    uow: UnitOfWork, cast: Cast, *, ferry: models.Package, night: models.Package, now: dt.datetime
) -> models.Package:
    """Draft it, have the other two agree, publish it."""
    described = package_queries.package_by_sku(CRUISE_SKU, visible=packages_of_environment(cast.seller))
    cruise = (await uow.session.scalars(described.statement)).one()
    content = Content(
        names=NAMES,
        descriptions=DESCRIPTIONS,
        items=(
            Item(ItemKind.TOUR, "CRUISE", "Harbour cruise", 1, share_weight=280, component_id=cruise.id),
            Item(ItemKind.TRANSPORT, "ISLANDS", "Ferry pass", 1, share_weight=160, component_id=ferry.id),
            Item(
                ItemKind.LODGING,
                "NIGHT",
                "Night with breakfast",
                1,
                share_weight=840,
                component_id=night.id,
            ),
        ),
        price_rules=PRICES,
        regions=("HK",),
        languages=("en", "zh"),
        is_dated=True,
        discount_rules=DISCOUNTS,
        cancellation_policy=CANCELLATION,
    )
    bundle = await _offer(
        uow, cast.platform, SKU, content, partner_id=_partner_of(cast.seller), is_draft=True, now=now
    )
    consents = await package_queries.consents_of(uow.session, bundle.id, 1)
    by_partner = {_partner_of(viewer): viewer for viewer in (cast.carrier, cast.hotel)}
    for consent in consents:
        await package_consents.answer_package_consent(
            uow, by_partner[consent.partner_id], consent_id=consent.id, is_granted=True, now=now
        )
    return await packages.publish_package(uow, cast.platform, package_id=bundle.id, now=now)


async def _promote(
    uow: UnitOfWork, cast: Cast, bundle: models.Package, *, pepper: bytes, now: dt.datetime
) -> None:
    seller_id = _partner_of(cast.seller)
    await coupon_making.create_coupon(
        uow,
        cast.seller,
        terms=Terms(kind=CouponKind.PERCENT, percent_bps=1_000, package_ids=[bundle.id], funder_id=seller_id),
        code=COUPON,
        description="Ten percent off the seller's own part, for whoever tries it",
        valid_from=None,
        valid_until=None,
        usage_limit=1_000,
        customer_limit=None,
        entropy=secrets.token_bytes,
        idempotency=None,
        now=now,
    )
    affiliate = await affiliates.register_affiliate(
        uow,
        cast.affiliate,
        display_name="Bea on the road",
        web_site="https://blog.example",
        channels=[AffiliateChannel.BLOG],
        accepted_terms=TERMS_VERSION,
        pepper=pepper,
        idempotency=None,
        now=now,
    )
    await affiliates.create_link(
        uow,
        cast.seller,
        partner_id=seller_id,
        affiliate_id=affiliate.id,
        code=f"{LINK}-{bundle.environment.lower()}",
        target=f"/packages/{SKU}",
        note="Winter story",
        commission_bps=500,
        entropy=secrets.token_bytes,
        idempotency=None,
        now=now,
    )


def _partner_of(viewer: Viewer) -> UUID:
    return next(iter(viewer.partner_ids))
