"""The night's job: what there is to learn is learned and speaks, what there is not does not; once, whoever runs it."""

import asyncio
import subprocess
import sys
from functools import cache

import pytest
from sqlalchemy import func, select

from bench.introductions import ALIKE, HIDDEN, stories
from db import models
from db.queries import prediction_models as queries
from domain.learning import Model
from domain.matching import MatchFactor
from domain.prediction_models import Contender, Verdict
from domain.predictions import PredictionTarget
from jobs import predictions, schedule
from permissions.viewer import SYSTEM
from server.settings import ROOT
from services import prediction_models
from tests.factories.predictions import after, make_stories, make_version
from tests.factories.times import DAY
from tests.factories.viewers import staff

BOOKING, SHOW, SUCCESS = PredictionTarget
WRONG = Model(0.0, {MatchFactor.RESPONSE: -4.0}, {MatchFactor.RESPONSE: 0.5})
"""A version that believes the opposite of the truth."""


@cache
def told(number=800, seed=1, truth="hidden"):
    return stories(number, seed=seed, truth={"hidden": HIDDEN, "alike": ALIKE}[truth])


class Nights:
    """The job, on made-up introductions."""

    def __init__(self, work):
        self.work = work

    async def happened(self, *parts):
        async with self.work.unit_of_work() as uow:
            for each in parts:
                await make_stories(uow.session, each)
        self.work.clock.now = after(parts[-1])

    async def learn(self):
        return await predictions.learn(self.work)

    async def versions(self, target=BOOKING):
        row = models.PredictionModel
        return await self.rows(select(row).where(row.target == target).order_by(row.number))

    async def speaking(self):
        async with self.work.sessions.read() as session:
            versions = await queries.speaking_versions(session)
        return {target: each.name for target, each in versions.items()}

    async def figures(self, version):
        row = models.PredictionFigure
        found = await self.rows(select(row).where(row.model_id == version.id).order_by(row.position))
        return {each.contender: each for each in found}

    async def choose(self, model_id, *, is_pinned, target=BOOKING):
        async with self.work.unit_of_work() as uow:
            return await prediction_models.choose(
                uow,
                staff(),
                target=target,
                model_id=model_id,
                is_pinned=is_pinned,
                now=self.work.clock(),
            )

    async def rows(self, statement):
        async with self.work.sessions.read() as session:
            return list((await session.scalars(statement)).all())


@pytest.fixture
def nights(work):
    return Nights(work)


async def test_what_there_is_to_learn_is_learned_and_speaks(nights):
    await nights.happened(told(1_600))

    learned = await nights.learn()

    assert learned == 3
    assert await nights.speaking() == {BOOKING: "booking-1", SHOW: "show-1"}
    (version,) = await nights.versions()
    assert (version.verdict, version.known, version.held_back) == (Verdict.CHOSEN, 1_600, 400)
    # What was made less than 14 days before the first that is held back had no end yet.
    assert version.learned_from == 1_600 - 400 - 14 * 8 + 1
    found = await nights.figures(version)
    assert list(found) == [Contender.CANDIDATE, Contender.RULES, Contender.BASE_RATE]
    assert [each.name for each in found.values()] == ["booking-1", "rules-1", "base rate"]
    assert found[Contender.CANDIDATE].auc > found[Contender.RULES].auc + 0.1
    assert found[Contender.CANDIDATE].brier < found[Contender.RULES].brier < 0.25
    assert found[Contender.RULES].gain_low > 0
    assert sum(each["number"] for each in found[Contender.CANDIDATE].bins) == 400
    (success,) = await nights.versions(SUCCESS)
    assert success.verdict is Verdict.NOT_BETTER


@pytest.mark.parametrize("seed", [1, 2])
async def test_where_all_are_alike_nothing_speaks(nights, seed):
    await nights.happened(told(1_000, seed, "alike"))

    assert await nights.learn() == 3

    assert await nights.speaking() == {}
    verdicts = {each.verdict for target in PredictionTarget for each in await nights.versions(target)}
    assert verdicts == {Verdict.NOT_BETTER}


async def test_of_too_few_introductions_nothing_is_learned(nights):
    await nights.happened(told()[:239])

    assert await nights.learn() == 0
    assert await nights.versions() == []


