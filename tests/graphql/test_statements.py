"""How many SQL statements an answer takes: the same for one row and for twenty; mostly one."""

import secrets
from dataclasses import replace

import pytest

from domain.environments import Environment
from domain.ids import global_id
from permissions.viewer import Role
from services import api_keys
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.viewers import member_of, staff
from tests.fixtures.acts import line

CONNECTIONS = {
    "products": ("products(first: 100) { nodes { productId } }", 1),
    "inventory": ("inventory { nodes { available } }", 1),
    "reservations": ("reservations(first: 100) { nodes { status } }", 1),
    "orders": ("orders(first: 100) { nodes { confirmationCode } }", 1),
    "apiKeys": ("apiKeys(first: 100) { nodes { prefix } }", 1),
    "auditLog": ("auditLog(first: 100) { nodes { act } }", 1),
    "counted": (
        "reservations(first: 100) { totalCount nodes { id } edges { cursor } pageInfo { endCursor } }",
        2,
    ),
    "count alone": ("reservations { totalCount }", 2),
}
"""Query -> how many statements graphql-core takes for it. Every connection field of the core is here."""

RELATIONS = {
    "Package.partner": ("products(first: 100) { nodes { partner { name } } }", 2),
    "Package.items": ("products(first: 100) { nodes { items { functionCode } } }", 2),
    "Package.priceRules": ("products(first: 100) { nodes { priceRules { code } } }", 2),
    "Package.allotments": ("products(first: 100) { nodes { allotments { available } } }", 2),
    "Allotment.product": ("inventory { nodes { product { name } } }", 2),
    "Allotment.reseller": ("inventory { nodes { reseller { name } } }", 2),
    "Allotment.nextExpiry": ("inventory { nodes { nextExpiry } }", 2),
    "Allotment.events": ("inventory { nodes { events(first: 2) { nodes { kind } } } }", 2),
    "Allotment.events counted": ("inventory { nodes { events { totalCount nodes { kind } } } }", 3),
    "Reservation.reseller": ("reservations(first: 100) { nodes { reseller { name } } }", 2),
    "Reservation.lines": ("reservations(first: 100) { nodes { lines { quantity rules { code } } } }", 2),
    "ReservationLine.product": ("reservations(first: 100) { nodes { lines { product { name } } } }", 3),
    "Booking.reseller": ("orders(first: 100) { nodes { reseller { name } } }", 2),
    "Booking.tickets": ("orders(first: 100) { nodes { tickets { qrPayload } } }", 2),
    "Ticket.product": ("orders(first: 100) { nodes { tickets { product { name } } } }", 3),
    "Ticket.entitlements": ("orders(first: 100) { nodes { tickets { entitlements { remaining } } } }", 3),
    "everything": (
        """orders(first: 100) { totalCount nodes {
          customerName reseller { name }
          tickets { entitlements { remaining } product { name partner { name } items { label } } }
        } }""",
        8,
    ),
}
"""Relation -> a query over it, with how many statements graphql-core takes for it."""

ALL = CONNECTIONS | RELATIONS
BY_PYTHON = {"Allotment.nextExpiry": 2}
"""What takes more than one statement compiled: a loader fills in what the one leaves open."""


async def fill(acts, world, viewer, *, rows):
    """Give every list of the core `rows` rows of `viewer`'s own."""
    for number in range(rows):
        async with acts.work() as uow:
            package = await make_package(uow.session, world.operator, sku=f"more-{number}")
            await make_allotment(uow.session, package, reseller=world.reseller)
            await api_keys.issue_key(
                uow,
                staff(),
                reseller_id=world.reseller.id,
                environment=Environment.LIVE,
                name="Shop",
                scopes=None,
                expires_at=None,
                pepper=b"p" * 32,
                entropy=secrets.token_bytes,
                now=acts.now,
            )
        await acts.hold(viewer, line(1), line(1, f"more-{number}"))
        await acts.activate(viewer, await acts.hold(viewer, line(2)))


@pytest.mark.parametrize("rows", [1, 20])
async def test_every_list_and_relation_takes_one_statement(graph, acts, sql, world, reseller, rows):
    await fill(acts, world, reseller, rows=rows)
    everywhere = replace(staff(Role.PLATFORM_ADMIN), reseller_id=world.reseller.id)

    counted = {
        name: (await sql.of(graph.data(everywhere, f"{{ {query} }}")))[0] for name, (query, _) in ALL.items()
    }

    assert counted == dict.fromkeys(ALL, 1) | BY_PYTHON


