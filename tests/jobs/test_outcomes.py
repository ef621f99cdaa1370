"""What the clock does after demos: HELD when their time is over, CLOSED when nothing more is waited for."""

import asyncio

import pytest
from sqlalchemy import func, select

from db import models
from domain.introductions import IntroductionStage
from jobs import outcomes, schedule
from permissions.viewer import SYSTEM
from tests.factories.outcomes import make_pair
from tests.factories.times import DAY, HOUR, MINUTE, NOW

CONFIRMED, HELD, CLOSED = IntroductionStage.CONFIRMED, IntroductionStage.HELD, IntroductionStage.CLOSED
OVER = NOW - HOUR / 2
"""When the demos of these pairs are over."""


class Desk:
    """Demos, and where their introductions stand."""

    def __init__(self, work):
        self.work = work

    async def pair(self, **facts):
        async with self.work.unit_of_work() as uow:
            return await make_pair(uow.session, **facts)

    async def hold(self, at):
        self.work.clock.now = at
        return await outcomes.hold(self.work)

    async def close(self, at):
        self.work.clock.now = at
        return await outcomes.close(self.work)

    async def stages(self):
        async with self.work.sessions.read() as session:
            found = await session.execute(
                select(models.Introduction.stage, func.count()).group_by(models.Introduction.stage)
            )
            return {row[0]: row[1] for row in found}

    async def rows(self, statement):
        async with self.work.sessions.read() as session:
            return list((await session.scalars(statement)).all())


@pytest.fixture
def desk(work):
    return Desk(work)


async def test_a_demo_is_held_when_its_time_is_over_and_closed_two_weeks_after_it_began(desk):
    pair = await desk.pair()
    began = OVER - HOUR / 2

    assert [await desk.hold(at) for at in (OVER - MINUTE, OVER, OVER + DAY)] == [0, 1, 0]
    assert [await desk.close(began + at) for at in (14 * DAY - MINUTE, 14 * DAY, 15 * DAY)] == [0, 1, 0]

    steps = await desk.rows(
        select(models.IntroductionTransition)
        .where(models.IntroductionTransition.introduction_id == pair.introduction.id)
        .order_by(models.IntroductionTransition.sequence)
    )
    assert [(each.to_stage, each.actor, each.role, each.at) for each in steps[1:]] == [
        (HELD, SYSTEM.id, "SYSTEM", OVER),
        (CLOSED, SYSTEM.id, "SYSTEM", began + 14 * DAY),
    ]


async def test_after_a_month_without_workers_one_round_holds_and_closes(desk):
    await desk.pair()
    await desk.pair(scheduled_at=NOW + 25 * DAY)

    assert (await desk.hold(NOW + 30 * DAY), await desk.close(NOW + 30 * DAY)) == (2, 1)
    assert await desk.stages() == {CLOSED: 1, HELD: 1}


async def test_a_demo_that_was_moved_meanwhile_is_not_held(desk):
    pair = await desk.pair()
    async with desk.work.unit_of_work() as uow:
        moved = await uow.session.get_one(models.Introduction, pair.introduction.id)
        moved.scheduled_at = NOW + DAY

    assert await desk.hold(NOW) == 0
    assert await desk.stages() == {CONFIRMED: 1}


async def test_more_demos_than_a_batch_are_all_held_once_by_many_workers(desk):
    first = await desk.pair()
    for number in range(outcomes.BATCH + 2):
        await desk.pair(partner=first.partner, scheduled_at=NOW - (number + 2) * HOUR)

    held = await asyncio.gather(*(outcomes.hold(desk.work) for _ in range(4)))
    held.append(await outcomes.hold(desk.work))

    assert sum(held) == outcomes.BATCH + 3
    assert await desk.stages() == {HELD: outcomes.BATCH + 3}
    steps = await desk.rows(
        select(func.count())
        .select_from(models.IntroductionTransition)
        .where(models.IntroductionTransition.to_stage == HELD)
    )
    assert steps == [outcomes.BATCH + 3]


def test_demos_are_looked_at_every_half_minute_and_closed_every_hour():
    periodic = {each.task.name: (each.every_seconds, each.at_minute) for each in schedule.PERIODIC}

    assert periodic["outcomes.hold"] == (30, None)
    assert periodic["outcomes.close"] == (None, 41)
