"""Introductions with a truth behind them that is hidden from who learns, and versions that learned from such."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bench.introductions import Story
from db import models
from db.types import new_id
from domain.ids import global_id, local_id
from domain.introductions import (
    STATUS_OF,
    IntroductionOutcome,
    IntroductionRole,
    IntroductionStage,
    ShowStatus,
)
from domain.learning import Model, written
from domain.matching import RULES, UNKNOWN, MatchFactor
from domain.prediction_models import Contender, Verdict
from domain.predictions import PredictionTarget
from tests.factories.introductions import make_contractor, make_profile
from tests.factories.partners import make_partner
from tests.factories.times import DAY, NOW

LIKES_RESPONSE = Model(intercept=0.0, weights={MatchFactor.RESPONSE: 4.0}, usual={MatchFactor.RESPONSE: 0.5})
"""Whoever answers best is booked most, and nothing else matters."""


async def make_stories(session: AsyncSession, told: Sequence[Story]) -> None:
    """Write introductions as they are when all that is told of them has happened; demos are held five days later."""
    partner = await make_partner(session)
    await make_profile(session, partner)
    contractor = await make_contractor(session)
    rows: dict[type[models.Base], list[dict[str, Any]]] = {
        models.Introduction: [],
        models.IntroductionSnapshot: [],
        models.DemoReport: [],
    }
    for story in told:
        introduction_id = new_id()
        rows[models.Introduction].append(
            _introduction(story)
            | {"id": introduction_id, "contractor_id": contractor.id, "partner_id": partner.id}
        )
        rows[models.IntroductionSnapshot].append(
            {
                "introduction_id": introduction_id,
                "features": dict(story.features),
                "rule_score": story.rule_score,
                "scorer": RULES.name,
                "is_learned": False,
                "made_at": story.made_at,
            }
        )
        if story.is_booked:
            rows[models.DemoReport].append(_report(story) | {"introduction_id": introduction_id})
    for model, values in rows.items():
        await session.execute(insert(model), values)


def _introduction(story: Story) -> dict[str, Any]:
    stage = IntroductionStage.CLOSED if story.is_booked else IntroductionStage.CANCELLED
    day = story.made_at
    return {
        "stage": stage,
        "status": STATUS_OF[stage],
        "reply_token": new_id().hex,
        "introduction_sent_at": day,
        "booking_confirmed_at": day + 2 * DAY if story.is_booked else None,
        "scheduled_at": day + 5 * DAY if story.is_booked else None,
        "duration_minutes": 30 if story.is_booked else None,
        "cancelled_at": None if story.is_booked else day + 7 * DAY,
        "outcome": IntroductionOutcome.DEAL_CLOSED if story.is_success else None,
        "created_at": day,
        "updated_at": day,
    }


def _report(story: Story) -> dict[str, Any]:
    held_at = story.made_at + 5 * DAY
    return {
        "scheduled_at": held_at,
        "role": IntroductionRole.PARTNER,
        "actor": "user:paula",
        "show_status": ShowStatus.SHOWED if story.has_showed else ShowStatus.NO_SHOW,
        "no_show_party": None if story.has_showed else "CONTRACTOR",
        "is_accepted": True,
        "at": held_at,
        "updated_at": held_at,
    }


async def make_version(
    session: AsyncSession,
    *,
    target: PredictionTarget = PredictionTarget.BOOKING,
    number: int = 1,
    model: Model = LIKES_RESPONSE,
    speaks: bool = True,
    **facts: Any,
) -> models.PredictionModel:
    """A version with its figures, which speaks."""
    made = models.PredictionModel(
        **{
            "id": new_id(),
            "target": target,
            "number": number,
            "model": written(model),
            "choice": {"strength": 1.0, "half_life": None, "rounds": 0},
            "is_calibrated": False,
            "known": 400,
            "learned_from": 300,
            "learned_until": NOW - 60 * DAY,
            "held_back": 100,
            "held_back_until": NOW - 15 * DAY,
            "verdict": Verdict.CHOSEN,
            "trained_at": NOW,
            **facts,
        }
    )
    session.add(made)
    await session.flush()
    for position, contender in enumerate((Contender.CANDIDATE, Contender.RULES)):
        session.add(make_figure(made, contender, position))
    if speaks:
        session.add(
            models.PredictionChoice(
                target=target, model_id=made.id, is_pinned=False, chosen_by="system", chosen_at=NOW
            )
        )
    await session.flush()
    return made


def make_figure(made: models.PredictionModel, contender: Contender, position: int) -> models.PredictionFigure:
    """How one did; the rules a little worse."""
    is_own = contender is Contender.CANDIDATE
    return models.PredictionFigure(
        model_id=made.id,
        position=position,
        contender=contender,
        name=made.name if is_own else RULES.name,
        number=100,
        happened=0.6,
        auc=0.75 if is_own else 0.6,
        brier=0.18 if is_own else 0.22,
        log_loss=0.55,
        ece=0.04,
        gain_low=None if is_own else 0.01,
        gain_high=None if is_own else 0.07,
        bins=[{"number": 100, "said": 0.62, "happened": 0.6}],
    )


async def make_snapshot(
    session: AsyncSession, introduction: models.Introduction, **facts: Any
) -> models.IntroductionSnapshot:
    """What was known of an introduction: nothing in particular."""
    snapshot = models.IntroductionSnapshot(
        **{
            "introduction_id": introduction.id,
            "features": {factor.value: UNKNOWN for factor in MatchFactor if factor is not MatchFactor.USUAL},
            "rule_score": 50,
            "scorer": RULES.name,
            "is_learned": False,
            "made_at": introduction.created_at,
            **facts,
        }
    )
    session.add(snapshot)
    await session.flush()
    return snapshot


async def make_prediction(
    session: AsyncSession, introduction: models.Introduction, made: models.PredictionModel, **facts: Any
) -> models.IntroductionPrediction:
    """What a version said of an introduction."""
    prediction = models.IntroductionPrediction(
        **{
            "introduction_id": introduction.id,
            "target": made.target,
            "model_id": made.id,
            "probability": "0.73106",
            "base": 0.0,
            "contributions": [{"feature": "RESPONSE", "value": 0.75, "log_odds": 1.0}],
            "made_at": introduction.created_at,
            **facts,
        }
    )
    session.add(prediction)
    await session.flush()
    return prediction


async def make_prediction_scene(session: AsyncSession, introduced: dict[str, str]) -> dict[str, str]:
    """A version that speaks, and what it said of the introduction that was sent."""
    made = await make_version(session)
    uuid = local_id("Introduction", introduced["introduction"])
    introduction = await session.get_one(models.Introduction, uuid)
    await make_snapshot(session, introduction, is_learned=True, scorer=made.name)
    await make_prediction(session, introduction, made)
    return {"prediction_model": global_id("PredictionModel", made.id)}


def after(told: Sequence[Story]) -> dt.datetime:
    """When all that is told has been decided."""
    return told[-1].made_at + 30 * DAY
