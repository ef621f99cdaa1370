"""The chain of audit entries: sealed one to the other, and what is found when somebody meddles."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from db import models
from permissions.visibility import visible_audit_entries
from services import audit
from tests.factories.times import NOW
from tests.factories.viewers import staff

ADMIN = staff()


@pytest.fixture
async def chain(acts, world):
    """Four entries of the operator's chain."""
    for number in range(1, 5):
        async with acts.work() as uow:
            await audit.record(
                uow,
                ADMIN,
                partner_id=world.operator.id,
                act=f"test.act_{number}",
                object_id=f"pkg_{number}",
                facts={"number": number, "on": dt.date(2026, 11, number)},
                now=NOW + dt.timedelta(minutes=number, microseconds=number),
            )
    return await read(acts, world)


async def read(acts, world):
    return await acts.rows(
        select(models.AuditEntry)
        .where(visible_audit_entries(ADMIN), models.AuditEntry.partner_id == world.operator.id)
        .order_by(models.AuditEntry.sequence)
    )


async def test_an_untouched_chain_is_whole(chain):
    assert audit.broken_at(chain) is None
    assert [each.sequence for each in chain] == [1, 2, 3, 4]
    assert chain[0].previous_hash == audit.GENESIS
    assert [each.previous_hash for each in chain[1:]] == [each.hash for each in chain[:-1]]
    assert chain[1].facts == {"number": 2, "on": "2026-11-02"}


def test_an_empty_chain_is_whole():
    assert audit.broken_at([]) is None


async def test_each_partner_and_the_platform_have_a_chain_of_their_own(acts, world, chain):
    async with acts.work() as uow:
        for partner_id in (world.reseller.id, None, None):
            await audit.record(
                uow, ADMIN, partner_id=partner_id, act="test.act", object_id="x", facts={}, now=NOW
            )

    sequences = await acts.rows(
        select(models.AuditEntry.sequence)
        .where(models.AuditEntry.partner_id.is_distinct_from(world.operator.id))
        .order_by(models.AuditEntry.id)
    )
    assert sequences == [1, 1, 2]


SWAPPED = """
UPDATE audit_log SET sequence = 9 WHERE sequence = 2;
UPDATE audit_log SET sequence = 2 WHERE sequence = 3;
UPDATE audit_log SET sequence = 3 WHERE sequence = 9
"""
MOVED_AWAY = """
UPDATE audit_log SET partner_id = NULL WHERE sequence = 2;
UPDATE audit_log SET sequence = 2 WHERE sequence = 3;
UPDATE audit_log SET sequence = 3 WHERE sequence = 4
"""
"""One row a statement: PostgreSQL looks at a unique constraint row by row, in whatever order they lie."""


@pytest.mark.parametrize(
    ("change", "found_at"),
    [
        ("UPDATE audit_log SET actor = 'user:somebody-else' WHERE sequence = 2", 2),
        ("UPDATE audit_log SET act = 'test.nothing' WHERE sequence = 2", 2),
        ("UPDATE audit_log SET object_id = 'pkg_9' WHERE sequence = 1", 1),
        ("""UPDATE audit_log SET facts = '{"number": 2}' WHERE sequence = 2""", 2),
        ("""UPDATE audit_log SET facts = facts || '{"number": 9}' WHERE sequence = 4""", 4),
        ("UPDATE audit_log SET at = at + interval '1 microsecond' WHERE sequence = 3", 3),
        ("UPDATE audit_log SET sequence = 9 WHERE sequence = 4", 4),
        ("UPDATE audit_log SET hash = previous_hash WHERE sequence = 3", 3),
        ("UPDATE audit_log SET previous_hash = hash WHERE sequence = 3", 3),
        ("DELETE FROM audit_log WHERE sequence = 1", 1),
        ("DELETE FROM audit_log WHERE sequence = 3", 3),
        ("DELETE FROM audit_log WHERE sequence = 3; UPDATE audit_log SET sequence = 3 WHERE sequence = 4", 3),
        (SWAPPED, 2),
        (MOVED_AWAY, 2),
    ],
)
async def test_meddling_behind_the_database_s_back_is_found_where_it_began(
    acts, world, chain, change, found_at
):
    async with acts.work() as uow:
        await uow.session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in change.split(";"):
            await uow.session.execute(text(statement))
        await uow.session.execute(text("SET LOCAL session_replication_role = origin"))

    assert audit.broken_at(await read(acts, world)) == found_at


async def test_an_entry_sealed_anew_does_not_fit_the_next_one(acts, world, chain):
    forged = chain[1]
    forged.actor = "user:somebody-else"
    forged.hash = audit.seal(forged)

    assert audit.broken_at(chain) == 3


@pytest.mark.parametrize("table", ["audit_log", "inventory_events"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET actor = 'nobody'"])
async def test_the_database_refuses_to_change_what_was_written(acts, world, chain, table, change):
    async with acts.sessions.write() as session:
        with pytest.raises(DBAPIError, match=f"{table} is append-only"):
            await session.execute(text(change.format(table)))
