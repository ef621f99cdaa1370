"""The load counts what it does: every call, every failure, every unit."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from bench import watch
from bench.cells import Act, Door, plan
from bench.http1 import Connection, ProtocolError, request
from bench.load import Load, Order, Seen, percentiles, summary
from bench.measure import load
from server.settings import ROOT
from tests.bench.toy import Toy, serving

pytestmark = pytest.mark.anyio

IDS = {"inventory": "1" * 64, "reserve": "2" * 64, "activate_reservation": "3" * 64}


ORDER = Order(
    "127.0.0.1", 0, "il_test_x", Act.HOLD, Door.REST, ["A"], connections=3, seconds=0.3, operation_ids=IDS
)


def order(toy, **facts):
    return replace(ORDER, port=toy.port, **facts)


async def test_every_hold_is_counted_once_with_a_key_of_its_own():
    async with serving(Toy(units=1_000_000)) as toy:
        seen = await Load(order(toy, units=2)).run()

    assert seen.acts == seen.calls == toy.calls["POST", "reserve"] > 0
    assert seen.units == 1_000_000 - toy.units == 2 * seen.acts
    assert len(seen.steps["hold"]) == seen.acts
    assert len(set(toy.keys)) == seen.acts
    assert not seen.failures


async def test_a_checkout_is_a_hold_and_its_activation():
    async with serving(Toy()) as toy:
        seen = await Load(order(toy, act=Act.CHECKOUT)).run()

    assert seen.calls == 2 * seen.acts
    assert toy.calls == {("POST", "reserve"): seen.acts, ("POST", "activate"): seen.acts}
    assert len(seen.steps["activate"]) == seen.acts


async def test_each_connection_has_one_call_under_way_and_is_kept():
    async with serving(Toy()) as toy:
        seen = await Load(order(toy, act=Act.AVAILABILITY, connections=5)).run()

    assert (toy.connections, toy.most_under_way) == (5, 5)
    assert toy.calls == {("GET", "inventory"): seen.acts}


async def test_spread_load_goes_round_all_products():
    async with serving(Toy()) as toy:
        seen = await Load(order(toy, skus=["A", "B", "C"], connections=1)).run()

    assert toy.products == [["A", "B", "C"][number % 3] for number in range(seen.acts)]


async def test_a_refused_hold_is_a_failure_by_its_code_and_ends_a_sell_out():
    async with serving(Toy(units=25)) as toy:
        seen = await Load(order(toy, units=10, connections=1, seconds=30, until_refused=True)).run()

    assert (seen.acts, seen.units, toy.units) == (2, 20, 5)
    assert seen.failures == {"409 INSUFFICIENT_INVENTORY": 1}
    assert seen.seconds < 10


async def test_a_refusal_over_graphql_is_a_failure_too():
    async with serving(Toy(units=3)) as toy:
        seen = await Load(order(toy, door=Door.GRAPHQL, connections=1)).run()

    assert seen.acts == 3
    assert seen.failures == {"refused": seen.calls - 3}


async def test_a_connection_that_breaks_is_a_failure_and_opened_again():
    async with serving(Toy(hang_up_after=4)) as toy:
        seen = await Load(order(toy, connections=1)).run()

    assert seen.acts == toy.calls["POST", "reserve"]
    assert toy.connections > 1
    assert seen.failures["IncompleteReadError"] >= toy.connections - 2


async def test_the_load_process_answers_as_the_load_itself():
    async with serving(Toy()) as toy:
        seen = await asyncio.to_thread(load, order(toy, act=Act.CHECKOUT))

    assert seen["calls"] == sum(toy.calls.values())
    assert seen["steps"]["hold"]["calls"] == seen["acts"] == seen["units"]
    assert seen["cpu_seconds"] > 0


async def test_a_chunked_answer_is_refused_rather_than_misread():
    async def chunked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(chunked, "127.0.0.1", 0)
    async with server:
        connection = await Connection("127.0.0.1", server.sockets[0].getsockname()[1]).open()
        with pytest.raises(ProtocolError, match="chunked"):
            await connection.ask(request("GET", "/", host="x", headers={}))
        connection.close()


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], (0.0, 0.0, 0.0)),
        ([7.0], (7.0, 7.0, 7.0)),
        ([float(number) for number in range(100, 0, -1)], (50.0, 95.0, 99.0)),
        ([1.0, 2.0, 3.0, 4.0], (2.0, 4.0, 4.0)),
    ],
)
def test_percentiles_are_times_that_happened(times, expected):
    assert tuple(percentiles(times).values()) == expected


def test_the_summary_of_nothing_is_nothing():
    assert summary(Seen())["steps"] == {}


def test_the_plan_has_every_load_of_every_act_and_fits_into_four_minutes():
    cells = plan(is_full=False)

    assert {
        (cell.act, cell.is_hot, cell.connections)
        for cell in cells
        if cell.door is Door.REST and cell.workers == 1
    } == {
        (act, is_hot, connections) for act in Act for is_hot in (True, False) for connections in (1, 16, 64)
    }
    assert {cell.workers for cell in cells} == {1, 2}
    assert len(cells) * 5 < 200
    assert len(plan(is_full=True)) == 72


def test_cpu_is_counted_over_the_whole_tree_of_a_process(tmp_path):
    # The parent sleeps, its child works.
    child = "import time\nuntil = time.process_time() + 0.5\nwhile time.process_time() < until: pass\nprint(flush=True); time.sleep(60)"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, start_new_session=True, cwd=ROOT
    )
    try:
        (tmp_path / "api.pid").write_text(f"{process.pid} born")
        assert process.stdout
        process.stdout.readline()
        used = watch.used(tmp_path)
        processes = watch.Snapshot()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    assert 0.45 <= used.api < 5
    assert (used.worker, used.postgres) == (0, 0)
    assert processes.tree(process.pid) >= used.api
    assert processes.everything > processes.tree(process.pid)


def test_a_process_that_is_gone_used_nothing(tmp_path):
    (tmp_path / "worker.pid").write_text("4194303 never")

    assert watch.used(tmp_path) == watch.Used(0, 0, 0)
