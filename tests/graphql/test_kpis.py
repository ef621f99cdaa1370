"""The platform's KPIs: exact figures of a small history."""

import datetime as dt

import pytest

from db import models
from db.queries.kpis import FIGURES
from db.types import new_id
from domain.environments import Environment
from domain.kpi_catalog import KpiName
from domain.onboarding import Stage
from domain.support import SupportSide, SupportStatus
from permissions.viewer import Role
from tests.factories.partners import make_partner
from tests.factories.support import make_thread
from tests.factories.viewers import member_of, staff

KPIS = """
query Kpis($from: Date!, $to: Date!, $names: [KpiName!]) {
  kpis(from: $from, to: $to, names: $names) {
    name formula brief unit baseline { least most } comparison target gate value level sample
    trend { month value sample }
  }
}
"""
AUTUMN = {"from": "2026-09-01", "to": "2026-11-30"}
HOUR = dt.timedelta(hours=1)


def at(month, day, hour=0, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=dt.UTC)


async def make_live(session, *, registered_at, live_at, minutes=(), visits=()):
    """A partner that went LIVE, with the time it was helped and the stages it left."""
    partner = await make_partner(session)
    case = models.OnboardingCase(
        id=new_id(), partner_id=partner.id, stage=Stage.LIVE, registered_at=registered_at, live_at=live_at
    )
    session.add(case)
    await session.flush()
    session.add_all(
        models.AssistedTime(
            id=new_id(), case_id=case.id, actor="user:max", minutes=each, note="", at=registered_at
        )
        for each in minutes
    )
    session.add_all(
        models.StageVisit(id=new_id(), case_id=case.id, stage=stage, entered_at=entered, left_at=left)
        for stage, entered, left in visits
    )
    await session.flush()
    return partner


@pytest.fixture
async def history(acts):
    """Three partners that went LIVE in autumn, one before it, and one that was taken in LIVE."""
    async with acts.work() as uow:
        session = uow.session
        first = await make_live(
            session,
            registered_at=at(9, 1),
            live_at=at(9, 11, 12),
            minutes=(90, 30),
            visits=[
                (Stage.REGISTERED, at(9, 1), at(9, 2)),
                (Stage.DATA_COLLECTION, at(9, 2), at(9, 8, 12)),
            ],
        )
        await make_live(
            session,
            registered_at=at(9, 20),
            live_at=at(11, 2),
            visits=[(Stage.REGISTERED, at(9, 20), at(10, 1)), (Stage.TESTING, at(10, 30), None)],
        )
        await make_live(session, registered_at=at(11, 1), live_at=at(11, 4), minutes=(1440,))
        await make_live(session, registered_at=at(8, 1), live_at=at(8, 31, 23, 59), minutes=(600,))
        await make_live(session, registered_at=at(10, 1), live_at=at(10, 1), minutes=(60,))
        opened = [
            # opened, answered, resolved
            (at(9, 1), HOUR, 10 * HOUR),
            (at(9, 30, 23, 59), 3 * HOUR, None),
            (at(11, 5), 8 * HOUR, 24 * HOUR),
            (at(11, 6), None, None),
            (at(8, 31), 100 * HOUR, 50 * HOUR),
        ]
        for opened_at, answered, resolved in opened:
            await make_thread(
                session,
                first,
                opened_at=opened_at,
                first_response_at=answered and opened_at + answered,
                resolved_at=resolved and opened_at + resolved,
                status=SupportStatus.RESOLVED if resolved else SupportStatus.OPEN,
            )
        await make_thread(session, first, opened_at=at(11, 7), opened_side=SupportSide.PLATFORM)
        answers = [
            ("user:vera", 2, at(9, 3)),
            ("user:vera", 7, at(9, 4)),
            ("user:vera", 10, at(11, 1)),
            ("user:nora", 5, at(11, 30, 23)),
            ("user:nora", 0, at(12, 1)),
        ]
        session.add_all(
            models.SatisfactionAnswer(
                id=new_id(), partner_id=first.id, actor=actor, score=score, comment="", at=when
            )
            for actor, score, when in answers
        )
        runs = [
            (Environment.LIVE, 1, 400, at(9, 30, 23, 33)),
            (Environment.LIVE, 0, 600, at(11, 2)),
            (Environment.TEST, 9, 9, at(11, 2)),
            (Environment.LIVE, 5, 5, at(12, 1)),
        ]
        session.add_all(
            models.ReconciliationRun(
                id=new_id(),
                environment=environment,
                since=when - HOUR,
                until=when,
                objects=objects,
                wrong=wrong,
                at=when,
            )
            for environment, wrong, objects, when in runs
        )
        await session.flush()


async def told(graph, **wanted):
    """Value, level, number of things, and value and number of each month, by name."""
    found = await graph.data(staff(Role.ANALYST), KPIS, **(AUTUMN | wanted))
    return {
        each["name"]: (
            each["value"],
            each["level"],
            each["sample"],
            [(point["value"], point["sample"]) for point in each["trend"]],
        )
        for each in found
    }


