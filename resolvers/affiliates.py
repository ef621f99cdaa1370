"""Affiliates, their links, and what came of them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import affiliates as queries
from db.queries import conversions as conversion_queries
from db.queries import ledger as ledger_queries
from db.queries import payouts as payout_queries
from db.queries.texts import global_id
from db.questions import Asked
from db.rows import One
from domain.affiliate_stats import AffiliateStats, check_window, stats_of
from domain.affiliates import (
    AffiliateChannel,
    AlreadyAffiliate,
    ConversionNotHeld,
    ConversionStatus,
    HeldBecause,
    LinkCodeTaken,
    LinkStatus,
)
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id, optional_id
from domain.partners import StaleVersion
from permissions.visibility import (
    visible_affiliate_conversions,
    visible_affiliate_links,
    visible_affiliates,
    visible_journal_entries,
    visible_payouts,
)
from resolvers.amounts import bps_of, percent_of
from resolvers.context import Info
from resolvers.refusals import answers
from resolvers.reports import FromDay
from services import affiliates, conversions


@strawberry.input(description="Who the caller is to its public.")
class RegisterAffiliateInput:
    display_name: str
    channels: list[AffiliateChannel]
    accepted_terms: int = strawberry.field(description="The number of the conditions that are accepted: 1.")
    web_site: str | None = strawberry.field(default=None, description="https.")
    idempotency_key: str | None = None


@strawberry.input(description="A partner's link for one affiliate.")
class CreateAffiliateLinkInput:
    partner_id: strawberry.ID
    affiliate_id: strawberry.ID = strawberry.field(description="As the affiliate hands it out: `aff_…`.")
    commission_percent: Decimal = strawberry.field(
        description="Of what is paid for the partner's items: more than 0, at most 50; two decimals at most."
    )
    target: str = strawberry.field(
        default="/", description="The page of ours it leads to: a path, `/packages/laguna?lang=it`."
    )
    code: str | None = strawberry.field(
        default=None, description="3 to 32 letters, digits and dashes; without it one is made."
    )
    note: str | None = None
    idempotency_key: str | None = None


@strawberry.input(
    description="What changes of a link; what is left out stays. Sales of before keep their commission."
)
class UpdateAffiliateLinkInput:
    id: strawberry.ID
    version: int = strawberry.field(description="The version the change was made for.")
    commission_percent: Decimal | None = None
    target: str | None = None
    note: str | None = None
    status: LinkStatus | None = None


@strawberry.input(description="A decision on a held conversion.")
class ReviewAffiliateConversionInput:
    id: strawberry.ID
    is_approved: bool


def affiliate(info: Info) -> Asked[One[models.Affiliate]]:
    """What the caller is as an affiliate; null where it is none."""
    viewer = info.context.viewer
    return queries.own_affiliate(viewer.id, viewer.environment, visible=visible_affiliates(viewer))


def payouts_of(
    info: Info,
    *,
    affiliate_id: strawberry.ID,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Payout]]:
    """What was and is paid to an affiliate's bank, newest first: for itself, and the platform's staff."""
    return payout_queries.page_affiliate_payouts(
        local_id("Affiliate", affiliate_id),
        visible=visible_payouts(info.context.viewer),
        window=Window(first, after, last, before),
    )


def entries_of(
    info: Info,
    *,
    affiliate_id: strawberry.ID,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.JournalEntry]]:
    """What happened to an affiliate's money, newest first: for itself, who paid it out of its share, and the staff."""
    return ledger_queries.page_affiliate_entries(
        local_id("Affiliate", affiliate_id),
        visible=visible_journal_entries(info.context.viewer),
        window=Window(first, after, last, before),
    )


def links(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    status: LinkStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.AffiliateLink]]:
    """The links of the caller's partners, and its own as an affiliate; newest first."""
    return queries.page_links(
        visible=visible_affiliate_links(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
        status=status,
    )


def of_partner(
    root: strawberry.Parent[models.Partner], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.AffiliateLink]]:
    """Its links for affiliates, newest first."""
    return queries.page_partner_links(
        root.id, visible=visible_affiliate_links(info.context.viewer), window=Window(first, after)
    )


def of_affiliate(
    root: strawberry.Parent[models.Affiliate], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.AffiliateLink]]:
    """Its links, as far as the caller may see them, newest first."""
    return queries.page_affiliate_links(
        root.id, visible=visible_affiliate_links(info.context.viewer), window=Window(first, after)
    )


