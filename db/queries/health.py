"""Questions about how integrations are doing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Double, Select, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.queries.request_log import first_id
from db.questions import question
from db.rows import Rows, Visible
from domain.environments import Environment
from domain.health import Figures, HealthSignal, IntegrationHealth
from domain.webhooks import DeliveryStatus

NEWEST_FIRST = Keyset((models.IntegrationAlert.id,), is_descending=True)
PERCENTILES = [0.5, 0.95]


@question
def page_alerts(
    *, visible: Visible, window: Window, partner_id: UUID | None, is_open: bool | None
) -> Page[models.IntegrationAlert]:
    """Describe a partner's alerts of both environments, newest first; nothing without a partner."""
    alert = models.IntegrationAlert
    statement = select(alert).where(visible, alert.partner_id == partner_id)
    if is_open is not None:
        statement = statement.where(alert.closed_at.is_(None) if is_open else alert.closed_at.is_not(None))
    return Page(statement, NEWEST_FIRST, window)


@question
def open_alerts(
    *, visible: Visible, partner_id: UUID, environment: Environment
) -> Rows[models.IntegrationAlert]:
    """Describe what is wrong with a partner's integration now, oldest first."""
    alert = models.IntegrationAlert
    statement = select(alert).where(
        visible, alert.partner_id == partner_id, alert.environment == environment, alert.closed_at.is_(None)
    )
    return Rows(statement.order_by(alert.id))


async def health_of(
    session: AsyncSession, partner_id: UUID, environment: Environment, *, visible: Visible, since: dt.datetime
) -> IntegrationHealth | None:
    """Load how a partner's integration is doing, in one statement; None where there is none one may see."""
    profile = models.ResellerProfile
    which = and_(visible, profile.partner_id == partner_id)
    found = await _health(session, _statement(environment, since).where(which), environment, since)
    return found[0] if found else None


async def every_health(
    session: AsyncSession, environment: Environment, *, since: dt.datetime, after: UUID | None, limit: int
) -> list[IntegrationHealth]:
    """Load how integrations are doing, in the order of the partners' ids; in LIVE of those that are live."""
    profile = models.ResellerProfile
    statement = _statement(environment, since).order_by(profile.partner_id).limit(limit)
    if environment is Environment.LIVE:
        statement = statement.where(profile.live_at.is_not(None))
    if after is not None:
        statement = statement.where(profile.partner_id > after)
    return await _health(session, statement, environment, since)


async def lock_open_alerts(
    session: AsyncSession, partner_id: UUID, environment: Environment
) -> dict[HealthSignal, models.IntegrationAlert]:
    """Lock a partner's open alerts, by signal."""
    alert = models.IntegrationAlert
    statement = select(alert).where(
        alert.partner_id == partner_id, alert.environment == environment, alert.closed_at.is_(None)
    )
    return {row.signal: row for row in (await session.scalars(statement.with_for_update())).all()}


async def count_changes(session: AsyncSession, partner_id: UUID, environment: Environment) -> int:
    """Count how often alerts were opened and closed: the sequence of a partner's health."""
    alert = models.IntegrationAlert
    statement = select(func.count() + func.count(alert.closed_at)).where(
        alert.partner_id == partner_id, alert.environment == environment
    )
    return await session.scalar(statement) or 0


def _statement(environment: Environment, since: dt.datetime) -> Select[Any]:
    profile, call, hold = models.ResellerProfile, models.ApiCall, models.Reservation
    alert, going_live = models.IntegrationAlert, models.OnboardingCase
    of_calls = and_(call.partner_id == profile.partner_id, call.environment == environment)
    lately = and_(of_calls, call.id >= first_id(since), call.at >= since)
    counted = (
        select(call.status, func.count().label("calls"))
        .where(lately)
        .group_by(call.status)
        .correlate(profile)
        .subquery()
    )
    by_status = select(func.json_object_agg(counted.c.status, counted.c.calls))
    took = func.percentile_cont(cast(PERCENTILES, ARRAY(Double))).within_group(call.duration_ms)
    of_alerts = and_(alert.partner_id == profile.partner_id, alert.environment == environment)
    opened = select(func.array_agg(alert.signal)).where(of_alerts, alert.closed_at.is_(None))
    paused = and_(going_live.partner_id == profile.partner_id, going_live.paused_at.is_not(None))
    holds = and_(hold.reseller_id == profile.partner_id, hold.environment == environment)
    parts = {
        "by_status": by_status,
        "took": select(took).where(lately),
        "last_call_at": select(call.at).where(of_calls).order_by(call.id.desc()).limit(1),
        "last_hold_at": select(hold.created_at).where(holds).order_by(hold.id.desc()).limit(1),
        "delivered": _deliveries(environment, since, models.WebhookDelivery.delivered_at.is_not(None)),
        "failing": _deliveries(environment, since, _is_failing()),
        "paused": select(func.count()).where(paused),
        "opened": opened,
        "changes": select(func.count() + func.count(alert.closed_at)).where(of_alerts),
    }
    scalars = (part.correlate(profile).scalar_subquery().label(name) for name, part in parts.items())
    return select(profile.partner_id, *scalars)


def _deliveries(environment: Environment, since: dt.datetime, which: ColumnElement[bool]) -> Select[int]:
    endpoint, delivery = models.WebhookEndpoint, models.WebhookDelivery
    return (
        select(func.count())
        .select_from(delivery)
        .join(endpoint, endpoint.id == delivery.endpoint_id)
        .where(
            endpoint.partner_id == models.ResellerProfile.partner_id,
            endpoint.environment == environment,
            delivery.created_at >= since,
            which,
        )
    )


def _is_failing() -> ColumnElement[bool]:
    delivery = models.WebhookDelivery
    waits = and_(delivery.status == DeliveryStatus.PENDING, delivery.last_error.is_not(None))
    return or_(delivery.status == DeliveryStatus.DEAD, waits)


async def _health(
    session: AsyncSession, statement: Select[Any], environment: Environment, since: dt.datetime
) -> list[IntegrationHealth]:
    return [_watched(row, environment, since) for row in await session.execute(statement)]


def _watched(row: Any, environment: Environment, since: dt.datetime) -> IntegrationHealth:
    took: Sequence[float | None] = row.took or (None, None)
    p50_ms, p95_ms = (None if each is None else round(each, 1) for each in took)
    figures = Figures(
        since=since,
        calls_by_status=row.by_status or {},
        p50_ms=p50_ms,
        p95_ms=p95_ms,
        delivered=row.delivered,
        failing=row.failing,
        last_call_at=row.last_call_at,
        last_hold_at=row.last_hold_at,
        is_paused=row.paused > 0,
    )
    signals = tuple(sorted(map(HealthSignal, row.opened or ())))
    return IntegrationHealth(row.partner_id, environment, figures, signals, row.changes)
