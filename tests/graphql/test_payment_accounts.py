"""Partners and their accounts at the payment provider, through the graph."""

import pytest
from sqlalchemy import select

from db import models
from domain.environments import Environment
from domain.errors import Refused
from domain.ids import global_id
from domain.partners import VerificationStatus
from domain.payments import AccountStatus, PaymentRefused
from permissions.viewer import Role
from tests.factories.partners import make_member
from tests.factories.provider import AWAY, make_payment_account
from tests.factories.verification import make_standing
from tests.factories.viewers import member_of, staff

START = """mutation ($id: ID!) { startConnectOnboarding(input: {partnerId: $id}) {
  __typename
  ... on ConnectOnboarding { url paymentAccount { id status missing environment } }
  ... on Refusal { code }
  ... on ProviderError { reason isTemporary }
} }"""
OWN = "query ($id: ID!) { node(id: $id) { ... on Partner { paymentAccount { status missing } } } }"
VERIFIED = VerificationStatus.VERIFIED
FORM = "https://connect.example/setup/acct_1/"


@pytest.fixture
async def partner(isolated):
    """A verified one with an owner."""
    async with isolated.write() as session:
        partner = await make_standing(session, VERIFIED)
        await make_member(session, partner)
        await session.commit()
    return partner


@pytest.fixture
def provider(graph):
    return graph.contexts.payments[Environment.LIVE]


async def start(graph, partner, *, role=Role.OWNER, environment=Environment.LIVE):
    viewer = member_of(partner, role=role, environment=environment)
    return await graph.data(viewer, START, id=global_id("Partner", partner.id))


async def accounts(isolated):
    async with isolated.read() as session:
        return list(
            (await session.scalars(select(models.PaymentAccount).order_by(models.PaymentAccount.id))).all()
        )


async def test_an_account_is_made_and_its_form_shown(graph, isolated, partner, provider):
    answer = await start(graph, partner)

    (row,) = await accounts(isolated)
    assert answer == {
        "__typename": "ConnectOnboarding",
        "url": f"{FORM}1",
        "paymentAccount": {
            "id": global_id("PaymentAccount", row.id),
            "status": "PENDING",
            "missing": ["identity.individual.given_name"],
            "environment": "LIVE",
        },
    }
    (wish,) = provider.wishes
    assert (wish.name, wish.email, wish.country) == ("Bella Vista", "vera@victoria.example", "IT")
    assert provider.keys == {row.id.hex: "acct_1"}
    assert provider.links == [
        (
            "acct_1",
            "http://127.0.0.1:8000/payouts/account?returned=1",
            "http://127.0.0.1:8000/payouts/account?again=1",
        )
    ]


async def test_a_second_call_shows_a_new_form_of_the_same_account(graph, isolated, partner, provider):
    first, second = await start(graph, partner), await start(graph, partner, role=Role.FINANCE)

    assert (first["url"], second["url"]) == (f"{FORM}1", f"{FORM}2")
    assert (len(await accounts(isolated)), len(provider.wishes)) == (1, 1)


async def test_what_broke_off_at_the_provider_goes_on_with_the_next_call(graph, isolated, partner, provider):
    provider.fails_with = [AWAY]

    first = await start(graph, partner)
    (intended,) = await accounts(isolated)
    second = await start(graph, partner)

    assert first == {
        "__typename": "ProviderError",
        "code": "PROVIDER_ERROR",
        "reason": "unavailable",
        "isTemporary": True,
    }
    assert intended.provider_id is None
    assert second["__typename"] == "ConnectOnboarding"
    assert provider.keys == {intended.id.hex: "acct_1"}


async def test_what_the_provider_refuses_for_good_is_told_with_its_code(graph, partner, provider):
    provider.fails_with = [Refused(PaymentRefused("country_unsupported"))]

    answer = await start(graph, partner)

    assert (answer["reason"], answer["isTemporary"]) == ("country_unsupported", False)


async def test_test_and_live_have_accounts_of_their_own(graph, isolated, partner):
    for each in Environment:
        await start(graph, partner, environment=each)

    assert [each.environment for each in await accounts(isolated)] == list(Environment)


async def test_who_is_not_verified_has_no_account(graph, isolated, world, provider):
    answer = await start(graph, world.operator)

    assert (answer["code"], await accounts(isolated), provider.calls) == ("PARTNER_NOT_VERIFIED", [], 0)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.READONLY])
async def test_who_has_nothing_to_do_with_money_opens_nothing(graph, isolated, partner, provider, role):
    answer = await graph.run(member_of(partner, role=role), START, id=global_id("Partner", partner.id))

    assert ([code for code, _ in answer.errors], await accounts(isolated), provider.calls) == (
        ["FORBIDDEN"],
        [],
        0,
    )


async def test_another_partners_account_is_not_there(graph, isolated, partner, provider, world):
    answer = await graph.data(member_of(world.operator), START, id=global_id("Partner", partner.id))

    assert answer["code"] == "NOT_FOUND"
    assert (await accounts(isolated), provider.calls) == ([], 0)


async def test_a_partner_sees_the_account_of_the_environment_it_asks_in(graph, isolated, partner):
    async with isolated.write() as session:
        await make_payment_account(session, partner)
        await make_payment_account(
            session,
            partner,
            environment=Environment.TEST,
            status=AccountStatus.RESTRICTED,
            missing=["company.tax_id"],
        )
        await session.commit()

    seen = {
        each: await graph.data(member_of(partner, environment=each), OWN, id=global_id("Partner", partner.id))
        for each in Environment
    }

    assert seen == {
        Environment.LIVE: {"paymentAccount": {"status": "ENABLED", "missing": []}},
        Environment.TEST: {"paymentAccount": {"status": "RESTRICTED", "missing": ["company.tax_id"]}},
    }


@pytest.mark.parametrize("rows", [1, 20])
async def test_accounts_are_read_in_one_statement(graph, isolated, sql, partner, rows):
    async with isolated.write() as session:
        for number in range(rows):
            await make_payment_account(
                session, await make_standing(session, VERIFIED, name=f"Hotel {number}")
            )
        await session.commit()
    query = "{ paymentAccounts(first: 100) { nodes { status partner { name } } } }"

    count, found = await sql.of(graph.data(staff(), query))

    assert (count, len(found["nodes"])) == (1, rows)
    assert {each["status"] for each in found["nodes"]} == {"ENABLED"}


async def test_a_partners_account_is_read_with_the_partner_in_one_statement(graph, isolated, sql, partner):
    async with isolated.write() as session:
        await make_payment_account(session, partner)
        await session.commit()

    count, _ = await sql.of(graph.data(member_of(partner), OWN, id=global_id("Partner", partner.id)))

    assert count == 1


async def test_accounts_can_be_asked_for_by_status(graph, isolated, partner):
    async with isolated.write() as session:
        await make_payment_account(session, partner)
        await session.commit()
    query = "query ($s: PaymentAccountStatus) { paymentAccounts(status: $s) { nodes { status } } }"

    assert (await graph.data(staff(), query, s="ENABLED"))["nodes"] == [{"status": "ENABLED"}]
    assert (await graph.data(staff(), query, s="RESTRICTED"))["nodes"] == []
