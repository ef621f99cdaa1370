"""Documents through the graph: partners' lists, buyers' receipts, statements on request."""

import pytest
from sqlalchemy import select

from db import models
from domain.documents import BillingDocumentKind
from domain.environments import Environment
from domain.ids import global_id
from permissions.viewer import ANONYMOUS, Role
from services import documents
from tests.factories.documents import make_document, make_sale
from tests.factories.times import NOW
from tests.factories.viewers import in_test, member_of, staff

LIST = """
query L($partnerId: ID, $kind: BillingDocumentKind) {
  documents(partnerId: $partnerId, kind: $kind, first: 100) {
    totalCount
    nodes {
      id kind format status number locale currency total { amount currency } startsOn endsOn fileName byteSize
      createdAt readyAt partner { name }
    }
  }
}
"""
ONE = """
query O($id: ID!) { document(id: $id) { id downloadUrl } node(id: $id) { id ... on Document { sha256 } } }
"""
MINE = """
query M($token: String!) {
  checkoutDocuments(token: $token) { kind number status downloadUrl total { amount } partner { name } }
}
"""
REQUEST = """
mutation R($input: RequestStatementInput!) {
  requestStatement(input: $input) {
    __typename
    ... on Document { id kind format status number total { amount } locale startsOn endsOn downloadUrl }
    ... on InvalidInput { field problem }
    ... on NotFound { noun }
    ... on Refusal { code }
  }
}
"""


@pytest.fixture
def finance(world):
    return member_of(world.operator, role=Role.FINANCE)


@pytest.fixture
async def made(acts):
    async def make(partner, **facts):
        async with acts.work() as uow:
            return await make_document(uow.session, partner, **facts)

    return make


def october(partner, **more):
    return {
        "partnerId": global_id("Partner", partner.id),
        "startsOn": "2026-10-01",
        "endsOn": "2026-10-31",
        "currency": "HKD",
        **more,
    }


async def test_a_partner_sees_its_own_newest_first(graph, made, world, finance):
    old = await made(world.operator)
    await made(world.reseller)
    await made(world.operator, environment=Environment.TEST)
    new = await made(world.operator, kind=BillingDocumentKind.PAYOUT_STATEMENT, number="P-2026-000001")

    page = await graph.data(finance, LIST)

    assert page["totalCount"] == 2
    assert [each["id"] for each in page["nodes"]] == [f"doc_{new.id.hex}", f"doc_{old.id.hex}"]
    assert page["nodes"][1] == {
        "id": f"doc_{old.id.hex}",
        "kind": "ACCOUNT_STATEMENT",
        "format": "PDF",
        "status": "READY",
        "number": None,
        "locale": "en",
        "currency": "EUR",
        "total": {"amount": "452.50", "currency": "EUR"},
        "startsOn": "2026-10-01",
        "endsOn": "2026-10-31",
        "fileName": "statement.pdf",
        "byteSize": 20,
        "createdAt": "2026-11-18T08:00:00.000Z",
        "readyAt": "2026-11-18T08:00:00.000Z",
        "partner": {"name": "Victoria Cruises"},
    }


async def test_lists_are_narrowed_by_partner_and_kind(graph, made, world):
    await made(world.operator)
    await made(world.reseller)
    await made(world.reseller, kind=BillingDocumentKind.PAYOUT_STATEMENT, number="P-2026-000001")
    reseller = global_id("Partner", world.reseller.id)

    async def count(**wanted):
        return (await graph.data(staff(), LIST, **wanted))["totalCount"]

    assert await count() == 3
    assert await count(partnerId=reseller) == 2
    assert await count(partnerId=reseller, kind="PAYOUT_STATEMENT") == 1
    assert await count(partnerId="nobody") == 0


@pytest.mark.parametrize("rows", [1, 20])
async def test_every_way_of_reading_takes_one_statement(graph, acts, made, sql, world, finance, rows):
    for _ in range(rows):
        document = await made(world.operator)
    async with acts.work() as uow:
        checkout = await make_sale(uow.session, world.cruise)
        await documents.request_for_sale(uow, checkout=checkout, now=NOW)
    uncounted = LIST.replace("totalCount", "")
    one = "query O($id: ID!) { document(id: $id) { id total { amount } downloadUrl } }"

    counts = [
        (await sql.of(graph.data(finance, uncounted)))[0],
        (await sql.of(graph.data(finance, one, id=f"doc_{document.id.hex}")))[0],
        (await sql.of(graph.data(ANONYMOUS, MINE, token="secret")))[0],
        (await sql.of(graph.by_core(finance, uncounted)))[0],
    ]

    assert counts == [1, 1, 1, 2]


async def test_a_link_leads_to_the_file_for_five_minutes(graph, made, world, finance):
    document = await made(world.operator)

    shown = await graph.run(finance, ONE, id=f"doc_{document.id.hex}")

    assert shown.data["document"]["downloadUrl"].startswith("https://api.interline.example/downloads/")
    assert shown.data["node"]["sha256"] == document.sha256


