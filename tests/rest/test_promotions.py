"""The calls of people who promote: coupons of their partner's, affiliates and their figures."""

import pytest

from domain.ids import global_id
from permissions.viewer import Role
from tests.factories.promotions import make_affiliate, make_coupon, make_link
from tests.factories.viewers import member_of, newcomer
from tests.rest.doors import operation

pytestmark = pytest.mark.anyio

CREATE, MY = "/api/coupons/create", "/api/coupons/my"
REGISTER, STATS = "/api/affiliates/register", "/api/affiliates/stats"
DAYS = {"from": "2026-11-01", "to": "2026-11-30"}
BEA = {"display_name": "Bea", "channels": ["BLOG"], "accepted_terms": 1}


@pytest.fixture
async def call(doors):
    """Call as somebody; return the status and the body."""
    doors.callers["newcomer"] = newcomer("bea")

    async def call(method, path, caller="owner", *, key=None, **sent):
        headers = {"Idempotency-Key": key} if key else {}
        async with doors.client(caller) as client:
            answer = await client.request(method, path, headers=headers, **sent)
        return answer.status_code, answer.json() if answer.content else None

    return call


@pytest.fixture
def ten_percent():
    return {"kind": "PERCENT", "percent": "10.00"}


async def test_a_coupon_is_made_once_and_listed(call, ten_percent):
    status, made = await call("POST", CREATE, key="k-1", json={**ten_percent, "code": "summer-10"})
    again = await call("POST", CREATE, key="k-1", json={**ten_percent, "code": "summer-10"})
    taken, problem = await call("POST", CREATE, json={**ten_percent, "code": "SUMMER-10"})
    _, mine = await call("GET", MY)

    assert (status, made["code"], made["percent"], made["status"]) == (201, "SUMMER-10", "10.00", "ACTIVE")
    assert again == (201, made)
    assert (taken, problem["code"], problem["taken"]) == (409, "CODE_TAKEN", "SUMMER-10")
    assert [(each["coupon_id"], each["use_count"]) for each in mine["coupons"]] == [(made["coupon_id"], 0)]
    assert mine["next"] is None


async def test_conditions_that_make_no_sense_are_refused_by_name(call, ten_percent):
    status, problem = await call("POST", CREATE, json={**ten_percent, "percent": "100.5"})

    assert (status, problem["code"], problem["field"]) == (422, "INVALID_INPUT", "percent")


async def test_coupons_are_their_partner_s_own(doors, acts, call, world, ten_percent):
    doors.callers |= {
        "rival": member_of(world.rival),
        "reader": member_of(world.operator, role=Role.READONLY),
    }
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator)

    operator = {"partner_id": global_id("Partner", world.operator.id)}

    assert (await call("GET", MY, "rival"))[1]["coupons"] == []
    assert [(await call("GET", MY, each))[0] for each in ("reader", "reseller", None)] == [403, 403, 401]
    assert (await call("POST", CREATE, "rival", json={**ten_percent, **operator}))[1]["code"] == "FORBIDDEN"


async def test_a_person_becomes_an_affiliate_with_nothing_but_a_token(call):
    status, made = await call("POST", REGISTER, "newcomer", key="k-1", json=BEA)
    again = await call("POST", REGISTER, "newcomer", key="k-1", json=BEA)
    other, problem = await call("POST", REGISTER, "newcomer", json=BEA)

    assert (status, made["display_name"], made["channels"]) == (201, "Bea", ["BLOG"])
    assert again == (201, made)
    assert (other, problem["code"]) == (409, "ALREADY_AFFILIATE")


async def test_a_partner_reads_the_figures_of_its_links(acts, call, world):
    async with acts.work() as uow:
        await make_link(uow.session, world.operator, await make_affiliate(uow.session))

    assert await call("GET", STATS, params=DAYS) == (
        200,
        {"clicks": 0, "conversions": 0, "earned": [], "days": []},
    )
    status, problem = await call("GET", STATS, params={"from": "2026-11-30", "to": "2026-11-01"})
    assert (status, problem["field"]) == (422, "to")


async def test_both_doors_answer_the_same(doors, acts, call, world):
    async with acts.work() as uow:
        await make_coupon(uow.session, world.operator)

    _, mine = await call("GET", MY)
    data = await doors.graphql("MyCoupons", {"limit": 20}, caller="owner")

    assert mine["coupons"] == data["coupons"]["coupons"]
    assert operation("MyCoupons").audience == "partners"
