"""The request log and the reports."""

import datetime as dt
from decimal import Decimal

import strawberry

from db import models
from domain import kpis, reports
from domain.environments import Environment
from domain.inventory import Channel
from domain.kpis import Comparison, Level, Unit
from domain.request_log import Door
from permissions.viewer import Scope
from resolvers import reports as resolve
from schema.connections import Connection
from schema.money import CurrencyCode, Money
from schema.nodes import Node
from schema.partners import Partner
from schema.sources import represents, resolved_by

strawberry.enum(Door, description="Which way a call came in.")


@strawberry.type(
    description="One call of a reseller: what was called and how it ended, nothing of what was said."
)
class ApiCall(Node):
    is_type_of = represents(models.ApiCall)

    at: dt.datetime
    environment: Environment
    operation: str = strawberry.field(description="The registered operation's name, or `ad-hoc`.")
    door: Door
    status: str = strawberry.field(description="`OK`, or the code (or HTTP status) it was answered with.")
    duration_ms: int | None = strawberry.field(
        description="Null for subscriptions: they last as long as their caller likes."
    )
    request_id: str = strawberry.field(description="Name it when you ask us about a call.")


@strawberry.type(description="A figure with what it should be.")
class Kpi:
    is_type_of = represents(kpis.Kpi)

    value: Decimal | None = strawberry.field(description="Null where nothing happened.")
    unit: Unit
    comparison: Comparison | None = strawberry.field(description="How the figure should lie to its target.")
    target: Decimal | None = strawberry.field(description="Null where the figure is only watched.")
    gate: Decimal | None = strawberry.field(description="Where it becomes an alert.")
    level: Level | None = strawberry.field(description="Null without a target, or where nothing happened.")


@strawberry.type(description="How many holds, and the units on them.")
class HoldCount:
    is_type_of = represents(reports.HoldCount)

    holds: int
    units: int


@strawberry.type(description="The holds made in a window by what became of them until now.")
class Holds:
    is_type_of = represents(reports.Holds)

    created: HoldCount
    active: HoldCount = strawberry.field(description="Still open.")
    activated: HoldCount
    cancelled: HoldCount
    expired: HoldCount = strawberry.field(description="Also those whose release is not yet written down.")


@strawberry.type(description="What the pools of a channel have to sell and have sold, as they are now.")
class ChannelPools:
    is_type_of = represents(reports.Pools)

    channel: Channel
    allocated: int
    sold: int
    utilization: Kpi


@strawberry.type(description="What was booked on a channel in a currency.")
class ChannelSales:
    is_type_of = represents(reports.Sales)

    channel: Channel
    bookings: int
    revenue: Money
    average: Money = strawberry.field(description="Revenue by booking (AOV), rounded to the minor unit.")


@strawberry.type(description="The calls of one day of UTC.")
class DayCalls:
    is_type_of = represents(reports.DayCalls)

    date: dt.date
    calls: int


@strawberry.type(description="How many calls ended in a status.")
class StatusCount:
    is_type_of = represents(reports.StatusCount)

    status: str
    calls: int


@strawberry.type(description="How one operation behaved.")
class OperationFigures:
    is_type_of = represents(reports.OperationFigures)

    operation: str
    calls: int
    errors: int = strawberry.field(description="Calls that failed on our side.")
    refusals: int = strawberry.field(description="Calls that were answered “no” for a reason.")
    error_rate: Kpi = strawberry.field(description="Errors by calls; refusals are no errors.")
    p50_ms: Kpi
    p95_ms: Kpi
    p99_ms: Kpi
    statuses: list[StatusCount] = strawberry.field(description="The most frequent first.")


@strawberry.type(description="What a reseller did in a window, and how the platform served it.")
class ResellerReport:
    is_type_of = represents(reports.ResellerReport)

    resellers: list[Partner] = resolved_by(resolve.resellers)
    holds: Holds
    activation_rate: Kpi = strawberry.field(description="Activated, of the holds that are no longer open.")
    expiry_rate: Kpi = strawberry.field(description="Expired, of the holds that are no longer open.")
    average_hold_time: Kpi = strawberry.field(description="From hold to activation.")
    utilization: list[ChannelPools] = strawberry.field(
        description="Of the pools the reseller can draw on: undated ones, and those of the window's days."
    )
    revenue: list[ChannelSales]
    calls: int
    calls_per_day: list[DayCalls] = strawberry.field(description="Every day of the window, in order.")
    operations: list[OperationFigures] = strawberry.field(description="By name.")


@strawberry.type(description="The resellers' share of the revenue in a currency.")
class RevenueShare:
    is_type_of = represents(reports.RevenueShare)

    currency: CurrencyCode
    share: Kpi


@strawberry.type(description="How the whole platform did in a window.")
class PlatformReport:
    is_type_of = represents(reports.PlatformReport)

    ota_shares: list[RevenueShare]
    sales: list[ChannelSales] = strawberry.field(
        description="By channel and currency, with the average order."
    )
    utilization: list[ChannelPools]
    automation_rate: Kpi = strawberry.field(description="Inventory operations no person had to make, of all.")
    oversell_incidents: Kpi = strawberry.field(description="Pools that hold and sold more than they have.")
    drift: Kpi = strawberry.field(
        description="Pools whose counters are not what their holds and sales add up to."
    )


@strawberry.type
class ReportQuery:
    api_calls: Connection[ApiCall] = resolved_by(resolve.api_calls, scope=Scope.READ_REPORTS)
    reseller_report: ResellerReport | None = resolved_by(
        resolve.reseller_report,
        scope=Scope.READ_REPORTS,
        description=(
            "How a reseller did on the days `from` … `to` of UTC, both included, at most 366. Without an id: "
            "all resellers the caller may see, together. Null where there is none."
        ),
    )
    platform_report: PlatformReport = resolved_by(resolve.platform_report, scope=Scope.READ_REPORTS)
