"""What resellers called, and how business went."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import partners as partner_queries
from db.queries import reports as queries
from db.queries import request_log as call_queries
from db.questions import Asked
from db.rows import Rows
from domain import reports as rules
from domain.ids import local_id
from permissions import policies
from permissions.visibility import (
    visible_allotments,
    visible_api_calls,
    visible_partners,
    visible_resellers,
)
from resolvers.context import Info

FromDay = Annotated[dt.date, strawberry.argument(name="from")]


def api_calls(
    info: Info,
    *,
    operation: str | None = None,
    status: str | None = None,
    since: dt.datetime | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.ApiCall]]:
    """The calls of the caller's resellers, newest first, for as long as they are kept."""
    return call_queries.page_calls(
        visible=visible_api_calls(info.context.viewer),
        window=Window(first, after, last, before),
        operation=operation,
        status=status,
        since=None if since is None else (since, call_queries.first_id(since)),
    )


async def reseller_report(
    info: Info,
    from_: FromDay,
    to: dt.date,
    reseller_id: strawberry.ID | None = None,
) -> rules.ResellerReport | None:
    """How a reseller did on the days `from` … `to` of UTC, both included, at most 366.

    Without an id: all resellers the caller may see, together. Null where there is none.
    """
    context, viewer = info.context, info.context.viewer
    window = rules.window(from_, to)
    uuid = local_id("Partner", reseller_id) if reseller_id is not None else None
    if reseller_id is not None and uuid is None:
        return None
    async with context.sessions.read() as session:
        ids = await queries.resellers(session, visible=visible_resellers(viewer), reseller_id=uuid)
        if not ids:
            return None
        by_status, lasted = await queries.holds_by_status(
            session, ids, viewer.environment, window, now=context.now
        )
        revenue = await queries.sales_by_channel(session, viewer.environment, window, reseller_ids=ids)
        pools = await queries.pools_by_channel(
            session, window, visible=visible_allotments(viewer), reseller_ids=ids
        )
        by_day, timings, statuses = await queries.calls_of(session, ids, viewer.environment, window)
    return rules.ResellerReport(
        reseller_ids=tuple(ids),
        window=window,
        holds=rules.Holds(by_status),
        average_hold_seconds=lasted,
        utilization=tuple(pools),
        revenue=tuple(revenue),
        calls_per_day=rules.days_filled(by_day, window),
        operations=rules.operation_figures(timings, statuses),
    )


async def platform_report(info: Info, from_: FromDay, to: dt.date) -> rules.PlatformReport:
    """How the platform did on the days `from` … `to` of UTC, both included, at most 366. For its staff."""
    context, viewer = info.context, info.context.viewer
    policies.may_read_platform_report(viewer)
    window = rules.window(from_, to)
    async with context.sessions.read() as session:
        pools = await queries.pools_by_channel(
            session, window, visible=visible_allotments(viewer), reseller_ids=None
        )
        sales = await queries.sales_by_channel(session, viewer.environment, window, reseller_ids=None)
        operations = await queries.inventory_operations(session, viewer.environment, window)
        oversold, drifted = await queries.oversold_and_drifted(session, viewer.environment)
    return rules.PlatformReport(
        window=window,
        utilization=tuple(pools),
        sales=tuple(sales),
        operations_by_kind=operations,
        oversold=oversold,
        drifted=drifted,
    )


def resellers(root: strawberry.Parent[rules.ResellerReport], info: Info) -> Asked[Rows[models.Partner]]:
    """Whom the report is about."""
    return partner_queries.partners_by_ids(root.reseller_ids, visible=visible_partners(info.context.viewer))
