"""Cancelling what was bought: by the policy, unit by unit, to the last minor unit."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from db import models
from db.queries import inventory as inventory_queries
from domain.cancellation import CancellationPolicy, CancellationTier, policy_as_kept
from domain.ids import global_id
from permissions.viewer import Role
from tests.factories.shop import party
from tests.factories.viewers import member_of, staff

TERMS = """mutation ($input: CancellationTermsInput!) { cancellationTerms(input: $input) {
  __typename
  ... on CancellationTerms { units paid { amount } refundPercent refund { amount currency } }
  ... on Refusal { code }
} }"""
CANCEL = """mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) {
  __typename
  ... on Checkout { status refunded { amount } }
  ... on Refusal { code }
} }"""
POLICY = CancellationPolicy((CancellationTier(30, 10_000), CancellationTier(7, 5_000)))


async def bought(acts, shop, **wish):
    """A family's cruise on a Saturday five weeks from now, HKD 824.00, with a policy."""
    opened = await shop.buy(**({"party": party(2, 1), "date": "2026-12-26"} | wish))
    async with acts.work() as uow:
        await uow.session.execute(update(models.Checkout).values(cancellation_policy=policy_as_kept(POLICY)))
    return opened


def codes(opened):
    return [each["ticketCode"] for each in opened["checkout"]["booking"]["tickets"]]


async def cancel(shop, opened, *, viewer=None, key="x1", mutation=CANCEL, **more):
    given = {"checkoutId": opened["checkout"]["id"], "token": opened["token"], **more}
    if mutation is CANCEL:
        given["idempotencyKey"] = key
    return await shop.graph.data(viewer or shop.viewer, mutation, input=given)


async def rows(acts, model):
    async with acts.sessions.read() as session:
        return list((await session.scalars(select(model).order_by(model.id))).all())


async def direct_pool(acts, world):
    async with acts.sessions.read() as session:
        row = await session.get_one(models.Allotment, world.cruise_direct.id)
        drift = (await session.execute(inventory_queries.drifted_counters())).all()
        gaps = (await session.execute(inventory_queries.drifted_journal())).all()
    return row.sold, len(drift), len(gaps)


async def test_the_terms_are_told_before_anything_is_cancelled(acts, shop):
    opened = await bought(acts, shop)

    told = await cancel(shop, opened, mutation=TERMS)

    assert told == {
        "__typename": "CancellationTerms",
        "units": 3,
        "paid": {"amount": "824.00"},
        "refundPercent": "100.00",
        "refund": {"amount": "824.00", "currency": "HKD"},
    }
    assert await rows(acts, models.Refund) == []


async def test_a_booking_is_cancelled_as_a_whole(acts, shop, world):
    opened = await bought(acts, shop)

    cancelled = await cancel(shop, opened)
    again = await cancel(shop, opened)

    assert (
        cancelled == again == {"__typename": "Checkout", "status": "PAID", "refunded": {"amount": "824.00"}}
    )
    (refund,) = await rows(acts, models.Refund)
    assert (refund.amount_minor, refund.reason.value) == (82_400, "CANCELLATION")
    assert [each.status.value for each in await rows(acts, models.Ticket)] == ["VOID"] * 3
    assert all(leg.refunded_minor == leg.amount_minor for leg in await rows(acts, models.CheckoutLeg))
    assert await direct_pool(acts, world) == (0, 0, 0)


async def test_units_are_cancelled_one_by_one_to_the_last_cent(acts, shop, world):
    opened = await bought(acts, shop)
    first, second, child = codes(opened)

    one = await cancel(shop, opened, key="x1", tickets=[child])
    assert one["refunded"]["amount"] == "188.00"
    assert await direct_pool(acts, world) == (2, 0, 0)

    rest = await cancel(shop, opened, key="x2", tickets=[first, second])
    assert rest["refunded"]["amount"] == "824.00"
    assert await direct_pool(acts, world) == (0, 0, 0)
    assert sum(each.amount_minor for each in await rows(acts, models.Refund)) == 82_400
    assert (await cancel(shop, opened, key="x3"))["code"] == "NOTHING_TO_CANCEL"


async def test_who_cancels_late_gets_less(acts, shop):
    opened = await bought(acts, shop)
    acts.later(dt.timedelta(days=20))

    told = await cancel(shop, opened, mutation=TERMS)
    cancelled = await cancel(shop, opened)

    assert (told["refundPercent"], told["refund"]["amount"]) == ("50.00", "412.00")
    assert cancelled["refunded"]["amount"] == "412.00"
    legs = [(leg.amount_minor, leg.refunded_minor) for leg in await rows(acts, models.CheckoutLeg)]
    assert legs == [(35_020, 17_510), (35_020, 17_510), (12_360, 6_180)]


