"""Introductions over REST, at the paths of the brief (S3-080 … S3-087)."""

import pytest
from sqlalchemy import func, select

from db import models
from domain.ids import global_id
from domain.introductions import IntroductionStage
from services import confidence
from tests.factories.introductions import (
    make_contractor,
    make_introduction,
    make_profile,
    make_user,
    signed_in_as,
)
from tests.factories.outcomes import make_pair
from tests.factories.times import NOW
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


@pytest.fixture
async def held(acts, doors):
    """A demo that is over, of a partner whose person is `member`, and of a contractor whose person is `person`."""
    async with acts.work() as uow:
        two = await make_pair(uow.session, stage=IntroductionStage.HELD)
    doors.callers |= {"member": two.member, "person": two.person}
    return two


async def test_feedback_is_given_over_rest_once_for_each_key(acts, call, held):
    path = f"{BOOKINGS}/{global_id('Introduction', held.introduction.id)}/feedback"
    thought = {"satisfaction": 5, "experience": 4, "likelihood": 9, "partner_quality": 3, "comment": "Good."}

    first = await call("POST", path, "person", json=thought, key="k")
    again = await call("POST", path, "person", json=thought, key="k")
    other = await call("POST", path, "person", json=thought | {"satisfaction": 1}, key="k")
    partner = await call("POST", path, "member", json={**thought, "partner_quality": None})

    assert first[0] == 200
    assert {name: first[1][name] for name in ("side", "satisfaction", "partner_quality")} == {
        "side": "CONTRACTOR",
        "satisfaction": 5,
        "partner_quality": 3,
    }
    assert again == first
    assert (other[0], other[1]["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert (partner[0], partner[1]["side"]) == (200, "PARTNER")
    assert await acts.rows(select(func.count()).select_from(models.IntroductionFeedback)) == [2]


async def test_feedback_that_can_not_be_is_a_problem(acts, call, held):
    async with acts.work() as uow:
        early = await make_pair(uow.session, scheduled_at=NOW, partner=held.partner)
    path = f"{BOOKINGS}/{global_id('Introduction', held.introduction.id)}/feedback"
    soon = f"{BOOKINGS}/{global_id('Introduction', early.introduction.id)}/feedback"
    thought = {"satisfaction": 5, "experience": 4, "likelihood": 9}

    lacking = await call("POST", path, "person", json=thought)
    beyond = await call("POST", path, "member", json=thought | {"likelihood": 11})
    too_early = await call("POST", soon, "member", json=thought)
    unseen = await call("POST", path, "rival", json=thought)
    odd = await call("POST", path, "member", json={"satisfaction": "much"})

    assert (lacking[0], lacking[1]["code"]) == (422, "INVALID_INPUT")
    assert (beyond[0], beyond[1]["code"]) == (422, "INVALID_INPUT")
    assert (too_early[0], too_early[1]["code"]) == (409, "TOO_EARLY")
    assert (unseen[0], odd[0]) == (403, 422)
    assert await acts.rows(select(models.IntroductionFeedback)) == []


async def test_booking_stats_are_read_over_rest_by_the_partner_and_by_nobody_else(acts, call, held):
    async with acts.work() as uow:
        await confidence.count(uow, [held.introduction], now=NOW)
    path = f"/api/partners/{global_id('Partner', held.partner.id)}/booking-stats"

    status, stats = await call("GET", path, "member")
    others = [(await call("GET", path, caller))[0] for caller in ("person", "rival", "owner")]
    nowhere = await call("GET", "/api/partners/nothing/booking-stats", "member")

    assert status == 200
    assert stats["counts"]["introduced"] == stats["counts"]["confirmed"] == 1
    assert (stats["hours_to_booking"], stats["power_confidence"], stats["is_provisional"]) == (
        "24.00",
        "100.00",
        True,
    )
    assert [(each["factor"], each["score"]) for each in stats["factors"]] == [
        ("RESPONSE_TIME", "100.00"),
        ("SHOW_RATE", None),
        ("BOOKING_CONVERSION", "100.00"),
        ("OUTCOME_SUCCESS", None),
    ]
    assert others == [403, 403, 404]
    assert nowhere[0] == 404
