"""The day of the demo: two sides that share no code agree, and a difference is found."""

import asyncio
import datetime as dt
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from domain.inventory import Channel
from server.demo import chaos, comparison, expected, offer, run, source, told
from server.demo.calls import Caller, GaveUpError, GraphError, Patience, Tally
from server.demo.doors import Held, Refused
from server.demo.replay import Day, Doors, HoldTime, Record
from server.embedded import processes

pytestmark = pytest.mark.anyio

TODAY = dt.date(2026, 11, 21)
HEAD = (
    "hotel,arrival_date_year,arrival_date_month,arrival_date_day_of_month,adults,children,babies,"
    "distribution_channel,reserved_room_type,adr,reservation_status"
)
# 3 and 4 July 2015 are a Friday and a Saturday, 6 July is a Monday.
ROWS = """
City,2015,July,3,2,0,0,TA/TO,A,80,Check-Out
City,2015,July,4,1,1,1,TA/TO,A,90.5,Check-Out
City,2015,July,6,2,NA,0,TA/TO,A,100,Canceled
City,2015,July,6,0,0,0,Direct,A,0,No-Show
City,2015,July,6,1,0,0,Corporate,A,95.11,Check-Out
City,2015,July,7,2,0,0,GDS,B,70,No-Show
City,2015,July,7,2,0,0,TA/TO,B,70,Check-Out
City,2015,July,7,2,0,0,TA/TO,B,70,Check-Out
City,2015,July,8,1,0,0,TA/TO,B,70,Canceled
""".strip()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(f"{HEAD}\n{ROWS}\n")
    return path


class Hotel:
    """A platform in memory that keeps to the rules; `cheats` makes it sell more than it has."""

    name = "memory"

    def __init__(self, on_sale, *, cheats=False):
        self.on_sale, self.cheats = on_sale, cheats
        self.free = {
            (it.sku, channel): units for it in on_sale.products for channel, units in it.units.items()
        }
        self.asked = []
        self.held = {}

    def door(self, channel, name):
        return Seller(self, channel, name)

    def price(self, line):
        product = next(it for it in self.on_sale.products if it.sku == line.sku)
        if line.customer_type == "CHILD":
            return product.child
        extra = offer.WEEKEND_PREMIUM if line.day.isoweekday() in offer.WEEKEND else Decimal(0)
        return (
            product.adult + extra + (offer.EVENT_PREMIUM if line.day == self.on_sale.event_on else Decimal(0))
        )


class Seller:
    def __init__(self, hotel, channel, name):
        self.hotel, self.channel, self.name = hotel, channel, name

    async def available(self, sku, day):  # noqa: ARG002 - the door's own words
        await asyncio.sleep(0)
        return self.hotel.free[sku, self.channel]

    async def hold(self, lines, *, minutes, reference, key):  # noqa: ARG002
        await asyncio.sleep(0)
        units, pool = sum(line.quantity for line in lines), (lines[0].sku, self.channel)
        self.hotel.asked.append((self.name, "hold", reference.rpartition("-")[2], minutes))
        if units > self.hotel.free[pool] and not self.hotel.cheats:
            return Refused("INSUFFICIENT_INVENTORY")
        self.hotel.free[pool] -= units
        self.hotel.held[reference] = pool, units
        return Held(reference, sum(line.quantity * self.hotel.price(line) for line in lines))

    async def activate(self, held, guest, *, payment, key):  # noqa: ARG002
        self.hotel.asked.append((self.name, "activate", payment.rpartition("-")[2], None))
        return held.total

    async def cancel(self, held):
        self.hotel.asked.append((self.name, "cancel", held.reservation_id.rpartition("-")[2], None))
        pool, units = self.hotel.held[held.reservation_id]
        self.hotel.free[pool] += units


async def replayed(path, *, cheats=False):
    bookings = source.read(path, rows=0)
    arrivals = source.moved_to_the_future(bookings, today=TODAY)
    on_sale = offer.offer_for(bookings, arrivals, prefix="CITY")
    hotel = Hotel(on_sale, cheats=cheats)
    doors = Doors(
        ota=[hotel.door(Channel.OTA, "first"), hotel.door(Channel.OTA, "second")],
        direct=[hotel.door(Channel.DIRECT, "own")],
    )
    record = await Day(bookings, arrivals, on_sale, doors, "t", print, thinking=[0.0]).replay()
    return hotel, record


# The figures from the file


