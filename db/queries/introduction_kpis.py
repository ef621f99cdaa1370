"""What the KPIs of introductions are made of: how many are answered, booked, shown up for and liked (S3)."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Date, Numeric, and_, cast, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from domain.envelopes import MailParty
from domain.introduction_mail import MailEventKind
from domain.introductions import POSITIVE, ShowStatus
from domain.kpi_catalog import KpiName, Measure, Measured
from domain.outcomes import FeedbackSide
from domain.reports import Window

Figures = dict[KpiName, Measured]
HOUR = 3_600


async def cohort(session: AsyncSession, window: Window) -> Figures:
    """Reckon what became of the introductions that were sent in the window, until today."""
    introduction = models.Introduction
    sent, answered = introduction.introduction_sent_at, introduction.partner_responded_at
    confirmed, is_reminded = introduction.booking_confirmed_at, introduction.reminder_count > 0
    month = _month(sent)
    wait = _seconds(answered - sent)
    statement = (
        select(
            month.label("month"),
            func.count().label("sent"),
            func.count(answered).label("answered"),
            func.count(confirmed).label("confirmed"),
            func.sum(_seconds(confirmed - sent)).label("seconds"),
            func.percentile_cont(0.5).within_group(wait).label("median"),
            func.count().filter(is_reminded).label("reminded"),
            func.count().filter(is_reminded, answered.is_not(None)).label("answered_later"),
        )
        .where(_in(sent, window))
        .group_by(func.grouping_sets(tuple_(), tuple_(month)))
    )
    rows = (await session.execute(statement)).all()
    return {
        KpiName.INTRODUCTION_ACKNOWLEDGMENT: _rates((row.month, row.answered, row.sent) for row in rows),
        KpiName.INTRODUCTION_FIRST_RESPONSE_HOURS: _measured(
            (row.month, None if row.median is None else Fraction(row.median) / HOUR, row.answered)
            for row in rows
        ),
        KpiName.INTRODUCTION_BOOKING_RATE: _rates((row.month, row.confirmed, row.sent) for row in rows),
        KpiName.INTRODUCTION_HOURS_TO_BOOKING: _rates(
            ((row.month, row.seconds or 0, row.confirmed) for row in rows), by=HOUR
        ),
        KpiName.INTRODUCTION_FOLLOW_UP_RATE: _rates(
            (row.month, row.answered_later, row.reminded) for row in rows
        ),
    }


async def delivery(session: AsyncSession, window: Window) -> Figures:
    """Reckon how many mails to partners arrived, of those of which the provider told how they ended."""
    event = models.IntroductionMailEvent
    ended = (MailEventKind.DELIVERED, MailEventKind.BOUNCED, MailEventKind.DROPPED)
    month = _month(event.happened_at)
    statement = (
        select(month, func.count().filter(event.kind == MailEventKind.DELIVERED), func.count())
        .where(_in(event.happened_at, window), event.party == MailParty.PARTNER, event.kind.in_(ended))
        .group_by(func.grouping_sets(tuple_(), tuple_(month)))
    )
    found = await session.execute(statement)
    return {KpiName.INTRODUCTION_DELIVERY: _rates(tuple(row) for row in found)}


async def demos(session: AsyncSession, window: Window) -> Figures:
    """Reckon what came of demos that were due in the window."""
    report, introduction, feedback = models.DemoReport, models.Introduction, models.IntroductionFeedback
    month = _month(report.scheduled_at)
    has_showed = report.show_status == ShowStatus.SHOWED
    thought = (
        select(feedback.id)
        .where(feedback.introduction_id == report.introduction_id, feedback.side == FeedbackSide.CONTRACTOR)
        .correlate(report)
        .exists()
    )
    statement = (
        select(
            month.label("month"),
            func.count().filter(has_showed).label("showed"),
            func.count().filter(report.show_status == ShowStatus.NO_SHOW).label("missed"),
            func.count().filter(has_showed, introduction.outcome.in_(POSITIVE)).label("positive"),
            func.count().filter(has_showed, thought).label("thought"),
        )
        .join(introduction, introduction.id == report.introduction_id)
        .where(report.is_accepted, _in(report.scheduled_at, window))
        .group_by(func.grouping_sets(tuple_(), tuple_(month)))
    )
    rows = (await session.execute(statement)).all()
    return {
        KpiName.INTRODUCTION_SHOW_RATE: _rates(
            (row.month, row.showed, row.showed + row.missed) for row in rows
        ),
        KpiName.INTRODUCTION_FEEDBACK_RATE: _rates((row.month, row.thought, row.showed) for row in rows),
        KpiName.INTRODUCTION_POSITIVE_RATE: _rates((row.month, row.positive, row.showed) for row in rows),
    }


async def lifts(session: AsyncSession, window: Window) -> Figures:
    """Reckon how many introductions sent in the window went well, and how many more where a model ranked."""
    introduction, snapshot = models.Introduction, models.IntroductionSnapshot
    sent, is_learned = introduction.introduction_sent_at, snapshot.is_learned
    month = _month(sent)
    statement = (
        select(
            month.label("month"),
            is_learned.label("is_learned"),
            func.count().label("sent"),
            func.count(introduction.booking_confirmed_at).label("booked"),
            func.count().filter(introduction.outcome.in_(POSITIVE)).label("positive"),
        )
        # What was made before snapshots were kept, nobody knows who ranked for.
        .outerjoin(snapshot, snapshot.introduction_id == introduction.id)
        .where(_in(sent, window))
        .group_by(func.grouping_sets(tuple_(is_learned), tuple_(is_learned, month)))
    )
    by_month: dict[Any, dict[bool | None, Any]] = {}
    for row in await session.execute(statement):
        by_month.setdefault(row.month, {})[row.is_learned] = row
    return {
        KpiName.MATCH_QUALITY: _rates(
            (first, sum(each.positive for each in rows.values()), sum(each.sent for each in rows.values()))
            for first, rows in by_month.items()
        ),
        KpiName.MATCH_QUALITY_LIFT: _measured(_lift(*each, "positive") for each in by_month.items()),
        KpiName.BOOKING_RATE_LIFT: _measured(_lift(*each, "booked") for each in by_month.items()),
    }


def _lift(month: Any, rows: dict[bool | None, Any], what: str) -> tuple[Any, Fraction | None, int]:
    """Return by how much the rate is higher where a model ranked; 0.2 is a fifth more. None where either has none."""
    learned, ruled = rows.get(True), rows.get(False)
    number = sum(each.sent for each in (learned, ruled) if each is not None)
    if learned is None or ruled is None or not getattr(ruled, what):
        return month, None, number
    rates = [Fraction(getattr(each, what), each.sent) for each in (learned, ruled)]
    return month, rates[0] / rates[1] - 1, number


async def ratings(session: AsyncSession, window: Window) -> Figures:
    """Reckon what contractors thought, by when they said it first."""
    feedback = models.IntroductionFeedback
    month = _month(feedback.created_at)
    columns = {
        KpiName.CONTRACTOR_MATCH_SATISFACTION: feedback.satisfaction,
        KpiName.CONTRACTOR_EXPERIENCE: feedback.experience,
        KpiName.CONTRACTOR_PARTNER_QUALITY: feedback.partner_quality,
        KpiName.CONTRACTOR_LIKELIHOOD: feedback.likelihood,
    }
    statement = (
        select(month, func.count(), *(func.sum(cast(each, Numeric)) for each in columns.values()))
        .where(_in(feedback.created_at, window), feedback.side == FeedbackSide.CONTRACTOR)
        .group_by(func.grouping_sets(tuple_(), tuple_(month)))
    )
    rows = [tuple(row) for row in await session.execute(statement)]
    return {
        name: _rates((row[0], row[2 + place] or 0, row[1]) for row in rows)
        for place, name in enumerate(columns)
    }


def _rates(rows: Iterable[Any], *, by: int = 1) -> Measured:
    """Return (month or None for all, part, whole) as measures of part by whole."""
    return _measured(
        (month, Fraction(part) / whole / by if whole else None, whole) for month, part, whole in rows
    )


def _measured(rows: Iterable[tuple[Any, Fraction | None, int]]) -> Measured:
    measures = {month: Measure(exact, number) for month, exact, number in rows}
    whole = measures.pop(None, Measure(None, 0))
    return Measured(whole, measures)


def _month(at: Any) -> ColumnElement[Any]:
    return cast(func.date_trunc("month", func.timezone("UTC", at)), Date)


def _seconds(interval: Any) -> ColumnElement[Any]:
    return func.extract("epoch", interval)


def _in(at: Any, window: Window) -> ColumnElement[bool]:
    return and_(at >= window.starts_at, at < window.ends_at)
