"""A hold's end is reached once, whoever comes to it at the same time."""

import asyncio
import secrets
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from db import models
from domain.environments import Environment
from domain.package_content import Content
from domain.packages import Item, ItemKind
from domain.pricing import PriceRule, RuleEffect
from domain.reservations import AlreadyActivated, ReservationExpired, ReservationStatus
from permissions.visibility import visible_audit_entries
from services import api_keys, audit, events, packages
from tests.factories.times import HOUR, MINUTE, NOW
from tests.factories.viewers import key_of, member_of, staff
from tests.fixtures.acts import line
from tests.fixtures.commits import at_once, kinds, outcome

ROUNDS = range(10)
NO_DRIFT: tuple[list[object], list[object]] = ([], [])


@pytest.fixture
def key(busy_world):
    return key_of(busy_world.reseller)


async def count_of(busy, model):
    return (await busy.rows(select(func.count()).select_from(model)))[0]


async def ends_of(busy, hold):
    """Every end that was told of a hold."""
    return await busy.rows(
        select(models.Event.type).where(
            models.Event.object_id == hold.id,
            models.Event.type.in_(["reservation.activated", "reservation.cancelled", "reservation.expired"]),
        )
    )


async def test_the_same_payment_at_once_is_one_booking(busy, busy_world, key):
    hold = await busy.hold(key, line(3))

    answers = await at_once(*(busy.activate(key, hold) for _ in range(10)))

    assert kinds(answers) == {"Booking": 10}
    assert len({each.id for each in answers}) == 1
    assert await count_of(busy, models.Ticket) == 3
    assert await busy.pool(busy_world.cruise_pool) == (100, 0, 3)
    assert await busy.drift() == NO_DRIFT


async def test_two_payments_at_once_are_one_booking_and_a_refusal(busy, busy_world, key):
    hold = await busy.hold(key, line(3))

    answers = await at_once(*(busy.activate(key, hold, payment=f"pay-{number}") for number in range(10)))

    booking = next(each for each in answers if isinstance(each, models.Booking))
    assert kinds(answers) == {"AlreadyActivated": 9, "Booking": 1}
    assert {each for each in answers if each is not booking} == {AlreadyActivated(order_id=booking.id)}
    assert await count_of(busy, models.Ticket) == 3


async def test_one_idempotency_key_at_once_is_one_activation(busy, busy_world, key):
    hold = await busy.hold(key, line(3))

    answers = await at_once(*(busy.activate(key, hold, key="k-1") for _ in range(10)))

    assert len({each.id for each in answers}) == 1
    assert await count_of(busy, models.IdempotencyKey) == 1


async def test_activation_and_expiry_have_one_winner(busy, busy_world, key):
    """The worker's clock is a little ahead of the api's."""
    worker = replace(busy, now=NOW + MINUTE)
    for number in ROUNDS:
        hold = await busy.hold(key, line(1), minutes=1)

        booked, ended = await at_once(busy.activate(key, hold, payment=f"pay-{number}"), worker.expire(hold))

        expired = ReservationExpired(expired_at=NOW + MINUTE)
        assert (isinstance(booked, models.Booking), ended) in ((True, 0), (False, 1))
        assert isinstance(booked, models.Booking) or booked == expired
        assert len(await ends_of(busy, hold)) == 1
    assert await busy.drift() == NO_DRIFT


async def test_cancelling_and_activating_have_one_winner(busy, busy_world, key):
    for number in ROUNDS:
        hold = await busy.hold(key, line(1))

        answers = await at_once(busy.activate(key, hold, payment=f"pay-{number}"), busy.cancel(key, hold))

        assert [type(each).__name__ for each in answers] in (
            ["Booking", "AlreadyActivated"],
            ["ReservationCancelled", "Reservation"],
        )
        assert len(await ends_of(busy, hold)) == 1
    assert await busy.drift() == NO_DRIFT


async def test_extending_and_expiring_have_one_winner(busy, busy_world, key):
    worker = replace(busy, now=NOW + MINUTE)
    for _ in ROUNDS:
        hold = await busy.hold(key, line(1), minutes=1)

        extended, ended = await at_once(busy.extend(key, hold, 60), worker.expire(hold))

        row = (await busy.rows(select(models.Reservation).where(models.Reservation.id == hold.id)))[0]
        lives = isinstance(extended, models.Reservation)
        assert (ended, row.status) == (
            (0, ReservationStatus.ACTIVE) if lives else (1, ReservationStatus.EXPIRED)
        )
        assert row.expires_at == (NOW + HOUR if lives else NOW + MINUTE)
    assert await busy.drift() == NO_DRIFT


async def test_two_workers_expire_each_hold_once(busy, busy_world, key):
    holds = [await busy.hold(key, line(1), minutes=1) for _ in range(30)]
    busy.later(MINUTE)

    ended = await asyncio.gather(busy.expire(*holds), busy.expire(*reversed(holds)), busy.expire(*holds))
    left = await busy.expire(*holds)

    assert sum(ended) + left == 30
    assert await busy.pool(busy_world.cruise_pool) == (100, 0, 0)
    assert await count_of(busy, models.InventoryEvent) == 5 + 30 + 30
    assert await busy.drift() == NO_DRIFT


