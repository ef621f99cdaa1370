"""Figures for Prometheus: exact, of few labels, and not for everybody."""

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import httpx2
import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from starlette.applications import Starlette

from db.session import Sessions, create_engine
from domain.environments import Environment
from domain.request_log import Door
from permissions.viewer import Viewer
from resolvers import answered
from server.observability import requests
from server.observability.calls import Calls
from server.observability.metrics import MAX_CODES, OPERATION_SECONDS, Metrics
from server.observability.requests import RequestLines
from server.request_log import RequestLog
from server.routes.metrics import is_nearby, metrics_route
from server.settings import ROOT

pytestmark = pytest.mark.anyio

KEY = Viewer(id="key:1", environment=Environment.LIVE, api_key_id=UUID(int=1), reseller_id=UUID(int=2))


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(version="1.2.3", operations={"Reserve", "Availability"}, registry=CollectorRegistry())


def samples(exposed: bytes) -> dict[str, float]:
    """Read what was exposed: `name{label=value}` -> value."""
    return {
        f"{sample.name}{{{','.join(f'{k}={v}' for k, v in sorted(sample.labels.items()))}}}": sample.value
        for family in text_string_to_metric_families(exposed.decode())
        for sample in family.samples
    }


async def ask(metrics, redis, *, client="127.0.0.1", headers=None, is_public=False) -> httpx2.Response:
    app = Starlette(routes=[metrics_route(metrics, redis, is_public=is_public)])
    transport = httpx2.ASGITransport(app, client=(client, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as caller:
        return await caller.get("/metrics", headers=headers)


def test_operations_are_counted_timed_and_their_codes_too(metrics):
    metrics.observe("Reserve", "mutation", 0.02, [])
    metrics.observe("Reserve", "mutation", 0.3, ["SOLD_OUT", "INTERNAL"])

    found = samples(metrics.render())

    assert found["interline_operation_seconds_count{kind=mutation,operation=Reserve}"] == 2
    assert found["interline_operation_seconds_bucket{kind=mutation,le=0.025,operation=Reserve}"] == 1
    assert found["interline_operation_seconds_sum{kind=mutation,operation=Reserve}"] == pytest.approx(0.32)
    assert found["interline_operation_errors_total{code=SOLD_OUT,operation=Reserve}"] == 1
    assert found["interline_operation_errors_total{code=INTERNAL,operation=Reserve}"] == 1


@pytest.mark.parametrize("seconds", [0, 0.001, 0.0011, 0.3, 9.99, 10, 11, 1e9])
def test_times_fall_into_the_buckets_prometheus_s_own_histogram_puts_them_in(metrics, seconds):
    theirs = CollectorRegistry()
    Histogram("interline_operation_seconds", "x", buckets=OPERATION_SECONDS, registry=theirs).observe(seconds)

    metrics.observe("Reserve", "query", seconds, [])

    ours = {
        name.replace("kind=query,", "").replace("kind=query", "").replace(",operation=Reserve", ""): value
        for name, value in samples(metrics.render()).items()
        if name.startswith("interline_operation_seconds")
    }
    assert {name.replace("{operation=Reserve}", "{}").replace("{,", "{"): v for name, v in ours.items()} == {
        name: value for name, value in samples(generate_latest(theirs)).items() if "created" not in name
    }


def test_what_is_looked_at_twice_is_counted_once(metrics):
    metrics.observe("Reserve", "query", 0.25, [])
    metrics.count_call("REST", 200)
    metrics.count_way("compiled")

    first, second = samples(metrics.render()), samples(metrics.render())

    assert first == second
    assert first["interline_calls_total{door=REST,status=200}"] == 1
    assert first["interline_executions_total{way=compiled}"] == 1
    assert first["interline_operation_seconds_sum{kind=query,operation=Reserve}"] == 0.25


def test_names_and_kinds_that_callers_invent_make_no_new_series(metrics):
    for number in range(50):
        metrics.observe(f"Hostile{number}", f"kind{number}", 0.1, [])
    metrics.observe(None, "query", 0.1, [])

    counts = {name: value for name, value in samples(metrics.render()).items() if "seconds_count" in name}

    assert counts == {
        "interline_operation_seconds_count{kind=other,operation=ad-hoc}": 50,
        "interline_operation_seconds_count{kind=query,operation=ad-hoc}": 1,
    }


def test_codes_are_bounded_too(metrics):
    metrics.observe("Reserve", "query", 0.1, [f"CODE_{number}" for number in range(MAX_CODES + 30)])

    found = samples(metrics.render())

    assert found["interline_operation_errors_total{code=other,operation=Reserve}"] == 30
    assert sum(name.startswith("interline_operation_errors_total") for name in found) == MAX_CODES + 1


def test_jobs_tell_how_they_ended(metrics):
    for outcome in ("done", "retried", "dead"):
        metrics.observe_job("reservations.expire", 0.2, outcome)

    found = samples(metrics.render())

    assert found["interline_job_seconds_count{job=reservations.expire}"] == 3
    assert found["interline_job_failures_total{job=reservations.expire}"] == 2
    assert found["interline_dead_letters_total{job=reservations.expire}"] == 1


def test_what_is_open_is_counted_while_it_is(metrics):
    names = [f"interline_{name}_open{{}}" for name in ("sockets", "subscriptions", "subscription_groups")]
    metrics.connected(1)
    metrics.grouped(1)
    metrics.subscribed(1)
    metrics.subscribed(1)
    during = samples(metrics.render())
    metrics.subscribed(-2)
    metrics.grouped(-1)
    metrics.connected(-1)
    after = samples(metrics.render())

    assert [during[name] for name in names] == [1, 2, 1]
    assert [after[name] for name in names] == [0, 0, 0]


def test_what_subscribers_are_told_is_counted(metrics):
    metrics.delivered(1000)
    metrics.delivered(2)

    assert samples(metrics.render())["interline_subscription_deliveries_total{}"] == 1002


async def test_the_pool_s_connections_in_use_are_counted(metrics, database_url):
    engine = create_engine(database_url, pool_size=3)
    metrics.watch_pool(engine, size=3)
    sessions = Sessions(engine)

    async with sessions.read() as one, sessions.read() as other:
        await one.execute(text("SELECT 1"))
        await other.execute(text("SELECT 1"))
        during = samples(metrics.render())
    with suppress(ZeroDivisionError):
        async with sessions.read() as session:
            await session.execute(text("SELECT 1"))
            raise ZeroDivisionError
    after = samples(metrics.render())
    await engine.dispose()

    assert (during["interline_db_connections_in_use{}"], during["interline_db_pool_size{}"]) == (2, 3)
    assert after["interline_db_connections_in_use{}"] == 0


async def test_the_build_and_the_last_drift_are_shown(metrics, redis):
    await redis.set("interline:drift", 3)

    answer = await ask(metrics, redis)

    found = samples(answer.content)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert found["interline_inventory_drift{}"] == 3
    python = ".".join(map(str, sys.version_info[:3]))
    assert found[f"interline_build_info{{python={python},version=1.2.3}}"] == 1


@pytest.mark.parametrize(
    ("address", "nearby"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.2.3.4", True),
        ("172.31.255.1", True),
        ("192.168.0.9", True),
        ("fd00::1", True),
        ("fe80::1", True),
        ("::ffff:10.0.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("172.32.0.1", False),
        ("169.254.169.254", False),
        ("2001:db8::1", False),
        ("localhost", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_only_this_machine_and_its_private_network_are_near(address, nearby):
    assert is_nearby(address) is nearby


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "8.8.8.8"},
        {"x-forwarded-for": "10.0.0.1, 8.8.8.8"},
        {"x-forwarded-for": ""},
        {"x-real-ip": "8.8.8.8"},
        {"forwarded": "for=10.0.0.1"},
    ],
)
async def test_a_proxy_s_private_address_does_not_open_the_door_to_the_world(metrics, redis, headers):
    assert (await ask(metrics, redis, client="10.0.0.2", headers=headers)).status_code == 403


async def test_strangers_are_refused_unless_a_setting_lets_them(metrics, redis):
    refused = await ask(metrics, redis, client="8.8.8.8")

    assert refused.status_code == 403
    assert "interline_" not in refused.text
    assert (await ask(metrics, redis, client="8.8.8.8", is_public=True)).status_code == 200
    assert (
        await ask(metrics, redis, client="10.1.1.1", headers={"x-forwarded-for": "10.9.9.9"})
    ).status_code == 200


async def refuse(code: str) -> None:
    """Answer a refusal as data, as a resolver does: in whatever task."""
    answered.tell(code)


async def test_every_call_of_a_reseller_is_counted_and_logged_once(metrics, sessions):
    log = RequestLog(sessions)
    calls = Calls(metrics, log, clock=lambda: datetime(2026, 11, 18, tzinfo=UTC))

    async def app(scope, receive, send):
        requests.note(viewer=KEY, request_id="req_1")
        match scope["path"]:
            case "/graphql":
                requests.note(operation="Reserve")
                await asyncio.create_task(refuse("SOLD_OUT"))
                calls.observe("Reserve", "mutation", 0.01, [])
            case "/graphql/stream":
                calls.observe("AvailabilityChanged", "subscription", 86_400.0, [])
            case "/api/ota/availability":
                requests.note(operation="Availability")
                calls.observe("Availability", "query", 0.01, [])
        await send({"type": "http.response.start", "status": 409 if "ota" in scope["path"] else 200})
        await send({"type": "http.response.body"})

    served = RequestLines(app, ended=calls.ended)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(served), base_url="http://here") as client:
        for path in (
            "/graphql",
            "/graphql/stream",
            "/api/ota/availability",
            "/api/ota/reserve",
            "/health/live",
        ):
            await client.get(path)

    assert [
        (call.operation, call.door, call.status, call.duration_ms is None) for call in log._waiting[:-1]
    ] == [
        ("Reserve", Door.GRAPHQL, "SOLD_OUT", False),
        ("ad-hoc", Door.SSE, "OK", True),
        ("Availability", Door.REST, "409", False),
    ]
    assert (log._waiting[-1].operation, log._waiting[-1].status) == ("none", "409")
    assert {call.request_id for call in log._waiting} == {"req_1"}
    found = samples(metrics.render())
    assert found["interline_calls_total{door=GRAPHQL,status=200}"] == 1
    assert found["interline_calls_total{door=REST,status=409}"] == 2
    assert found["interline_operation_errors_total{code=SOLD_OUT,operation=Reserve}"] == 1
    assert found["interline_calls_total{door=OTHER,status=200}"] == 1


SEVERAL = """
import sys
from server.observability.metrics import Metrics
metrics = Metrics(version="1", operations={"Reserve"})
metrics.observe("Reserve", "query", 0.1, ["SOLD_OUT"])
metrics.connected(1)
if sys.argv[1] == "show":
    sys.stdout.buffer.write(metrics.render())
else:
    metrics.connected(5)
metrics.leave()
"""


LIVING = """
import asyncio, sys
from server.observability.metrics import Metrics
async def main():
    metrics = Metrics(version="1", operations={"Reserve"})
    running = asyncio.create_task(metrics.run(0.01))
    metrics.count_call("REST", 200)
    await asyncio.sleep(0.2)
    sys.stdout.write("counted\\n")
    sys.stdout.flush()
    sys.stdin.read()
    running.cancel()
asyncio.run(main())
"""


def test_a_living_process_lets_the_others_see_what_it_counted(tmp_path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    living = subprocess.Popen(
        [sys.executable, "-c", LIVING], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert living.stdin is not None
    assert living.stdout is not None
    with living:
        assert living.stdout.readline() == b"counted\n"
        shown = subprocess.run(
            [sys.executable, "-c", SEVERAL, "show"], env=environment, check=True, capture_output=True
        ).stdout
        living.stdin.close()

    assert samples(shown)["interline_calls_total{door=REST,status=200}"] == 1


def test_several_processes_show_their_figures_together(tmp_path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def run(what: str) -> bytes:
        command = [sys.executable, "-c", SEVERAL, what]
        return subprocess.run(command, env=environment, check=True, capture_output=True).stdout

    run("quiet")
    found = samples(run("show"))

    assert found["interline_operation_seconds_count{kind=query,operation=Reserve}"] == 2
    assert found["interline_operation_errors_total{code=SOLD_OUT,operation=Reserve}"] == 2
    assert found["interline_sockets_open{}"] == 1