def test_the_figures_of_a_table_are_those_worked_out_by_hand(table):
    figures = expected.work_out(table, rows=0, today=TODAY, prefix="CITY")

    # Moved by 595 weeks; A: median of 80, 90.50, 95.11, 100 is 92.805, so 92.81 and 46.41 for a child.
    # The busiest day is 6 July (three rows, as 7 July, but earlier): 25.00 more for an adult.
    assert figures.pools == {
        ("CITY-A", "OTA"): expected.Pool(allocated=7, sold=5, held_ever=7, cancelled=2, expired=0),
        ("CITY-A", "DIRECT"): expected.Pool(allocated=2, sold=1, held_ever=2, cancelled=0, expired=1),
        ("CITY-B", "OTA"): expected.Pool(allocated=2, sold=2, held_ever=2, cancelled=0, expired=0),
    }
    assert figures.refused == {6, 8, 9}
    assert figures.orders("OTA") == {1: 2 * (9281 + 1500), 2: 9281 + 1500 + 2 * 4641, 7: 2 * 7000}
    assert figures.orders("DIRECT") == {5: 9281 + 2500}
    assert figures.revenue("OTA") == 21562 + 20063 + 14000
    assert figures.count("OTA", "CANCELLED") == figures.count("DIRECT", "EXPIRED") == 1


def test_the_figures_of_the_excerpt_do_not_change():
    figures = expected.work_out(source.EXCERPT, rows=0, today=TODAY, prefix="CITY")

    assert (figures.revenue("OTA"), figures.revenue("DIRECT")) == (28882_50, 8652_00)
    assert (len(figures.sales), len(figures.refused)) == (288, 11)
    assert figures.pools["CITY-D", "OTA"] == expected.Pool(19, 19, 19, 0, 0)


def test_some_rows_are_spread_evenly_on_both_sides(table):
    bookings = source.read(table, rows=4)
    figures = expected.work_out(table, rows=4, today=TODAY, prefix="CITY")

    assert [booking.number for booking in bookings] == [1, 3, 5, 7]
    assert figures.sales.keys() | figures.refused == {1, 3, 5, 7}


def test_the_season_begins_after_today_on_the_same_weekday(table):
    arrivals = source.moved_to_the_future(source.read(table, rows=0), today=TODAY)

    assert arrivals[1] == dt.date(2026, 11, 27)
    assert arrivals[1].isoweekday() == dt.date(2015, 7, 3).isoweekday() == 5
    assert arrivals[9] - arrivals[1] == dt.timedelta(days=5)


# The replay


@pytest.mark.parametrize("path", ["table", "excerpt"])
async def test_the_replay_on_an_honest_platform_comes_to_the_figures_of_the_file(path, table):
    path = table if path == "table" else source.EXCERPT
    figures = expected.work_out(path, rows=0, today=TODAY, prefix="CITY")

    hotel, record = await replayed(path)

    assert record.refused == figures.refused
    assert record.paid == {
        number: Decimal(cents).scaleb(-2)
        for channel in ("OTA", "DIRECT")
        for number, cents in figures.orders(channel).items()
    }
    left = {(sku, channel.value): units for (sku, channel), units in hotel.free.items()}
    assert left == {pool: it.allocated - it.sold - it.expired for pool, it in figures.pools.items()}


async def test_guests_who_will_not_come_are_held_first_and_for_a_minute(table):
    hotel, _ = await replayed(table)

    others = [
        (reference, minutes)
        for _, act, reference, minutes in hotel.asked
        if act == "hold" and reference in "12345"
    ]
    assert others[0] == ("4", 1)
    assert {minutes for _, minutes in others[1:]} == {None}


async def test_a_hold_of_one_door_is_ended_through_the_other(table):
    hotel, _ = await replayed(table)

    doors = {(act, reference): door for door, act, reference, _ in hotel.asked if door != "own"}
    for number in "12":
        assert {doors["hold", number], doors["activate", number]} == {"first", "second"}
    assert {doors["hold", "3"], doors["cancel", "3"]} == {"first", "second"}


async def test_who_sells_what_is_not_there_is_found_out(table):
    figures = expected.work_out(table, rows=0, today=TODAY, prefix="CITY")

    _, record = await replayed(table, cheats=True)

    seen = replace(recorded(figures), refused=record.refused)
    checks = comparison.compare(figures, honest(figures), seen, tag="t")
    assert [(it.figure, it.expected, it.said) for it in checks if not it.holds] == [
        ("Rows refused for want of units", "3, alone here: 6, 8, 9", "0")
    ]


# The comparison


