"""The outbox: everything is told, oldest first, and what is told is marked."""

from sqlalchemy import func, select, update

from db import models
from services import events
from tests.factories.times import HOUR, NOW
from tests.fixtures.acts import line, refusal


async def take(acts):
    async with acts.work() as uow:
        return await events.take_unrelayed(uow, now=acts.now)


async def unrelayed(acts):
    statement = select(func.count()).select_from(models.Event).where(models.Event.relayed_at.is_(None))
    return (await acts.rows(statement))[0]


async def test_what_happened_is_told_oldest_first(acts, world, reseller):
    await take(acts)
    hold = await acts.hold(reseller, line(1))
    await acts.cancel(reseller, hold)

    told = await take(acts)

    pool = world.cruise_pool.id
    assert told == [(hold.id, 1), (pool, 2), (hold.id, 2), (pool, 3)]


async def test_what_was_told_is_not_told_again(acts, world, reseller):
    acts.later(HOUR)
    first = await take(acts)

    assert len(first) == 5
    assert await take(acts) == []
    assert await acts.rows(select(models.Event.relayed_at).distinct()) == [NOW + HOUR]


async def test_more_than_a_batch_is_told_in_several(acts, world):
    async with acts.work() as uow:
        await uow.session.execute(update(models.Event).values(relayed_at=NOW))
        uow.session.add_all(
            models.Event(
                environment="LIVE",
                type="webhook.test",
                object_id=world.cruise.id,
                sequence=number,
                payload={},
                at=NOW,
            )
            for number in range(events.BATCH + 1)
        )
        await uow.session.flush()

    told = [await take(acts), await take(acts), await take(acts)]

    assert [len(each) for each in told] == [events.BATCH, 1, 0]
    assert [sequence for batch in told for _, sequence in batch] == list(range(events.BATCH + 1))
    assert await unrelayed(acts) == 0


async def test_an_act_that_was_taken_back_is_never_told(acts, world, reseller):
    await take(acts)

    await refusal(acts.hold(reseller, line(1), line(41, "107")))

    assert await take(acts) == []


async def test_telling_takes_one_statement_however_much_it_is(acts, world, reseller, sql):
    for _ in range(5):
        await acts.hold(reseller)

    count, told = await sql.of(take(acts))

    assert (count, len(told)) == (1, 15)
