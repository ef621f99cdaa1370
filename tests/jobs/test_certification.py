"""Open runs on the way to their end: what is looked at, probed, paused; killed anywhere, nothing is lost or doubled."""

import asyncio

import pytest
from sqlalchemy import select
from starlette.responses import Response

from db import models
from db.types import new_id
from domain.certification import (
    CALLS_ARRIVE_WITHIN,
    ORDER,
    PAUSE_LASTS,
    PROBE_EVERY,
    RUN_LASTS,
    CertificationStatus,
    Scenario,
    ScenarioStatus,
)
from domain.certification_guide import LESSONS
from domain.environments import Environment
from domain.events import EventType
from domain.ids import global_id
from domain.onboarding import Stage
from domain.webhooks import EndpointStatus
from jobs import certification
from services import certification_runs, request_log
from tests.factories.certification import call, make_run
from tests.factories.inventory import make_allotment
from tests.factories.onboarding import make_case
from tests.factories.packages import make_package
from tests.factories.partners import make_partner, make_reseller
from tests.factories.times import MINUTE, NOW, SECOND
from tests.factories.viewers import key_of
from tests.factories.webhooks import SECRET_TEXT, make_endpoint
from tests.fixtures.acts import line
from tests.fixtures.work import SEAL

PENDING, PASSED, FAILED = ScenarioStatus.PENDING, ScenarioStatus.PASSED, ScenarioStatus.FAILED
TEST = Environment.TEST


async def made(work, make, *arguments, **facts):
    async with work.unit_of_work() as uow:
        return await make(uow.session, *arguments, **facts)


async def rows(work, statement):
    async with work.sessions.read() as session:
        return list((await session.scalars(statement)).all())


async def the_run(work):
    (run,) = await rows(work, select(models.CertificationRun))
    return run


async def results(work):
    """What every scenario has come to, but for those that are PENDING."""
    found = await rows(work, select(models.ScenarioResult).order_by(models.ScenarioResult.position))
    assert [each.scenario for each in found] == list(ORDER)
    return {each.scenario: each for each in found if each.status is not PENDING}


async def told(work):
    """The events of the run: type, sequence, what it says."""
    runs_own = select(models.Event).where(
        models.Event.environment == TEST, models.Event.type.like("certification.%")
    )
    found = await rows(work, runs_own.order_by(models.Event.sequence))
    return [(each.type, each.sequence, each.payload["status"], each.payload["passed"]) for each in found]


@pytest.fixture
async def partner(work):
    return await made(work, make_reseller)


@pytest.fixture
async def run(work, partner):
    return await made(work, make_run, partner)


@pytest.fixture
async def endpoint(work, partner, receiver):
    return await made(work, make_endpoint, partner, SEAL, url=receiver.url, environment=TEST)


@pytest.fixture
def log(work, partner):
    """Store calls of the partner, as the api does."""

    async def log(*calls, **facts):
        async with work.unit_of_work() as uow:
            await request_log.record_calls(uow, list(calls) or [call(partner_id=partner.id, **facts)])

    return log


@pytest.fixture
def strict(receiver):
    """An endpoint that takes what is signed with its secret, and nothing else."""
    receiver.answer = lambda each: Response(status_code=204 if each.is_signed_with(SECRET_TEXT) else 401)
    return receiver


async def test_without_open_runs_nothing_is_looked_at(work, partner):
    await made(work, make_run, partner, status=CertificationStatus.PASSED)

    assert await certification.look(work) == 0
    assert await told(work) == []


async def test_what_was_called_is_seen_and_told(work, run, log, clock):
    await log(request_id="req_7")
    clock.later(SECOND)

    assert [await certification.look(work), await certification.look(work)] == [1, 0]

    found = await results(work)
    assert {scenario: each.status for scenario, each in found.items()} == {
        Scenario.AUTHENTICATE: PASSED,
        Scenario.READ_AVAILABILITY: PASSED,
    }
    seen = found[Scenario.READ_AVAILABILITY]
    assert (seen.seen, seen.request_id, seen.mend, seen.at) == (
        "Inventory over REST was answered OK",
        "req_7",
        None,
        NOW + SECOND,
    )
    assert (await the_run(work)).sequence == 2
    assert await told(work) == [(EventType.CERTIFICATION_PROGRESSED, 2, "RUNNING", 2)]


