"""The books and what is on its way, as finance people see them: their own part, and nobody else's."""

import datetime as dt
from string import Template

import pytest
from sqlalchemy import select

from db import models
from db.types import new_id
from domain import postings
from domain.environments import Environment
from domain.ids import global_id
from domain.ledger import EntryKind
from domain.payments import PayoutStatus
from domain.postings import Payee
from permissions.viewer import SYSTEM, Role
from services import ledger
from tests.factories.money import TODAY, make_account, make_sale
from tests.factories.payments import MemoryPayments
from tests.factories.times import DAY, NOW
from tests.factories.viewers import in_test, member_of, staff

ENTRIES = "{ ledgerEntries { nodes { kind currency postings { amount { amount } account { kind } } } } }"
LISTS = {
    "entries": "ledgerEntries(first: 100) { nodes { kind postings { amount { amount currency } account { kind } } } }",
    "entries of one": 'ledgerEntries(first: 100, partnerId: "$partner", kind: SALE, currency: "HKD") { nodes { at } }',
    "balances": 'balances(partnerId: "$partner") { kind balance { amount currency } partner { name } }',
    "transfers": "transfers(first: 100) { nodes { status amount { amount } reversed { amount } } }",
    "payouts": "payouts(first: 100) { nodes { status periodEnd amount { amount } } }",
    "refunds": "refunds(first: 100) { nodes { status } }",
    "runs": "reconciliationRuns(first: 100, hasDifferences: true) { nodes { wrong differences { kind } } }",
    "parity": "priceParityRuns(first: 100, hasDifferences: true) { nodes { wrong differences { ota package { sku: productId } party { quantity } } } }",
    "entries' checkouts": "ledgerEntries(first: 100) { nodes { checkout { id total { amount } } } }",
    "payout entries": 'payoutEntries(payoutId: "$payout") { nodes { kind } }',
    "of partners": 'node(id: "$partner") { ... on Partner { balances { balance { amount } } } }',
}


@pytest.fixture
def sell(acts, world):
    payments = MemoryPayments()

    async def run(number=1, **facts):
        async with acts.work() as uow:
            return [await make_sale(uow, world, payments, **facts) for _ in range(number)]

    return run


@pytest.fixture
async def account(acts, world):
    async with acts.work() as uow:
        return await make_account(uow.session, world.operator)


async def post(acts, kind, booked, at, **facts):
    async with acts.work() as uow:
        await ledger.post(
            uow,
            SYSTEM,
            kind=kind,
            environment=Environment.LIVE,
            currency="HKD",
            source_id=new_id(),
            postings=booked,
            now=at,
            **facts,
        )


async def make_payout(acts, account, *, end, minor=100, **facts):
    async with acts.work() as uow:
        payout = models.Payout(
            **{
                "id": new_id(),
                "environment": Environment.LIVE,
                "account_id": account.id,
                "status": PayoutStatus.IN_TRANSIT,
                "amount_minor": minor,
                "currency": "HKD",
                "period_start": end - 6 * DAY,
                "period_end": end,
                "created_at": NOW,
                **facts,
            }
        )
        uow.session.add(payout)
    return payout


async def test_of_a_sale_each_partner_sees_its_own_part(graph, world, sell):
    await sell()

    seen = {
        name: await graph.data(viewer, ENTRIES)
        for name, viewer in {
            "operator": member_of(world.operator, role=Role.FINANCE),
            "rival": member_of(world.rival),
            "reseller": member_of(world.reseller),
            "staff": staff(),
        }.items()
    }

    def told(name):
        return [
            (each["account"]["kind"], each["amount"]["amount"])
            for entry in seen[name]["nodes"]
            for each in entry["postings"]
        ]

    assert told("operator") == [("PARTNER_PENDING", "-170.00")]
    assert told("rival") == [("PARTNER_PENDING", "-85.00")]
    assert told("reseller") == []
    assert told("staff") == [
        ("PROVIDER_CASH", "300.00"),
        ("PARTNER_PENDING", "-170.00"),
        ("PARTNER_PENDING", "-85.00"),
        ("PLATFORM_REVENUE", "-45.00"),
    ]


