"""The log keeps what it was given once, and for its time."""

import datetime as dt

import pytest
from sqlalchemy import select

from db import models
from db.queries.request_log import first_id, new_call_id
from db.types import new_id
from domain.environments import Environment
from domain.request_log import Call, Door
from services import request_log
from tests.factories.times import DAY, NOW, SECOND

pytestmark = pytest.mark.anyio

ROW = models.ApiCall
PARTNER = new_id()


def call(at: dt.datetime = NOW, *, operation: str = "Availability") -> Call:
    return Call(
        id=new_call_id(at),
        at=at,
        partner_id=PARTNER,
        api_key_id=None,
        environment=Environment.LIVE,
        operation=operation,
        door=Door.GRAPHQL,
        status="OK",
        duration_ms=3,
        request_id="r-1",
    )


async def record(acts, *calls: Call) -> None:
    async with acts.work() as uow:
        await request_log.record_calls(uow, calls)


async def test_calls_are_kept_as_they_were(acts):
    made = call()
    await record(acts, made)

    (row,) = await acts.rows(select(ROW))

    assert {name: getattr(row, name) for name in Call.__slots__} == {
        name: getattr(made, name) for name in Call.__slots__
    }


async def test_a_call_written_twice_is_there_once(acts):
    made = call()
    await record(acts, made)
    await record(acts, made, call())

    assert len(await acts.rows(select(ROW.id))) == 2


async def test_what_is_past_its_time_is_purged_and_nothing_else(acts):
    cut = NOW - 30 * DAY
    await record(
        acts, call(cut - SECOND, operation="old"), call(cut, operation="kept"), call(operation="new")
    )

    async with acts.work() as uow:
        purged = await request_log.purge_calls(uow, keep_days=30, now=NOW)

    assert purged == 1
    assert await acts.rows(select(ROW.operation).order_by(ROW.id)) == ["kept", "new"]


async def test_a_purge_takes_the_oldest_first_and_no_more_than_a_batch(acts, monkeypatch):
    await record(acts, *(call(NOW - (40 + age) * DAY, operation=str(age)) for age in range(5)))
    monkeypatch.setattr(request_log, "PURGE_BATCH", 3)

    purged = []
    for _ in range(3):
        async with acts.work() as uow:
            purged.append(await request_log.purge_calls(uow, keep_days=30, now=NOW))
        if len(purged) == 1:
            assert await acts.rows(select(ROW.operation).order_by(ROW.id)) == ["1", "0"]

    assert purged == [3, 2, 0]


def test_ids_of_calls_lie_in_the_order_of_their_times():
    later = NOW + dt.timedelta(milliseconds=1)

    assert first_id(NOW) < new_call_id(NOW) < first_id(later) < new_call_id(later)