async def test_what_failed_says_how_to_mend_it_until_it_passes(work, run, log, clock):
    await log(operation="Inventory", status="INVALID_INPUT", request_id="wrong")
    await certification.look(work)
    failed = (await results(work))[Scenario.READ_AVAILABILITY]
    await log(operation="Inventory", at=NOW + SECOND, request_id="right")
    clock.later(SECOND)
    await certification.look(work)
    passed = (await results(work))[Scenario.READ_AVAILABILITY]
    await log(operation="Inventory", status="INVALID_INPUT", at=NOW + 2 * SECOND)
    await certification.look(work)

    assert (failed.status, failed.request_id, failed.mend) == (
        FAILED,
        "wrong",
        LESSONS[Scenario.READ_AVAILABILITY].mend,
    )
    assert (passed.status, passed.request_id, passed.mend) == (PASSED, "right", None)
    assert (await results(work))[Scenario.READ_AVAILABILITY].request_id == "right"


async def test_calls_of_others_and_of_live_are_not_looked_at(work, run, log, partner):
    other = await made(work, make_reseller, name="Other")
    await log(
        call(partner_id=other.id),
        call(partner_id=partner.id, environment=Environment.LIVE),
        call(partner_id=partner.id, at=NOW - SECOND),
    )

    assert await certification.look(work) == 0
    assert await results(work) == {}


async def test_real_holds_count_and_their_expiry(work, run, log, partner, real_acts, clock):
    operator = await made(work, make_partner)
    package = await made(work, make_package, operator, environment=TEST)
    await made(work, make_allotment, package)
    hold = await real_acts.hold(key_of(partner, environment=TEST), line(1), minutes=1)
    of_hold = {"partner_id": partner.id, "object_id": hold.id, "at": NOW + SECOND}
    await log(call("Reserve", **of_hold))
    await log(call("ActivateReservation", "RESERVATION_EXPIRED", **(of_hold | {"at": NOW + MINUTE + SECOND})))
    clock.later(MINUTE + 6 * SECOND)

    await certification.look(work)

    found = await results(work)
    assert {scenario for scenario, each in found.items() if each.status is PASSED} == {
        Scenario.AUTHENTICATE,
        Scenario.HOLD,
        Scenario.MEET_EXPIRY,
    }
    assert (
        found[Scenario.HOLD].seen == f"Reserve over REST was answered OK, {global_id('Reservation', hold.id)}"
    )


# Webhooks


async def test_an_endpoint_that_checks_signatures_passes_both(work, run, endpoint, strict):
    await certification.look(work)

    found = await results(work)
    genuine = [each for each in strict.calls if each.is_signed_with(SECRET_TEXT)]
    assert {scenario: each.status for scenario, each in found.items()} == {
        Scenario.VERIFY_WEBHOOK_SIGNATURE: PASSED,
        Scenario.REFUSE_FORGED_WEBHOOK: PASSED,
    }
    assert (len(strict.calls), len(genuine)) == (3, 1)
    assert found[Scenario.VERIFY_WEBHOOK_SIGNATURE].request_id == genuine[0].id
    assert found[Scenario.REFUSE_FORGED_WEBHOOK].seen == "forged events were answered HTTP 401"


async def test_only_the_signature_tells_forged_events_from_the_genuine_one(work, run, endpoint, strict):
    await certification.look(work)

    shapes = {
        (each.told["type"], frozenset(each.told["data"]), frozenset(each.headers)) for each in strict.calls
    }
    assert len(shapes) == 1
    assert len({each.id for each in strict.calls}) == 3
    assert {each.headers["webhook-timestamp"] for each in strict.calls} == {str(int(NOW.timestamp()))}


