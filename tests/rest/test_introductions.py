"""Introductions over REST, at the paths of the brief (S3-080 … S3-087)."""

import pytest
from sqlalchemy import func, select

from db import models
from domain.ids import global_id
from domain.introductions import IntroductionStage
from tests.factories.introductions import (
    make_contractor,
    make_introduction,
    make_profile,
    make_user,
    signed_in_as,
)
from tests.factories.viewers import member_of
from tests.rest.doors import operation

pytestmark = pytest.mark.anyio

BOOKINGS = "/api/bookings"


@pytest.fixture
async def call(doors):
    """Call as somebody; return the status and the body."""

    async def call(method, path, caller="carla", *, key=None, **sent):
        headers = {"Idempotency-Key": key} if key else {}
        async with doors.client(caller) as client:
            answer = await client.request(method, path, headers=headers, **sent)
        return answer.status_code, answer.json() if answer.content else None

    return call


@pytest.fixture
async def wish(acts, world, doors):
    """Carla's contractor, and the reseller as a partner that takes introductions."""
    async with acts.work() as uow:
        carla = await make_user(uow.session)
        contractor = await make_contractor(uow.session, user_id=carla.id)
        await make_profile(uow.session, world.reseller)
    doors.callers["carla"] = signed_in_as(carla)
    doors.callers["talker"] = member_of(world.reseller)
    return {
        "contractor_id": global_id("Contractor", contractor.id),
        "partner_id": global_id("Partner", world.reseller.id),
    }


async def test_a_demo_is_booked_over_rest(call, wish):
    status, made = await call("POST", BOOKINGS, json=wish, key="k")
    path = f"{BOOKINGS}/{made['booking_id']}"
    sent = await call("POST", f"{path}/send-introduction")
    reminded = await call("POST", f"{path}/follow-up")
    answered = await call("PUT", path, "talker", json={"version": 1, "stage": "RESPONDED"})
    confirmed = await call("POST", f"{path}/confirm", json={"starts_at": "2030-01-07T10:00:00Z"})
    seen = await call("GET", path, "talker")

    assert (status, made["stage"], made["status"]) == (201, "DRAFT", "PENDING")
    assert {name: made[name] for name in wish} == wish
    assert (sent[0], sent[1]["stage"]) == (200, "INTRODUCED")
    assert (reminded[0], reminded[1]["reminder_count"]) == (200, 1)
    assert (answered[0], answered[1]["stage"]) == (200, "RESPONDED")
    assert (confirmed[0], confirmed[1]["scheduled_at"]) == (200, "2030-01-07T10:00:00.000Z")
    assert seen == (200, confirmed[1])


async def test_the_same_key_books_once(acts, call, wish):
    first = await call("POST", BOOKINGS, json=wish, key="k")
    again = await call("POST", BOOKINGS, json=wish, key="k")
    without = await call("POST", BOOKINGS, json=wish)

    assert again == first
    assert (without[0], without[1]["code"]) == (409, "INTRODUCTION_OPEN")
    assert without[1]["introduction_id"] == first[1]["booking_id"]
    assert await acts.rows(select(func.count()).select_from(models.Introduction)) == [1]


async def test_what_can_not_be_is_a_problem(acts, world, call, wish):
    async with acts.work() as uow:
        closed = await make_introduction(
            uow.session,
            world.reseller,
            await make_contractor(uow.session),
            stage=IntroductionStage.CLOSED,
        )
    path = f"{BOOKINGS}/{global_id('Introduction', closed.id)}"

    late = await call("POST", f"{path}/confirm", "talker", json={"starts_at": "2030-01-07T10:00:00Z"})
    unseen = await call("GET", path)
    odd = await call("GET", f"{BOOKINGS}/nothing")

    assert (late[0], late[1]["code"], late[1]["from_stage"]) == (
        409,
        "INVALID_INTRODUCTION_TRANSITION",
        "CLOSED",
    )
    assert (unseen[0], odd[0]) == (404, 404)


def test_the_calls_are_for_people():
    names = ("CreateIntroduction", "Introduction", "UpdateIntroduction", "SendIntroduction")
    assert {operation(name).audience for name in names} == {"partners"}