@pytest.mark.parametrize("kind", ["rival", "support", "anonymous", "other environment"])
async def test_what_is_not_one_s_own_is_not_there(graph, made, world, finance, kind):
    document = await made(world.operator)
    viewer = {
        "rival": member_of(world.rival),
        "support": member_of(world.operator, role=Role.SUPPORT),
        "anonymous": ANONYMOUS,
        "other environment": in_test(finance),
    }[kind]

    shown = await graph.run(viewer, "query N($id: ID!) { node(id: $id) { id } }", id=f"doc_{document.id.hex}")

    assert shown.data["node"] is None


async def test_a_buyer_finds_its_receipt_by_the_checkout_s_secret(graph, acts, world):
    async with acts.work() as uow:
        checkout = await make_sale(uow.session, world.cruise, token=b"mei's")
        other = await make_sale(uow.session, world.cruise, token=b"other")
        for each in (checkout, other):
            await documents.request_for_sale(uow, checkout=each, now=NOW)

    (receipt,) = await graph.data(ANONYMOUS, MINE, token="mei's")

    assert receipt == {
        "kind": "RECEIPT",
        "number": None,
        "status": "REQUESTED",
        "downloadUrl": None,
        "total": None,
        "partner": {"name": "Victoria Cruises"},
    }
    assert await graph.data(ANONYMOUS, MINE, token="guess") == []
    assert await graph.data(in_test(ANONYMOUS), MINE, token="mei's") == []


async def test_a_statement_is_asked_for_once(graph, acts, world, finance):
    first = await graph.data(finance, REQUEST, input=october(world.operator, format="XLSX"))
    again = await graph.data(finance, REQUEST, input=october(world.operator, format="XLSX"))
    other = await graph.data(finance, REQUEST, input=october(world.operator, format="CSV", locale="fr"))
    third = await graph.data(in_test(finance), REQUEST, input=october(world.operator, format="XLSX"))

    assert first.pop("id") == again.pop("id")
    assert first == again
    assert first == {
        "__typename": "Document",
        "kind": "ACCOUNT_STATEMENT",
        "format": "XLSX",
        "status": "REQUESTED",
        "number": None,
        "total": None,
        "locale": "en",
        "startsOn": "2026-10-01",
        "endsOn": "2026-10-31",
        "downloadUrl": None,
    }
    assert (other["format"], other["locale"]) == ("CSV", "fr")
    rows = await acts.rows(select(models.Document).order_by(models.Document.id))
    assert [row.environment for row in rows] == ["LIVE", "LIVE", "TEST"]
    assert third["id"] == global_id("Document", rows[2].id)
    assert rows[0].notice == {"to": "vera@victoria.example", "name": "Vera", "link": None}
    entries = await acts.rows(select(models.AuditEntry))
    assert [entry.act for entry in entries] == ["documents.request_statement"] * 3


async def test_a_key_binds_one_statement(graph, world, finance):
    asked = october(world.operator, idempotencyKey="k1")

    first = await graph.data(finance, REQUEST, input=asked)
    again = await graph.data(finance, REQUEST, input=asked)
    other = await graph.data(finance, REQUEST, input={**asked, "currency": "EUR"})

    assert first == again
    assert other == {"__typename": "IdempotencyConflict", "code": "IDEMPOTENCY_CONFLICT"}


async def test_a_statement_that_failed_is_made_anew(graph, acts, world, finance):
    first = await graph.data(finance, REQUEST, input=october(world.operator))
    async with acts.work() as uow:
        row = await uow.session.scalar(select(models.Document))
        row.status, row.attempts, row.last_error = "FAILED", 8, "away"

    again = await graph.data(finance, REQUEST, input=october(world.operator))

    (row,) = await acts.rows(select(models.Document))
    assert again == first
    assert (row.status, row.attempts) == ("REQUESTED", 0)


@pytest.mark.parametrize(
    ("given", "field", "problem"),
    [
        ({"endsOn": "2026-11-18"}, "ends_on", "must be a day that is over (UTC)"),
        ({"endsOn": "2026-09-30"}, "ends_on", "must not be before starts_on"),
        ({"startsOn": "2025-10-01"}, "ends_on", "must be within 366 days"),
        ({"currency": "XTS"}, "currency", "must be one of AUD, CHF, CNY, EUR, GBP, HKD, JPY, KWD, SGD, USD"),
        ({"locale": "zh"}, "locale", "must be one of en, it, de, fr, es"),
    ],
)
async def test_a_statement_that_can_not_be_is_refused(graph, acts, world, finance, given, field, problem):
    answer = await graph.data(finance, REQUEST, input=october(world.operator, **given))

    assert answer == {
        "__typename": "InvalidInput",
        "field": field,
        "problem": problem,
        "code": "INVALID_INPUT",
    }
    assert await acts.rows(select(models.Document)) == []


async def test_only_finance_asks_for_a_statement(graph, acts, world, finance):
    rival = await graph.data(member_of(world.rival), REQUEST, input=october(world.operator))
    support = await graph.run(
        member_of(world.operator, role=Role.SUPPORT), REQUEST, input=october(world.operator)
    )
    nobody = await graph.data(finance, REQUEST, input={**october(world.operator), "partnerId": "par_1"})

    assert rival == {"__typename": "NotFound", "noun": "partner", "code": "NOT_FOUND"}
    assert support.errors == [("FORBIDDEN", ["requestStatement"])]
    assert nobody["noun"] == "partner"
    assert await acts.rows(select(models.Document)) == []
