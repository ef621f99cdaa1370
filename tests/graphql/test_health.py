"""The health of an integration in the graph."""

import pytest

from db import models
from db.queries import health as queries
from domain.environments import Environment
from domain.ids import global_id
from services import health as acts_of
from tests.factories.health import make_alert, make_calls
from tests.factories.times import HOUR, MINUTE, NOW
from tests.factories.viewers import member_of
from tests.fixtures.acts import line

HEALTH = """query($id: ID!, $environment: Environment! = LIVE, $hours: Int! = 24) {
  integrationHealth(partnerId: $id, environment: $environment, hours: $hours) {
    environment since calls answered errorRate errors { code calls } p50Ms p95Ms
    deliveries deliveryRate lastCallAt lastHoldAt openSignals sequence } }"""
ALERTS = """query($id: ID!, $open: Boolean) { integrationAlerts(partnerId: $id, isOpen: $open) {
  totalCount nodes { signal environment value threshold closedAt } } }"""
CHANGED = "subscription($id: ID!) { integrationHealthChanged(partnerId: $id) { sequence openSignals } }"


@pytest.fixture
def partner_id(world):
    return global_id("Partner", world.reseller.id)


@pytest.fixture
async def busy_day(acts, world, reseller):
    """Calls of an hour ago and of two days ago, one hold, one open alert and one that is over."""
    await acts.hold(reseller, line(1))
    async with acts.work() as uow:
        statuses = ("OK", "OK", "INVALID_INPUT", "INVALID_INPUT", "404", "SALES_CLOSED")
        await make_calls(uow.session, world.reseller, *statuses, at=NOW - HOUR)
        await make_calls(uow.session, world.reseller, "OK", at=NOW - MINUTE, took_ms=1_100)
        await make_calls(uow.session, world.reseller, "INTERNAL", at=NOW - 48 * HOUR)
        await make_calls(uow.session, world.rival, "INTERNAL", at=NOW - HOUR)
        uow.session.add(make_alert(world.reseller))
        uow.session.add(make_alert(world.reseller, opened_at=NOW - HOUR, closed_at=NOW - MINUTE))


async def test_a_day_of_an_integration_in_figures(graph, world, busy_day, partner_id):
    health = await graph.data(member_of(world.reseller), HEALTH, id=partner_id)

    assert health == {
        "environment": "LIVE",
        "since": "2026-11-17T08:00:00.000Z",
        "calls": 7,
        "answered": 3,
        "errorRate": 0.4286,
        "errors": [{"code": "INVALID_INPUT", "calls": 2}, {"code": "404", "calls": 1}],
        "p50Ms": 100.0,
        "p95Ms": 800.0,
        "deliveries": 0,
        "deliveryRate": None,
        "lastCallAt": "2026-11-18T07:59:00.000Z",
        "lastHoldAt": "2026-11-18T08:00:00.000Z",
        "openSignals": ["ERRORS"],
        "sequence": 3,
    }


async def test_environments_are_told_apart(graph, world, busy_day, partner_id):
    health = await graph.data(member_of(world.reseller), HEALTH, id=partner_id, environment="TEST")

    assert (health["calls"], health["errorRate"], health["lastCallAt"]) == (0, None, None)
    assert (health["lastHoldAt"], health["openSignals"], health["sequence"]) == (None, [], 0)


@pytest.mark.parametrize("hours", [0, 169, -1])
async def test_a_window_has_its_limits(graph, world, partner_id, hours):
    answer = await graph.run(member_of(world.reseller), HEALTH, id=partner_id, hours=hours)

    assert answer.errors == [("INVALID_INPUT", ["integrationHealth"])]


@pytest.mark.viewers("rival's owner", "operator's owner")
async def test_nobody_else_sees_it(graph, viewer, busy_day, partner_id):
    assert await graph.data(viewer, HEALTH, id=partner_id) is None
    assert await graph.data(viewer, ALERTS, id=partner_id) == {"totalCount": 0, "nodes": []}


async def test_alerts_are_listed(graph, world, busy_day, partner_id):
    viewer = member_of(world.reseller)

    opened = await graph.data(viewer, ALERTS, id=partner_id, open=True)
    counts = [
        (await graph.data(viewer, ALERTS, id=partner_id, open=is_open))["totalCount"]
        for is_open in (None, True, False)
    ]

    assert counts == [2, 1, 1]
    assert opened["nodes"] == [
        {"signal": "ERRORS", "environment": "LIVE", "value": 0.5, "threshold": 0.2, "closedAt": None}
    ]


async def test_what_is_open_is_told_with_it(graph, sql, world, busy_day, partner_id):
    query = f'{{ integrationHealth(partnerId: "{partner_id}") {{ openAlerts {{ signal openedAt }} }} }}'

    count, health = await sql.of(graph.data(member_of(world.reseller), query))

    assert health == {"openAlerts": [{"signal": "ERRORS", "openedAt": "2026-11-18T08:00:00.000Z"}]}
    assert count == 2


async def test_each_takes_one_statement(graph, sql, world, busy_day, partner_id):
    viewer = member_of(world.reseller)
    alerts = f'{{ integrationAlerts(partnerId: "{partner_id}") {{ nodes {{ signal }} }} }}'
    health = f'{{ integrationHealth(partnerId: "{partner_id}") {{ calls errors {{ code }} openSignals }} }}'

    assert [(await sql.of(graph.run(viewer, each)))[0] for each in (health, alerts)] == [1, 1]


async def test_a_change_is_told_after_what_is_now(graph, acts, relay, world, partner_id):
    async with graph.subscribe(member_of(world.reseller), CHANGED, id=partner_id) as news:
        first = await news.next()
        async with acts.work() as uow:
            await make_calls(uow.session, world.reseller, *(["INTERNAL"] * 20))
        async with acts.work() as uow:
            visible_since = NOW - 15 * MINUTE
            await judge_now(uow, world.reseller, visible_since)
        await relay()
        second = await news.next()

    assert first == {"sequence": 0, "openSignals": []}
    assert second == {"sequence": 1, "openSignals": ["ERRORS"]}


async def judge_now(uow, partner: models.Partner, since):
    watched = await queries.every_health(uow.session, Environment.LIVE, since=since, after=None, limit=9)
    (figures,) = [each.figures for each in watched if each.partner_id == partner.id]
    await acts_of.judge(uow, partner_id=partner.id, environment=Environment.LIVE, figures=figures, now=NOW)