async def test_an_endpoint_that_takes_everything_is_probed_until_it_does_not(
    work, run, endpoint, receiver, clock
):
    await certification.look(work)
    careless = await results(work)
    await certification.look(work)
    too_soon = len(receiver.calls)
    receiver.answer = lambda each: Response(status_code=204 if each.is_signed_with(SECRET_TEXT) else 400)
    clock.later(PROBE_EVERY)
    await certification.look(work)
    careful = await results(work)
    clock.later(PROBE_EVERY)
    await certification.look(work)

    assert careless[Scenario.VERIFY_WEBHOOK_SIGNATURE].status is PASSED
    assert careless[Scenario.REFUSE_FORGED_WEBHOOK].status is FAILED
    assert careless[Scenario.REFUSE_FORGED_WEBHOOK].seen == "a forged event was answered HTTP 204"
    assert too_soon == 3
    assert careful[Scenario.REFUSE_FORGED_WEBHOOK].status is PASSED
    assert len(receiver.calls) == 6, "what has passed is not probed again"


async def test_an_endpoint_that_refuses_everything_has_not_told_them_apart(work, run, endpoint, receiver):
    receiver.answer_with(401)

    await certification.look(work)

    found = await results(work)
    assert {each.status for each in found.values()} == {FAILED}
    assert found[Scenario.REFUSE_FORGED_WEBHOOK].seen == "the signed event was refused too: HTTP 401"


@pytest.mark.parametrize(
    "facts",
    [{"environment": Environment.LIVE}, {"status": EndpointStatus.DISABLED, "disabled_because": "GONE"}],
)
async def test_only_an_enabled_endpoint_of_test_is_probed(work, run, partner, strict, facts):
    await made(work, make_endpoint, partner, SEAL, **({"url": strict.url, "environment": TEST} | facts))

    await certification.look(work)

    assert (strict.calls, await results(work)) == ([], {})


async def test_an_endpoint_made_later_is_probed_at_once(work, run, partner, strict, clock):
    await certification.look(work)
    await made(work, make_endpoint, partner, SEAL, url=strict.url, environment=TEST)
    clock.later(SECOND)

    await certification.look(work)

    assert len(strict.calls) == 3


async def test_a_worker_killed_after_a_probe_leaves_it_to_the_next(work, run, endpoint, strict, clock):
    async with work.unit_of_work() as uow:
        assert await certification_runs.take_probe(uow, run_id=run.id, now=clock.now) is not None

    assert (await certification.look(work), strict.calls) == (0, [])
    clock.later(PROBE_EVERY)
    assert await certification.look(work) == 1


async def test_two_workers_probe_and_judge_once(work, run, endpoint, strict, log):
    await log()

    await asyncio.gather(certification.look(work), certification.look(work))
    await certification.look(work)

    assert len(strict.calls) == 3
    sequences = [sequence for _, sequence, _, _ in await told(work)]
    assert sequences == list(range(2, 2 + len(sequences)))
    assert len(await results(work)) == 4


# Retry-After


async def test_who_holds_is_paused_once_and_judged_by_what_it_does(
    work, run, log, partner, real_acts, clock, brake
):
    await log()
    await certification.look(work)
    before = list(brake.held)
    await made_hold_is_logged(work, log, partner, real_acts)
    await certification.look(work)
    await certification.look(work)

    assert (before, brake.held) == ([], [(partner.id, TEST, PAUSE_LASTS)])

    await log(
        call(status="RATE_LIMITED", partner_id=partner.id, at=NOW + SECOND, request_id="told"),
        call(partner_id=partner.id, at=NOW + PAUSE_LASTS, request_id="after"),
    )
    clock.later(PAUSE_LASTS + SECOND)
    await certification.look(work)

    found = (await results(work))[Scenario.HONOR_RETRY_AFTER]
    assert (found.status, found.request_id) == (PASSED, "after")
    assert found.seen == "told was answered 429; the next call came 5.0 s later"