async def test_what_is_not_decided_yet_is_not_learned_from(nights):
    await nights.happened(told())
    nights.work.clock.now = told()[-1].made_at + 14 * DAY - 10 * DAY

    await nights.learn()

    (version,) = await nights.versions()
    assert version.known == 800 - 10 * 8


async def test_a_second_night_without_news_learns_nothing(nights):
    await nights.happened(told())

    assert await nights.learn() > 0
    assert await nights.learn() == 0


async def test_two_workers_keep_one_version(nights):
    await nights.happened(told())

    learned = await asyncio.gather(nights.learn(), nights.learn())

    assert len(await nights.versions()) == 1
    kept = await nights.rows(select(func.count()).select_from(models.PredictionModel))
    assert sum(learned) == kept[0]


async def test_with_more_to_learn_from_the_next_version_has_to_beat_the_one_that_speaks(nights):
    await nights.happened(told(1_600)[:800])
    await nights.learn()
    await nights.happened(told(1_600)[800:])

    await nights.learn()

    first, second = await nights.versions()
    assert first.verdict is Verdict.CHOSEN
    found = await nights.figures(second)
    assert found[Contender.CURRENT].name == "booking-1"
    is_better = all(each.gain_low > 0 for each in found.values() if each.gain_low is not None)
    assert (second.verdict is Verdict.CHOSEN) == is_better
    assert await nights.speaking() == {
        **await nights.speaking(),
        BOOKING: "booking-2" if is_better else "booking-1",
    }


async def test_a_version_that_was_wrong_is_replaced_by_one_that_is_better(nights):
    async with nights.work.unit_of_work() as uow:
        await make_version(uow.session, model=WRONG, known=0)
    await nights.happened(told())

    await nights.learn()

    assert (await nights.speaking())[BOOKING] == "booking-2"


async def test_a_version_that_is_worse_than_the_rules_speaks_no_more(nights):
    """Where all are alike nobody is better than the base rate, and whoever believes in something is worse."""
    async with nights.work.unit_of_work() as uow:
        await make_version(uow.session, model=WRONG, known=0)
    await nights.happened(told(1_000, 1, "alike"))

    await nights.learn()

    _, second = await nights.versions()
    assert second.verdict is Verdict.RULES_AGAIN
    assert await nights.speaking() == {}


async def test_what_a_person_pinned_stays_and_what_is_learned_is_kept(nights):
    await nights.choose(None, is_pinned=True)
    await nights.happened(told())

    await nights.learn()

    assert BOOKING not in await nights.speaking()
    (version,) = await nights.versions()
    assert version.verdict is Verdict.HELD

    await nights.choose(version.id, is_pinned=False)
    assert (await nights.speaking())[BOOKING] == "booking-1"


async def test_a_version_compared_with_one_that_speaks_no_more_is_not_kept(nights):
    await nights.happened(told())
    async with nights.work.unit_of_work() as uow:
        lesson = await prediction_models.next_lesson(uow, BOOKING, now=nights.work.clock())
        other = await make_version(uow.session, known=0)
    assert lesson is not None
    fitted = await asyncio.to_thread(predictions._fit, lesson)

    async with nights.work.unit_of_work() as uow:
        kept = await prediction_models.keep_version(uow, lesson, fitted, now=nights.work.clock())

    assert kept is None
    assert [each.id for each in await nights.versions()] == [other.id]


async def test_what_is_learned_is_audited(nights):
    await nights.happened(told())

    await nights.learn()

    entries = await nights.rows(
        select(models.AuditEntry).where(models.AuditEntry.act == "prediction_models.learn")
    )
    assert {each.actor for each in entries} == {SYSTEM.id}
    assert {each.facts["target"] for each in entries} <= set(PredictionTarget)
    booking = next(each.facts for each in entries if each.facts["target"] == BOOKING)
    assert (booking["verdict"], booking["before"]) == ("CHOSEN", None)
    assert set(booking["gains"]) == {"RULES", "BASE_RATE"}


def test_a_worker_has_no_learning_in_it_before_the_night():
    names = "import sys, server.worker; print([n for n in ('sklearn', 'numpy') if n in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", names], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_it_learns_once_a_night():
    periods = {each.task.name: (each.at_hour, each.at_minute) for each in schedule.PERIODIC}

    assert periods["predictions.learn"] == (2, 51)