async def test_the_last_use_of_a_ticket_is_used_once(busy, busy_world, key):
    await busy.activate(key, await busy.hold(key))
    code = (await busy.rows(select(models.Ticket.code)))[0]

    boardings = await at_once(*(busy.redeem(key, code, "BOARDING") for _ in range(10)))
    tokens = await at_once(*(busy.redeem(key, code, "PLAYGROUND") for _ in range(12)))

    assert kinds(boardings) == {"NothingToRedeem": 9, "Ticket": 1}
    assert kinds(tokens) == {"NothingToRedeem": 2, "Ticket": 10}
    told = await busy.rows(
        select(models.Event.sequence)
        .where(models.Event.type == "ticket.redeemed")
        .order_by(models.Event.sequence)
    )
    assert told == list(range(2, 13))


async def test_a_ticket_is_voided_or_used_but_not_both(busy, busy_world, key):
    for number in ROUNDS:
        booking = await busy.activate(key, await busy.hold(key), payment=f"pay-{number}")
        code = (await busy.rows(select(models.Ticket.code).where(models.Ticket.booking_id == booking.id)))[0]

        answers = await at_once(busy.void(key, code), busy.redeem(key, code))

        assert sorted(type(each).__name__ for each in answers) in (
            ["NothingToRedeem", "Ticket"],
            ["Ticket", "TicketRedeemed"],
            ["Ticket", "TicketVoid"],
        )


async def test_every_event_is_told_once_by_one_of_several_relays(busy, busy_world, key):
    holds = [await busy.hold(key, line(1)) for _ in range(50)]

    async def relay():
        async with busy.work() as uow:
            return await events.take_unrelayed(uow, now=busy.now)

    told = [each for batch in await asyncio.gather(*(relay() for _ in range(4))) for each in batch]

    assert len(told) == len(set(told)) == await count_of(busy, models.Event)
    assert {hold.id for hold in holds} <= {object_id for object_id, _ in told}


async def test_a_chain_of_audit_entries_stays_whole_under_many_hands(busy, busy_world):
    owner = member_of(busy_world.operator)

    await asyncio.gather(*(busy.set_allotment(owner, units) for units in range(50, 70)))

    entries = await busy.rows(
        select(models.AuditEntry).where(visible_audit_entries(staff())).order_by(models.AuditEntry.sequence)
    )
    assert [each.sequence for each in entries] == list(range(1, 21))
    assert audit.broken_at(entries) is None


async def test_a_sku_is_given_once(busy, busy_world):
    owner = member_of(busy_world.operator)

    async def create():
        async with busy.work() as uow:
            return await packages.create_package(
                uow,
                owner,
                partner_id=busy_world.operator.id,
                sku="tea-1",
                currency="EUR",
                time_zone="Europe/Rome",
                content=Content(
                    names={"en": "Tea"},
                    items=[Item(ItemKind.EXTRA, "TEA", "Tea", 1)],
                    price_rules=[PriceRule("BASE", "Base", RuleEffect.SET, 1, rank=1)],
                ),
                idempotency=None,
                now=NOW,
            )

    answers = await at_once(*(create() for _ in range(10)))

    assert kinds(answers) == {"Package": 1, "SkuTaken": 9}


async def test_a_key_rotated_twice_at_once_ends_at_the_earlier_time(busy, busy_world):
    manager = member_of(busy_world.reseller)
    secret: dict[str, Any] = {"pepper": b"p" * 32, "entropy": secrets.token_bytes, "now": NOW}
    async with busy.work() as uow:
        old = await api_keys.issue_key(
            uow,
            manager,
            reseller_id=busy_world.reseller.id,
            environment=Environment.LIVE,
            name="Shop",
            scopes=None,
            expires_at=None,
            **secret,
        )

    async def rotate(hours):
        async with busy.work() as uow:
            return await api_keys.rotate_key(
                uow, manager, key_id=old.api_key.id, overlap_hours=hours, **secret
            )

    answers = await at_once(rotate(5), rotate(1), rotate(24))

    row = (await busy.rows(select(models.ApiKey).where(models.ApiKey.id == old.api_key.id)))[0]
    assert kinds(answers) == {"IssuedKey": 3}
    assert row.revoked_at == NOW + HOUR


async def test_what_a_second_sees_is_what_the_first_committed(busy, busy_world, key):
    """A hold that is taken while another transaction still runs waits for it and then counts it."""
    async with busy.work() as uow:
        pool = await uow.session.get_one(models.Allotment, busy_world.pet_pool.id, with_for_update=True)
        waiting = asyncio.create_task(outcome(busy.hold(key, line(40, "107"))))
        await asyncio.sleep(0.05)
        pool.allocated = 39
        pool.sequence += 1
        await uow.session.flush()

    refused: Any = await waiting
    assert (refused.code, refused.available) == ("INSUFFICIENT_INVENTORY", 39)
