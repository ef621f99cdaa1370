"""What paid places cost comes into the books when the day is over: once, and out of the sponsor's next payout."""

import asyncio
import datetime as dt

import pytest
from sqlalchemy import event, select

from db import models
from db.queries import documents as document_queries
from db.types import new_id
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.postings import Account, Payee
from jobs import payouts, reconciliation, schedule, sponsorships, transfers
from services import sponsorships as services
from tests.factories.journal import credit_of
from tests.factories.money import TODAY, make_account, make_sale
from tests.factories.sponsorships import make_sponsorship
from tests.factories.times import DAY, HOUR, NOW
from tests.factories.world import make_world

LIVE = Environment.LIVE
REVENUE = Account(AccountKind.PLATFORM_REVENUE)
TOMORROW = dt.datetime.combine(NOW.date() + DAY, dt.time(0, 1), dt.UTC)
MONDAY = dt.datetime(2026, 11, 23, 0, 3, tzinfo=dt.UTC)


@pytest.fixture
async def world(real_acts):
    async with real_acts.work() as uow:
        return await make_world(uow.session)


@pytest.fixture
async def paid(real_acts, world):
    async with real_acts.work() as uow:
        return await make_sponsorship(uow.session, world.cruise)


@pytest.fixture
def charge(real_acts):
    """Let a sponsorship cost something, at noon of a day."""

    async def run(sponsorship, *amounts, day=TODAY):
        async with real_acts.work() as uow:
            uow.session.add_all(
                models.SponsorshipCharge(
                    id=new_id(),
                    sponsorship_id=sponsorship.id,
                    environment=sponsorship.environment,
                    partner_id=sponsorship.partner_id,
                    currency=sponsorship.currency,
                    charged_on=day,
                    units=1,
                    amount_minor=amount,
                    charged_at=dt.datetime.combine(day, dt.time(12), dt.UTC),
                )
                for amount in amounts
            )

    return run


async def credit(work, account):
    async with work.sessions.read() as session:
        return await credit_of(session, account, environment=LIVE, currency="HKD")


async def entries(work):
    entry = models.JournalEntry
    async with work.sessions.read() as session:
        found = await session.scalars(
            select(entry).where(entry.kind == EntryKind.SPONSORSHIP).order_by(entry.id)
        )
        return list(found)


async def test_a_day_is_posted_in_one_entry_when_it_is_over(work, world, clock, paid, charge):
    await charge(paid, 50, 50, 100)

    early = await sponsorships.post_charges(work)
    clock.now = TOMORROW
    late = [await sponsorships.post_charges(work), await sponsorships.post_charges(work)]

    assert (early, late) == (0, [1, 0])
    assert await credit(work, Payee(world.operator.id).available) == -200
    assert await credit(work, REVENUE) == 200
    (entry,) = await entries(work)
    assert (entry.currency, entry.at, entry.checkout_id) == ("HKD", TOMORROW, None)
    async with work.sessions.read() as session:
        charges = list(
            await session.scalars(select(models.SponsorshipCharge).order_by(models.SponsorshipCharge.id))
        )
    assert {each.posted_with for each in charges} == {entry.source_id} == {charges[0].id}


async def test_each_day_and_each_sponsorship_has_an_entry_of_its_own(
    work, world, clock, real_acts, paid, charge
):
    async with real_acts.work() as uow:
        other = await make_sponsorship(uow.session, world.cruise, status="PAUSED")
    await charge(paid, 50, day=NOW.date() - DAY)
    await charge(paid, 60)
    await charge(other, 70)
    clock.now = TOMORROW

    assert await sponsorships.post_charges(work) == 3

    assert len(await entries(work)) == 3
    assert await credit(work, REVENUE) == 180


async def test_a_charge_that_comes_after_its_day_was_posted_is_posted_too(work, clock, paid, charge):
    await charge(paid, 50)
    clock.now = TOMORROW
    await sponsorships.post_charges(work)
    await charge(paid, 70)

    assert await sponsorships.post_charges(work) == 1

    assert await credit(work, REVENUE) == 120
    assert len(await entries(work)) == 2


async def test_two_workers_post_a_day_once(work, clock, paid, charge):
    await charge(paid, *[50] * 20)
    clock.now = TOMORROW

    posted = await asyncio.gather(*(sponsorships.post_charges(work) for _ in range(3)))

    assert sum(posted) == 1
    assert await credit(work, REVENUE) == 1_000


class KilledError(BaseException):
    """The process is gone."""


async def test_a_worker_killed_at_any_statement_leaves_all_of_a_day_or_nothing(work, clock, paid, charge):
    await charge(paid, 50, 50)
    clock.now = TOMORROW

    killed = 0
    while await is_killed(work, paid, clock, at=killed + 1):
        killed += 1
        assert await entries(work) == []
        assert await credit(work, REVENUE) == 0
    again = await sponsorships.post_charges(work)

    assert killed == 4
    assert again == 0
    assert len(await entries(work)) == 1
    assert await credit(work, REVENUE) == 100


async def is_killed(work, paid, clock, *, at):
    """Post a day by a worker that dies when it comes to a statement, and tell if it came so far."""
    count = 0

    def die(*_):
        nonlocal count
        count += 1
        if count == at:
            raise KilledError

    try:
        async with work.unit_of_work() as uow:
            connection = await uow.session.connection()
            event.listen(connection.sync_connection, "before_cursor_execute", die)
            await services.post_day(uow, sponsorship_id=paid.id, day=TODAY, now=clock())
    except KilledError:
        return True
    return False


async def test_what_was_posted_is_kept_back_from_the_payout_and_in_the_statement(
    work, world, payments, clock, real_acts, paid, charge
):
    async with real_acts.work() as uow:
        await make_account(uow.session, world.operator)
        await make_sale(uow, world, payments)
    await transfers.release(work)
    await charge(paid, 150, 50)
    clock.now = TOMORROW
    await sponsorships.post_charges(work)
    clock.now = MONDAY
    await payouts.close_period(work)

    async with work.sessions.read() as session:
        (payout,) = await session.scalars(select(models.Payout))
        account = document_queries.Account(world.operator.id, LIVE, "HKD")
        posted = await document_queries.posted(session, account, since=NOW - DAY, until=MONDAY + DAY)
    assert payout.amount_minor == 17_000 - 200
    assert [(each.kind, each.amount_minor) for each in posted] == [
        (EntryKind.SALE, 17_000),
        (EntryKind.SPONSORSHIP, -200),
        (EntryKind.PAYOUT, -16_800),
    ]


async def test_reconciliation_compares_what_was_posted_with_the_charges(work, clock, paid, charge):
    await charge(paid, 50, 50)
    clock.now = TOMORROW
    await sponsorships.post_charges(work)
    clock.later(HOUR)
    await reconciliation.reconcile(work)
    async with work.unit_of_work() as uow:
        first = await uow.session.scalar(select(models.SponsorshipCharge).limit(1))
        first.amount_minor = 49
    await reconciliation.reconcile(work)

    run, difference = models.ReconciliationRun, models.ReconciliationDifference
    async with work.sessions.read() as session:
        runs = list(await session.scalars(select(run).where(run.environment == LIVE).order_by(run.id)))
        (found,) = await session.scalars(select(difference))
    assert [(each.objects, each.wrong) for each in runs] == [(1, 0), (1, 1)]
    assert (found.object, found.expected, found.found) == ("JOURNAL_ENTRY", "99 HKD", "100 HKD")


def test_the_job_runs_by_itself():
    assert "sponsorships.post_charges" in {each.task.name for each in schedule.PERIODIC}
