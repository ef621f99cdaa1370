"""An affiliate's own money: its account at the provider, what it is owed, what happened to it, what it is paid."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from db.types import new_id
from domain.environments import Environment
from domain.ids import global_id
from domain.payments import PayoutStatus
from jobs import payments as payment_jobs
from permissions.viewer import Role
from tests.factories.money import TODAY, make_account, make_sale, split_of
from tests.factories.payments import MemoryPayments
from tests.factories.promotions import make_affiliate, make_link
from tests.factories.provider import AWAY
from tests.factories.times import DAY, NOW
from tests.factories.viewers import in_test, key_of, member_of, newcomer, staff

LIVE = Environment.LIVE
START = """mutation ($country: String!) { startAffiliateOnboarding(input: {country: $country}) {
  __typename
  ... on ConnectOnboarding { url paymentAccount { id status environment partner { id } } }
  ... on Refusal { code }
} }"""
OWN = """{ affiliate { id paymentAccount { status } balances { kind balance { amount currency } } } }"""
MONEY = """query M($id: ID!) {
  node(id: $id) { ... on Affiliate { balances { kind } paymentAccount { status } } }
  affiliateEntries(affiliateId: $id) { nodes { kind checkout { id } postings { amount { amount } } } }
  affiliatePayouts(affiliateId: $id) { nodes { status amount { amount } } }
}"""
NODES = "query N($ids: [ID!]!) { nodes(ids: $ids) { __typename } }"


@pytest.fixture
async def affiliate(acts):
    async with acts.work() as uow:
        return await make_affiliate(uow.session)


@pytest.fixture
def herself(affiliate):
    return replace(newcomer("bea"), id=affiliate.account, user_id=affiliate.user_id)


@pytest.fixture
def provider(graph):
    return graph.contexts.payments[LIVE]


@pytest.fixture
async def money(acts, world, affiliate):
    """A sale with a commission of 10.00 of hers, her account, and a payout; public ids of all of it that is hers."""
    async with acts.work() as uow:
        await make_link(uow.session, world.operator, affiliate)
        await make_sale(uow, world, MemoryPayments(), shared=split_of(world, affiliate_id=affiliate.id))
        account = await make_account(uow.session, None, affiliate_id=affiliate.id)
        payout = models.Payout(
            id=new_id(),
            environment=LIVE,
            account_id=account.id,
            status=PayoutStatus.IN_TRANSIT,
            amount_minor=700,
            currency="HKD",
            period_start=TODAY - 7 * DAY,
            period_end=TODAY - DAY,
            created_at=NOW,
        )
        uow.session.add(payout)
        await uow.session.flush()
        books = models.LedgerAccount
        pending = await uow.session.scalar(select(books.id).where(books.affiliate_id == affiliate.id))
        entry = await uow.session.scalar(select(models.JournalEntry.id))
    return {
        "LedgerAccount": global_id("LedgerAccount", pending),
        "JournalEntry": global_id("JournalEntry", entry),
        "Payout": global_id("Payout", payout.id),
        "PaymentAccount": global_id("PaymentAccount", account.id),
    }


async def accounts(acts):
    return await acts.rows(select(models.PaymentAccount).order_by(models.PaymentAccount.id))


async def test_an_affiliate_opens_its_account_and_gets_its_form(graph, acts, affiliate, herself, provider):
    answer = await graph.data(herself, START, country="IT")
    again = await graph.data(herself, START, country="IT")

    (row,) = await accounts(acts)
    assert answer == {
        "__typename": "ConnectOnboarding",
        "url": "https://connect.example/setup/acct_1/1",
        "paymentAccount": {
            "id": global_id("PaymentAccount", row.id),
            "status": "PENDING",
            "environment": "LIVE",
            "partner": None,
        },
    }
    assert again["url"] == "https://connect.example/setup/acct_1/2"
    (wish,) = provider.wishes
    assert (wish.name, wish.email, wish.country) == ("Bea on the road", "bea@blog.example", "IT")
    assert wish.metadata["affiliate"] == global_id("Affiliate", affiliate.id)
    assert (row.affiliate_id, row.partner_id) == (affiliate.id, None)
    opened = models.AuditEntry
    (entry,) = await acts.rows(select(opened).where(opened.act == "payment_accounts.open"))
    assert (entry.actor, entry.partner_id) == (herself.id, None)


async def test_the_country_of_an_account_stays(graph, acts, herself, provider):
    await graph.data(herself, START, country="IT")

    other = await graph.data(herself, START, country="FR")
    wrong = await graph.data(herself, START, country="Italy")

    assert [other, wrong] == [{"__typename": "InvalidInput", "code": "INVALID_INPUT"}] * 2
    assert len(provider.wishes) == 1


async def test_who_is_no_affiliate_opens_no_account(graph, acts, world, affiliate, herself, provider):
    strangers = [newcomer("otto"), member_of(world.operator), staff(), in_test(herself)]

    answers = [await graph.data(each, START, country="IT") for each in strangers]

    assert answers == [{"__typename": "NotFound", "code": "NOT_FOUND"}] * 4
    assert await accounts(acts) == []
    assert provider.wishes == []


async def test_a_provider_that_is_away_is_asked_again_by_the_job(graph, acts, herself, worker, provider):
    provider.fails_with = [AWAY]
    away = await graph.data(herself, START, country="IT")
    (left,) = await accounts(acts)

    acts.later(DAY)
    await payment_jobs.look_at_accounts(worker)

    (row,) = await accounts(acts)
    assert away == {"__typename": "ProviderError", "code": "PROVIDER_ERROR"}
    assert (left.provider_id, row.id) == (None, left.id)
    assert row.provider_id is not None


async def test_an_affiliate_sees_what_it_is_owed_and_what_became_of_it(graph, affiliate, herself, money):
    own = await graph.data(herself, OWN)
    seen = (await graph.run(herself, MONEY, id=own["id"])).data

    assert own == {
        "id": global_id("Affiliate", affiliate.id),
        "paymentAccount": {"status": "ENABLED"},
        "balances": [{"kind": "AFFILIATE_PENDING", "balance": {"amount": "10.00", "currency": "HKD"}}],
    }
    assert seen == {
        "node": {"balances": [{"kind": "AFFILIATE_PENDING"}], "paymentAccount": {"status": "ENABLED"}},
        "affiliateEntries": {
            "nodes": [{"kind": "SALE", "checkout": None, "postings": [{"amount": {"amount": "-10.00"}}]}]
        },
        "affiliatePayouts": {"nodes": [{"status": "IN_TRANSIT", "amount": {"amount": "7.00"}}]},
    }


async def test_each_object_of_hers_is_hers_by_its_id_too_and_nobody_elses(
    graph, acts, world, affiliate, herself, money
):
    async with acts.work() as uow:
        other = await make_affiliate(uow.session, email="otto@blog.example")
    callers = {
        "herself": herself,
        "staff": staff(),
        "another affiliate": replace(newcomer("otto"), id=other.account, user_id=other.user_id),
        "newcomer": newcomer(),
        "analyst": staff(Role.ANALYST),
        "account manager": staff(Role.ACCOUNT_MANAGER),
        "link's owner": member_of(world.operator),
        "link's finance": member_of(world.operator, role=Role.FINANCE),
        "rival": member_of(world.rival),
        "reseller": member_of(world.reseller),
        "key": key_of(world.reseller),
        "herself in TEST": in_test(herself),
    }

    seen = {}
    for name, viewer in callers.items():
        found = await graph.data(viewer, NODES, ids=list(money.values()))
        seen[name] = [each["__typename"] for each in found if each]

    # Of the sale the operator and the rival have parts of their own.
    assert seen == {name: [] for name in callers} | {
        "herself": list(money),
        "staff": list(money),
        "link's owner": ["JournalEntry"],
        "link's finance": ["JournalEntry"],
        "rival": ["JournalEntry"],
    }


async def test_lists_of_hers_are_empty_for_others(graph, acts, world, affiliate, money):
    public = global_id("Affiliate", affiliate.id)

    async def counts(viewer):
        found = (await graph.run(viewer, MONEY, id=public)).data
        node = found["node"] or {"balances": [], "paymentAccount": None}
        return [
            len(node["balances"]),
            node["paymentAccount"] is not None,
            len(found["affiliateEntries"]["nodes"]),
            len(found["affiliatePayouts"]["nodes"]),
        ]

    assert await counts(staff()) == [1, True, 1, 1]
    assert await counts(newcomer("otto")) == [0, False, 0, 0]
    assert await counts(member_of(world.reseller)) == [0, False, 0, 0]
    # It paid the commission: the sale is its own, too, and of the affiliate's account it sees nothing.
    assert await counts(member_of(world.operator)) == [0, False, 1, 0]


@pytest.mark.parametrize(
    "query",
    [
        "affiliate { balances { kind balance { amount } } paymentAccount { status } }",
        'affiliateEntries(affiliateId: "$id") { nodes { kind checkout { id } postings { amount { amount } } } }',
        'affiliatePayouts(affiliateId: "$id") { nodes { status amount { amount } } }',
    ],
)
async def test_an_affiliates_money_takes_one_statement(graph, sql, affiliate, herself, money, query):
    asked = "{ " + query.replace("$id", global_id("Affiliate", affiliate.id)) + " }"

    counted, _ = await sql.of(graph.data(herself, asked))

    assert counted == 1
