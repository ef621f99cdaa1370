"""Views and clicks are counted once each, and sponsors charged for theirs, as far as the day's budget goes."""

import asyncio
import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.interest import NOBODY, Interest, InterestKind, Shown, answer_of, visitor_of
from domain.sponsorships import ChargedBy, SponsorshipStatus
from integrations.interests import STREAM, RedisInterests
from jobs import interest, search
from jobs.interest import count
from services import interest as acts_of_interest
from services import sponsorships
from tests.factories.search import make_catalog
from tests.factories.sponsorships import make_sponsorship
from tests.factories.times import DAY, NOW

ANN, BOB = (visitor_of(each, key=b"k") for each in ("ann", "bob"))


@pytest.fixture
async def catalog(work, real_acts):
    async with real_acts.work() as uow:
        packages = await make_catalog(uow.session)
    await search.index(work)
    return packages


def seen(package, number, *, kind=InterestKind.VIEW, paid=None, visitor=NOBODY):
    shown = Shown(Environment.LIVE, package.id, paid and paid.id, visitor, answer_of(f"{number}"), NOW)
    return Interest(kind, shown, NOW)


async def rows(work, model):
    async with work.sessions.read() as session:
        return list((await session.scalars(select(model))).all())


async def test_each_view_and_click_is_counted_once_however_often_it_is_reported(work, catalog):
    rome, paris = catalog["ROM-1"], catalog["PAR-1"]
    views = [seen(rome, each) for each in range(3)] + [seen(paris, 0)]
    clicks = [seen(rome, 0, kind=InterestKind.CLICK)]
    await work.interests.put([*views, *clicks, *views])
    assert await count(work) == 5
    await work.interests.put(views)
    assert await count(work) == 0

    found = {
        each.package_id: (each.views, each.clicks, each.is_verified)
        for each in await rows(work, models.PackageViews)
    }
    assert found == {rome.id: (3, 1, True), paris.id: (1, 0, False)}


async def test_what_search_does_not_know_or_is_of_another_environment_is_passed_over(work, catalog):
    rome = seen(catalog["ROM-1"], 1)
    nowhere = replace(
        rome, shown=replace(rome.shown, package_id=models.Package.__table__.c.id.type.python_type(int=1))
    )
    in_test = replace(rome, shown=replace(rome.shown, environment=Environment.TEST))
    await work.interests.put([nowhere, in_test])

    assert await count(work) == 0
    assert await rows(work, models.InterestReceipt) == []


async def test_killed_before_it_forgets_what_it_counted_it_counts_nothing_twice(work, catalog, redis):
    await work.interests.put([seen(catalog["ROM-1"], each) for each in range(5)])
    taken = await work.interests.take(10)
    async with work.unit_of_work() as uow:
        assert await acts_of_interest.count(uow, [each for _, each in taken], now=NOW) == 5
    # Here it is killed: nothing was acknowledged. Another worker takes them over after a while.
    other = RedisInterests(redis, name="other")
    assert await other.take(10) == []
    await redis.xclaim(STREAM, "counting", "test", 0, [number for number, _ in taken], idle=61_000)

    assert await count(replace(work, interests=other)) == 0
    assert [each.views for each in await rows(work, models.PackageViews)] == [5]
    assert await redis.xlen(STREAM) == 0


async def test_two_workers_together_count_everything_once(work, catalog, redis):
    await work.interests.put([seen(catalog["ROM-1"], each) for each in range(200)])
    others = [replace(work, interests=RedisInterests(redis, name=f"w{each}")) for each in range(2)]

    counted = await asyncio.gather(*(count(each, batch=20) for each in others))

    assert sum(counted) == 200
    assert [each.views for each in await rows(work, models.PackageViews)] == [200]


async def test_a_sponsor_is_charged_until_its_budget_is_used_up(work, catalog, real_acts):
    async with real_acts.work() as uow:
        paid = await make_sponsorship(uow.session, catalog["ROM-1"])
    await work.interests.put([seen(catalog["ROM-1"], each, paid=paid) for each in range(3)])
    await count(work)
    await work.interests.put([seen(catalog["ROM-1"], each, paid=paid) for each in range(3, 9)])
    await count(work)

    (sponsorship,) = await rows(work, models.Sponsorship)
    charges = await rows(work, models.SponsorshipCharge)
    assert (sponsorship.spent_minor, sponsorship.total_minor, sponsorship.spent_on) == (200, 200, NOW.date())
    assert sorted((each.units, each.amount_minor) for each in charges) == [(1, 50), (3, 150)]
    (views,) = await rows(work, models.PackageViews)
    assert (views.views, views.sponsored_views) == (9, 9)


