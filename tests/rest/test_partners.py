"""The calls people make for their partner: with their token, at paths of their own."""

import pytest

from domain.ids import global_id
from domain.onboarding import Stage
from domain.partners import VerificationStatus
from permissions.viewer import ANONYMOUS, Role
from tests.factories.onboarding import make_case
from tests.factories.verification import make_standing
from tests.factories.viewers import member_of, newcomer, staff
from tests.rest.doors import operation

pytestmark = pytest.mark.anyio

REGISTER, ME, VERIFY = "/api/partners/register", "/api/partners/me", "/api/partners/verify"
LAGUNA = {"name": "Laguna Tours", "type": "TOUR_OPERATOR", "country": "IT", "locale": "it"}


@pytest.fixture
async def call(doors):
    """Call as somebody; return the status and the body."""

    async def call(method, path, caller="owner", *, key=None, **sent):
        headers = {"Idempotency-Key": key} if key else {}
        async with doors.client(caller) as client:
            answer = await client.request(method, path, headers=headers, **sent)
        return answer.status_code, answer.json() if answer.content else None

    return call


@pytest.fixture
async def case(acts, world):
    async with acts.work() as uow:
        return await make_case(uow.session, world.operator, stage=Stage.DATA_COLLECTION)


async def test_a_person_registers_with_nothing_but_a_token(doors):
    doors.callers["newcomer"] = newcomer()
    async with doors.client("newcomer") as client:
        answer = await client.post(REGISTER, json=LAGUNA, headers={"Idempotency-Key": "k-1"})
        again = await client.post(REGISTER, json=LAGUNA, headers={"Idempotency-Key": "k-1"})

    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{ME}?partner_id={made['partner_id']}"
    assert {name: made[name] for name in LAGUNA} == LAGUNA
    assert (made["slug"], made["version"], made["is_verified"]) == ("laguna-tours", 1, False)
    assert (again.status_code, again.json()) == (201, made)


async def test_a_short_name_is_taken_once(doors, call):
    doors.callers["newcomer"] = newcomer()

    first = await call("POST", REGISTER, "newcomer", json={**LAGUNA, "slug": "laguna"})
    status, problem = await call("POST", REGISTER, "newcomer", json={**LAGUNA, "slug": "laguna"})

    assert first[0] == 201
    assert (status, problem["code"], problem["slug"]) == (409, "SLUG_TAKEN", "laguna")


async def test_who_registers_wrongly_is_told_which_member(call):
    status, problem = await call("POST", REGISTER, json={**LAGUNA, "country": "Italy"})

    assert (status, problem["code"], problem["field"]) == (422, "INVALID_INPUT", "country")


async def test_a_member_reads_its_partner_and_where_it_is(call, world, case):
    status, mine = await call("GET", ME)

    assert status == 200
    assert (mine["partner_id"], mine["name"]) == (
        global_id("Partner", world.operator.id),
        "Victoria Cruises",
    )
    assert mine["onboarding"] == {"stage": "DATA_COLLECTION", "blockers": [], "live_at": None}


async def test_what_is_not_sent_stays_and_a_late_change_is_refused(call, case):
    _, before = await call("GET", ME)
    text = [{"locale": "en", "text": "Cruises."}]

    status, after = await call("PATCH", ME, json={"version": before["version"], "descriptions": text})
    late, problem = await call("PATCH", ME, json={"version": before["version"], "links": []})

    assert (status, after["descriptions"], after["name"]) == (200, text, before["name"])
    assert (late, problem["code"]) == (409, "STALE_VERSION")
    assert (problem["expected"], problem["actual"]) == (before["version"], before["version"] + 1)


async def test_who_is_of_several_partners_says_which(doors, call, world, case):
    doors.callers["both"] = member_of(world.operator, world.reseller)
    operator = global_id("Partner", world.operator.id)

    assert (await call("GET", ME, "both"))[0] == 404
    assert (await call("GET", f"{ME}?partner_id={operator}", "both"))[1]["partner_id"] == operator
    assert (await call("PATCH", ME, "both", json={"version": 1}))[0] == 404
    status, patched = await call("PATCH", ME, "both", json={"version": 1, "partner_id": operator})
    assert (status, patched["partner_id"]) == (200, operator)


async def standing(acts, status):
    async with acts.work() as uow:
        partner = await make_standing(uow.session, status)
    return {"partner_id": global_id("Partner", partner.id)}


async def test_a_reviewer_gives_the_badge_once(doors, call, acts):
    doors.callers["admin"] = staff()
    hotel = await standing(acts, VerificationStatus.PENDING)

    status, verified = await call("POST", VERIFY, "admin", json=hotel)
    again, problem = await call("POST", VERIFY, "admin", json=hotel)

    assert (status, verified["partner_id"]) == (200, hotel["partner_id"])
    assert (verified["is_verified"], verified["verification_status"]) == (True, "VERIFIED")
    assert (again, problem["code"], problem["from_status"]) == (409, "INVALID_TRANSITION", "VERIFIED")


async def test_nobody_else_gives_a_badge(doors, call, acts):
    doors.callers |= {"analyst": staff(Role.ANALYST), "manager": staff(Role.ACCOUNT_MANAGER)}
    hotel = await standing(acts, VerificationStatus.PENDING)

    answers = [
        await call("POST", VERIFY, who, json=hotel) for who in ("owner", "reseller", "analyst", "manager")
    ]

    assert [(status, problem["code"]) for status, problem in answers] == [(403, "FORBIDDEN")] * 4


@pytest.mark.parametrize("caller", ["reseller", "reseller in test"])
async def test_a_key_makes_none_of_these_calls(call, caller):
    answers = [
        await call("POST", REGISTER, caller, json=LAGUNA),
        await call("GET", ME, caller),
        await call("PATCH", ME, caller, json={"version": 1}),
    ]

    assert [(status, problem["code"]) for status, problem in answers] == [(403, "FORBIDDEN")] * 3
    assert answers[0][1]["detail"] == "This call is a person's: send a token, not an API key."


async def test_nobody_makes_them_without_a_credential(doors, call):
    doors.callers["nobody"] = ANONYMOUS

    assert [(await call("GET", ME, who))[0] for who in (None, "nobody")] == [401, 401]


async def test_who_has_no_partner_has_none_to_read(doors, call):
    doors.callers |= {"newcomer": newcomer(), "admin": staff()}

    answers = [await call("GET", ME, who) for who in ("newcomer", "admin")]

    assert [(status, problem["code"]) for status, problem in answers] == [(404, "NOT_FOUND")] * 2


async def test_who_may_only_read_changes_nothing(doors, call, world, case):
    doors.callers["reader"] = member_of(world.operator, role=Role.READONLY)

    assert (await call("GET", ME, "reader"))[0] == 200
    assert (await call("PATCH", ME, "reader", json={"version": 1}))[1]["code"] == "FORBIDDEN"


async def test_another_partner_is_not_there(call, world):
    rival = global_id("Partner", world.rival.id)

    assert (await call("GET", f"{ME}?partner_id={rival}"))[0] == 404
    assert (await call("PATCH", ME, json={"version": 1, "partner_id": rival}))[0] in {403, 404}


async def test_both_doors_answer_the_same(doors, call, case):
    _, mine = await call("GET", ME)
    data = await doors.graphql("MyPartner", {}, caller="owner")

    assert mine == data["viewer"]["partner"]
    assert operation("MyPartner").audience == "partners"
