"""Posting: each thing that happens to money once, audited, and summed up in balances."""

import asyncio

import pytest
from sqlalchemy import func, select

from db import models
from db.types import new_id
from domain.environments import Environment
from domain.ledger import AccountKind, EntryKind
from domain.postings import Account, Booked, Payee
from permissions.viewer import SYSTEM
from services import audit, ledger
from tests.factories.journal import credit_of

LIVE = Environment.LIVE
CASH, REVENUE = Account(AccountKind.PROVIDER_CASH), Account(AccountKind.PLATFORM_REVENUE)


@pytest.fixture
def post(acts):
    """Post an entry in a unit of work of its own."""
    return poster(acts)


def poster(acts):
    async def run(*postings, **facts):
        given = {
            "kind": EntryKind.SALE,
            "environment": LIVE,
            "currency": "HKD",
            "source_id": new_id(),
            "postings": postings or (Booked(CASH, 100), Booked(REVENUE, -100)),
            "now": acts.now,
        } | facts
        async with acts.work() as uow:
            return await ledger.post(uow, SYSTEM, **given)

    return run


async def credit(acts, account, currency="HKD"):
    async with acts.sessions.read() as session:
        return await credit_of(session, account, environment=LIVE, currency=currency)


async def test_an_entry_is_written_with_its_postings_in_their_order(acts, world, post):
    pending = Payee(world.operator.id).pending

    entry_id = await post(Booked(CASH, 100), Booked(pending, -85), Booked(REVENUE, -15))

    posting, account = models.Posting, models.LedgerAccount
    async with acts.sessions.read() as session:
        statement = (
            select(posting.position, account.kind, account.partner_id, posting.amount_minor)
            .join(account)
            .where(posting.entry_id == entry_id)
            .order_by(posting.position)
        )
        rows = [tuple(row) for row in await session.execute(statement)]
    assert rows == [
        (1, AccountKind.PROVIDER_CASH, None, 100),
        (2, AccountKind.PARTNER_PENDING, world.operator.id, -85),
        (3, AccountKind.PLATFORM_REVENUE, None, -15),
    ]
    assert await credit(acts, pending) == 85
    assert await credit(acts, CASH) == -100


async def test_the_same_thing_is_written_once(acts, post):
    source_id = new_id()

    first = await post(source_id=source_id)
    again = await post(Booked(CASH, 7), Booked(REVENUE, -7), source_id=source_id)
    other = await post(source_id=source_id, kind=EntryKind.REFUND)

    assert (first is None, again, other is None) == (False, None, False)
    assert await credit(acts, REVENUE) == 200


async def test_the_same_thing_written_twice_at_once_is_written_once(busy):
    source_id, post = new_id(), poster(busy)

    written = await asyncio.gather(*(post(source_id=source_id) for _ in range(8)))

    assert len([each for each in written if each]) == 1
    assert await credit(busy, REVENUE) == 100


async def test_an_account_is_made_once_for_whoever_needs_it_first(busy):
    post = poster(busy)

    await asyncio.gather(*(post() for _ in range(8)))

    async with busy.sessions.read() as session:
        accounts = await session.scalar(select(func.count()).select_from(models.LedgerAccount))
    assert accounts == 2
    assert await credit(busy, REVENUE) == 800


async def test_an_entry_is_audited_in_the_chain_it_belongs_to(acts, world, post):
    entry_id = await post(partner_id=world.operator.id)

    async with acts.sessions.read() as session:
        chain = list(
            await session.scalars(
                select(models.AuditEntry).where(models.AuditEntry.partner_id == world.operator.id)
            )
        )
    assert audit.broken_at(chain) is None
    assert [(each.act, each.object_id) for each in chain] == [("ledger.sale", f"jrn_{entry_id.hex}")]
    assert chain[0].facts["postings"] == [["PROVIDER_CASH", 100], ["PLATFORM_REVENUE", -100]]


async def test_an_entry_that_comes_to_nothing_is_not_written(post):
    assert await post(Booked(CASH, 0), Booked(REVENUE, 0)) is None


async def test_currencies_and_environments_have_balances_of_their_own(acts, post):
    await post()
    await post(currency="EUR")
    await post(environment=Environment.TEST)

    assert await credit(acts, REVENUE) == 100
    assert await credit(acts, REVENUE, "EUR") == 100


async def test_posting_takes_one_statement_whatever_it_posts(sql, world, post):
    await post(partner_id=world.operator.id)

    few, _ = await sql.of(post(partner_id=world.operator.id))
    payees = [Payee(partner.id).pending for partner in (world.operator, world.reseller, world.rival)]
    await post(Booked(CASH, 30), *(Booked(each, -10) for each in payees))
    many, _ = await sql.of(post(Booked(CASH, 30), *(Booked(each, -10) for each in payees)))

    assert (few, many) == (1, 1)