async def test_balances_are_what_is_there_or_what_is_owed(graph, acts, world, sell):
    await sell(2)
    await post(acts, EntryKind.TRANSFER, postings.transfer(Payee(world.operator.id), 17_000), NOW)
    query = "query B($id: ID) { balances(partnerId: $id) { kind balance { amount currency } } }"

    own = await graph.data(member_of(world.operator), query, id=global_id("Partner", world.operator.id))
    platform = await graph.data(staff(), query)

    def told(answer):
        return [(each["kind"], each["balance"]["amount"]) for each in answer]

    assert told(own) == [("PARTNER_AVAILABLE", "170.00"), ("PARTNER_PENDING", "170.00")]
    assert told(platform) == [("PLATFORM_REVENUE", "90.00"), ("PROVIDER_CASH", "600.00")]


async def test_nobody_sees_anothers_balances_nor_those_of_the_other_environment(graph, world, sell):
    await sell()
    query = f'{{ balances(partnerId: "{global_id("Partner", world.operator.id)}") {{ kind }} }}'

    assert await graph.data(member_of(world.rival), query) == []
    assert await graph.data(in_test(member_of(world.operator)), query) == []
    assert await graph.data(in_test(staff()), query) == []


async def test_entries_are_told_by_kind_partner_and_currency(graph, acts, world, sell):
    await sell()
    await post(acts, EntryKind.TRANSFER, postings.transfer(Payee(world.rival.id), 8_500), NOW)
    query = """query E($id: ID, $kind: JournalEntryKind, $currency: String) {
      ledgerEntries(partnerId: $id, kind: $kind, currency: $currency) { nodes { kind } }
    }"""

    async def kinds(**which):
        found = await graph.data(staff(), query, **which)
        return [each["kind"] for each in found["nodes"]]

    assert await kinds() == ["TRANSFER", "SALE"]
    assert await kinds(id=global_id("Partner", world.operator.id)) == ["SALE"]
    assert await kinds(kind="TRANSFER") == ["TRANSFER"]
    assert await kinds(currency="EUR") == []


async def test_an_entry_leads_to_its_checkout_for_who_may_see_that(graph, acts, world, sell):
    (sale,) = await sell()
    await post(acts, EntryKind.PAYOUT, postings.payout(Payee(world.operator.id), 1), NOW)
    query = "{ ledgerEntries { nodes { kind checkout { id } } } }"

    seen = {
        name: [
            (each["kind"], each["checkout"] and each["checkout"]["id"])
            for each in (await graph.data(viewer, query))["nodes"]
        ]
        for name, viewer in {
            "seller": member_of(world.operator, role=Role.FINANCE),
            "supplier": member_of(world.rival, role=Role.FINANCE),
            "staff": staff(),
        }.items()
    }

    its_own = global_id("Checkout", sale.checkout.id)
    # The rival has a part in the sale, and did not sell it.
    assert seen == {
        "seller": [("PAYOUT", None), ("SALE", its_own)],
        "supplier": [("SALE", None)],
        "staff": [("PAYOUT", None), ("SALE", its_own)],
    }