async def test_who_does_not_wait_fails_and_is_paused_again(work, run, log, partner, real_acts, clock, brake):
    await made_hold_is_logged(work, log, partner, real_acts)
    await certification.look(work)
    await log(
        call(status="RATE_LIMITED", partner_id=partner.id, at=NOW + SECOND),
        call(status="RATE_LIMITED", partner_id=partner.id, at=NOW + 3 * SECOND, request_id="early"),
    )
    clock.later(5 * SECOND)
    await certification.look(work)
    failed = (await results(work))[Scenario.HONOR_RETRY_AFTER]
    clock.later(30 * SECOND)
    await log(at=clock.now)
    await certification.look(work)
    still = (await results(work))[Scenario.HONOR_RETRY_AFTER]

    assert (failed.status, failed.request_id) == (FAILED, "early")
    assert still.status is FAILED
    assert brake.held == [(partner.id, TEST, PAUSE_LASTS)] * 2


async def made_hold_is_logged(work, log, partner, real_acts):
    operator = await made(work, make_partner)
    package = await made(work, make_package, operator, environment=TEST)
    await made(work, make_allotment, package)
    hold = await real_acts.hold(key_of(partner, environment=TEST), line(1))
    await log(call("Reserve", partner_id=partner.id, object_id=hold.id))


# The end


async def all_but(work, partner, *others, **statuses):
    await made(work, make_case, partner, stage=Stage.TESTING)
    every = dict.fromkeys(set(ORDER) - set(others), PASSED) | {Scenario(k): v for k, v in statuses.items()}
    return await made(work, make_run, partner, statuses=every)


async def test_a_run_passes_with_its_last_scenario(work, partner, log, clock):
    run = await all_but(work, partner, Scenario.AUTHENTICATE)
    await log()
    clock.later(SECOND)

    await certification.look(work)

    ended = await the_run(work)
    (entry,) = await rows(work, select(models.AuditEntry))
    (case,) = await rows(work, select(models.OnboardingCase))
    assert (ended.status, ended.ended_at) == (CertificationStatus.PASSED, NOW + SECOND)
    assert case.certified_at == NOW + SECOND
    assert await told(work) == [(EventType.CERTIFICATION_FINISHED, 2, "PASSED", 12)]
    assert (entry.actor, entry.act, entry.object_id, entry.facts) == (
        "system",
        "certification.finish",
        global_id("CertificationRun", run.id),
        {"status": "PASSED", "passed": 12},
    )


@pytest.mark.parametrize(
    ("left", "status"), [(PENDING, CertificationStatus.EXPIRED), (FAILED, CertificationStatus.FAILED)]
)
async def test_a_run_that_was_not_finished_ends_with_its_time(work, partner, clock, left, status):
    await all_but(work, partner, CANCEL=left)
    clock.later(RUN_LASTS + CALLS_ARRIVE_WITHIN - SECOND)
    before = await certification.look(work)
    clock.later(SECOND)

    assert (before, await certification.look(work)) == (0, 1)

    ended = await the_run(work)
    (case,) = await rows(work, select(models.OnboardingCase))
    assert (ended.status, ended.ended_at, case.certified_at) == (status, clock.now, None)
    assert await told(work) == [(EventType.CERTIFICATION_FINISHED, 2, status.value, 11)]
    assert await certification.look(work) == 0


async def test_what_was_called_in_time_counts_although_it_was_stored_late(work, partner, log, clock):
    await all_but(work, partner, Scenario.AUTHENTICATE)
    await log(at=NOW + RUN_LASTS - SECOND)
    clock.later(RUN_LASTS + 2 * SECOND)

    await certification.look(work)

    assert (await the_run(work)).status is CertificationStatus.PASSED


async def test_a_run_that_was_cancelled_is_left_alone(work, partner, log):
    run = await made(work, make_run, partner, status=CertificationStatus.CANCELLED)
    await log()
    async with work.unit_of_work() as uow:
        brought = await certification_runs.look_at_run(uow, run_id=run.id, now=NOW)
        unknown = await certification_runs.look_at_run(uow, run_id=new_id(), now=NOW)

    assert (brought, unknown) == (None, None)
