"""Every scenario with evidence that shows it, evidence that shows the contrary, and evidence that shows nothing."""

import datetime as dt
from uuid import UUID

import pytest

from domain.certification import (
    ORDER,
    PAUSE_AGAIN_AFTER,
    RUN_LASTS,
    CertificationStatus,
    Pause,
    Scenario,
    ScenarioStatus,
    is_pause_due,
    status_of_run,
)
from domain.certification_guide import LESSONS
from domain.certification_judges import Evidence, Hold, Round, evidence_of, judge
from domain.environments import Environment
from domain.webhooks import Answer
from tests.factories.certification import PARTNER_ID, call
from tests.factories.times import HOUR, MINUTE, NOW, SECOND

PENDING, PASSED, FAILED = ScenarioStatus.PENDING, ScenarioStatus.PASSED, ScenarioStatus.FAILED
ONE, TWO = UUID(int=1), UUID(int=2)
HOLDS = (Hold(ONE, NOW, NOW + HOUR), Hold(TWO, NOW, NOW + MINUTE))
PAUSE = Pause(NOW, NOW + 6 * SECOND)


def judged(scenario, *calls, holds=HOLDS, until=NOW + RUN_LASTS, **facts):
    evidence = evidence_of(calls, holds, partner_id=PARTNER_ID, started_at=NOW, until=until, **facts)
    return judge(scenario, evidence)


def told(verdict):
    return verdict.status, verdict.seen, verdict.request_id


@pytest.mark.parametrize("scenario", Scenario)
def test_without_evidence_nothing_is_judged(scenario):
    assert told(judged(scenario)) == (PENDING, None, None)


def test_every_scenario_says_what_to_do_and_how_to_mend_it():
    assert set(LESSONS) == set(ORDER)
    for lesson in LESSONS.values():
        assert all(
            0 < len(text) <= 500 for text in (lesson.title, lesson.instructions, lesson.expected, lesson.mend)
        )


RIGHT = {
    Scenario.AUTHENTICATE: (
        [call(request_id="a")],
        "Inventory over REST was let in",
        "a",
    ),
    Scenario.READ_AVAILABILITY: ([call(request_id="a")], "Inventory over REST was answered OK", "a"),
    Scenario.HOLD: (
        [call("Reserve", object_id=ONE, request_id="a")],
        f"Reserve over REST was answered OK, rsv_{ONE.hex}",
        "a",
    ),
    Scenario.EXTEND: (
        [call("ExtendReservation", object_id=ONE, request_id="a")],
        f"ExtendReservation over REST was answered OK, rsv_{ONE.hex}",
        "a",
    ),
    Scenario.CONFIRM: (
        [call("ActivateReservation", object_id=ONE, request_id="a")],
        f"ActivateReservation over REST was answered OK, rsv_{ONE.hex}",
        "a",
    ),
    Scenario.CANCEL: (
        [call("CancelReservation", object_id=TWO, request_id="a")],
        f"CancelReservation over REST was answered OK, rsv_{TWO.hex}",
        "a",
    ),
    Scenario.MEET_EXPIRY: (
        [
            call(
                "ActivateReservation",
                "RESERVATION_EXPIRED",
                at=NOW + MINUTE,
                object_id=TWO,
                request_id="a",
            )
        ],
        f"ActivateReservation was answered RESERVATION_EXPIRED, rsv_{TWO.hex}",
        "a",
    ),
    Scenario.MEET_SOLD_OUT: (
        [call("Reserve", "INSUFFICIENT_INVENTORY", request_id="a")],
        "Reserve was answered INSUFFICIENT_INVENTORY",
        "a",
    ),
    Scenario.RETRY_WITH_SAME_KEY: (
        [
            call("Reserve", key="k", object_id=ONE, request_id="a"),
            call("Reserve", key="k", object_id=ONE, request_id="b", at=NOW + SECOND),
        ],
        f"a and b made one reservation, rsv_{ONE.hex}",
        "b",
    ),
}


