"""The health of integrations as the graph shows it."""

import datetime as dt
from collections.abc import AsyncIterator

import strawberry

from db import models
from domain import health
from domain.environments import Environment
from domain.health import HealthSignal
from permissions.viewer import Scope, SharedBy
from resolvers import health as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.sources import represents, resolved_by, streamed_by


@strawberry.type(description="How many calls were answered with an error's code.")
class ErrorCount:
    is_type_of = represents(health.ErrorCount)

    code: str
    calls: int


@strawberry.type(description="A signal of an integration that went beyond its threshold.")
class IntegrationAlert(Node):
    is_type_of = represents(models.IntegrationAlert)

    environment: Environment
    signal: HealthSignal
    value: float = strawberry.field(
        description="When it opened: a share of 1, milliseconds (SLOW), or hours (STALE)."
    )
    threshold: float
    opened_at: dt.datetime
    closed_at: dt.datetime | None


@strawberry.type(description="How a partner's integration is doing in one environment.")
class IntegrationHealth:
    is_type_of = represents(health.IntegrationHealth)

    environment: Environment
    since: dt.datetime = strawberry.field(description="From when on it was measured.")
    calls: int
    answered: int = strawberry.field(description="Calls that were answered as asked.")
    error_rate: float | None = strawberry.field(
        description="The share of calls that went wrong; “sold out” and the like are no errors. Null without calls."
    )
    errors: list[ErrorCount] = strawberry.field(description="By code, the most frequent first.")
    p50_ms: float | None = strawberry.field(description="Half of the calls took no longer.")
    p95_ms: float | None = strawberry.field(description="95 % of the calls took no longer.")
    deliveries: int = strawberry.field(description="Webhook deliveries that arrived or failed so far.")
    delivery_rate: float | None = strawberry.field(description="The share of them that arrived.")
    last_call_at: dt.datetime | None
    last_hold_at: dt.datetime | None = strawberry.field(description="When units were last held.")
    open_signals: list[HealthSignal] = strawberry.field(description="What stands beyond its threshold.")
    open_alerts: list[IntegrationAlert] = resolved_by(resolve.open_alerts)
    sequence: int = strawberry.field(description="Counts alerts that opened and closed.")


@strawberry.type
class HealthQuery:
    integration_health: IntegrationHealth | None = resolved_by(
        resolve.integration_health, scope=Scope.READ_PARTNER
    )
    integration_alerts: Connection[IntegrationAlert] = resolved_by(
        resolve.integration_alerts, scope=Scope.READ_PARTNER
    )


@strawberry.type
class HealthSubscription:
    integration_health_changed: AsyncIterator[IntegrationHealth] = streamed_by(
        resolve.integration_health_changed, scope=Scope.READ_PARTNER, shared_by=SharedBy.RIGHTS
    )