def honest(figures):
    """What a platform says that has the file's own figures."""

    def counts(channel):
        return {status: figures.count(channel, status) for status in told.STATUSES}

    def money(channel):
        return {
            "channel": channel,
            "revenue": {"amount": f"{figures.revenue(channel) / 100:.2f}", "currency": "EUR"},
        }

    ota = counts("OTA")
    ended = sum(ota.values())
    return told.Told(
        pools={
            pool: told.Pool(
                it.allocated, 0, it.sold, it.available, it.held_ever, it.sold, it.cancelled, it.expired
            )
            for pool, it in figures.pools.items()
        },
        by_resellers={sku: it.available for (sku, channel), it in figures.pools.items() if channel == "OTA"},
        reservations={channel: counts(channel) for channel in ("OTA", "DIRECT")},
        orders={
            channel: {
                f"pay-t-{number}": [Decimal(cents).scaleb(-2)]
                for number, cents in figures.orders(channel).items()
            }
            for channel in ("OTA", "DIRECT")
        },
        reseller_report={
            "holds": {
                "created": {"holds": ended},
                "activated": {"holds": ota["ACTIVATED"]},
                "cancelled": {"holds": ota["CANCELLED"]},
                "expired": {"holds": ota["EXPIRED"]},
            },
            "activationRate": {"value": f"{ota['ACTIVATED'] / ended:.4f}"},
            "expiryRate": {"value": f"{ota['EXPIRED'] / ended:.4f}"},
            "averageHoldTime": {"value": "2"},
            "revenue": [money("OTA")],
        },
        platform_report={
            "sales": [money("OTA"), money("DIRECT")],
            "oversellIncidents": {"value": "0"},
            "drift": {"value": "0"},
        },
    )


def recorded(figures):
    record = Record(refused=set(figures.refused))
    record.hold_times[Channel.OTA] = [HoldTime(1.0, 1.5), HoldTime(2.0, 2.5)]
    return record


@pytest.fixture
def figures(table):
    return expected.work_out(table, rows=0, today=TODAY, prefix="CITY")


def differing(figures, said, record=None):
    checks = comparison.compare(figures, said, record or recorded(figures), tag="t")
    return [check.figure for check in checks if not check.holds]


def test_equal_figures_have_no_difference(figures):
    assert differing(figures, honest(figures)) == []


def lost_unit(said):
    said.pools["CITY-A", "OTA"] = replace(said.pools["CITY-A", "OTA"], sold=4)


def lost_booking(said):
    del said.orders["OTA"]["pay-t-1"]


def sold_twice(said):
    said.orders["DIRECT"]["pay-t-5"] *= 2


def one_cent(said):
    said.orders["OTA"]["pay-t-1"][0] += Decimal("0.01")


def unreleased(said):
    said.pools["CITY-A", "DIRECT"] = replace(said.pools["CITY-A", "DIRECT"], expired=0)


def drifted(said):
    said.platform_report["drift"]["value"] = "1"


def slow_clock(said):
    said.reseller_report["averageHoldTime"]["value"] = "3"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lost_unit, ["CITY-A OTA: allocated, held, sold, available"]),
        (
            lost_booking,
            [
                "Orders OTA",
                "Orders OTA that differ in amount or number",
                "Revenue OTA, summed over the orders",
            ],
        ),
        (
            sold_twice,
            [
                "Orders DIRECT",
                "Orders DIRECT that differ in amount or number",
                "Revenue DIRECT, summed over the orders",
            ],
        ),
        (one_cent, ["Orders OTA that differ in amount or number", "Revenue OTA, summed over the orders"]),
        (unreleased, ["CITY-A DIRECT: journal held, sold, cancelled, expired"]),
        (drifted, ["Platform report: pools whose counters drifted"]),
        (slow_clock, ["Reseller report: average hold time (our clock)"]),
    ],
)
def test_each_difference_is_named(figures, change, found):
    said = honest(figures)

    change(said)

    assert differing(figures, said) == found


def test_the_hold_time_is_compared_to_the_digits_it_is_shown_with(figures):
    said = honest(figures)
    said.reseller_report["averageHoldTime"]["value"] = "2.100"

    assert differing(figures, said) == ["Reseller report: average hold time (our clock)"]


def test_what_others_change_too_is_not_compared(figures):
    said = honest(figures)
    said.reservations, said.reseller_report, said.platform_report = {}, None, None

    assert differing(figures, said) == []


# The calls


Said = tuple[int, list[str], dict[str, Any]]
"""Status, further headers, body."""
BRISK = Patience(first_pause=0.01)