@pytest.mark.parametrize("scenario", RIGHT)
def test_right_evidence_passes_with_the_call_that_decided(scenario):
    calls, seen, request_id = RIGHT[scenario]

    assert told(judged(scenario, *calls)) == (PASSED, seen, request_id)


WRONG = {
    "turned away": (
        Scenario.AUTHENTICATE,
        [call("Reserve", "FORBIDDEN", request_id="a")],
        "Reserve over REST was answered FORBIDDEN",
        "a",
    ),
    "a wrong parameter": (
        Scenario.READ_AVAILABILITY,
        [call(status="UNKNOWN_PARAMETER", request_id="a")],
        "Inventory was answered UNKNOWN_PARAMETER",
        "a",
    ),
    "an unknown product": (
        Scenario.HOLD,
        [call("Reserve", "NOT_FOUND", request_id="a")],
        "Reserve was answered NOT_FOUND",
        "a",
    ),
    "a hold that was activated": (
        Scenario.EXTEND,
        [call("ExtendReservation", "ALREADY_ACTIVATED", object_id=ONE, request_id="a")],
        "ExtendReservation was answered ALREADY_ACTIVATED",
        "a",
    ),
    "a hold of another time": (
        Scenario.CONFIRM,
        [call("ActivateReservation", object_id=UUID(int=9), request_id="a")],
        "ActivateReservation was of a hold that was not made in this run",
        "a",
    ),
    "nobody's hold": (
        Scenario.CANCEL,
        [call("CancelReservation", "NOT_FOUND", request_id="a")],
        "CancelReservation was answered NOT_FOUND",
        "a",
    ),
    "an expired hold tried on and on": (
        Scenario.MEET_EXPIRY,
        [
            call(
                "ActivateReservation",
                "RESERVATION_EXPIRED",
                at=NOW + MINUTE + each * SECOND,
                object_id=TWO,
                request_id=str(each),
            )
            for each in range(3)
        ],
        f"the same hold was tried 3 times, rsv_{TWO.hex}",
        "2",
    ),
    "sold-out units asked for on and on": (
        Scenario.MEET_SOLD_OUT,
        [
            call("Reserve", "INSUFFICIENT_INVENTORY", at=NOW + each * SECOND, request_id=str(each))
            for each in range(3)
        ],
        "sold-out units were asked for 3 times, one after the other",
        "2",
    ),
    "another request under the key": (
        Scenario.RETRY_WITH_SAME_KEY,
        [
            call("Reserve", key="k", object_id=ONE),
            call("Reserve", "IDEMPOTENCY_CONFLICT", key="k", at=NOW + SECOND, request_id="b"),
        ],
        "the repeated request was another one: IDEMPOTENCY_CONFLICT",
        "b",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_evidence_fails_until_it_is_done_right(what):
    scenario, calls, seen, request_id = WRONG[what]
    right = [dt_later(each) for each in RIGHT[scenario][0]]

    assert told(judged(scenario, *calls)) == (FAILED, seen, request_id)
    if scenario is not Scenario.MEET_EXPIRY:
        assert judged(scenario, *calls, *right).status is PASSED


def dt_later(each):
    """The same call, long after the others."""
    return call(
        each.operation,
        each.status,
        at=each.at + 5 * MINUTE,
        object_id=each.object_id,
        request_id=each.request_id,
        key_hash=each.key_hash,
    )


def test_another_expired_hold_makes_up_for_one_that_was_tried_on_and_on():
    _, calls, _, _ = WRONG["an expired hold tried on and on"]
    other = Hold(UUID(int=3), NOW, NOW + 2 * MINUTE)
    again = call(
        "ExtendReservation", "RESERVATION_EXPIRED", at=NOW + 3 * MINUTE, object_id=other.id, request_id="z"
    )

    verdict = judged(Scenario.MEET_EXPIRY, *calls, again, holds=[*HOLDS, other])

    assert (verdict.status, verdict.request_id) == (PASSED, "z")


@pytest.mark.parametrize("scenario", RIGHT)
@pytest.mark.parametrize(
    "fact",
    [
        {"partner_id": UUID(int=8)},
        {"environment": Environment.LIVE},
        {"at": NOW - SECOND},
        {"at": NOW + RUN_LASTS},
        {"status": "INTERNAL"},
        {"status": "503"},
        {"status": "RATE_LIMITED"},
    ],
    ids=str,
)
def test_what_does_not_count_shows_nothing(scenario, fact):
    """Calls of others, of LIVE, before and after the run; our own failures; what we had wait."""
    calls = [
        call(
            **{
                "operation": each.operation,
                "status": each.status,
                "at": each.at,
                "object_id": each.object_id,
                "key_hash": each.key_hash,
                **fact,
            }
        )
        for each in RIGHT[scenario][0]
    ]

    assert judged(scenario, *calls).status is PENDING


@pytest.mark.parametrize("scenario", [Scenario.HOLD, Scenario.EXTEND, Scenario.CONFIRM, Scenario.CANCEL])
@pytest.mark.parametrize("created_at", [NOW - SECOND, NOW + RUN_LASTS])
def test_holds_of_another_time_show_nothing(scenario, created_at):
    old = [Hold(each.id, created_at, each.expires_at) for each in HOLDS]

    assert judged(scenario, *RIGHT[scenario][0], holds=old).status is FAILED


def test_a_call_that_is_told_twice_counts_once():
    once = call("Reserve", key="k", object_id=ONE)

    assert judged(Scenario.RETRY_WITH_SAME_KEY, once, once).status is PENDING


def test_a_key_of_two_reservations_is_no_repetition():
    calls = [
        call("Reserve", key="k", object_id=ONE),
        call("Reserve", key="k", object_id=TWO, at=NOW + SECOND),
        call("Reserve", key="other", object_id=ONE, at=NOW + SECOND),
        call("Reserve", object_id=ONE, at=NOW + SECOND),
    ]

    assert judged(Scenario.RETRY_WITH_SAME_KEY, *calls).status is PENDING


def test_an_expiry_before_the_hold_has_run_out_is_not_believed():
    early = call("ActivateReservation", "RESERVATION_EXPIRED", at=NOW + 50 * SECOND, object_id=TWO)

    assert judged(Scenario.MEET_EXPIRY, early).status is PENDING


@pytest.mark.parametrize("scenario", [Scenario.MEET_EXPIRY, Scenario.MEET_SOLD_OUT])
def test_a_refused_call_is_judged_when_nothing_has_followed(scenario):
    ((refused,), _, _) = RIGHT[scenario]

    assert judged(scenario, refused, until=refused.at + 4 * SECOND).status is PENDING
    assert judged(scenario, refused, until=refused.at + 5 * SECOND).status is PASSED


def test_what_other_scenarios_ask_for_is_no_failure_to_hold():
    meant = [call("Reserve", "INSUFFICIENT_INVENTORY"), call("Reserve", "IDEMPOTENCY_CONFLICT", key="k")]

    assert judged(Scenario.HOLD, *meant).status is PENDING


# Webhooks


def answered(genuine, *forged):
    def answer(status):
        return Answer(status, None if status else "timed out")

    return Evidence(
        round=Round(
            "evt_g", answer(genuine), tuple((f"evt_{n}", answer(each)) for n, each in enumerate(forged))
        )
    )


@pytest.mark.parametrize(
    ("statuses", "verified", "refused"),
    [
        (
            (204, 401, 400),
            (PASSED, "the signed event was answered HTTP 204", "evt_g"),
            (PASSED, "forged events were answered HTTP 400", "evt_1"),
        ),
        (
            (204, 204, 400),
            (PASSED, "the signed event was answered HTTP 204", "evt_g"),
            (FAILED, "a forged event was answered HTTP 204", "evt_0"),
        ),
        (
            (204, 401, 500),
            (PASSED, "the signed event was answered HTTP 204", "evt_g"),
            (FAILED, "a forged event was answered HTTP 500", "evt_1"),
        ),
        (
            (204, 401, None),
            (PASSED, "the signed event was answered HTTP 204", "evt_g"),
            (FAILED, "a forged event was answered timed out", "evt_1"),
        ),
        (
            (401, 401, 401),
            (FAILED, "the signed event was answered HTTP 401", "evt_g"),
            (FAILED, "the signed event was refused too: HTTP 401", "evt_g"),
        ),
    ],
)
def test_an_endpoint_tells_genuine_events_from_forged_ones(statuses, verified, refused):
    evidence = answered(*statuses)

    assert told(judge(Scenario.VERIFY_WEBHOOK_SIGNATURE, evidence)) == verified
    assert told(judge(Scenario.REFUSE_FORGED_WEBHOOK, evidence)) == refused


# Retry-After


def limited(seconds, request_id="limited"):
    return call(status="RATE_LIMITED", at=NOW + seconds * SECOND, request_id=request_id)


def let_in(seconds, request_id="after"):
    return call(at=NOW + seconds * SECOND, request_id=request_id)


@pytest.mark.parametrize(
    ("calls", "verdict"),
    [
        (
            [limited(1), let_in(6)],
            (PASSED, "limited was answered 429; the next call came 5.0 s later", "after"),
        ),
        (
            [let_in(0.5, "before"), limited(1), limited(1.5, "under way"), let_in(7)],
            (PASSED, "limited was answered 429; the next call came 6.0 s later", "after"),
        ),
        (
            [limited(1), limited(3, "early"), let_in(7)],
            (FAILED, "after limited was answered 429, a call came 3.0 s too early", "early"),
        ),
        ([limited(1)], (PENDING, None, None)),
        ([limited(1), call(status="INTERNAL", at=NOW + 7 * SECOND)], (PENDING, None, None)),
        ([limited(5), let_in(6)], (PENDING, None, None)),
        ([let_in(1), let_in(7)], (PENDING, None, None)),
    ],
    ids=["waited", "some under way", "too early", "silent since", "our failure", "too little left", "no 429"],
)
def test_who_is_told_to_wait_waits(calls, verdict):
    assert told(judged(Scenario.HONOR_RETRY_AFTER, *calls, pause=PAUSE)) == verdict


def test_a_429_outside_the_pause_shows_nothing():
    assert judged(Scenario.HONOR_RETRY_AFTER, limited(1), let_in(70)).status is PENDING


@pytest.mark.parametrize(
    ("last", "called", "after", "is_due"),
    [
        (None, NOW, dt.timedelta(0), True),
        (None, None, dt.timedelta(0), False),
        (None, NOW, 11 * SECOND, False),
        (PAUSE, NOW + 25 * SECOND, 6 * SECOND + PAUSE_AGAIN_AFTER - SECOND, False),
        (PAUSE, NOW + 25 * SECOND, 6 * SECOND + PAUSE_AGAIN_AFTER, True),
    ],
)
def test_only_who_calls_is_paused_and_not_at_once_again(last, called, after, is_due):
    assert is_pause_due(last, last_call_at=called, now=NOW + after) is is_due


# The run


@pytest.mark.parametrize(
    ("statuses", "after", "status"),
    [
        ([PASSED, PASSED], SECOND, CertificationStatus.PASSED),
        ([PASSED, PENDING], SECOND, CertificationStatus.RUNNING),
        ([FAILED, PENDING], RUN_LASTS + 4 * SECOND, CertificationStatus.RUNNING),
        ([FAILED, PENDING], RUN_LASTS + 5 * SECOND, CertificationStatus.FAILED),
        ([PASSED, PENDING], RUN_LASTS + 5 * SECOND, CertificationStatus.EXPIRED),
        ([PASSED, PASSED], RUN_LASTS + 5 * SECOND, CertificationStatus.PASSED),
    ],
)
def test_a_run_ends_when_everything_was_shown_or_its_time_is_over(statuses, after, status):
    assert status_of_run(statuses, started_at=NOW, now=NOW + after) is status
