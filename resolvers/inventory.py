"""What is left to sell, why, and who changes it."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from uuid import UUID

import strawberry

from dataloaders.inventory import next_expiry_by_allotment
from db import models
from db.paging import Page, Window
from db.queries import inventory as queries
from db.questions import Asked
from db.rows import One
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.ids import optional_id
from domain.inventory import (
    AllotmentInUse,
    AvailabilityStatus,
    Channel,
    PoolTooSmall,
)
from permissions.visibility import visible_allotments, visible_inventory_events
from resolvers.context import Info
from resolvers.following import follow
from resolvers.refusals import answers
from services import inventory


@strawberry.input(description="How many units a channel may sell; with `resellerId` carved out of its pool.")
class SetAllotmentInput:
    product_id: str
    channel: Channel
    units: int
    date: dt.date | None = strawberry.field(default=None, description="For one day; else for all others.")
    reseller_id: strawberry.ID | None = None


@strawberry.input(description="Which sales to close or reopen.")
class CloseSalesInput:
    product_id: str
    channel: Channel
    date: dt.date | None = None


def inventory_of(
    info: Info,
    *,
    product_ids: list[str] | None = None,
    date: dt.date | None = None,
    channel: Channel = Channel.OTA,
    first: int | None = 100,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Allotment]]:
    """What the caller can sell now, by product: for one day, or the undated pools and every day to come."""
    context = info.context
    return queries.page_availability(
        visible=visible_allotments(context.viewer),
        window=Window(None if last is not None else first, after, last, before),
        product_ids=product_ids,
        day=date,
        channel=channel,
        reseller_id=context.viewer.reseller_id,
        now=context.now,
    )


def explain_availability(
    info: Info, product_id: str, channel: Channel = Channel.OTA, date: dt.date | None = None
) -> Asked[One[models.Allotment]]:
    """The pool a sale would draw from, with everything that makes up its number; null where there is none."""
    context = info.context
    return queries.pool_for(
        visible=visible_allotments(context.viewer),
        product_id=product_id,
        day=date,
        channel=channel,
        reseller_id=context.viewer.reseller_id,
        now=context.now,
    )


def status(root: strawberry.Parent[models.Allotment]) -> AvailabilityStatus:
    """What a buyer should know at a glance."""
    return queries.availability_status(
        allocated=root.allocated, available=root.available, is_closed=root.is_closed
    )


async def next_expiry(root: strawberry.Parent[models.Allotment], info: Info) -> dt.datetime | None:
    """When the next live hold on this pool runs out; null where none is open."""
    found: dt.datetime | None = await info.context.loaders.value(next_expiry_by_allotment, root.id)
    return found


def events(
    root: strawberry.Parent[models.Allotment], info: Info, first: int | None = None, after: str | None = None
) -> Asked[Page[models.InventoryEvent]]:
    """Everything that happened to the pool, newest first."""
    return queries.page_inventory_events(
        visible=visible_inventory_events(info.context.viewer),
        window=Window(first, after),
        allotment_id=root.id,
    )


@answers(NotFound, Forbidden, InvalidInput, AllotmentInUse, PoolTooSmall)
async def set_allotment(info: Info, input: SetAllotmentInput) -> models.Allotment:
    """Set an allotment; the same call again changes nothing."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await inventory.set_allotment(
            uow,
            context.viewer,
            product_id=input.product_id,
            channel=input.channel,
            day=input.date,
            reseller_id=optional_id("Partner", input.reseller_id),
            units=input.units,
            now=context.now,
        )


@answers(NotFound, Forbidden)
async def close_sales(info: Info, input: CloseSalesInput) -> models.Package:
    """Stop selling a product on a channel; open holds may still be activated."""
    return await _set_closed(info, input, is_closed=True)


@answers(NotFound, Forbidden)
async def reopen_sales(info: Info, input: CloseSalesInput) -> models.Package:
    """Sell again what was closed."""
    return await _set_closed(info, input, is_closed=False)


async def _set_closed(info: Info, closing: CloseSalesInput, *, is_closed: bool) -> models.Package:
    context = info.context
    async with context.unit_of_work() as uow:
        return await inventory.set_sales_closed(
            uow,
            context.viewer,
            product_id=closing.product_id,
            channel=closing.channel,
            day=closing.date,
            is_closed=is_closed,
            now=context.now,
        )


async def availability_changed(
    info: Info,
    product_id: str,
    channel: Channel = Channel.OTA,
    date: dt.date | None = None,
    after: int | None = None,
) -> AsyncIterator[models.Allotment]:
    """The pool as it is now, then after every change; `after` skips what the caller has seen already."""
    context = info.context
    pool = await explain_availability(info, product_id, channel, date).load(context.sessions)

    def load(_: UUID) -> Awaitable[models.Allotment | None]:
        return queries.pool_for(
            visible=visible_allotments(context.viewer),
            product_id=product_id,
            day=date,
            channel=channel,
            reseller_id=context.viewer.reseller_id,
            now=context.clock(),
        ).load(context.sessions)

    async with aclosing(follow(context.feed, pool and pool.id, load, after)) as states:
        async for state in states:
            yield state
