"""What becomes of introductions is learned every night, and those likely to fail are found every hour."""

import asyncio
from dataclasses import asdict

import structlog

from domain.predictions import PredictionTarget
from jobs.work import Work
from services import prediction_models, risks
from services.prediction_models import Fitted, Lesson

BATCH = 50
"""Introductions of one unit of work: whoever acts on one of them waits for it."""

log = structlog.get_logger(__name__)


async def learn(work: Work) -> int:
    """Learn the next version of every model there is enough that is new for; return how many were learned.

    Nothing is locked while it learns. Killed, or run twice, it learns the same anew, and it is kept once.
    """
    learned = 0
    for target in PredictionTarget:
        async with work.unit_of_work() as uow:
            lesson = await prediction_models.next_lesson(uow, target, now=work.clock())
        if lesson is None:
            continue
        fitted = await asyncio.to_thread(_fit, lesson)
        async with work.unit_of_work() as uow:
            kept = await prediction_models.keep_version(uow, lesson, fitted, now=work.clock())
        if kept is not None:
            learned += 1
            log.info("predictions.learned", name=kept.name, verdict=kept.verdict.value)
    return learned


async def scan_risks(work: Work) -> int:
    """Tell the desk of introductions that are likely to fail, and of those that are not any more; return how many.

    Killed at any point, or run twice, each is told of once.
    """
    told, after = 0, None
    while True:
        async with work.unit_of_work() as uow:
            found, after = await risks.scan(uow, after=after, limit=BATCH, now=work.clock())
        told += found
        if after is None:
            return told


def _fit(lesson: Lesson) -> Fitted:
    # scikit-learn takes a second and a hundred megabytes: no worker has it before the night.
    from integrations.learning.versions import train  # noqa: PLC0415 - as said

    trained = train(lesson.division, None if lesson.current is None else lesson.current.model)
    learned = trained.learned
    return Fitted(
        model=learned.model,
        choice=None if learned.choice is None else asdict(learned.choice),
        is_calibrated=learned.is_calibrated,
        compared=trained.compared,
        is_worse_than_rules=trained.is_worse_than_rules,
    )