@pytest.mark.parametrize("rows", [1, 20])
async def test_graphql_core_takes_its_exact_number_of_statements(graph, acts, sql, world, reseller, rows):
    await fill(acts, world, reseller, rows=rows)
    everywhere = replace(staff(Role.PLATFORM_ADMIN), reseller_id=world.reseller.id)

    counted = {
        name: (await sql.of(graph.by_core(everywhere, f"{{ {query} }}")))[0]
        for name, (query, _) in ALL.items()
    }

    assert counted == {name: number for name, (_, number) in ALL.items()}


async def test_many_nodes_take_one_statement_a_type(graph, acts, sql, world, reseller):
    await fill(acts, world, reseller, rows=20)
    page = await graph.data(
        reseller, "{ reservations(first: 40) { nodes { id } } orders(first: 20) { nodes { id } } }"
    )
    ids = [each["id"] for list_ in page.values() for each in list_["nodes"]]

    count, found = await sql.of(
        graph.data(reseller, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    )

    assert (count, [each["id"] for each in found]) == (2, ids)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("{ viewer { id scopes } }", 0),
        ("{ viewer { partners { name } } }", 1),
        ('{ explainAvailability(productId: "106") { available status } }', 1),
        ('{ ticket(code: "nobody") { status } }', 1),
        ('{ node(id: "garbage") { id } }', 0),
        ('{ reservation(id: "garbage") { id } order(id: "garbage") { id } }', 0),
        ("{ auditChain { entries } }", 1),
    ],
)
async def test_a_single_answer_takes_its_exact_number_of_statements(graph, sql, world, query, number):
    count, _ = await sql.of(graph.run(member_of(world.operator), query))

    assert count == number


async def test_a_refused_field_asks_the_database_nothing(graph, sql, world):
    count, answer = await sql.of(graph.run(staff(Role.ANALYST), "{ apiKeys { nodes { id } } }"))

    assert (count, answer.errors) == (0, [("FORBIDDEN", ["apiKeys"])])


async def test_a_hold_takes_two_statements_whatever_its_size(graph, sql, world, reseller):
    """What is offered, and the act."""
    hold = """
    mutation Hold($lines: [ReservationLineInput!]!) {
      createReservation(input: {lines: $lines}) { ... on Reservation { id units } }
    }
    """
    one = {"productId": "106", "quantity": 1, "customerType": "ADULT"}

    small, _ = await sql.of(graph.data(reseller, hold, lines=[one]))
    large, made = await sql.of(graph.data(reseller, hold, lines=[one | {"productId": "107"}, *[one] * 40]))

    assert (small, large, made["units"]) == (2, 2, 41)


async def test_what_becomes_of_a_hold_takes_one_statement_with_all_that_is_answered(
    graph, acts, sql, world, reseller
):
    hold, other = [
        global_id("Reservation", each.id) for each in (await acts.hold(reseller), await acts.hold(reseller))
    ]
    extend = """mutation E($id: ID!) { extendReservation(input: {id: $id, holdMinutes: 60}) {
      ... on Reservation { expiresAt }
    } }"""
    activate = """mutation A($id: ID!, $customer: CustomerDetailsInput!) {
      activateReservation(input: {id: $id, customerDetails: $customer, paymentReference: "pay-1"}) {
        ... on Booking { confirmationCode tickets { ticketCode entitlements { remaining } } }
      }
    }"""
    cancel = (
        """mutation C($id: ID!) { cancelReservation(input: {id: $id}) { ... on Reservation { status } } }"""
    )
    mei = {"name": "Mei Wong", "email": "mei@example.com", "phone": "+852 1234 5678"}

    extended, _ = await sql.of(graph.data(reseller, extend, id=hold))
    activated, booking = await sql.of(graph.data(reseller, activate, id=hold, customer=mei))
    cancelled, _ = await sql.of(graph.data(reseller, cancel, id=other))

    assert (extended, activated, cancelled) == (1, 1, 1)
    assert len(booking["tickets"][0]["entitlements"]) == 2
