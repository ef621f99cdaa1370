"""One act, one commit: durable as a whole, or not at all."""

import pytest
from sqlalchemy import func, select

from db import models
from db.functions import call
from domain.errors import Refused
from domain.reservations import ReservationExpired
from tests.factories.partners import make_partner
from tests.factories.times import NOW
from tests.fixtures.acts import line, refusal


async def partners(acts):
    return (await acts.rows(select(func.count()).select_from(models.Partner)))[0]


async def test_a_block_that_ends_is_durable_and_says_so_once(busy):
    async with busy.work() as uow:
        await make_partner(uow.session)
        assert busy.committed == 0

    assert (await partners(busy), busy.committed) == (1, 1)


async def test_a_block_that_fails_leaves_nothing_and_says_nothing(busy):
    async def fail():
        async with busy.work() as uow:
            await make_partner(uow.session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert (await partners(busy), busy.committed) == (0, 0)


async def test_a_refused_act_takes_back_what_it_had_written(acts, world, reseller):
    before = acts.committed

    await refusal(acts.hold(reseller, line(1), line(41, "107"), key="k-1"))

    assert acts.committed == before
    assert await acts.rows(select(models.Reservation)) == []
    assert await acts.rows(select(models.IdempotencyKey)) == []


async def test_a_refusal_of_an_sql_function_is_the_domain_s_own_value(acts, world):
    refuse = func.refuse("RESERVATION_EXPIRED", func.jsonb_build_object("expired_at", NOW))

    async with acts.work() as uow:
        with pytest.raises(Refused) as refused:
            await call(uow.session, refuse)
        await uow.session.rollback()

    assert refused.value.reason == ReservationExpired(expired_at=NOW)


async def test_any_other_error_of_the_database_is_a_fault(acts, world):
    async with acts.work() as uow:
        with pytest.raises(Exception, match="division by zero"):
            await call(uow.session, func.div(1, 0))
        await uow.session.rollback()


async def test_ids_made_by_the_database_lie_in_the_order_they_were_made_in(acts, world):
    """Those of one transaction, also within a millisecond."""
    made = select(func.new_id()).select_from(func.generate_series(1, 500).table_valued())

    ids = await acts.rows(made)

    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}
    assert len(set(ids)) == 500
    microseconds = [each.int >> 64 for each in ids]
    assert microseconds == sorted(microseconds)
