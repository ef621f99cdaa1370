"""A certification over REST, with a reseller's TEST key."""

from sqlalchemy import select

from db import models
from domain.certification import ORDER

RUNS = "/api/ota/certifications"


async def test_a_run_is_started_listed_and_called_off(doors):
    async with doors.client("reseller in test") as rest:
        started = await rest.post(RUNS, headers={"Idempotency-Key": "certify-1"})
        again = await rest.post(RUNS, headers={"Idempotency-Key": "certify-1"})
        listed = (await rest.get(RUNS)).json()
        ended = await rest.post(f"{RUNS}/{started.json()['certification_id']}/cancel")

    run = started.json()
    assert (started.status_code, again.json()) == (201, run)
    assert [each["scenario"] for each in run["results"]] == [each.value for each in ORDER]
    assert listed == {"certifications": [run], "total_count": 1, "next": None}
    assert (ended.status_code, ended.json()["status"]) == (200, "CANCELLED")


async def test_a_second_run_is_a_problem_with_the_first_one_s_id(doors):
    async with doors.client("reseller in test") as rest:
        first = (await rest.post(RUNS)).json()
        problem = await rest.post(RUNS)

    told = problem.json()
    assert (problem.status_code, told["code"]) == (409, "CERTIFICATION_UNDER_WAY")
    assert told["run_id"] == first["certification_id"]


async def test_a_live_key_is_turned_away(doors, acts):
    async with doors.client("reseller") as rest:
        problem = await rest.post(RUNS)

    assert (problem.status_code, problem.json()["code"]) == (403, "FORBIDDEN")
    assert await acts.rows(select(models.CertificationRun)) == []
