"""What the platform's KPIs are made of: one statement a figure, for a whole window and each of its months."""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.queries.interest_kpis import click_rates, conversions
from db.queries.introduction_kpis import cohort, delivery, demos, lifts, ratings
from domain.environments import Environment
from domain.kpi_catalog import STAGE_KPIS, KpiName, Measure, Measured, per_month
from domain.onboarding import Stage
from domain.reports import Window
from domain.support import SupportSide

DAY, HOUR = 24 * 60 * 60, 60 * 60
Figures = dict[KpiName, Measured]


async def onboarding_days(session: AsyncSession, window: Window) -> Figures:
    """Reckon how long those took who went LIVE. Who was taken in LIVE took no time, and does not count."""
    case_ = models.OnboardingCase
    statement = _by_month(
        case_.live_at,
        func.sum(_seconds(case_.live_at - case_.registered_at)),
        where=[_in(case_.live_at, window), case_.live_at > case_.registered_at],
    )
    return {KpiName.ONBOARDING_DAYS: _means(await _rows(session, statement), by=DAY)}


async def stage_days(session: AsyncSession, window: Window) -> Figures:
    """Reckon how long cases were at each stage they left."""
    visit = models.StageVisit
    month = _month(visit.left_at)
    statement = (
        select(visit.stage, month, func.sum(_seconds(visit.left_at - visit.entered_at)), func.count())
        .where(_in(visit.left_at, window))
        .group_by(func.grouping_sets(tuple_(visit.stage), tuple_(visit.stage, month)))
    )
    rows: dict[Stage, list[tuple[Any, ...]]] = {}
    for stage, *row in await session.execute(statement):
        rows.setdefault(stage, []).append(tuple(row))
    return {name: _means(rows[stage], by=DAY) for stage, name in STAGE_KPIS.items() if stage in rows}


async def support_tickets(session: AsyncSession, window: Window) -> Figures:
    """Count the threads that partners opened."""
    thread = models.SupportThread
    month = _month(thread.opened_at)
    statement = (
        select(month.label("month"), func.count().label("number"))
        .where(_of_partners(thread.opened_at, window))
        .group_by(month)
    )
    counted = await session.execute(statement)
    return {KpiName.SUPPORT_TICKETS: per_month({row.month: row.number for row in counted}, window)}


async def first_response_hours(session: AsyncSession, window: Window) -> Figures:
    """Reckon how long partners waited for a first answer, by when they asked."""
    thread = models.SupportThread
    statement = _by_month(
        thread.opened_at,
        _median(_seconds(thread.first_response_at - thread.opened_at)),
        where=[_of_partners(thread.opened_at, window), thread.first_response_at.is_not(None)],
    )
    rows = await _rows(session, statement)
    return {KpiName.SUPPORT_FIRST_RESPONSE_HOURS: _measured(rows, by=HOUR)}


async def resolution_hours(session: AsyncSession, window: Window) -> Figures:
    """Reckon how long threads of partners took, by when they were resolved."""
    thread = models.SupportThread
    statement = _by_month(
        thread.resolved_at,
        _median(_seconds(thread.resolved_at - thread.opened_at)),
        where=[_of_partners(thread.resolved_at, window)],
    )
    return {KpiName.SUPPORT_RESOLUTION_HOURS: _measured(await _rows(session, statement), by=HOUR)}


async def satisfaction(session: AsyncSession, window: Window) -> Figures:
    """Reckon how satisfied members are: the newest answer of each, in the window and in each month."""
    answer = models.SatisfactionAnswer
    month = _month(answer.at)
    who, newest = (answer.partner_id, answer.actor), (answer.at.desc(), answer.id.desc())
    answers = (
        select(
            month.label("month"),
            answer.score,
            func.row_number().over(partition_by=who, order_by=newest).label("nth"),
            func.row_number().over(partition_by=(*who, month), order_by=newest).label("nth_of_month"),
        )
        .where(_in(answer.at, window))
        .subquery()
    )
    is_whole = func.grouping(answers.c.month) == 1
    score = cast(answers.c.score, Numeric)
    of_all, of_month = answers.c.nth == 1, answers.c.nth_of_month == 1
    statement = select(
        answers.c.month,
        case((is_whole, func.sum(score).filter(of_all)), else_=func.sum(score).filter(of_month)),
        case((is_whole, func.count().filter(of_all)), else_=func.count().filter(of_month)),
    ).group_by(func.grouping_sets(tuple_(), tuple_(answers.c.month)))
    return {KpiName.PARTNER_SATISFACTION: _means(await _rows(session, statement), by=1)}


async def account_manager_hours(session: AsyncSession, window: Window) -> Figures:
    """Reckon how much help those needed who went LIVE, whenever it was given."""
    case_, time = models.OnboardingCase, models.AssistedTime
    minutes = (
        select(func.coalesce(func.sum(time.minutes), 0))
        .where(time.case_id == case_.id)
        .correlate(case_)
        .scalar_subquery()
    )
    helped = (
        select(case_.live_at, cast(minutes * 60, Numeric).label("seconds"))
        .where(_in(case_.live_at, window), case_.live_at > case_.registered_at)
        .subquery()
    )
    statement = _by_month(helped.c.live_at, func.sum(helped.c.seconds), where=[])
    return {KpiName.ACCOUNT_MANAGER_HOURS: _means(await _rows(session, statement), by=HOUR)}


