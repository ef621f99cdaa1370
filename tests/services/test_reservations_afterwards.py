"""What becomes of a hold: extended, activated, cancelled, expired; each end reached once."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain.bookings import CODE_ALPHABET, FieldProblem, InvalidCustomer
from domain.environments import Environment
from domain.errors import InvalidInput, NotFound
from domain.pricing import CustomerType
from domain.reservations import (
    AlreadyActivated,
    ExtensionUsed,
    ReservationCancelled,
    ReservationExpired,
    ReservationStatus,
)
from domain.tickets import TicketStatus
from permissions.viewer import Role
from tests.factories.times import DAY, HOUR, MINUTE, NOW
from tests.factories.viewers import also_at, in_test, member_of
from tests.fixtures.acts import MEI, line, refusal

ADULT, CHILD, ELDERLY = CustomerType
NOTHING: tuple[list[object], list[object]] = ([], [])


async def tickets_of(acts, booking):
    return await acts.rows(
        select(models.Ticket).where(models.Ticket.booking_id == booking.id).order_by(models.Ticket.position)
    )


async def entitlements_of(acts, ticket):
    return await acts.rows(
        select(models.TicketEntitlement)
        .where(models.TicketEntitlement.ticket_id == ticket.id)
        .order_by(models.TicketEntitlement.position)
    )


async def kinds_at(acts, pool):
    """What happened to a pool, in order."""
    return await acts.rows(
        select(models.InventoryEvent.kind)
        .where(models.InventoryEvent.allotment_id == pool.id)
        .order_by(models.InventoryEvent.sequence)
    )


async def news_of(acts, row):
    return await acts.rows(
        select(models.Event.type).where(models.Event.object_id == row.id).order_by(models.Event.id)
    )


async def test_an_extension_counts_from_now(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=60)
    acts.later(30 * MINUTE)

    extended = await acts.extend(reseller, hold, 60)

    assert extended.expires_at == NOW + 90 * MINUTE
    assert (extended.sequence, extended.extensions) == (2, 1)
    assert await news_of(acts, hold) == ["reservation.created", "reservation.extended"]


async def test_an_extension_never_makes_a_hold_shorter(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=60)

    extended = await acts.extend(reseller, hold, 1)

    assert extended.expires_at == NOW + HOUR


async def test_an_ota_hold_is_extended_any_number_of_times(acts, world, reseller):
    hold = await acts.hold(reseller)

    for _ in range(3):
        acts.later(HOUR)
        hold = await acts.extend(reseller, hold)

    assert hold.expires_at == NOW + 3 * HOUR + DAY


async def test_a_direct_hold_is_extended_once(acts, world, owner):
    hold = await acts.hold(owner)
    await acts.extend(owner, hold, 30)

    assert await refusal(acts.extend(owner, hold, 30)) == ExtensionUsed(max=1)


@pytest.mark.parametrize("minutes", [0, 1441])
async def test_an_extension_is_no_longer_than_a_hold(acts, world, reseller, minutes):
    hold = await acts.hold(reseller)

    refused = await refusal(acts.extend(reseller, hold, minutes))

    assert refused == InvalidInput("hold_minutes", "must be from 1 to 1440")


async def test_activation_sells_the_units_of_the_hold(acts, world, reseller):
    hold = await acts.hold(reseller, line(2), line(3, "107"))

    booking = await acts.activate(reseller, hold, special_requests="Window seats")

    assert (booking.reservation_id, booking.reseller_id) == (hold.id, world.reseller.id)
    assert (booking.customer_name, booking.customer_email, booking.customer_phone) == (
        MEI.name,
        MEI.email,
        MEI.phone,
    )
    assert (booking.payment_reference, booking.special_requests) == ("pay-1", "Window seats")
    assert (booking.total_minor, booking.currency) == (2 * 28_800 + 3 * 18_800, "HKD")
    assert (len(booking.confirmation_code), {*booking.confirmation_code} - {*CODE_ALPHABET}) == (8, set())
    assert await acts.pool(world.cruise_pool) == (100, 0, 2)
    assert await acts.pool(world.pet_pool) == (40, 0, 3)
    assert await kinds_at(acts, world.cruise_pool) == ["ALLOTTED", "HELD", "SOLD"]
    assert await news_of(acts, hold) == ["reservation.created", "reservation.activated"]
    assert await news_of(acts, booking) == ["booking.confirmed"]
    assert await acts.drift() == NOTHING


async def test_there_is_one_ticket_a_unit_in_the_order_of_the_lines(acts, world, reseller):
    day = dt.date(2026, 12, 24)
    hold = await acts.hold(
        reseller, line(2, customer_type=ELDERLY), line(1, "107", date=day), line(1, customer_type=CHILD)
    )

    tickets = await tickets_of(acts, await acts.activate(reseller, hold))

    cruise, pets = world.cruise.id, world.pet_cruise.id
    assert [(each.position, each.package_id, each.customer_type, each.date) for each in tickets] == [
        (1, cruise, ELDERLY, None),
        (2, cruise, ELDERLY, None),
        (3, pets, ADULT, day),
        (4, cruise, CHILD, None),
    ]
    assert {each.status for each in tickets} == {TicketStatus.ISSUED}
    assert {each.environment for each in tickets} == {Environment.LIVE}
    assert len({each.code for each in tickets}) == 4
    assert {len(each.code) for each in tickets} == {16}


async def test_a_ticket_entitles_to_the_items_of_its_package_in_their_order(acts, world, reseller):
    booking = await acts.activate(reseller, await acts.hold(reseller))

    entitlements = await entitlements_of(acts, (await tickets_of(acts, booking))[0])

    assert [(each.function_code, each.label, each.quantity, each.remaining) for each in entitlements] == [
        ("BOARDING", "Ferry boarding", 1, 1),
        ("PLAYGROUND", "Tokens", 10, 10),
    ]


async def test_the_same_payment_again_is_the_same_booking(acts, world, reseller):
    hold = await acts.hold(reseller, line(2))
    first = await acts.activate(reseller, hold)
    acts.later(2 * DAY)

    again = await acts.activate(reseller, hold, customer=replace(MEI, name="Somebody Else"))

    assert (again.id, again.customer_name) == (first.id, MEI.name)
    assert len(await tickets_of(acts, first)) == 2
    assert await acts.pool(world.cruise_pool) == (100, 0, 2)


async def test_another_payment_for_an_activated_hold_is_refused(acts, world, reseller):
    hold = await acts.hold(reseller)
    booking = await acts.activate(reseller, hold)

    refused = await refusal(acts.activate(reseller, hold, payment="pay-2"))

    assert refused == AlreadyActivated(order_id=booking.id)


async def test_a_hold_that_ran_out_can_not_be_activated(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=1)
    acts.later(MINUTE)

    refused = await refusal(acts.activate(reseller, hold))

    assert refused == ReservationExpired(expired_at=NOW + MINUTE)
    assert await acts.rows(select(models.Booking)) == []


async def test_a_cancelled_hold_can_not_be_activated(acts, world, reseller):
    hold = await acts.hold(reseller)
    await acts.cancel(reseller, hold)

    refused = await refusal(acts.activate(reseller, hold))

    assert refused == ReservationCancelled(cancelled_at=NOW)
    assert await acts.rows(select(models.Booking)) == []


async def test_a_hold_is_alive_until_the_moment_it_ends(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=1)
    acts.later(MINUTE - dt.timedelta(microseconds=1))

    booking = await acts.activate(reseller, hold)

    assert booking.created_at == NOW + MINUTE - dt.timedelta(microseconds=1)


async def test_bad_customer_details_leave_the_hold_as_it_was(acts, world, reseller):
    hold = await acts.hold(reseller)

    refused = await refusal(acts.activate(reseller, hold, customer=replace(MEI, email="mei", phone="\0")))

    assert refused == InvalidCustomer(
        fields=(
            FieldProblem("email", "is not an e-mail address"),
            FieldProblem("phone", "is not a phone number of 6 to 15 digits"),
        )
    )
    assert await acts.pool(world.cruise_pool) == (100, 1, 0)


@pytest.mark.parametrize(
    ("texts", "refused"),
    [
        ({"payment": " "}, InvalidInput("payment_reference", "must have 1 to 200 printable characters")),
        (
            {"special_requests": "x" * 2_001},
            InvalidInput("special_requests", "must have at most 2000 printable characters"),
        ),
    ],
)
async def test_texts_that_can_not_be_kept_are_refused(acts, world, reseller, texts, refused):
    hold = await acts.hold(reseller)

    assert await refusal(acts.activate(reseller, hold, **texts)) == refused
    assert await acts.pool(world.cruise_pool) == (100, 1, 0)


async def test_cancelling_frees_the_units_at_once(acts, world, reseller):
    hold = await acts.hold(reseller, line(40, "107"))

    cancelled = await acts.cancel(reseller, hold)

    assert (cancelled.status, cancelled.ended_at, cancelled.sequence) == (ReservationStatus.CANCELLED, NOW, 2)
    assert await acts.pool(world.pet_pool) == (40, 0, 0)
    assert await kinds_at(acts, world.pet_pool) == ["ALLOTTED", "HELD", "CANCELLED"]
    assert await acts.drift() == NOTHING


async def test_cancelling_twice_is_the_same_as_once(acts, world, reseller):
    hold = await acts.hold(reseller)
    first = await acts.cancel(reseller, hold)
    acts.later(DAY)

    again = await acts.cancel(reseller, hold)

    assert (again.ended_at, again.sequence) == (first.ended_at, first.sequence)
    assert await kinds_at(acts, world.cruise_pool) == ["ALLOTTED", "HELD", "CANCELLED"]


async def test_a_sold_reservation_can_not_be_cancelled(acts, world, reseller):
    hold = await acts.hold(reseller)
    booking = await acts.activate(reseller, hold)

    assert await refusal(acts.cancel(reseller, hold)) == AlreadyActivated(order_id=booking.id)
    assert await acts.pool(world.cruise_pool) == (100, 0, 1)


async def test_a_hold_that_ran_out_can_not_be_cancelled(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=1)
    acts.later(HOUR)

    assert await refusal(acts.cancel(reseller, hold)) == ReservationExpired(expired_at=NOW + MINUTE)


async def test_expiry_releases_what_is_overdue_and_nothing_else(acts, world, reseller):
    overdue = await acts.hold(reseller, line(3), minutes=1)
    live = await acts.hold(reseller, line(4))
    acts.later(MINUTE)

    assert await acts.expire(overdue, live) == 1
    assert await acts.pool(world.cruise_pool) == (100, 4, 0)
    assert await kinds_at(acts, world.cruise_pool) == ["ALLOTTED", "HELD", "HELD", "EXPIRED"]
    assert await news_of(acts, overdue) == ["reservation.created", "reservation.expired"]
    assert await acts.drift() == NOTHING


async def test_expiry_ends_a_hold_once(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=1)
    acts.later(MINUTE)

    assert [await acts.expire(hold), await acts.expire(hold), await acts.expire()] == [1, 0, 0]
    assert await acts.pool(world.cruise_pool) == (100, 0, 0)


async def test_an_expired_hold_is_refused_as_expired_before_and_after_the_job(acts, world, reseller):
    hold = await acts.hold(reseller, minutes=1)
    acts.later(MINUTE)

    before = await refusal(acts.activate(reseller, hold))
    acts.later(DAY)
    await acts.expire(hold)
    after = await refusal(acts.activate(reseller, hold))

    assert before == after == ReservationExpired(expired_at=NOW + MINUTE)
    assert await refusal(acts.extend(reseller, hold)) == after


async def test_an_ended_hold_can_not_be_extended(acts, world, reseller):
    sold, cancelled = await acts.hold(reseller), await acts.hold(reseller)
    booking = await acts.activate(reseller, sold)
    await acts.cancel(reseller, cancelled)

    assert await refusal(acts.extend(reseller, sold)) == AlreadyActivated(order_id=booking.id)
    assert await refusal(acts.extend(reseller, cancelled)) == ReservationCancelled(cancelled_at=NOW)


@pytest.mark.parametrize("act", ["extend", "activate", "cancel"])
async def test_the_holds_of_others_do_not_exist(acts, world, reseller, rival, act):
    hold = await acts.hold(reseller)
    missing = NotFound(noun="reservation", id=f"rsv_{hold.id.hex}")

    assert await refusal(getattr(acts, act)(rival, hold)) == missing
    assert await refusal(getattr(acts, act)(in_test(reseller), hold)) == missing
    assert await kinds_at(acts, world.cruise_pool) == ["ALLOTTED", "HELD"]


@pytest.mark.parametrize("act", ["extend", "activate", "cancel"])
async def test_an_owner_elsewhere_who_only_reads_here_changes_nothing_here(acts, world, reseller, act):
    person = also_at(member_of(world.rival), world.reseller, Role.READONLY)
    hold = await acts.hold(reseller)

    refused = await refusal(getattr(acts, act)(person, hold))

    assert refused == NotFound(noun="reservation", id=f"rsv_{hold.id.hex}")
    assert await kinds_at(acts, world.cruise_pool) == ["ALLOTTED", "HELD"]
