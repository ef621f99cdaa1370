"""Versions of models: the next one is learned when there is enough that is new, compared, and speaks if it is better."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db import models
from db.queries import prediction_models as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import prediction_models as rules
from domain.errors import InvalidInput, NotFound, Refused
from domain.ids import global_id
from domain.learning import Model, written
from domain.matching import RULES
from domain.prediction_models import Compared, Contender, Division, Verdict
from domain.predictions import PredictionTarget, Version, terms, version_name
from permissions import policies
from permissions.viewer import SYSTEM, Viewer
from permissions.visibility import visible_prediction_models
from services import audit

BASE_RATE = "base rate"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to learn a version of a target from, and which version speaks meanwhile."""

    target: PredictionTarget
    division: Division
    known: int
    current: Version | None


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model that was learned, with how it was fitted, and how it did beside the others."""

    model: Model
    choice: Mapping[str, float] | None
    is_calibrated: bool
    compared: tuple[Compared, ...]
    is_worse_than_rules: bool


async def next_lesson(uow: UnitOfWork, target: PredictionTarget, *, now: dt.datetime) -> Lesson | None:
    """Return what the next version of a target is learned from; None while there is too little, or too little new."""
    by = terms().learning
    known = await queries.count_cases(uow.session, target, now=now)
    newest = await queries.newest_model(uow.session, target)
    if newest is not None and known < newest.known + by.fewest_new:
        return None
    division = rules.divide(await queries.cases_of(uow.session, target, now=now, most=by.most), by)
    if division is None:
        return None
    speaking = await queries.speaking_versions(uow.session)
    return Lesson(target, division, known, speaking.get(target))


async def keep_version(
    uow: UnitOfWork, lesson: Lesson, fitted: Fitted, *, now: dt.datetime
) -> models.PredictionModel | None:
    """Keep a version with its comparison, and let it speak if it is better. Audited.

    None where it is of no use any more: another run was faster, or another version speaks than it was compared with.
    """
    choice = await queries.lock_choice(uow.session, lesson.target, now=now, by=SYSTEM.id)
    newest = await queries.newest_model(uow.session, lesson.target)
    if newest is not None and lesson.known < newest.known + terms().learning.fewest_new:
        return None
    if choice.model_id != (None if lesson.current is None else lesson.current.id):
        return None
    verdict = rules.verdict_on(
        fitted.compared, is_pinned=choice.is_pinned, is_worse_than_rules=fitted.is_worse_than_rules
    )
    made = _version(lesson, fitted, 1 if newest is None else newest.number + 1, verdict, now)
    uow.session.add(made)
    await uow.session.flush()
    uow.session.add_all(_figures(lesson, made, fitted.compared))
    if verdict in {Verdict.CHOSEN, Verdict.RULES_AGAIN}:
        choice.model_id = made.id if verdict is Verdict.CHOSEN else None
        choice.chosen_by, choice.chosen_at = SYSTEM.id, now
    await uow.session.flush()
    facts = {
        "target": lesson.target,
        "verdict": verdict,
        "before": None if lesson.current is None else lesson.current.name,
        "learned_from": made.learned_from,
        "held_back": made.held_back,
        "gains": {each.contender: each.gain for each in fitted.compared if each.gain is not None},
    }
    await _record(uow, SYSTEM, "prediction_models.learn", made, facts=facts, now=now)
    return made


async def choose(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    target: PredictionTarget,
    model_id: UUID | None,
    is_pinned: bool,
    now: dt.datetime,
) -> models.PredictionChoice:
    """Let a version speak from now on, or no one; pinned it stays whatever is learned. A second call changes nothing. Audited.

    Refuses: NotFound, Forbidden, InvalidInput.
    """
    policies.may_choose_predictions(viewer)
    model = None
    if model_id is not None:
        model = await queries.model_by_id(uow.session, model_id, visible=visible_prediction_models(viewer))
        if model is None:
            raise Refused(NotFound(noun="prediction model", id=global_id("PredictionModel", model_id)))
        if model.target is not target:
            raise Refused(InvalidInput("model_id", f"must be a version of {target}"))
    choice = await queries.lock_choice(uow.session, target, now=now, by=viewer.id)
    if (choice.model_id, choice.is_pinned) == (model_id, is_pinned):
        return choice
    before = choice.model_id
    choice.model_id, choice.is_pinned = model_id, is_pinned
    choice.chosen_by, choice.chosen_at = viewer.id, now
    await uow.session.flush()
    facts = {
        "target": target,
        "before": before and global_id("PredictionModel", before),
        "is_pinned": is_pinned,
    }
    await _record(uow, viewer, "prediction_models.choose", model, facts=facts, now=now)
    return choice


def _version(
    lesson: Lesson, fitted: Fitted, number: int, verdict: Verdict, now: dt.datetime
) -> models.PredictionModel:
    division = lesson.division
    return models.PredictionModel(
        id=new_id(),
        target=lesson.target,
        number=number,
        model=written(fitted.model),
        choice=None if fitted.choice is None else _finite(fitted.choice),
        is_calibrated=fitted.is_calibrated,
        known=lesson.known,
        learned_from=len(division.learned),
        learned_until=division.learned[-1].made_at,
        held_back=len(division.held_back),
        held_back_until=division.held_back[-1].made_at,
        verdict=verdict,
        trained_at=now,
    )


def _figures(
    lesson: Lesson, made: models.PredictionModel, compared: tuple[Compared, ...]
) -> list[models.PredictionFigure]:
    names = {
        Contender.CANDIDATE: version_name(made.target, made.number),
        Contender.CURRENT: "" if lesson.current is None else lesson.current.name,
        Contender.RULES: RULES.name,
        Contender.BASE_RATE: BASE_RATE,
    }
    return [
        models.PredictionFigure(
            model_id=made.id,
            position=position,
            contender=each.contender,
            name=names[each.contender],
            number=each.figures.number,
            happened=each.figures.happened,
            auc=each.figures.auc,
            brier=each.figures.brier,
            log_loss=each.figures.log_loss,
            ece=each.figures.ece,
            gain_low=None if each.gain is None else each.gain[0],
            gain_high=None if each.gain is None else each.gain[1],
            bins=[
                {"number": bin_.number, "said": bin_.said, "happened": bin_.happened}
                for bin_ in each.figures.bins
            ],
        )
        for position, each in enumerate(compared)
    ]


def _finite(choice: Mapping[str, float]) -> dict[str, Any]:
    """Return a choice as JSON, in which nothing is endless."""
    return {name: None if math.isinf(value) else value for name, value in choice.items()}


async def _record(
    uow: UnitOfWork,
    viewer: Viewer,
    act: str,
    model: models.PredictionModel | None,
    *,
    facts: dict[str, Any],
    now: dt.datetime,
) -> None:
    await audit.record(
        uow,
        viewer,
        partner_id=None,
        act=act,
        object_id=RULES.name if model is None else global_id("PredictionModel", model.id),
        facts=facts,
        now=now,
    )