async def test_figures_of_an_autumn(graph, history):
    assert await told(graph) == {
        # 10.5, 43 and 3 days.
        "ONBOARDING_DAYS": ("18.83", "WARN", 3, [("10.50", 1), (None, 0), ("23.00", 2)]),
        "STAGE_DAYS_REGISTERED": ("6.00", None, 2, [("1.00", 1), ("11.00", 1), (None, 0)]),
        "STAGE_DAYS_DATA_COLLECTION": ("6.50", None, 1, [("6.50", 1), (None, 0), (None, 0)]),
        "STAGE_DAYS_VALIDATING": (None, None, 0, [(None, 0)] * 3),
        "STAGE_DAYS_PROVISIONING": (None, None, 0, [(None, 0)] * 3),
        "STAGE_DAYS_TESTING": (None, None, 0, [(None, 0)] * 3),
        "STAGE_DAYS_READY_FOR_GO_LIVE": (None, None, 0, [(None, 0)] * 3),
        # Four in three months.
        "SUPPORT_TICKETS": ("1.33", "OK", 4, [("2.00", 2), ("0.00", 0), ("2.00", 2)]),
        # 1, 3 and 8 hours.
        "SUPPORT_FIRST_RESPONSE_HOURS": ("3.00", None, 3, [("2.00", 2), (None, 0), ("8.00", 1)]),
        # 10, 24 and, of the one of August, 50 hours.
        "SUPPORT_RESOLUTION_HOURS": ("24.00", None, 3, [("30.00", 2), (None, 0), ("24.00", 1)]),
        # Vera's 10 and Nora's 5; in September Vera's 7.
        "PARTNER_SATISFACTION": ("7.50", "WARN", 2, [("7.00", 1), (None, 0), ("7.50", 2)]),
        # 2, 0 and 24 hours.
        "ACCOUNT_MANAGER_HOURS": ("8.67", "OK", 3, [("2.00", 1), (None, 0), ("12.00", 2)]),
        # 1 of 400 in September, 0 of 600 in November; what TEST found does not count.
        "CTR_VERIFIED": (None, None, 0, [(None, 0)] * 3),
        "CTR_VERIFIED_LIFT": (None, None, 0, [(None, 0)] * 3),
        "PACKAGE_CONVERSION": (None, None, 0, [(None, 0)] * 3),
        "PACKAGE_CONVERSION_LIFT": (None, None, 0, [(None, 0)] * 3),
        "RECONCILIATION_ERROR_RATE": ("0.0010", "OK", 1000, [("0.0025", 400), (None, 0), ("0.0000", 600)]),
    } | {
        name: (None, None, 0, [(None, 0)] * 3)
        for name in KpiName
        if name.startswith(("INTRODUCTION", "CONTRACTOR", "MATCH", "BOOKING"))
    }


async def test_a_figure_says_how_it_is_reckoned_and_what_it_should_be(graph):
    (kpi,) = await graph.data(staff(), KPIS, **AUTUMN, names=["PARTNER_SATISFACTION"])

    assert kpi == {
        "name": "PARTNER_SATISFACTION",
        "formula": "Mean of the newest answer, 0 to 10, of each member who answered in the window.",
        "brief": "S1-003",
        "unit": "POINTS",
        "baseline": {"least": "6.2", "most": "6.2"},
        "comparison": "AT_LEAST",
        "target": "8.0",
        "gate": None,
        "value": None,
        "level": None,
        "sample": 0,
        "trend": [{"month": f"2026-{month}-01", "value": None, "sample": 0} for month in ("09", "10", "11")],
    }


async def test_the_last_instant_of_a_window_belongs_to_it_and_the_next_day_does_not(graph, history):
    window = {"from": "2026-08-31", "to": "2026-08-31"}

    august = await told(graph, **window, names=["ONBOARDING_DAYS", "SUPPORT_TICKETS"])

    assert august == {
        "ONBOARDING_DAYS": ("31.00", "WARN", 1, [("31.00", 1)]),
        # One on one of 31 days.
        "SUPPORT_TICKETS": ("31.00", "OK", 1, [("1.00", 1)]),
    }


async def test_a_figure_takes_one_statement(graph, sql, history):
    counted = {
        names: (await sql.of(graph.by_core(staff(), KPIS, **AUTUMN, names=list(names))))[0]
        for names in (
            ("SUPPORT_TICKETS",),
            ("STAGE_DAYS_TESTING", "STAGE_DAYS_REGISTERED"),
            (),
            tuple(KpiName),
        )
    }

    assert [*counted.values()] == [1, 1, 0, 15]


def test_every_kpi_is_reckoned_once():
    reckoned = [name for names in FIGURES.values() for name in names]

    assert sorted(reckoned) == sorted(KpiName)


@pytest.mark.parametrize("to", ["2026-08-31", "2027-09-02"])
async def test_a_window_that_is_none_is_refused(graph, to):
    answer = await graph.run(staff(), KPIS, **(AUTUMN | {"to": to}))

    assert answer.errors == [("INVALID_INPUT", ["kpis"])]


async def test_a_partner_reads_no_figures_of_all(graph, world):
    answer = await graph.run(member_of(world.reseller), KPIS, **AUTUMN)

    assert answer.errors == [("FORBIDDEN", ["kpis"])]
