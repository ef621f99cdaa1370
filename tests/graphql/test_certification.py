"""A certification through the graph: started, called off, listed, followed."""

import pytest
from sqlalchemy import select

from db import models
from domain.certification import ORDER, CertificationStatus, Scenario, ScenarioStatus
from domain.certification_guide import LESSONS
from domain.environments import Environment
from domain.ids import global_id
from permissions.viewer import Role
from services import certification_runs
from services.request_log import record_calls
from tests.factories.certification import call, make_run
from tests.factories.times import HOUR, SECOND
from tests.factories.viewers import key_of, member_of, staff

START = """
mutation Start($input: RunIntegrationTestsInput!) {
  runIntegrationTests(input: $input) {
    __typename
    ... on CertificationRun { id status sequence endedAt results { scenario status expected seen mend } }
    ... on CertificationUnderWay { code runId hint }
    ... on Refusal { message }
  }
}
"""
CANCEL = """
mutation Cancel($id: ID!) {
  cancelIntegrationTests(input: {id: $id}) {
    __typename
    ... on CertificationRun { id status endedAt sequence }
    ... on CertificationEnded { code runId outcome }
    ... on Refusal { message }
  }
}
"""
RUNS = """
query Runs($partner: ID) {
  certificationRuns(partnerId: $partner, first: 100) {
    nodes { id status partner { name } results { scenario title instructions status requestId at } }
  }
}
"""
PROGRESS = """
subscription Progress($id: ID!, $after: Int) {
  certificationProgress(id: $id, after: $after) { sequence status results { scenario status } }
}
"""


async def start(graph, viewer, **given):
    return await graph.data(viewer, START, input=given)


@pytest.fixture
def test_key(world):
    return key_of(world.reseller, environment=Environment.TEST)


async def test_a_test_key_starts_a_run_of_its_partner(graph, acts, world, test_key):
    run = await start(graph, test_key)

    assert run["status"] == "RUNNING"
    assert [each["scenario"] for each in run["results"]] == [each.value for each in ORDER]
    assert run["results"][0] == {
        "scenario": "AUTHENTICATE",
        "status": "PENDING",
        "expected": LESSONS[Scenario.AUTHENTICATE].expected,
        "seen": None,
        "mend": None,
    }
    (entry,) = await acts.rows(select(models.AuditEntry))
    assert (entry.act, entry.object_id, entry.partner_id) == (
        "certification.start",
        run["id"],
        world.reseller.id,
    )


async def test_a_live_key_does_not_certify(graph, acts, world, reseller):
    answer = await start(graph, reseller)

    assert answer == {"__typename": "Forbidden", "message": "A certification is run with a TEST key."}
    assert await acts.rows(select(models.CertificationRun)) == []


async def test_a_partner_has_one_open_run(graph, world, test_key):
    first = await start(graph, test_key)
    second = await start(graph, member_of(world.reseller))

    assert second == {
        "__typename": "CertificationUnderWay",
        "code": "CERTIFICATION_UNDER_WAY",
        "runId": first["id"],
        "hint": "Go on with that run, or cancel it with cancelIntegrationTests first.",
        "message": f"The run {first['id']} is still open.",
    }


async def test_a_repeated_start_is_the_same_run(graph, acts, test_key):
    first = await start(graph, test_key, idempotencyKey="k")
    again = await start(graph, test_key, idempotencyKey="k")

    assert again["id"] == first["id"]
    assert len(await acts.rows(select(models.CertificationRun))) == 1


async def test_who_has_several_partners_says_which(graph, world):
    person = member_of(world.reseller, world.operator)

    vague = await start(graph, person)
    run = await start(graph, person, partnerId=global_id("Partner", world.operator.id))

    assert vague["__typename"] == "InvalidInput"
    assert run["__typename"] == "CertificationRun"


async def test_a_run_is_called_off_and_another_one_started(graph, acts, test_key):
    run = await start(graph, test_key)
    acts.later(HOUR)

    ended = await graph.data(test_key, CANCEL, id=run["id"])
    again = await graph.data(test_key, CANCEL, id=run["id"])
    other = await start(graph, test_key)

    assert ended == {
        "__typename": "CertificationRun",
        "id": run["id"],
        "status": "CANCELLED",
        "endedAt": "2026-11-18T09:00:00.000Z",
        "sequence": 2,
    }
    assert again == ended
    assert other["id"] != run["id"]


