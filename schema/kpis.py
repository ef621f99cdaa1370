"""The platform's KPIs, with how they are reckoned and what they should be."""

import datetime as dt
from decimal import Decimal

import strawberry

from domain import kpi_catalog
from domain.kpi_catalog import KpiName
from domain.kpis import Comparison, Level, Unit
from permissions.viewer import Scope
from resolvers import kpis as resolve
from schema.sources import represents, resolved_by


@strawberry.type(description="What a figure was before the platform; a range where nobody knew better.")
class KpiBaseline:
    is_type_of = represents(kpi_catalog.Baseline)

    least: Decimal
    most: Decimal


@strawberry.type(description="A figure of one calendar month, as far as the window covers it.")
class KpiPoint:
    is_type_of = represents(kpi_catalog.KpiPoint)

    month: dt.date = strawberry.field(description="Its first day.")
    value: Decimal | None = strawberry.field(description="Null where nothing happened.")
    sample: int


@strawberry.type(description="A KPI as it was in a window.")
class KpiReport:
    is_type_of = represents(kpi_catalog.KpiReport)

    name: KpiName
    formula: str = strawberry.field(description="How it is reckoned, in words.")
    brief: str | None = strawberry.field(description="The requirement it stands for.")
    unit: Unit
    baseline: KpiBaseline | None
    comparison: Comparison | None = strawberry.field(description="How the figure should lie to its target.")
    target: Decimal | None = strawberry.field(description="Null where the figure is only watched.")
    gate: Decimal | None = strawberry.field(description="Where it becomes an alert.")
    value: Decimal | None = strawberry.field(description="Null where nothing happened.")
    level: Level | None = strawberry.field(description="Null without a target, or where nothing happened.")
    sample: int = strawberry.field(description="How many things the figure was made of.")
    trend: list[KpiPoint] = strawberry.field(description="Every month of the window, in order.")


@strawberry.type
class KpiQuery:
    kpis: list[KpiReport] = resolved_by(
        resolve.kpis,
        scope=Scope.READ_REPORTS,
        description=(
            "KPIs on the days `from` … `to` of UTC, both included, at most 366; without names, all of them. "
            "For the platform's staff."
        ),
    )