async def test_the_next_day_has_a_budget_of_its_own(work, catalog, real_acts, clock):
    async with real_acts.work() as uow:
        paid = await make_sponsorship(uow.session, catalog["ROM-1"])
    await work.interests.put([seen(catalog["ROM-1"], each, paid=paid) for each in range(9)])
    await count(work)
    clock.later(dt.timedelta(days=1))
    await work.interests.put([seen(catalog["ROM-1"], 10, paid=paid)])
    await count(work)

    (sponsorship,) = await rows(work, models.Sponsorship)
    assert (sponsorship.spent_minor, sponsorship.total_minor) == (50, 250)
    assert sponsorship.spent_on == NOW.date() + dt.timedelta(days=1)


async def test_of_one_viewer_s_views_only_as_many_cost_as_it_may_see(work, catalog, real_acts):
    async with real_acts.work() as uow:
        paid = await make_sponsorship(uow.session, catalog["ROM-1"], daily_budget_minor=10_000)
    views = [seen(catalog["ROM-1"], each, paid=paid, visitor=ANN) for each in range(5)]
    await work.interests.put([*views, seen(catalog["ROM-1"], 5, paid=paid, visitor=BOB)])
    await count(work)
    await work.interests.put([seen(catalog["ROM-1"], 6, paid=paid, visitor=ANN)])
    await count(work)

    (sponsorship,) = await rows(work, models.Sponsorship)
    assert sponsorship.spent_minor == (3 + 1) * 50
    assert {each.visitor: each.views for each in await rows(work, models.SponsorshipSight)} == {
        ANN: 6,
        BOB: 1,
    }


async def test_who_pays_by_the_click_pays_for_clicks_only(work, catalog, real_acts):
    async with real_acts.work() as uow:
        paid = await make_sponsorship(uow.session, catalog["ROM-1"], charged_by=ChargedBy.CLICK)
        other = await make_sponsorship(uow.session, catalog["PAR-1"], status=SponsorshipStatus.PAUSED)
    clicked = InterestKind.CLICK
    await work.interests.put(
        [
            seen(catalog["ROM-1"], 1, paid=paid, visitor=ANN),
            seen(catalog["ROM-1"], 1, paid=paid, visitor=ANN, kind=clicked),
            # A token of one package can not spend another's money.
            seen(catalog["SEV-1"], 2, paid=other, kind=clicked),
        ]
    )
    await count(work)

    assert {each.id: each.spent_minor for each in await rows(work, models.Sponsorship)} == {
        paid.id: 50,
        other.id: 0,
    }


async def test_two_workers_never_take_more_than_a_budget(work, catalog, real_acts, redis):
    async with real_acts.work() as uow:
        paid = await make_sponsorship(uow.session, catalog["ROM-1"], daily_budget_minor=5_000)
    await work.interests.put([seen(catalog["ROM-1"], each, paid=paid) for each in range(300)])
    others = [replace(work, interests=RedisInterests(redis, name=f"w{each}")) for each in range(2)]
    await asyncio.gather(*(count(each, batch=10) for each in others))

    (sponsorship,) = await rows(work, models.Sponsorship)
    charges = await rows(work, models.SponsorshipCharge)
    assert sponsorship.spent_minor == sum(each.amount_minor for each in charges) == 5_000


async def test_a_charge_waits_for_its_day_to_be_over(work, catalog, real_acts, clock):
    async with real_acts.work() as uow:
        paid = await make_sponsorship(uow.session, catalog["ROM-1"])
    await work.interests.put([seen(catalog["ROM-1"], 1, paid=paid)])
    await count(work)

    (charge,) = await rows(work, models.SponsorshipCharge)
    assert (charge.amount_minor, charge.currency, charge.partner_id) == (50, "EUR", paid.partner_id)
    async with work.unit_of_work() as uow:
        assert await sponsorships.unposted_days(uow, now=NOW) == []
        assert await sponsorships.unposted_days(uow, now=NOW + DAY) == [(paid.id, NOW.date())]


async def test_what_is_clicked_becomes_popular_and_receipts_are_forgotten(work, catalog, clock):
    clicks = [seen(catalog["SEV-1"], each, kind=InterestKind.CLICK) for each in range(3)]
    await work.interests.put(clicks)
    await count(work)

    assert await search.roll_up_popularity(work) == 1
    assert await search.roll_up_popularity(work) == 0
    async with work.sessions.read() as session:
        line = await session.get_one(models.PackageSearch, catalog["SEV-1"].id)
    assert (line.popularity, line.rank) == (50, 50)
    clock.later(dt.timedelta(hours=49))
    assert await interest.purge(work) == 3
    clock.later(dt.timedelta(days=40))
    assert await search.roll_up_popularity(work) == 1
