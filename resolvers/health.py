"""How integrations are doing."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from uuid import UUID

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import health as queries
from db.questions import Asked
from db.rows import Rows
from domain.environments import Environment
from domain.errors import InvalidInput, Refused
from domain.health import WINDOW_HOURS, IntegrationHealth, health_id
from domain.ids import local_id
from permissions.visibility import visible_health, visible_integration_alerts
from resolvers.context import Info
from resolvers.following import follow

DAY = 24


async def integration_health(
    info: Info, partner_id: strawberry.ID, environment: Environment = Environment.LIVE, hours: int = DAY
) -> IntegrationHealth | None:
    """How a partner's integration did in the last 1 to 168 `hours`; null without one, or one the caller may see."""
    if hours not in WINDOW_HOURS:
        raise Refused(InvalidInput("hours", f"must be from {WINDOW_HOURS[0]} to {WINDOW_HOURS[-1]}"))
    uuid = local_id("Partner", partner_id)
    if uuid is None:
        return None
    context = info.context
    since = context.clock() - dt.timedelta(hours=hours)
    async with context.sessions.read() as session:
        visible = visible_health(context.viewer)
        return await queries.health_of(session, uuid, environment, visible=visible, since=since)


def integration_alerts(
    info: Info,
    *,
    partner_id: strawberry.ID,
    is_open: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.IntegrationAlert]]:
    """A partner's alerts of both environments, newest first."""
    return queries.page_alerts(
        visible=visible_integration_alerts(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=local_id("Partner", partner_id),
        is_open=is_open,
    )


def open_alerts(
    root: strawberry.Parent[IntegrationHealth], info: Info
) -> Asked[Rows[models.IntegrationAlert]]:
    """What stands beyond its threshold now, oldest first."""
    return queries.open_alerts(
        visible=visible_integration_alerts(info.context.viewer),
        partner_id=root.partner_id,
        environment=root.environment,
    )


async def integration_health_changed(
    info: Info,
    partner_id: strawberry.ID,
    environment: Environment = Environment.LIVE,
    after: int | None = None,
) -> AsyncIterator[IntegrationHealth]:
    """The last 24 hours as they are now, then after every alert that opens or closes; `after` skips what was seen."""
    uuid = local_id("Partner", partner_id)
    is_seen = uuid is not None and await integration_health(info, partner_id, environment) is not None

    def load(_: UUID) -> Awaitable[IntegrationHealth | None]:
        return integration_health(info, partner_id, environment)

    watched = health_id(uuid, environment) if uuid and is_seen else None
    async with aclosing(follow(info.context.feed, watched, load, after)) as states:
        async for state in states:
            yield state
