"""The scan: the desk is told of what is likely to fail, with the reasons, once; and of what recovers."""

import asyncio
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from db import models
from domain.interventions import InterventionKind
from domain.introductions import IntroductionRole, IntroductionStage
from domain.learning import Model
from domain.predictions import PredictionTarget
from jobs import predictions, schedule
from permissions.viewer import SYSTEM
from services import interventions, introductions
from tests.factories.outcomes import make_pair
from tests.factories.predictions import make_version
from tests.factories.times import DAY, NOW
from tests.factories.viewers import staff

RISK = InterventionKind.AT_RISK


class Scan:
    """The job, and what the desk has of it."""

    def __init__(self, work):
        self.work = work

    async def pair(self, stage=IntroductionStage.INTRODUCED, *, rate=None, **facts):
        """Two who were introduced at NOW; `rate`: of 100 of the partner's, how many were booked and took place."""
        times: dict[str, Any] = {
            "introduction_sent_at": NOW,
            "partner_responded_at": None,
            "booking_confirmed_at": None,
        }
        times |= {"scheduled_at": None, "duration_minutes": None}
        if stage is IntroductionStage.CONFIRMED:
            times |= {"scheduled_at": NOW + 30 * DAY, "duration_minutes": 30, "booking_confirmed_at": NOW}
        async with self.work.unit_of_work() as uow:
            pair = await make_pair(uow.session, stage=stage, **times | facts)
            profile = await uow.session.get_one(models.IntroductionProfile, pair.partner.id)
            profile.booking_conversion_rate = profile.avg_show_rate = rate
        return pair

    async def run(self, by=dt.timedelta(0)):
        self.work.clock.later(by)
        return await predictions.scan_risks(self.work)

    async def desk(self):
        """(Is open, by whom it was resolved, reason) of what the desk was told."""
        row = models.Intervention
        async with self.work.sessions.read() as session:
            found = await session.scalars(select(row).where(row.kind == RISK).order_by(row.id))
            return [(each.resolved_at is None, each.resolved_by, each.reason) for each in found]

    async def act(self, pair, done):
        async with self.work.unit_of_work() as uow:
            introduction = await uow.session.get_one(
                models.Introduction, pair.introduction.id, with_for_update=True
            )
            await done(uow, introduction)


@pytest.fixture
def scan(work):
    return Scan(work)


async def test_what_is_likely_to_fail_is_told_once_with_its_reason(scan):
    await scan.pair(rate=40)
    await scan.pair(rate=90)

    told = [await scan.run(), await scan.run(3 * DAY), await scan.run(), await scan.run(3 * DAY)]

    assert told == [0, 1, 0, 0]
    assert await scan.desk() == [
        (
            True,
            None,
            (
                "The chance that a demo is booked is 34% (rules-1): of this partner's 40% did; "
                "nothing happened for 3 days."
            ),
        )
    ]


async def test_it_is_audited(scan, work):
    await scan.pair(rate=20)

    await scan.run()

    async with work.sessions.read() as session:
        acts = await session.scalars(select(models.AuditEntry).order_by(models.AuditEntry.sequence))
        assert [(each.act, each.actor, each.facts["kind"]) for each in acts] == [
            ("interventions.open", SYSTEM.id, "AT_RISK")
        ]


async def test_two_workers_tell_once(scan):
    await scan.pair(rate=20)

    await asyncio.gather(scan.run(), scan.run())

    assert len(await scan.desk()) == 1


async def test_more_than_a_batch_is_looked_at(scan, monkeypatch):
    monkeypatch.setattr(predictions, "BATCH", 2)
    for _ in range(5):
        await scan.pair(rate=20)

    assert await scan.run() == 5


async def test_what_moves_on_recovers(scan):
    pair = await scan.pair(rate=40)
    await scan.run(3 * DAY)

    async def answer(uow, introduction):
        await introductions.move(
            uow,
            introduction,
            IntroductionStage.RESPONDED,
            actor=SYSTEM,
            role=IntroductionRole.SYSTEM,
            now=scan.work.clock(),
        )
        profile = await uow.session.get_one(models.IntroductionProfile, pair.partner.id)
        profile.booking_conversion_rate = 50

    await scan.act(pair, answer)

    assert await scan.run() == 1
    ((is_open, resolved_by, _),) = await scan.desk()
    assert (is_open, resolved_by) == (False, SYSTEM.id)


async def test_what_a_human_has_seen_to_is_not_told_again_before_the_next_question(scan):
    pair = await scan.pair(rate=20)
    await scan.run()

    async def called(uow, introduction):
        await interventions.settle(
            uow, introduction, RISK, resolution="Called them", now=scan.work.clock(), actor=staff()
        )

    await scan.act(pair, called)
    assert await scan.run(DAY) == 0

    async def booked(uow, introduction):
        await introductions.confirm(
            uow,
            introduction,
            starts_at=scan.work.clock() + 5 * DAY,
            duration=30,
            actor=SYSTEM,
            role=IntroductionRole.ADMIN,
            now=scan.work.clock(),
        )

    await scan.act(pair, booked)
    assert await scan.run(DAY) == 1
    assert [each[2][:40] for each in await scan.desk()] == [
        "The chance that a demo is booked is 20% ",
        "The chance that the demo takes place is ",
    ]


async def test_where_a_version_speaks_it_says_the_chance_and_why(scan, work):
    late = Model(1.0, {"RESPONSE": 6.0}, {"RESPONSE": 0.9})
    async with work.unit_of_work() as uow:
        await make_version(uow.session, target=PredictionTarget.SHOW, model=late)
    await scan.pair(IntroductionStage.CONFIRMED, rate=95)

    await scan.run()

    assert await scan.desk() == [
        (True, None, "The chance that the demo takes place is 20% (show-1): RESPONSE -2.40.")
    ]


@pytest.mark.parametrize(
    ("stage", "facts"),
    [
        (IntroductionStage.DRAFT, {"introduction_sent_at": None}),
        (IntroductionStage.CONFIRMED, {"scheduled_at": NOW - DAY}),
        (IntroductionStage.HELD, {}),
        (IntroductionStage.CANCELLED, {"cancelled_at": NOW}),
    ],
)
async def test_what_is_not_on_its_way_to_a_demo_is_not_looked_at(scan, stage, facts):
    await scan.pair(stage, rate=5, **facts)

    assert await scan.run() == 0


def test_it_scans_every_hour():
    periods = {each.task.name: (each.at_hour, each.at_minute) for each in schedule.PERIODIC}

    assert periods["predictions.scan_risks"] == (None, 11)