def conversions_of(
    info: Info,
    *,
    link_id: strawberry.ID | None = None,
    status: ConversionStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.AffiliateConversion]]:
    """The sales that came by links of the caller's partners, or by its own as an affiliate; newest first."""
    return queries.page_conversions(
        visible=visible_affiliate_conversions(info.context.viewer),
        window=Window(first, after, last, before),
        link_id=optional_id("AffiliateLink", link_id),
        status=status,
    )


async def affiliate_stats(
    info: Info,
    from_: FromDay,
    to: dt.date,
    link_id: strawberry.ID | None = None,
    partner_id: strawberry.ID | None = None,
) -> AffiliateStats:
    """Clicks, sales and commissions on the days `from` … `to` of UTC, both included, at most 366; live.

    Of the links the caller may see: its partners' and its own as an affiliate; of one link, or one partner's.
    """
    check_window(from_, to)
    async with info.context.sessions.read() as session:
        return stats_of(
            await conversion_queries.figures(
                session,
                visible=visible_affiliate_links(info.context.viewer),
                link_id=optional_id("AffiliateLink", link_id),
                partner_id=optional_id("Partner", partner_id),
                first=from_,
                last=to,
            )
        )


def channels(root: strawberry.Parent[models.Affiliate]) -> list[AffiliateChannel]:
    """Where it reaches its public."""
    return [AffiliateChannel(each) for each in root.channels]


def path(root: strawberry.Parent[models.AffiliateLink]) -> str:
    """Where to send people to, at our host: `/r/<code>`."""
    return f"/r/{root.code}"


def commission_percent(root: strawberry.Parent[models.AffiliateLink]) -> Decimal:
    """Of the next sale: of what is paid for the partner's items."""
    return percent_of(root.commission_bps)


def conversion_percent(root: strawberry.Parent[models.AffiliateConversion]) -> Decimal:
    """As it was at the sale."""
    return percent_of(root.commission_bps)


def held_because(root: strawberry.Parent[models.AffiliateConversion]) -> list[HeldBecause]:
    """What was odd about it; empty for most."""
    return [HeldBecause(each) for each in root.held_because]


def booking_id(root: strawberry.Parent[models.AffiliateConversion]) -> strawberry.ID | None:
    """The order, for who may see it."""
    return None if root.booking_id is None else strawberry.ID(global_id(models.Booking, root.booking_id))


@answers(Forbidden, InvalidInput, AlreadyAffiliate, IdempotencyConflict)
async def register_affiliate(info: Info, input: RegisterAffiliateInput) -> models.Affiliate:
    """Become an affiliate: needs nothing but a signed-in person. Partners make the links."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await affiliates.register_affiliate(
            uow,
            context.viewer,
            display_name=input.display_name,
            web_site=input.web_site,
            channels=input.channels,
            accepted_terms=input.accepted_terms,
            pepper=context.pepper,
            idempotency=context.idempotency(
                input.idempotency_key, "register_affiliate", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, LinkCodeTaken, IdempotencyConflict)
async def create_affiliate_link(info: Info, input: CreateAffiliateLinkInput) -> models.AffiliateLink:
    """Make a link for an affiliate; that is the partner's consent to it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await affiliates.create_link(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            affiliate_id=local_id("Affiliate", input.affiliate_id),
            code=input.code,
            target=input.target,
            note=input.note,
            commission_bps=bps_of(input.commission_percent),
            entropy=context.entropy,
            idempotency=context.idempotency(
                input.idempotency_key, "create_affiliate_link", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, StaleVersion)
async def update_affiliate_link(info: Info, input: UpdateAffiliateLinkInput) -> models.AffiliateLink:
    """Change a link, or disable it: from then on it earns nothing."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await affiliates.update_link(
            uow,
            context.viewer,
            link_id=local_id("AffiliateLink", input.id),
            version=input.version,
            changes=_changes(input),
            now=context.now,
        )


@answers(NotFound, Forbidden, ConversionNotHeld)
async def review_affiliate_conversion(
    info: Info, input: ReviewAffiliateConversionInput
) -> models.AffiliateConversion:
    """Decide on a held conversion: it earns, or it does not."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await conversions.review_conversion(
            uow,
            context.viewer,
            conversion_id=local_id("AffiliateConversion", input.id),
            is_approved=input.is_approved,
            now=context.now,
        )


def _changes(input: UpdateAffiliateLinkInput) -> dict[str, Any]:
    given = {
        "commission_bps": None if input.commission_percent is None else bps_of(input.commission_percent),
        "target": input.target,
        "note": input.note,
        "status": input.status,
    }
    return {name: value for name, value in given.items() if value is not None}
