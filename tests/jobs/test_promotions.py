"""Commissions fall due and events are summed up by themselves, once, however often the jobs run."""

import pytest
from sqlalchemy import select

from db import models
from domain.affiliates import ConversionStatus
from domain.clicks import Click
from jobs import promotions, schedule
from services import affiliates
from tests.factories.promotions import NEXT_MONTH, make_affiliate, make_checkout, make_conversion, make_link
from tests.factories.times import NOW
from tests.factories.viewers import member_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def link(busy, busy_world):
    async with busy.work() as uow:
        return await make_link(uow.session, busy_world.operator, await make_affiliate(uow.session))


async def test_a_commission_falls_due_at_its_time_and_is_told_once(busy, busy_world, work, clock, link):
    hold = await busy.hold(member_of(busy_world.operator))
    async with busy.work() as uow:
        checkout = await make_checkout(uow.session, hold.id)
        await make_conversion(uow.session, link, checkout.id)

    early = await promotions.make_due(work)
    clock.now = NEXT_MONTH
    late = [await promotions.make_due(work), await promotions.make_due(work)]

    kept = (await busy.rows(select(models.AffiliateConversion)))[0]
    told = await busy.rows(select(models.Event).where(models.Event.object_id == kept.id))
    assert (early, late) == (0, [1, 0])
    assert (kept.status, kept.sequence) == (ConversionStatus.DUE, 2)
    assert [each.payload["status"] for each in told] == ["DUE"]


async def test_clicks_are_summed_up_once(busy, work, link):
    async with busy.work() as uow:
        seen = [Click(link.id, NOW, bytes([number])) for number in range(3)]
        await affiliates.record_clicks(uow, seen)

    summed = [await promotions.sum_up(work), await promotions.sum_up(work)]

    days = await busy.rows(select(models.AffiliateDay))
    assert summed == [3, 0]
    assert [(each.day, each.currency, each.clicks) for each in days] == [(NOW.date(), "XXX", 3)]


def test_the_jobs_run_by_themselves():
    names = {each.task.name for each in schedule.PERIODIC}

    assert {"affiliates.make_due", "affiliates.sum_up", "affiliates.purge_events"} <= names