@asynccontextmanager
async def answering(*answers, patience=BRISK):
    """A server that gives these answers in turn (None: hangs up), then the last one; and what it was sent."""
    sent, turn = [], iter(answers)
    last = answers[-1]

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if line)
        body = await reader.readexactly(int(fields.get("content-length", 0)))
        sent.append((fields.get("idempotency-key"), body))
        answer = next(turn, last)
        if answer is not None:
            status, headers, text = answer
            said = json.dumps(text).encode()
            lines = [
                f"HTTP/1.1 {status} X",
                "Content-Type: application/json",
                f"Content-Length: {len(said)}",
                *headers,
            ]
            writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + said)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, httpx2.AsyncClient() as http:
        tally = Tally()
        caller = Caller(http, "credential", tally, asyncio.Semaphore(2), patience=patience)
        yield caller, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", sent, tally


FINE: Said = (201, [], {"reservation_id": "rsv_1"})


async def test_a_call_is_repeated_word_for_word_until_it_is_answered():
    masked: Said = (200, [], {"errors": [{"message": "…", "extensions": {"code": "INTERNAL"}}]})
    async with answering(None, (500, [], {}), (503, [], {}), masked, FINE) as (caller, url, sent, tally):
        answer = await caller.call("POST", url, json={"lines": []}, idempotency_key="key-1")

    assert (answer.status, answer.body) == (201, {"reservation_id": "rsv_1"})
    assert sent == [("key-1", b'{"lines":[]}')] * 5
    assert (tally.calls, sum(tally.retries.values())) == (5, 4)
    assert {"500", "503", "INTERNAL"} < tally.retries.keys()


async def test_who_called_too_often_waits_as_long_as_it_is_told():
    began = asyncio.get_running_loop().time()
    async with answering((429, ["Retry-After: 1"], {"code": "RATE_LIMITED"}), FINE) as (
        caller,
        url,
        sent,
        tally,
    ):
        await caller.call("POST", url, json={}, idempotency_key="key-1")

    assert asyncio.get_running_loop().time() - began >= 1
    assert len(sent) == 2
    assert tally.retries == {"429": 1}


async def test_a_refusal_is_an_answer_and_is_not_repeated():
    async with answering((409, [], {"code": "INSUFFICIENT_INVENTORY"})) as (caller, url, sent, _):
        answer = await caller.call("POST", url, json={})

    assert answer.status == 409
    assert len(sent) == 1


async def test_a_call_nobody_answers_is_given_up():
    async with answering((500, [], {}), patience=Patience(total=0.1, first_pause=0.01)) as (
        caller,
        url,
        _,
        _,
    ):
        with pytest.raises(GaveUpError, match="last: 500"):
            await caller.call("GET", url)


async def test_an_error_of_a_graphql_operation_is_raised_with_its_code():
    wrong: Said = (
        200,
        [],
        {"errors": [{"message": "no", "extensions": {"code": "FORBIDDEN"}}], "data": None},
    )
    async with answering(wrong) as (caller, url, sent, _):
        with pytest.raises(GraphError, match="FORBIDDEN: no"):
            await caller.graph(url, {"query": "{ __typename }"})

    assert len(sent) == 1


# Chaos


def test_only_the_very_process_of_a_pid_file_counts_and_only_a_child_of_ours_is_killed(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pid_file = tmp_path / "api.pid"
    pid_file.write_text(f"{child.pid} {processes.birth(child.pid)}")
    try:
        assert chaos.running(pid_file) == child.pid
        assert chaos.is_child(child.pid, of=os.getpid())
        assert not chaos.is_child(child.pid, of=child.pid)
        pid_file.write_text(f"{child.pid} another-birth")
        assert chaos.running(pid_file) is None
    finally:
        child.kill()
        child.wait()
    assert chaos.running(tmp_path / "none.pid") is None


# All of it


def test_a_running_instance_needs_its_credentials(capfd):
    assert run(["--url", "http://127.0.0.1:9", "--key", "il_test_x"]) == 2

    assert "--url needs --key and --token" in capfd.readouterr().err


@pytest.mark.slow
def test_a_day_on_the_real_platform_ends_without_a_difference(tmp_path, capfd):
    head, *lines = source.EXCERPT.read_text().splitlines()
    table = tmp_path / "table.csv"
    # Without the guests who did not come: nobody has to wait a minute for their holds to run out.
    table.write_text("\n".join([head, *(line for line in lines if "No-Show" not in line)]) + "\n")

    code = run(["--json", "--table", str(table), "--rows", "60"])

    said = json.loads(capfd.readouterr().out)
    assert (code, said["bookings"], said["differences"]) == (0, 60, 0)
    assert [check["figure"] for check in said["checks"] if not check["holds"]] == []