async def test_what_has_ended_can_not_be_called_off(graph, acts, world, test_key):
    async with acts.work() as uow:
        run = await make_run(uow.session, world.reseller, status=CertificationStatus.PASSED)
    shown = global_id("CertificationRun", run.id)

    assert await graph.data(test_key, CANCEL, id=shown) == {
        "__typename": "CertificationEnded",
        "code": "CERTIFICATION_ENDED",
        "runId": shown,
        "outcome": "PASSED",
        "message": f"The run {shown} has ended: PASSED.",
    }


async def test_runs_are_kept_and_listed_newest_first(graph, acts, world, test_key):
    async with acts.work() as uow:
        old = await make_run(uow.session, world.reseller, status=CertificationStatus.FAILED)
        new = await make_run(uow.session, world.reseller)
        await make_run(uow.session, world.rival)

    mine = await graph.data(test_key, RUNS)
    of_rival = await graph.data(test_key, RUNS, partner=global_id("Partner", world.rival.id))

    assert [(each["id"], each["status"]) for each in mine["nodes"]] == [
        (global_id("CertificationRun", new.id), "RUNNING"),
        (global_id("CertificationRun", old.id), "FAILED"),
    ]
    assert mine["nodes"][0]["partner"] == {"name": "Harbour Travel"}
    assert mine["nodes"][0]["results"][2]["title"] == "Hold units"
    assert of_rival == {"nodes": []}


async def test_who_looks_on_at_a_partner_sees_a_run_by_its_id(graph, acts, world):
    async with acts.work() as uow:
        run = await make_run(uow.session, world.reseller)
    query = f'{{ node(id: "{global_id("CertificationRun", run.id)}") {{ __typename }} }}'

    found = {
        name: await graph.data(viewer, query)
        for name, viewer in {
            "readonly": member_of(world.reseller, role=Role.READONLY),
            "manager": staff(Role.ACCOUNT_MANAGER),
            "analyst": staff(Role.ANALYST),
            "rival": member_of(world.rival),
        }.items()
    }

    run_type = {"__typename": "CertificationRun"}
    assert found == {"readonly": run_type, "manager": run_type, "analyst": None, "rival": None}


@pytest.mark.parametrize("rows", [1, 20])
async def test_every_list_of_runs_takes_one_statement(graph, acts, sql, world, test_key, rows):
    async with acts.work() as uow:
        for _ in range(rows):
            await make_run(uow.session, world.reseller, status=CertificationStatus.FAILED)

    compiled, found = await sql.of(graph.data(test_key, RUNS))
    by_core, same = await sql.of(graph.by_core(test_key, RUNS))

    assert (compiled, by_core) == (1, 3)
    assert len(found["nodes"]) == rows
    assert same.data["certificationRuns"] == found


async def test_a_run_is_followed_from_what_it_is_now(graph, acts, relay, world, test_key):
    run = await start(graph, test_key)
    run_id = (await acts.rows(select(models.CertificationRun.id)))[0]
    async with graph.subscribe(member_of(world.reseller), PROGRESS, id=run["id"]) as news:
        first = await news.next()
        async with acts.work() as uow:
            await record_calls(uow, [call(partner_id=world.reseller.id)])
        acts.later(SECOND)
        async with acts.work() as uow:
            await certification_runs.look_at_run(uow, run_id=run_id, now=acts.now)
        await relay()
        second = await news.next()
        async with graph.subscribe(test_key, PROGRESS, id=run["id"], after=1) as anew:
            seen = await anew.next()
        await graph.data(test_key, CANCEL, id=run["id"])
        await relay()
        third = await news.next()

    assert (first["sequence"], first["status"]) == (1, "RUNNING")
    assert {each["status"] for each in first["results"]} == {ScenarioStatus.PENDING.value}
    assert (second["sequence"], seen["sequence"]) == (2, 2)
    assert [each["status"] for each in seen["results"]][:3] == ["PASSED", "PASSED", "PENDING"]
    assert (third["sequence"], third["status"]) == (3, "CANCELLED")


async def test_who_has_seen_a_state_hears_of_what_comes_after(graph, acts, relay, world, test_key):
    run = await start(graph, test_key)

    async with graph.subscribe(test_key, PROGRESS, id=run["id"], after=1) as news:
        assert await news.is_silent(relay())


@pytest.mark.parametrize("run_id", ["", "garbage", "crt_" + "0" * 32])
async def test_a_run_that_is_none_has_no_news(graph, world, test_key, run_id):
    async with graph.subscribe(test_key, PROGRESS, id=run_id) as news:
        assert await news.next() is None


async def test_the_run_of_another_has_no_news(graph, acts, world, rival, test_key):
    run = await start(graph, test_key)

    async with graph.subscribe(rival, PROGRESS, id=run["id"]) as news:
        assert await news.next() is None
