"""The log is kept for its time, and the job that ends it does not stop after a batch."""

from uuid import UUID

import pytest
from sqlalchemy import select

from db import models
from db.queries.request_log import new_call_id
from domain.environments import Environment
from domain.request_log import Call, Door
from jobs import request_log
from services import request_log as service
from tests.factories.times import DAY, NOW

pytestmark = pytest.mark.anyio


def call(age_in_days: int) -> Call:
    at = NOW - age_in_days * DAY
    return Call(
        id=new_call_id(at),
        at=at,
        partner_id=UUID(int=1),
        api_key_id=None,
        environment=Environment.LIVE,
        operation="Reserve",
        door=Door.REST,
        status="OK",
        duration_ms=1,
        request_id="req_1",
    )


async def test_everything_past_its_time_goes_however_much_it_is(work, real_acts):
    old = [call(31) for _ in range(service.PURGE_BATCH + 2)]
    async with work.unit_of_work() as uow:
        await service.record_calls(uow, [*old, call(29)])

    assert await request_log.purge(work) == service.PURGE_BATCH + 2

    assert await real_acts.rows(select(models.ApiCall.at)) == [NOW - 29 * DAY]
    assert await request_log.purge(work) == 0
