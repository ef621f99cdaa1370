"""Affiliates, their links, and what came of them."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import strawberry

from db import models
from domain import affiliate_stats, affiliates
from domain.affiliates import (
    AffiliateChannel,
    ConversionStatus,
    HeldBecause,
    LinkStatus,
)
from domain.environments import Environment
from permissions.viewer import Scope
from resolvers import affiliates as resolve
from schema.connections import Connection
from schema.ledger import JournalEntry, LedgerAccount
from schema.money import Money, amount_of
from schema.nodes import Node
from schema.partners import Partner
from schema.payment_accounts import PaymentAccount
from schema.payouts import Payout
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    StaleVersion,
    refuses,
)
from schema.sources import related, represents, resolved_by


@refuses(affiliates.AlreadyAffiliate)
class AlreadyAffiliate(Refusal):
    pass


@refuses(affiliates.LinkCodeTaken)
class LinkCodeTaken(Refusal):
    taken: str


@refuses(affiliates.ConversionNotHeld)
class ConversionNotHeld(Refusal):
    found: ConversionStatus


@strawberry.type(
    description="A person who leads buyers here by links, and earns a commission on what they buy."
)
class Affiliate(Node):
    is_type_of = represents(models.Affiliate)

    environment: Environment
    display_name: str
    web_site: str | None
    channels: list[AffiliateChannel] = resolved_by(resolve.channels)
    terms_version: int = strawberry.field(description="The conditions it accepted.")
    created_at: dt.datetime
    links: Connection["AffiliateLink"] = resolved_by(resolve.of_affiliate)
    balances: list[LedgerAccount] = related(
        models.Affiliate.ledger_accounts,
        scope=Scope.REGISTER,
        description="What it is owed, by currency; for itself and the platform's staff, empty for others.",
    )
    payment_account: PaymentAccount | None = related(
        models.Affiliate.payment_account,
        scope=Scope.REGISTER,
        description="How it is paid; null before startAffiliateOnboarding, and for others.",
    )


@strawberry.type(description="A partner's link for one affiliate.")
class AffiliateLink(Node):
    is_type_of = represents(models.AffiliateLink)

    environment: Environment
    partner: Partner | None = related(
        models.AffiliateLink.partner, description="Whose sales it is for, and out of whose share it pays."
    )
    affiliate: Affiliate | None = related(models.AffiliateLink.affiliate)
    code: str
    path: str = resolved_by(resolve.path)
    target: str = strawberry.field(description="The page of ours it leads to.")
    note: str | None
    commission_percent: Decimal = resolved_by(resolve.commission_percent)
    status: LinkStatus
    version: int = strawberry.field(description="Counts its changes.")
    created_at: dt.datetime


@strawberry.type(description="A sale that came by a link, with what it earns.")
class AffiliateConversion(Node):
    is_type_of = represents(models.AffiliateConversion)

    environment: Environment
    link: AffiliateLink | None = related(models.AffiliateConversion.link)
    booking_id: strawberry.ID | None = resolved_by(resolve.booking_id)
    amount: Money = amount_of("amount_minor")
    commission_percent: Decimal = resolved_by(resolve.conversion_percent)
    commission: Money = amount_of("commission_minor")
    clawed_back: Money = amount_of("clawed_back_minor")
    status: ConversionStatus
    held_because: list[HeldBecause] = resolved_by(resolve.held_because)
    due_at: dt.datetime = strawberry.field(description="When it can not be cancelled for free any more.")
    paid_at: dt.datetime | None
    sequence: int = strawberry.field(description="Counts its changes.")
    created_at: dt.datetime


@strawberry.type(
    description="What was sold in one currency and the commission on it, less what was taken back."
)
class AffiliateEarned:
    is_type_of = represents(affiliate_stats.Earned)

    revenue: Money
    commission: Money


@strawberry.type(description="One day of UTC on which there was anything.")
class AffiliateDayStats:
    is_type_of = represents(affiliate_stats.DayStats)

    day: dt.date
    clicks: int
    conversions: int
    earned: list[AffiliateEarned]


@strawberry.type(description="What came of links in a window.")
class AffiliateStats:
    is_type_of = represents(affiliate_stats.AffiliateStats)

    clicks: int = strawberry.field(description="Of people; one a visitor, day and link.")
    conversions: int
    earned: list[AffiliateEarned] = strawberry.field(description="By currency.")
    days: list[AffiliateDayStats]


RegisterAffiliatePayload = Annotated[
    Affiliate | Forbidden | InvalidInput | AlreadyAffiliate | IdempotencyConflict,
    strawberry.union("RegisterAffiliatePayload"),
]
CreateAffiliateLinkPayload = Annotated[
    AffiliateLink | NotFound | Forbidden | InvalidInput | LinkCodeTaken | IdempotencyConflict,
    strawberry.union("CreateAffiliateLinkPayload"),
]
UpdateAffiliateLinkPayload = Annotated[
    AffiliateLink | NotFound | Forbidden | InvalidInput | StaleVersion,
    strawberry.union("UpdateAffiliateLinkPayload"),
]
ReviewAffiliateConversionPayload = Annotated[
    AffiliateConversion | NotFound | Forbidden | ConversionNotHeld,
    strawberry.union("ReviewAffiliateConversionPayload"),
]


@strawberry.type
class AffiliateQuery:
    affiliate: Affiliate | None = resolved_by(resolve.affiliate, scope=Scope.REGISTER)
    affiliate_links: Connection[AffiliateLink] = resolved_by(resolve.links, scope=Scope.REGISTER)
    affiliate_conversions: Connection[AffiliateConversion] = resolved_by(
        resolve.conversions_of, scope=Scope.REGISTER
    )
    affiliate_entries: Connection[JournalEntry] = resolved_by(resolve.entries_of, scope=Scope.REGISTER)
    affiliate_payouts: Connection[Payout] = resolved_by(resolve.payouts_of, scope=Scope.REGISTER)
    affiliate_stats: AffiliateStats = resolved_by(resolve.affiliate_stats, scope=Scope.REGISTER)


@strawberry.type
class AffiliateMutation:
    register_affiliate: RegisterAffiliatePayload = resolved_by(
        resolve.register_affiliate, scope=Scope.REGISTER
    )
    create_affiliate_link: CreateAffiliateLinkPayload = resolved_by(
        resolve.create_affiliate_link, scope=Scope.MANAGE_PROMOTIONS
    )
    update_affiliate_link: UpdateAffiliateLinkPayload = resolved_by(
        resolve.update_affiliate_link, scope=Scope.MANAGE_PROMOTIONS
    )
    review_affiliate_conversion: ReviewAffiliateConversionPayload = resolved_by(
        resolve.review_affiliate_conversion, scope=Scope.MANAGE_PROMOTIONS
    )
