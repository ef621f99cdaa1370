"""The platform's KPIs."""

import datetime as dt

from db.queries import kpis as queries
from domain import reports
from domain.kpi_catalog import DEFINITIONS, UNMEASURED, KpiName, KpiReport, report_of
from permissions import policies
from resolvers.context import Info
from resolvers.reports import FromDay


async def kpis(
    info: Info, from_: FromDay, to: dt.date, names: list[KpiName] | None = None
) -> list[KpiReport]:
    """KPIs on the days `from` … `to` of UTC, both included, at most 366. For the platform's staff.

    Without names: all of them.
    """
    policies.may_read_platform_report(info.context.viewer)
    window = reports.window(from_, to)
    wanted = [each for each in DEFINITIONS if names is None or each.name in names]
    async with info.context.sessions.read() as session:
        measured = await queries.measure(session, [each.name for each in wanted], window)
    return [report_of(each, measured.get(each.name, UNMEASURED), window) for each in wanted]
