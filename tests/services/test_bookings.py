"""Tickets: each thing used exactly once, voided only unused."""

import pytest
from sqlalchemy import select

from db import models
from domain.errors import IdempotencyConflict, NotFound
from domain.tickets import NothingToRedeem, TicketRedeemed, TicketStatus, TicketVoid
from permissions.viewer import Role, Scope
from tests.factories.times import HOUR, NOW
from tests.factories.viewers import also_at, in_test, key_of, member_of
from tests.fixtures.acts import refusal


@pytest.fixture
async def code(acts, world, reseller):
    """The code of a ticket for one boarding and ten tokens."""
    booking = await acts.activate(reseller, await acts.hold(reseller))
    return (await acts.rows(select(models.Ticket.code).where(models.Ticket.booking_id == booking.id)))[0]


async def remaining(acts):
    """What is left, by function code."""
    return {each.function_code: each.remaining for each in await acts.rows(select(models.TicketEntitlement))}


async def news(acts):
    statement = select(models.Event).where(models.Event.type.in_(["ticket.redeemed", "ticket.voided"]))
    return [
        (each.type, each.sequence, each.payload)
        for each in await acts.rows(statement.order_by(models.Event.id))
    ]


async def test_one_unit_of_one_entitlement_is_used(acts, code, reseller):
    ticket = await acts.redeem(reseller, code, "PLAYGROUND")

    assert (ticket.status, ticket.ended_at, ticket.sequence) == (TicketStatus.ISSUED, None, 2)
    assert await remaining(acts) == {"BOARDING": 1, "PLAYGROUND": 9}
    assert await news(acts) == [
        ("ticket.redeemed", 2, {"ticket_code": code, "status": "ISSUED", "used": {"PLAYGROUND": 1}})
    ]


async def test_without_a_function_code_all_that_is_left_is_used(acts, code, reseller):
    await acts.redeem(reseller, code, "PLAYGROUND")
    acts.later(HOUR)

    ticket = await acts.redeem(reseller, code)

    assert (ticket.status, ticket.ended_at, ticket.sequence) == (TicketStatus.REDEEMED, NOW + HOUR, 3)
    assert await remaining(acts) == {"BOARDING": 0, "PLAYGROUND": 0}
    assert (await news(acts))[1][2]["used"] == {"BOARDING": 1, "PLAYGROUND": 9}


async def test_the_last_unit_ends_the_ticket(acts, code, reseller):
    await acts.redeem(reseller, code, "BOARDING")
    statuses = [(await acts.redeem(reseller, code, "PLAYGROUND")).status for _ in range(10)]

    assert statuses == [TicketStatus.ISSUED] * 9 + [TicketStatus.REDEEMED]


async def test_a_used_entitlement_can_not_be_used_again(acts, code, reseller):
    await acts.redeem(reseller, code, "BOARDING")

    refused = await refusal(acts.redeem(reseller, code, "BOARDING"))

    assert refused == NothingToRedeem(ticket_code=code, function_code="BOARDING")
    assert await remaining(acts) == {"BOARDING": 0, "PLAYGROUND": 10}
    assert len(await news(acts)) == 1


async def test_a_used_up_ticket_has_nothing_left(acts, code, reseller):
    await acts.redeem(reseller, code)

    assert await refusal(acts.redeem(reseller, code)) == NothingToRedeem(ticket_code=code, function_code=None)


async def test_what_was_never_on_the_ticket_can_not_be_used(acts, code, reseller):
    refused = await refusal(acts.redeem(reseller, code, "TEA_SET"))

    assert refused == NothingToRedeem(ticket_code=code, function_code="TEA_SET")


async def test_a_voided_ticket_can_not_be_used(acts, code, reseller):
    voided = await acts.void(reseller, code)

    refused = await refusal(acts.redeem(reseller, code))

    assert (voided.status, voided.ended_at, voided.sequence) == (TicketStatus.VOID, NOW, 2)
    assert refused == TicketVoid(voided_at=NOW)
    assert await remaining(acts) == {"BOARDING": 1, "PLAYGROUND": 10}


async def test_voiding_twice_is_the_same_as_once(acts, code, reseller):
    await acts.void(reseller, code)
    acts.later(HOUR)

    again = await acts.void(reseller, code)

    assert (again.ended_at, again.sequence) == (NOW, 2)
    assert [kind for kind, _, _ in await news(acts)] == ["ticket.voided"]


async def test_a_ticket_of_which_something_was_used_can_not_be_voided(acts, code, reseller):
    await acts.redeem(reseller, code, "PLAYGROUND")

    assert await refusal(acts.void(reseller, code)) == TicketRedeemed(ticket_code=code)


@pytest.mark.parametrize("act", ["redeem", "void"])
async def test_the_tickets_of_others_do_not_exist(acts, code, reseller, rival, act):
    missing = NotFound(noun="ticket", id=code)

    assert await refusal(getattr(acts, act)(rival, code)) == missing
    assert await refusal(getattr(acts, act)(in_test(reseller), code)) == missing
    assert await news(acts) == []


async def test_the_same_key_uses_one_unit_once(acts, code, reseller):
    first = await acts.redeem(reseller, code, "PLAYGROUND", key="scan-1")

    again = await acts.redeem(reseller, code, "PLAYGROUND", key="scan-1")

    assert (again.id, again.sequence) == (first.id, 2)
    assert await remaining(acts) == {"BOARDING": 1, "PLAYGROUND": 9}


async def test_the_same_key_for_another_use_is_refused(acts, code, reseller):
    await acts.redeem(reseller, code, "PLAYGROUND", key="scan-1")

    refused = await refusal(acts.redeem(reseller, code, "BOARDING", key="scan-1"))

    assert refused == IdempotencyConflict(idempotency_key="scan-1")
    assert await remaining(acts) == {"BOARDING": 1, "PLAYGROUND": 9}


async def test_the_gate_of_the_operator_scans_what_its_resellers_sold(acts, world, code):
    gate = member_of(world.operator, role=Role.SUPPORT)

    ticket = await acts.redeem(gate, code)

    assert ticket.status is TicketStatus.REDEEMED


@pytest.mark.parametrize("act", ["redeem", "void"])
async def test_an_owner_elsewhere_who_only_reads_here_uses_no_ticket_here(acts, world, code, act):
    person = also_at(member_of(world.rival), world.reseller, Role.READONLY)
    person = also_at(person, world.operator, Role.READONLY)

    assert await refusal(getattr(acts, act)(person, code)) == NotFound(noun="ticket", id=code)
    assert await remaining(acts) == {"BOARDING": 1, "PLAYGROUND": 10}


async def test_a_key_that_only_scans_can_scan(acts, world, code):
    scanner = key_of(world.reseller, scopes=frozenset({Scope.REDEEM}))

    assert (await acts.redeem(scanner, code)).status is TicketStatus.REDEEMED
