"""How introductions went: of a partner, of all by rank, and on their way."""

import datetime as dt
from dataclasses import dataclass

import strawberry

from dataloaders.booking_stats import stats_by_partner
from db import models
from db.queries import booking_stats as queries
from domain import booking_stats, reports
from domain.booking_stats import BookingStats, FunnelStep
from domain.errors import InvalidInput, Refused
from domain.ids import local_id, optional_id
from permissions import policies
from permissions.visibility import visible_introductions
from resolvers.context import Info
from resolvers.reports import FromDay


@dataclass(frozen=True, slots=True)
class RankedPartner:
    """A partner at its place, from 1."""

    rank: int
    partner: models.Partner
    stats: BookingStats


async def of_partner(root: strawberry.Parent[models.Partner], info: Info) -> BookingStats | None:
    """How its introductions went, and its PowerConfidence; for its own people and the platform's staff."""
    if not policies.may_see_booking_stats(info.context.viewer, root.id):
        return None
    stats: BookingStats = await info.context.loaders.value(stats_by_partner, root.id)
    return stats


async def stats_of(info: Info, partner_id: strawberry.ID) -> BookingStats | None:
    """How a partner's introductions went, and its PowerConfidence; null for whom it is none of theirs."""
    context = info.context
    uuid = local_id("Partner", partner_id)
    if uuid is None or not policies.may_see_booking_stats(context.viewer, uuid):
        return None
    (stats,) = await stats_by_partner(context.sessions, [uuid], context.now)
    return stats


async def partner_ranking(info: Info, first: int = 20) -> list[RankedPartner]:
    """The partners with the best PowerConfidence, provisional ones behind; 1 to 100. For the platform's staff."""
    context = info.context
    policies.may_run_introduction_desk(context.viewer)
    if first not in booking_stats.RANKED:
        raise Refused(InvalidInput("first", f"must be from 1 to {booking_stats.RANKED[-1]}"))
    async with context.sessions.read() as session:
        partners = await queries.ranked(session, limit=first)
    stats = await stats_by_partner(context.sessions, [each.id for each in partners], context.now)
    return [
        RankedPartner(rank, partner, each)
        for rank, (partner, each) in enumerate(zip(partners, stats, strict=True), 1)
    ]


async def introduction_funnel(
    info: Info, from_: FromDay, to: dt.date, partner_id: strawberry.ID | None = None
) -> list[FunnelStep]:
    """How far introductions came that were sent on the days `from` … `to` of UTC, both included, at most 366.

    Of those the caller may see: all of the platform's staff's, its own partners', its own contractors'.
    """
    window = reports.window(from_, to)
    async with info.context.sessions.read() as session:
        counts = await queries.count_between(
            session,
            visible=visible_introductions(info.context.viewer),
            partner_id=optional_id("Partner", partner_id),
            since=window.starts_at,
            until=window.ends_at,
        )
    return list(booking_stats.funnel(counts))
