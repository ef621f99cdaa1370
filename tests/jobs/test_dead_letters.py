"""Dead letters, from the one who wants one replayed to the queue."""

import dataclasses

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.errors import NotFound
from jobs import dead_letters as jobs
from permissions.viewer import Role
from permissions.visibility import visible_dead_letters
from services import dead_letters
from tests.factories.partners import make_reseller
from tests.factories.times import MINUTE, NOW
from tests.factories.viewers import in_test, key_of, member_of, staff
from tests.fixtures.acts import refusal


@pytest.fixture
async def partner(work):
    async with work.unit_of_work() as uow:
        return await make_reseller(uow.session)


@pytest.fixture
def bury(work):
    async def bury(key="", **facts):
        async with work.unit_of_work() as uow:
            await dead_letters.bury(
                uow,
                job="tests.greet",
                key=key,
                payload={"name": key},
                error="OSError",
                attempts=5,
                now=NOW,
                **facts,
            )
        async with work.sessions.read() as session:
            statement = select(models.DeadLetter).where(models.DeadLetter.key == key)
            return (await session.scalars(statement.order_by(models.DeadLetter.id.desc()))).first()

    return bury


async def replay(work, viewer, letter_id, now=NOW):
    async with work.unit_of_work() as uow:
        return await dead_letters.replay_dead_letter(uow, viewer, letter_id=letter_id, now=now)


async def test_a_replayed_letter_goes_to_the_queue_once(work, bury, queue):
    letter = await bury("Mei")

    first = await replay(work, staff(), letter.id)
    second = await replay(work, staff(), letter.id, NOW + MINUTE)
    handed_over = [await jobs.requeue(work), await jobs.requeue(work)]

    (queued,) = await queue.queued_jobs()
    assert (first.replayed_at, second.replayed_at, second.replayed_by) == (NOW, NOW, first.replayed_by)
    assert handed_over == [1, 0]
    assert (queued.function, queued.kwargs) == ("tests.greet", {"name": "Mei"})
    assert queued.job_id == f"dead_letter:{letter.id.hex}"


async def test_a_replay_is_audited_once(work, bury):
    letter = await bury("Mei")

    await replay(work, staff(), letter.id)
    await replay(work, staff(), letter.id)

    async with work.sessions.read() as session:
        acts = (await session.scalars(select(models.AuditEntry.act))).all()
    assert acts == ["dead_letters.replay"]


async def test_without_a_queue_the_letter_waits(work, bury, queue):
    class Away:
        async def enqueue(self, *_, **__):
            raise OSError("no route")

    letter = await bury("Mei")
    await replay(work, staff(), letter.id)

    with pytest.raises(OSError, match="no route"):
        await jobs.requeue(dataclasses.replace(work, queue=Away()))

    assert await jobs.requeue(work) == 1


async def test_what_fails_after_its_replay_is_a_new_letter(work, bury):
    letter = await bury("Mei")
    await replay(work, staff(), letter.id)

    again = await bury("Mei")

    assert again.id != letter.id
    assert (again.times, again.replayed_at) == (1, None)


async def test_who_sees_which_letters(work, bury, partner):
    platforms = await bury("platform")
    theirs = await bury("live", partner_id=partner.id, environment=Environment.LIVE)
    tests = await bury("test", partner_id=partner.id, environment=Environment.TEST)

    async def seen(viewer):
        async with work.sessions.read() as session:
            return set(
                (
                    await session.scalars(select(models.DeadLetter.id).where(visible_dead_letters(viewer)))
                ).all()
            )

    assert await seen(staff()) == {platforms.id, theirs.id}
    assert await seen(in_test(staff())) == {platforms.id, tests.id}
    assert await seen(key_of(partner)) == {theirs.id}
    assert await seen(in_test(key_of(partner))) == {tests.id}
    assert await seen(staff(Role.ANALYST)) == set()
    assert await seen(member_of(partner, role=Role.READONLY)) == set()
    assert await seen(key_of(partner, scopes=frozenset())) == set()


async def test_what_one_does_not_see_one_can_not_replay(work, bury, partner):
    letter = await bury("platform")

    refused = await refusal(replay(work, key_of(partner), letter.id))

    assert isinstance(refused, NotFound)
    async with work.sessions.read() as session:
        assert (await session.scalars(select(models.DeadLetter.replayed_at))).all() == [None]
