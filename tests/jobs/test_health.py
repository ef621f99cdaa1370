"""Integrations are watched: an alert opens once, closes when it is over, and whoever should hear of it does."""

import asyncio

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.events import EventType
from domain.health import HealthSignal
from domain.mail import MailTemplate
from jobs import health
from tests.factories.health import make_calls
from tests.factories.partners import make_member, make_reseller
from tests.factories.times import DAY, MINUTE, NOW

BAD, GOOD = ("INVALID_INPUT",) * 10 + ("OK",) * 10, ("OK",) * 40


@pytest.fixture
async def partner(work):
    async with work.unit_of_work() as uow:
        partner = await make_reseller(uow.session)
        await make_member(uow.session, partner)
        return partner


@pytest.fixture
def call(work, partner, clock):
    async def call(*statuses, **facts):
        async with work.unit_of_work() as uow:
            await make_calls(uow.session, partner, *statuses, **{"at": clock()} | facts)

    return call


async def rows(work, statement):
    async with work.sessions.read() as session:
        return list((await session.scalars(statement)).all())


async def alerts(work):
    return await rows(work, select(models.IntegrationAlert).order_by(models.IntegrationAlert.id))


async def told(work):
    statement = select(models.Event).order_by(models.Event.sequence)
    return [(each.type, each.sequence, each.payload["signal"]) for each in await rows(work, statement)]


async def test_errors_open_an_alert_that_is_told(work, partner, call):
    await call(*BAD)

    changes = await health.watch(work)

    (alert,) = await alerts(work)
    (mail,) = await rows(work, select(models.Mail))
    assert changes == 1
    assert (alert.signal, alert.environment, alert.value, alert.threshold) == (
        HealthSignal.ERRORS,
        Environment.LIVE,
        0.5,
        0.2,
    )
    assert (alert.opened_at, alert.closed_at) == (NOW, None)
    assert await told(work) == [(EventType.INTEGRATION_ALERT_OPENED, 1, "ERRORS")]
    assert (mail.template, mail.recipient) == (MailTemplate.INTEGRATION_ALERT, "vera@victoria.example")


async def test_an_alert_opens_once(work, call):
    await call(*BAD)

    assert [await health.watch(work), await health.watch(work)] == [1, 0]
    assert len(await alerts(work)) == 1


async def test_two_workers_open_one_alert(work, call):
    await call(*BAD)

    changes = await asyncio.gather(*(health.watch(work) for _ in range(4)))

    assert sum(changes) == 1
    assert len(await alerts(work)) == 1


async def test_an_alert_closes_when_it_is_over_and_may_open_again(work, call, clock):
    await call(*BAD)
    await health.watch(work)
    clock.later(16 * MINUTE)
    await call(*GOOD)
    await health.watch(work)
    clock.later(16 * MINUTE)
    await call(*BAD)
    await health.watch(work)

    closed, opened = await alerts(work)
    assert (closed.closed_at, opened.closed_at) == (NOW + 16 * MINUTE, None)
    assert await told(work) == [
        (EventType.INTEGRATION_ALERT_OPENED, 1, "ERRORS"),
        (EventType.INTEGRATION_ALERT_CLOSED, 2, "ERRORS"),
        (EventType.INTEGRATION_ALERT_OPENED, 3, "ERRORS"),
    ]


async def test_silence_after_a_day_is_stale(work, call, clock):
    await call("OK")
    clock.later(DAY - MINUTE)
    soon = await health.watch(work)
    clock.later(MINUTE)
    late = await health.watch(work)
    await call("OK")
    again = await health.watch(work)

    (alert,) = await alerts(work)
    assert (soon, late, again) == (0, 1, 1)
    assert (alert.signal, alert.value, alert.closed_at) == (HealthSignal.STALE, 24.0, clock.now)


async def test_mistakes_in_test_are_nobody_s_trouble(work, call):
    await call(*BAD, environment=Environment.TEST)

    assert await health.watch(work) == 0


async def test_one_that_is_not_live_yet_is_not_watched_in_live(work, clock):
    async with work.unit_of_work() as uow:
        beginner = await make_reseller(uow.session, name="Beginner", live_at=None)
        await make_calls(uow.session, beginner, *BAD, at=clock())

    assert await health.watch(work) == 0


async def test_everybody_is_looked_at_whatever_their_number(work):
    async with work.unit_of_work() as uow:
        for number in range(5):
            reseller = await make_reseller(uow.session, name=f"Reseller {number}")
            await make_calls(uow.session, reseller, *BAD)

    assert await health.watch(work, batch=2) == 5
