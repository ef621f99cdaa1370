"""Questions about versions of models: what they can learn from, which there are, and which of them speak."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import Rows, Visible
from domain.introductions import POSITIVE, ShowStatus
from domain.prediction_models import DECIDED_AFTER, Case
from domain.predictions import PredictionTarget, Versions, versions_of

NEWEST_FIRST = Keyset((models.PredictionModel.id,), is_descending=True)


@question
def page_models(
    *, visible: Visible, window: Window, target: PredictionTarget | None
) -> Page[models.PredictionModel]:
    """Describe versions, the newest first; of one target, or of all."""
    row = models.PredictionModel
    statement = select(row).where(visible)
    if target is not None:
        statement = statement.where(row.target == target)
    return Page(statement, NEWEST_FIRST, window)


@question
def choices(*, visible: Visible) -> Rows[models.PredictionChoice]:
    """Describe what was chosen to speak, by target."""
    return Rows(select(models.PredictionChoice).where(visible).order_by(models.PredictionChoice.target))


def speaking() -> Any:
    """Say which versions speak now, as one JSON object in a column: whoever asks for something else has them with it."""
    choice, model = models.PredictionChoice, models.PredictionModel
    told = func.jsonb_build_object("id", model.id, "number", model.number, "model", model.model)
    return (
        select(func.jsonb_object_agg(choice.target, told, type_=JSONB))
        .select_from(choice)
        .join(model, model.id == choice.model_id)
        .scalar_subquery()
    )


async def speaking_versions(session: AsyncSession) -> Versions:
    """Load the versions that speak now."""
    return versions_of(await session.scalar(select(speaking())) or {})


async def cases_of(
    session: AsyncSession, target: PredictionTarget, *, now: dt.datetime, most: int
) -> list[Case]:
    """Load the newest introductions that a target is decided of by now, the newest at the front."""
    snapshot = models.IntroductionSnapshot
    statement = CASES[target](now).order_by(snapshot.made_at.desc(), snapshot.introduction_id).limit(most)
    return [
        Case(
            features=row.features,
            rule_score=float(row.rule_score),
            happened=row.happened,
            made_at=row.made_at,
            known_at=row.known_at,
        )
        for row in await session.execute(statement)
    ]


async def count_cases(session: AsyncSession, target: PredictionTarget, *, now: dt.datetime) -> int:
    """Return of how many introductions a target is decided by now."""
    return await session.scalar(select(func.count()).select_from(CASES[target](now).subquery())) or 0


def _bookings(now: dt.datetime) -> Select[Any]:
    introduction = models.Introduction
    known_at = introduction.introduction_sent_at + DECIDED_AFTER[PredictionTarget.BOOKING]
    # Booked later is booked too late: those sent since can not tell yet.
    booked = introduction.booking_confirmed_at <= known_at
    return _of(func.coalesce(booked, False), known_at).where(known_at <= now)


def _shows(now: dt.datetime) -> Select[Any]:
    report, introduction = models.DemoReport, models.Introduction
    first = (
        select(report.show_status, report.at)
        .where(
            report.introduction_id == introduction.id,
            report.is_accepted,
            report.show_status.in_((ShowStatus.SHOWED, ShowStatus.NO_SHOW)),
            report.at <= now,
        )
        .order_by(report.scheduled_at)
        .limit(1)
        .lateral()
    )
    return _of(first.c.show_status == ShowStatus.SHOWED, first.c.at).join(
        first, introduction.id == models.IntroductionSnapshot.introduction_id
    )


def _successes(now: dt.datetime) -> Select[Any]:
    report, introduction = models.DemoReport, models.Introduction
    held = (
        select(func.min(report.scheduled_at).label("at"))
        .where(
            report.introduction_id == introduction.id,
            report.is_accepted,
            report.show_status == ShowStatus.SHOWED,
        )
        .lateral()
    )
    known_at: Any = held.c.at + DECIDED_AFTER[PredictionTarget.SUCCESS]
    happened = func.coalesce(introduction.outcome.in_(POSITIVE), False)
    return (
        _of(happened, known_at)
        .join(held, introduction.id == models.IntroductionSnapshot.introduction_id)
        .where(known_at <= now)
    )


def _of(happened: ColumnElement[bool], known_at: Any) -> Select[Any]:
    snapshot, introduction = models.IntroductionSnapshot, models.Introduction
    return (
        select(
            snapshot.features,
            snapshot.rule_score,
            snapshot.made_at,
            happened.label("happened"),
            known_at.label("known_at"),
        )
        .select_from(snapshot)
        .join(introduction, introduction.id == snapshot.introduction_id)
    )


CASES = {
    PredictionTarget.BOOKING: _bookings,
    PredictionTarget.SHOW: _shows,
    PredictionTarget.SUCCESS: _successes,
}


async def lock_choice(
    session: AsyncSession, target: PredictionTarget, *, now: dt.datetime, by: str
) -> models.PredictionChoice:
    """Lock what is chosen for a target until commit; the first time it is nothing."""
    choice = models.PredictionChoice
    nothing = {"target": target, "model_id": None, "is_pinned": False, "chosen_by": by, "chosen_at": now}
    await session.execute(insert(choice).values(**nothing).on_conflict_do_nothing())
    statement = select(choice).where(choice.target == target).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def newest_model(session: AsyncSession, target: PredictionTarget) -> models.PredictionModel | None:
    """Load the newest version of a target, whether it speaks or not."""
    row = models.PredictionModel
    statement = select(row).where(row.target == target).order_by(row.number.desc()).limit(1)
    return (await session.scalars(statement)).one_or_none()


async def model_by_id(
    session: AsyncSession, model_id: UUID, *, visible: Visible
) -> models.PredictionModel | None:
    """Load one version."""
    row = models.PredictionModel
    return (await session.scalars(select(row).where(visible, row.id == model_id))).one_or_none()


def kept_versions(kept: Mapping[str, Any] | None) -> Versions:
    """Return the versions of the column `speaking`."""
    return versions_of(kept or {})
