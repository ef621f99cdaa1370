"""The journal of the database itself: it refuses what does not balance, and every change. Nobody of ours tries that."""

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from db import models
from db.types import new_id
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind

LIVE = Environment.LIVE
KINDS = [AccountKind.PROVIDER_CASH, AccountKind.PLATFORM_REVENUE, AccountKind.PROVIDER_FEES]


@pytest.fixture
def acts(real_acts):
    """Really committed: what is deferred is looked at then, and no sooner."""
    return real_acts


def entry_row(now, **facts):
    return {
        "id": new_id(),
        "environment": LIVE,
        "kind": EntryKind.ADJUSTMENT,
        "source_id": new_id(),
        "currency": "HKD",
        "actor": "somebody",
        "at": now,
    } | facts


async def accounts(acts, uow, **where):
    given = {"environment": LIVE, "currency": "HKD"} | where
    nobody = None
    return [
        await uow.session.scalar(
            select(
                func.account_of(
                    given["environment"].value, each.value, given["currency"], nobody, nobody, acts.now
                )
            )
        )
        for each in KINDS
    ]


async def posting(uow, entry_id, position, account_id, amount):
    await uow.session.execute(
        insert(models.Posting).values(
            entry_id=entry_id, position=position, account_id=account_id, amount_minor=amount
        )
    )


async def write(acts, amounts, *, look_after=None, **where):
    """Write an entry with these amounts, each on an account of its own; return its id.

    After so many postings, the constraints are made to be looked at at once.
    """
    entry = entry_row(acts.now)
    async with acts.work() as uow:
        ids = await accounts(acts, uow, **where)
        await uow.session.execute(insert(models.JournalEntry).values(entry))
        for position, amount in enumerate(amounts):
            if position == look_after:
                await uow.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
                await uow.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
            await posting(uow, entry["id"], position, ids[position], amount)
    return entry["id"]


async def add(acts, entry_id, amounts):
    async with acts.work() as uow:
        ids = await accounts(acts, uow)
        for position, amount in enumerate(amounts):
            await posting(uow, entry_id, 8 + position, ids[position], amount)


async def change(acts, statement):
    async with acts.work() as uow:
        await uow.session.execute(statement.execution_options(synchronize_session=False))


async def counted(acts):
    async with acts.sessions.read() as session:
        entries = await session.scalar(select(func.count()).select_from(models.JournalEntry))
        amounts = list(
            await session.scalars(select(models.Posting.amount_minor).order_by(models.Posting.position))
        )
    return entries, amounts


async def test_an_entry_that_sums_to_zero_is_kept(acts):
    await write(acts, [100, -60, -40])

    assert await counted(acts) == (1, [100, -60, -40])


@pytest.mark.parametrize("amounts", [[], [100], [100, -99], [1, 1, 1], [-5, 4, 2]])
async def test_an_entry_that_does_not_sum_to_zero_is_refused(acts, amounts):
    with pytest.raises(IntegrityError, match="not to zero"):
        await write(acts, amounts)

    assert await counted(acts) == (0, [])


@pytest.mark.parametrize("where", [{"currency": "EUR"}, {"environment": Environment.TEST}])
async def test_postings_of_another_currency_or_environment_are_refused(acts, where):
    with pytest.raises(IntegrityError, match="its postings in"):
        await write(acts, [5, -5], **where)

    assert await counted(acts) == (0, [])


async def test_a_posting_of_zero_is_refused(acts):
    with pytest.raises(IntegrityError, match="ck_postings_amount"):
        await write(acts, [5, -5, 0])


@pytest.mark.parametrize("amounts", [[1], [7, -7]])
async def test_a_posting_to_an_entry_of_an_earlier_transaction_is_refused(acts, amounts):
    entry_id = await write(acts, [5, -5])

    with pytest.raises(IntegrityError, match="written before"):
        await add(acts, entry_id, amounts)

    assert await counted(acts) == (1, [5, -5])


async def test_a_posting_after_the_first_look_at_the_balance_is_refused(acts):
    with pytest.raises(IntegrityError, match="not to zero"):
        await write(acts, [5, -5, 1], look_after=2)

    assert await counted(acts) == (0, [])


CHANGES = {
    models.JournalEntry: {"actor": "somebody else"},
    models.Posting: {"amount_minor": 1},
    models.LedgerAccount: {"currency": "EUR"},
}


@pytest.mark.parametrize("model", CHANGES)
@pytest.mark.parametrize("act", [update, delete])
async def test_every_change_is_refused(acts, model, act):
    await write(acts, [5, -5])
    statement = act(model)

    with pytest.raises(DBAPIError, match="append-only"):
        await change(acts, statement.values(CHANGES[model]) if act is update else statement)

    assert await counted(acts) == (1, [5, -5])