async def reconciliation_errors(session: AsyncSession, window: Window) -> Figures:
    """Reckon how much of what was compared with the provider's books differed, of LIVE."""
    run = models.ReconciliationRun
    month = _month(run.at)
    statement = (
        select(month, func.sum(run.wrong), func.sum(run.objects))
        .where(_in(run.at, window), run.environment == Environment.LIVE)
        .group_by(func.grouping_sets(tuple_(), tuple_(month)))
    )
    compared = await session.execute(statement)
    rows = [(first, wrong, objects) for first, wrong, objects in compared if objects]
    return {KpiName.RECONCILIATION_ERROR_RATE: _means(rows, by=1)}


FIGURES: Mapping[Callable[[AsyncSession, Window], Awaitable[Figures]], frozenset[KpiName]] = {
    onboarding_days: frozenset({KpiName.ONBOARDING_DAYS}),
    stage_days: frozenset(STAGE_KPIS.values()),
    support_tickets: frozenset({KpiName.SUPPORT_TICKETS}),
    first_response_hours: frozenset({KpiName.SUPPORT_FIRST_RESPONSE_HOURS}),
    resolution_hours: frozenset({KpiName.SUPPORT_RESOLUTION_HOURS}),
    satisfaction: frozenset({KpiName.PARTNER_SATISFACTION}),
    account_manager_hours: frozenset({KpiName.ACCOUNT_MANAGER_HOURS}),
    click_rates: frozenset({KpiName.CTR_VERIFIED, KpiName.CTR_VERIFIED_LIFT}),
    conversions: frozenset({KpiName.PACKAGE_CONVERSION, KpiName.PACKAGE_CONVERSION_LIFT}),
    reconciliation_errors: frozenset({KpiName.RECONCILIATION_ERROR_RATE}),
    cohort: frozenset(
        {
            KpiName.INTRODUCTION_ACKNOWLEDGMENT,
            KpiName.INTRODUCTION_FIRST_RESPONSE_HOURS,
            KpiName.INTRODUCTION_BOOKING_RATE,
            KpiName.INTRODUCTION_HOURS_TO_BOOKING,
            KpiName.INTRODUCTION_FOLLOW_UP_RATE,
        }
    ),
    delivery: frozenset({KpiName.INTRODUCTION_DELIVERY}),
    demos: frozenset(
        {
            KpiName.INTRODUCTION_SHOW_RATE,
            KpiName.INTRODUCTION_FEEDBACK_RATE,
            KpiName.INTRODUCTION_POSITIVE_RATE,
        }
    ),
    lifts: frozenset({KpiName.MATCH_QUALITY, KpiName.MATCH_QUALITY_LIFT, KpiName.BOOKING_RATE_LIFT}),
    ratings: frozenset(
        {
            KpiName.CONTRACTOR_MATCH_SATISFACTION,
            KpiName.CONTRACTOR_EXPERIENCE,
            KpiName.CONTRACTOR_PARTNER_QUALITY,
            KpiName.CONTRACTOR_LIKELIHOOD,
        }
    ),
}
"""What reckons which KPIs; each KPI once."""


async def measure(session: AsyncSession, names: Collection[KpiName], window: Window) -> Figures:
    """Reckon these KPIs; those of which there was nothing may be missing."""
    found: Figures = {}
    for reckon, reckoned in FIGURES.items():
        if not reckoned.isdisjoint(names):
            found |= await reckon(session, window)
    return found


def _by_month(at: Any, figure: ColumnElement[Any], *, where: list[ColumnElement[bool]]) -> Select[Any]:
    """Select (first day of the month, figure, number) for each month, and once without a month for all."""
    month = _month(at)
    return (
        select(month, figure, func.count())
        .where(*where)
        .group_by(func.grouping_sets(tuple_(), tuple_(month)))
    )


async def _rows(session: AsyncSession, statement: Select[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await session.execute(statement)]


def _means(rows: list[tuple[Any, ...]], *, by: int) -> Measured:
    """Return the rows of `_by_month`, whose figures are sums, as measures of their means, divided."""
    means = [
        (month, None if total is None else Fraction(total) / number, number) for month, total, number in rows
    ]
    return _measured(means, by=by)


def _measured(rows: list[tuple[Any, ...]], *, by: int) -> Measured:
    """Return the rows of `_by_month` as measures, their figures divided."""
    measures = {
        month: Measure(None if figure is None else Fraction(figure) / by, number)
        for month, figure, number in rows
    }
    whole = measures.pop(None, Measure(None, 0))
    return Measured(whole, measures)


def _month(at: Any) -> ColumnElement[dt.date]:
    return cast(func.date_trunc("month", func.timezone("UTC", at)), Date)


def _seconds(interval: Any) -> ColumnElement[Any]:
    return func.extract("epoch", interval)


def _median(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.percentile_cont(0.5).within_group(value)


def _in(at: Any, window: Window) -> ColumnElement[bool]:
    return and_(at >= window.starts_at, at < window.ends_at)


def _of_partners(at: Any, window: Window) -> ColumnElement[bool]:
    return and_(_in(at, window), models.SupportThread.opened_side == SupportSide.PARTNER)