async def test_a_payout_is_made_of_what_happened_since_the_one_before(graph, acts, world, account):
    payee = Payee(world.operator.id)
    monday = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
    first = await make_payout(acts, account, end=(monday - DAY).date())
    second = await make_payout(acts, account, end=(monday + 6 * DAY).date())
    await post(acts, EntryKind.TRANSFER, postings.transfer(payee, 1), monday - DAY)
    await post(acts, EntryKind.PAYOUT, postings.payout(payee, 1), monday + DAY)
    await post(acts, EntryKind.TRANSFER, postings.transfer(payee, 2), monday)
    await post(acts, EntryKind.REVERSAL, postings.reversal(payee, 1), monday + 6 * DAY)
    await post(acts, EntryKind.TRANSFER, postings.transfer(payee, 3), monday + 7 * DAY)
    await post(acts, EntryKind.TRANSFER, postings.transfer(Payee(world.rival.id), 4), monday)
    query = (
        "query P($id: ID!) { payoutEntries(payoutId: $id) { nodes { kind postings { amount { amount } } } } }"
    )

    async def told(payout):
        found = await graph.data(member_of(world.operator), query, id=global_id("Payout", payout.id))
        return [(each["kind"], each["postings"][-1]["amount"]["amount"]) for each in found["nodes"]]

    assert await told(first) == [("TRANSFER", "-0.01")]
    assert sorted(await told(second)) == [("REVERSAL", "-0.01"), ("TRANSFER", "-0.02")]


async def test_payouts_are_told_by_status_and_partner(graph, acts, world, account):
    await make_payout(acts, account, end=TODAY - DAY)
    await make_payout(
        acts, account, end=TODAY - 8 * DAY, status=PayoutStatus.FAILED, failure_reason="x", ended_at=NOW
    )
    query = """query P($id: ID, $status: PayoutStatus) {
      payouts(partnerId: $id, status: $status) { nodes { status failureReason amount { amount } } }
    }"""

    async def told(viewer, **which):
        found = await graph.data(viewer, query, **which)
        return [(each["status"], each["failureReason"]) for each in found["nodes"]]

    owner = member_of(world.operator)
    assert await told(owner) == [("FAILED", "x"), ("IN_TRANSIT", None)]
    assert await told(owner, status="FAILED") == [("FAILED", "x")]
    assert await told(staff(), id=global_id("Partner", world.rival.id)) == []
    assert await told(member_of(world.rival)) == []


async def test_a_partner_says_how_often_it_is_paid(graph, acts, world, account):
    query = """mutation S($id: ID!) {
      setPayoutInterval(input: {partnerId: $id, interval: MONTHLY}) {
        __typename ... on PayoutSchedule { interval nextPeriodEnd } ... on Refusal { code }
      }
    }"""
    who = global_id("Partner", world.operator.id)

    answer = await graph.data(member_of(world.operator, role=Role.FINANCE), query, id=who)
    stranger = await graph.data(member_of(world.rival), query, id=who)
    in_other = await graph.data(in_test(member_of(world.operator)), query, id=who)

    assert answer == {
        "__typename": "PayoutSchedule",
        "interval": "MONTHLY",
        "nextPeriodEnd": "2026-11-30",
    }
    assert [each["code"] for each in (stranger, in_other)] == ["NOT_FOUND"] * 2
    (row,) = await acts.rows(select(models.PaymentAccount))
    assert row.payout_interval == "MONTHLY"


async def lists(acts, world, account):
    """Every list with its ids filled in."""
    payout = await make_payout(acts, account, end=TODAY)
    ids = {
        "partner": global_id("Partner", world.operator.id),
        "payout": global_id("Payout", payout.id),
    }
    return {name: f"{{ {Template(query).substitute(ids)} }}" for name, query in LISTS.items()}


@pytest.mark.parametrize("rows", [1, 20])
async def test_every_list_takes_one_statement(graph, acts, sql, world, account, sell, rows):
    await sell(rows)
    queries = await lists(acts, world, account)

    counted = {name: (await sql.of(graph.data(staff(), query)))[0] for name, query in queries.items()}

    assert counted == dict.fromkeys(queries, 1)


@pytest.mark.parametrize("rows", [1, 20])
async def test_graphql_core_takes_its_exact_number_of_statements(
    graph, acts, sql, world, account, sell, rows
):
    await sell(rows)
    queries = await lists(acts, world, account)

    counted = {name: (await sql.of(graph.by_core(staff(), query)))[0] for name, query in queries.items()}

    assert counted == dict.fromkeys(queries, 1) | {
        "entries": 3,
        "entries' checkouts": 2,
        "balances": 2,
        "of partners": 2,
    }