async def test_on_the_last_days_nothing_comes_back_and_the_units_are_free(acts, shop, world):
    opened = await bought(acts, shop)
    acts.later(dt.timedelta(days=35))

    assert (await cancel(shop, opened))["refunded"]["amount"] == "0.00"
    assert await rows(acts, models.Refund) == []
    assert await direct_pool(acts, world) == (0, 0, 0)


async def test_others_cancel_nothing(acts, shop, world, owner):
    opened = await bought(acts, shop)

    assert (await cancel(shop, opened, token="guessed"))["code"] == "NOT_FOUND"
    assert (await cancel(shop, opened, viewer=member_of(world.rival), token=None))["code"] == "NOT_FOUND"
    reader = member_of(world.operator, role=Role.READONLY)
    assert (await cancel(shop, opened, viewer=reader, token=None))["code"] == "FORBIDDEN"
    assert await rows(acts, models.Refund) == []


async def test_the_sellers_people_cancel(acts, shop, world):
    opened = await bought(acts, shop)
    support = member_of(world.operator, role=Role.SUPPORT)

    assert (await cancel(shop, opened, viewer=support, token=None))["refunded"]["amount"] == "824.00"
    (entry,) = [each for each in await rows(acts, models.AuditEntry) if each.act == "bookings.cancel"]
    assert (entry.actor, entry.facts["units"], entry.facts["refund_minor"]) == (support.id, 3, 82_400)


@pytest.mark.parametrize("named", [True, False])
async def test_a_used_ticket_is_not_cancelled(acts, shop, named):
    opened = await bought(acts, shop)
    async with acts.work() as uow:
        ticket = (
            await uow.session.scalars(select(models.Ticket).where(models.Ticket.code == codes(opened)[0]))
        ).one()
        await uow.session.execute(
            update(models.TicketEntitlement)
            .where(models.TicketEntitlement.ticket_id == ticket.id)
            .values(remaining=0)
        )

    if named:
        assert (await cancel(shop, opened, tickets=codes(opened)[:1]))["code"] == "TICKET_REDEEMED"
    else:
        assert (await cancel(shop, opened))["refunded"]["amount"] == "506.00"


REFUNDS = """query ($id: ID!, $token: String) { checkout(id: $id, token: $token) {
  refunds { reason status amount { amount currency } endedAt failureReason }
} }"""


async def test_who_sees_a_checkout_sees_what_came_back_of_it(acts, shop, world, sql):
    opened = await bought(acts, shop)
    await cancel(shop, opened, key="x1", tickets=codes(opened)[:1])
    await cancel(shop, opened, key="x2", tickets=codes(opened)[1:])
    of_it = {"id": opened["checkout"]["id"]}

    statements, answer = await sql.of(shop.graph.run(shop.viewer, REFUNDS, **of_it, token=opened["token"]))

    one = {"reason": "CANCELLATION", "status": "PENDING", "endedAt": None, "failureReason": None}
    found = answer.data["checkout"]["refunds"]
    assert statements == 1
    assert found == [
        {**one, "amount": {"amount": "318.00", "currency": "HKD"}},
        {**one, "amount": {"amount": "506.00", "currency": "HKD"}},
    ]
    for viewer in (member_of(world.operator, role=Role.READONLY), member_of(world.operator), staff()):
        assert await shop.graph.data(viewer, REFUNDS, **of_it) == {"refunds": found}
    for viewer in (shop.viewer, member_of(world.reseller), member_of(world.rival)):
        assert await shop.graph.data(viewer, REFUNDS, **of_it) is None


@pytest.mark.parametrize("by_core", [False, True])
async def test_refunds_of_a_checkout_take_their_exact_number_of_statements(acts, shop, sql, by_core):
    opened = await bought(acts, shop)
    for key, code in enumerate(codes(opened)):
        await cancel(shop, opened, key=str(key), tickets=[code])
    given = {"id": opened["checkout"]["id"], "token": opened["token"]}
    ask = shop.graph.by_core if by_core else shop.graph.run

    statements, answer = await sql.of(ask(shop.viewer, REFUNDS, **given))

    assert (statements, len(answer.data["checkout"]["refunds"])) == (2 if by_core else 1, 3)


async def test_a_refund_is_found_by_its_id_by_who_sees_its_checkout(acts, shop, world):
    opened = await bought(acts, shop)
    await cancel(shop, opened)
    (refund,) = await rows(acts, models.Refund)
    node = "query ($id: ID!) { node(id: $id) { ... on Refund { reason } } }"
    of_it = {"id": global_id("Refund", refund.id)}

    seller, rival, guest = [
        await shop.graph.data(viewer, node, **of_it)
        for viewer in (member_of(world.operator), member_of(world.rival), shop.viewer)
    ]

    assert (seller, rival, guest) == ({"reason": "CANCELLATION"}, None, None)
