"""What a reseller called and how it did: exact figures, the caller's own ones only."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from db import models
from db.queries.request_log import new_call_id
from domain.environments import Environment
from domain.ids import global_id
from domain.pricing import CustomerType
from domain.request_log import Call, Door
from permissions.viewer import ANONYMOUS, RESELLER_KEY_SCOPES, Role, Scope, Viewer
from services.request_log import record_calls
from tests.factories.times import DAY, HOUR, NOW
from tests.factories.viewers import in_test, key_of, member_of, staff
from tests.fixtures.acts import line

pytestmark = pytest.mark.anyio

TODAY = {"from": "2026-11-18", "to": "2026-11-18"}

CALLS = """query($operation: String, $status: String, $since: DateTime, $first: Int, $after: String) {
  apiCalls(operation: $operation, status: $status, since: $since, first: $first, after: $after) {
    totalCount next nodes { operation status door durationMs requestId environment at }
  }
}"""
KPI = "{ value unit comparison target gate level }"
REPORT = f"""query($from: Date!, $to: Date!, $id: ID) {{
  resellerReport(from: $from, to: $to, resellerId: $id) {{
    resellers {{ name }}
    holds {{
      created {{ holds units }} active {{ holds units }} activated {{ holds units }}
      cancelled {{ holds units }} expired {{ holds units }}
    }}
    activationRate {KPI} expiryRate {KPI} averageHoldTime {KPI}
    utilization {{ channel allocated sold utilization {KPI} }}
    revenue {{ channel bookings revenue {{ amount currency }} average {{ amount currency }} }}
    calls callsPerDay {{ date calls }}
    operations {{
      operation calls errors refusals errorRate {KPI} p50Ms {KPI} p95Ms {KPI} p99Ms {KPI}
      statuses {{ status calls }}
    }}
  }}
}}"""
PLATFORM = f"""query($from: Date!, $to: Date!) {{
  platformReport(from: $from, to: $to) {{
    otaShares {{ currency share {KPI} }}
    sales {{ channel bookings revenue {{ amount }} average {{ amount }} }}
    utilization {{ channel allocated sold }}
    automationRate {KPI} oversellIncidents {KPI} drift {KPI}
  }}
}}"""

Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def ask(graph) -> Ask:
    """Ask the graph as a viewer what it does not refuse."""

    async def ask(viewer: Viewer, text: str, **variables: object) -> Any:
        answer = await graph.run(viewer, text, **variables)
        assert answer.errors == []
        return answer.data

    return ask


@pytest.fixture
def called(acts, world):
    """Log a call of a reseller."""

    async def called(
        operation: str = "Availability",
        *,
        by: UUID | None = None,
        status: str = "OK",
        ms: int | None = 10,
        at: dt.datetime = NOW,
        environment: Environment = Environment.LIVE,
    ) -> Call:
        call = Call(
            id=new_call_id(at),
            at=at,
            partner_id=by or world.reseller.id,
            api_key_id=None,
            environment=environment,
            operation=operation,
            door=Door.REST,
            status=status,
            duration_ms=ms,
            request_id="r-1",
        )
        async with acts.work() as uow:
            await record_calls(uow, [call])
        return call

    return called


async def test_a_reseller_reads_its_calls_newest_first_and_nobody_else_s(ask, called, world, reseller):
    await called("First", at=NOW)
    await called("Second", at=NOW + HOUR, status="SOLD_OUT")
    await called("Rival", by=world.rival.id)
    await called("Test", environment=Environment.TEST)

    page = (await ask(reseller, CALLS))["apiCalls"]

    assert page["totalCount"] == 2
    assert [(node["operation"], node["status"]) for node in page["nodes"]] == [
        ("Second", "SOLD_OUT"),
        ("First", "OK"),
    ]
    assert page["nodes"][1] == {
        "operation": "First",
        "status": "OK",
        "door": "REST",
        "durationMs": 10,
        "requestId": "r-1",
        "environment": "LIVE",
        "at": "2026-11-18T08:00:00.000Z",
    }


async def test_calls_are_filtered_and_paged(ask, called, reseller):
    for hours in range(4):
        await called("A" if hours % 2 else "B", at=NOW + hours * HOUR, status="OK" if hours else "INTERNAL")

    async def seen(**wanted: object) -> list[str]:
        answer = await ask(reseller, CALLS, **wanted)
        return [node["at"][11:13] for node in answer["apiCalls"]["nodes"]]

    assert await seen(operation="A") == ["11", "09"]
    assert await seen(status="INTERNAL") == ["08"]
    assert await seen(since="2026-11-18T10:00:00.000Z") == ["11", "10"]
    first = (await ask(reseller, CALLS, first=3))["apiCalls"]
    assert [node["at"][11:13] for node in first["nodes"]] == ["11", "10", "09"]
    assert await seen(after=first["next"]) == ["08"]


async def test_a_call_is_a_node_to_its_reseller_only(ask, called, reseller, rival):
    call = await called()
    text = "query($id: ID!) { node(id: $id) { id } }"
    shown = global_id("ApiCall", call.id)

    assert await ask(reseller, text, id=shown) == {"node": {"id": shown}}
    assert await ask(rival, text, id=shown) == {"node": None}
    assert await ask(in_test(reseller), text, id=shown) == {"node": None}


async def test_a_report_tells_what_became_of_the_holds_of_the_window(ask, acts, world, reseller):
    adult_and_child = [line(2), line(1, customer_type=CustomerType.CHILD)]
    before = await acts.hold(reseller, line(9))
    await acts.cancel(reseller, before)
    acts.later(DAY)
    sold = await acts.hold(reseller, *adult_and_child)
    await acts.hold(reseller, line(4), minutes=1)
    await acts.cancel(reseller, await acts.hold(reseller, line(5)))
    await acts.hold(reseller, line(6), minutes=1440)
    acts.later(90 * dt.timedelta(seconds=1))
    await acts.activate(reseller, sold)

    report = (await ask(reseller, REPORT, **{"from": "2026-11-19", "to": "2026-11-19"}))["resellerReport"]

    assert report["resellers"] == [{"name": "Harbour Travel"}]
    assert report["holds"] == {
        "created": {"holds": 4, "units": 18},
        "active": {"holds": 1, "units": 6},
        "activated": {"holds": 1, "units": 3},
        "cancelled": {"holds": 1, "units": 5},
        "expired": {"holds": 1, "units": 4},
    }
    assert report["activationRate"] == {
        "value": "0.3333",
        "unit": "RATIO",
        "comparison": "ABOVE",
        "target": "0.70",
        "gate": None,
        "level": "WARN",
    }
    assert report["expiryRate"] == {
        "value": "0.3333",
        "unit": "RATIO",
        "comparison": "AT_MOST",
        "target": "0.30",
        "gate": "0.50",
        "level": "WARN",
    }
    assert report["averageHoldTime"] == {
        "value": "90",
        "unit": "SECONDS",
        "comparison": None,
        "target": None,
        "gate": None,
        "level": None,
    }
    assert report["revenue"] == [
        {
            "channel": "OTA",
            "bookings": 1,
            "revenue": {"amount": "764.00", "currency": "HKD"},
            "average": {"amount": "764.00", "currency": "HKD"},
        }
    ]
    assert [(each["channel"], each["allocated"], each["sold"]) for each in report["utilization"]] == [
        ("OTA", 140, 3)
    ]
    assert report["utilization"][0]["utilization"]["value"] == "0.0214"


async def test_a_report_counts_and_times_the_calls(ask, called, world, reseller):
    for number in range(1, 101):
        await called("Availability", ms=number, status="OK" if number < 100 else "INTERNAL")
    await called("Reserve", ms=40, status="SOLD_OUT", at=NOW - DAY)
    await called("Reserve", at=NOW - 2 * DAY)
    await called("Reserve", by=world.rival.id)
    await called("Reserve", environment=Environment.TEST)

    report = (await ask(reseller, REPORT, **{"from": "2026-11-17", "to": "2026-11-18"}))["resellerReport"]

    assert report["calls"] == 101
    assert report["callsPerDay"] == [{"date": "2026-11-17", "calls": 1}, {"date": "2026-11-18", "calls": 100}]
    availability, reserve = report["operations"]
    assert (availability["operation"], availability["calls"], availability["errors"]) == (
        "Availability",
        100,
        1,
    )
    assert availability["errorRate"]["value"] == "0.0100"
    assert availability["errorRate"]["level"] == "WARN"
    assert availability["statuses"] == [{"status": "OK", "calls": 99}, {"status": "INTERNAL", "calls": 1}]
    assert [availability[name]["value"] for name in ("p50Ms", "p95Ms", "p99Ms")] == ["51", "95", "99"]
    assert availability["p95Ms"]["target"] == "2000"
    assert (reserve["calls"], reserve["errors"], reserve["refusals"]) == (1, 0, 1)


async def test_a_window_of_nothing_has_no_rates(ask, reseller):
    report = (await ask(reseller, REPORT, **TODAY))["resellerReport"]

    assert report["activationRate"]["value"] is None
    assert report["averageHoldTime"]["value"] is None
    assert (report["calls"], report["operations"], report["revenue"]) == (0, [], [])
    assert report["callsPerDay"] == [{"date": "2026-11-18", "calls": 0}]


async def test_the_rival_s_report_is_null_by_any_id(ask, world, reseller):
    strangers = [world.rival.id, world.operator.id, UUID(int=7)]
    ids = [global_id("Partner", each) for each in strangers] + ["x", global_id("User", world.rival.id)]

    for each in ids:
        assert await ask(reseller, REPORT, **TODAY, id=each) == {"resellerReport": None}


async def test_the_platform_reads_any_reseller_s_report_or_all_of_them(ask, acts, world, reseller, rival):
    await acts.hold(reseller, line(2))
    await acts.hold(rival, line(3))
    analyst = staff(Role.ANALYST)

    one = (await ask(analyst, REPORT, **TODAY, id=global_id("Partner", world.rival.id)))["resellerReport"]
    every = (await ask(analyst, REPORT, **TODAY))["resellerReport"]

    assert (one["resellers"], one["holds"]["created"]["units"]) == ([{"name": "Island Trips"}], 3)
    assert [each["name"] for each in every["resellers"]] == ["Harbour Travel", "Island Trips"]
    assert every["holds"]["created"]["units"] == 5


async def test_members_read_their_own_reseller_s_report(ask, acts, world, reseller, rival):
    await acts.hold(reseller, line(2))
    await acts.hold(rival, line(3))

    for role in (Role.OWNER, Role.ADMIN, Role.FINANCE):
        report = (await ask(member_of(world.reseller, role=role), REPORT, **TODAY))["resellerReport"]
        assert report["holds"]["created"] == {"holds": 1, "units": 2}
    assert await ask(member_of(world.operator), REPORT, **TODAY) == {"resellerReport": None}


@pytest.mark.parametrize(
    ("field", "text"), [("apiCalls", CALLS), ("resellerReport", REPORT), ("platformReport", PLATFORM)]
)
async def test_reports_need_their_scope(graph, world, field, text):
    variables = {} if text is CALLS else TODAY
    without = key_of(world.reseller, scopes=RESELLER_KEY_SCOPES - {Scope.READ_REPORTS})

    for viewer, code in (
        (ANONYMOUS, "UNAUTHENTICATED"),
        (without, "FORBIDDEN"),
        (member_of(world.reseller, role=Role.SUPPORT), "FORBIDDEN"),
        (member_of(world.reseller, role=Role.READONLY), "FORBIDDEN"),
    ):
        assert (await graph.run(viewer, text, **variables)).errors == [(code, [field])]


async def test_only_staff_reads_the_platform_s_report(graph, world, reseller, owner):
    for viewer in (reseller, owner, member_of(world.reseller)):
        assert (await graph.run(viewer, PLATFORM, **TODAY)).errors == [("FORBIDDEN", ["platformReport"])]


async def test_the_platform_s_report_adds_up_both_channels(ask, acts, world, reseller, owner):
    await acts.activate(reseller, await acts.hold(reseller, line(1)), payment="a")
    await acts.activate(owner, await acts.hold(owner, line(3)), payment="b")
    await acts.set_allotment(owner, 120)

    report = (await ask(staff(), PLATFORM, **TODAY))["platformReport"]

    assert [
        (each["currency"], each["share"]["value"], each["share"]["level"]) for each in report["otaShares"]
    ] == [("HKD", "0.2500", "OK")]
    assert [
        (each["channel"], each["revenue"]["amount"], each["average"]["amount"]) for each in report["sales"]
    ] == [
        ("DIRECT", "864.00", "864.00"),
        ("OTA", "288.00", "288.00"),
    ]
    assert report["utilization"] == [
        {"channel": "DIRECT", "allocated": 50, "sold": 3},
        {"channel": "OTA", "allocated": 160, "sold": 1},
    ]
    # Two holds, two sales; by hand: three pools set up by the world, one changed here.
    assert (report["automationRate"]["value"], report["automationRate"]["level"]) == ("0.5000", "WARN")
    assert (report["oversellIncidents"]["value"], report["drift"]["value"]) == ("0", "0")
    assert report["drift"]["level"] == "OK"


async def test_a_counter_that_lies_is_drift_and_an_alert(ask, acts, world, reseller):
    async with acts.work() as uow:
        pool = await uow.session.get_one(models.Allotment, world.cruise_pool.id)
        pool.held = 7

    report = (await ask(staff(), PLATFORM, **TODAY))["platformReport"]

    assert (report["drift"]["value"], report["drift"]["level"]) == ("1", "ALERT")


async def test_subscriptions_are_counted_and_not_timed(ask, called, reseller):
    await called("AvailabilityChanged", ms=None)

    (figures,) = (await ask(reseller, REPORT, **TODAY))["resellerReport"]["operations"]

    assert (figures["calls"], figures["p50Ms"]["value"], figures["p95Ms"]["level"]) == (1, None, None)
    assert (await ask(reseller, CALLS))["apiCalls"]["nodes"][0]["durationMs"] is None


async def test_a_report_takes_six_statements_whatever_its_length(graph, called, sql, reseller):
    for number in range(3):
        await called(f"Operation{number}")

    count, _ = await sql.of(graph.run(reseller, REPORT, **{"from": "2026-01-01", "to": "2026-11-18"}))

    assert count == 6


async def test_a_page_of_calls_takes_one_statement_with_its_count(graph, called, sql, reseller):
    await called()

    count, _ = await sql.of(graph.run(reseller, CALLS))

    assert count == 1


async def test_a_window_upside_down_is_refused(graph, reseller):
    upside_down = {"from": "2026-11-18", "to": "2026-11-17"}

    assert (await graph.run(reseller, REPORT, **upside_down)).errors == [
        ("INVALID_INPUT", ["resellerReport"])
    ]
