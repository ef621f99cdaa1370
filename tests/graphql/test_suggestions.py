"""Suggested bundles: what was booked together, by whom and when, with the reasons told."""

import datetime as dt

import pytest

from domain.pricing import CustomerType
from permissions.viewer import ANONYMOUS
from services import search
from tests.factories.inventory import make_allotment
from tests.factories.packages import make_package
from tests.factories.search import STAY, TOUR, indexed, make_room
from tests.fixtures.acts import line

SUGGEST = """
query S($destination: String!, $from: Date, $party: SearchPartyInput, $first: Int! = 5) {
  suggestBundles(destination: $destination, from: $from, party: $party, first: $first) {
    hits { productId }
    score
    reasons { signal points text }
  }
}
"""


@pytest.fixture
async def sold(acts, world, reseller):
    """A stay, a walk and a ferry; the stay was booked with the walk by families, the ferry alone by couples."""
    async with acts.work() as uow:
        for sku, items in (("STAY", (STAY,)), ("WALK", (TOUR,)), ("TALK", (TOUR,))):
            package = await make_package(
                uow.session, world.operator, sku=sku, names={"en": f"Lantau {sku}"}, items=items
            )
            await make_allotment(uow.session, package)
            await make_room(uow.session, package, units=9)
    child = CustomerType.CHILD
    for _ in range(3):
        hold = await acts.hold(
            reseller,
            *(line(2, each) for each in ("STAY", "WALK")),
            *(line(1, each, child) for each in ("STAY", "WALK")),
        )
        await acts.activate(reseller, hold)
    await acts.activate(reseller, await acts.hold(reseller, line(2, "TALK")))
    async with acts.work() as uow:
        await indexed(uow)
        await search.roll_up_trips(uow, now=acts.now)
    return acts


async def test_families_are_suggested_what_families_booked_together(sold, graph):
    found = await graph.data(
        ANONYMOUS, SUGGEST, destination="Lantau", party={"adults": 2, "children": 1}, **{"from": "2026-11-20"}
    )

    assert {hit["productId"] for hit in found[0]["hits"]} == {"STAY", "WALK"}
    reasons = {each["signal"]: each for each in found[0]["reasons"]}
    assert found[0]["score"] == sum(each["points"] for each in reasons.values())
    assert reasons["PARTY"]["points"] > 0
    assert reasons["COBOOKING"]["text"] == "Its parts are booked together more often than by chance."
    assert len(found) == 2


async def test_the_same_question_has_the_same_answer_and_takes_three_statements(sold, graph, sql):
    first = await sql.of(graph.data(ANONYMOUS, SUGGEST, destination="Lantau", first=1))
    again = await sql.of(graph.data(ANONYMOUS, SUGGEST, destination="Lantau", first=1))

    assert first == again
    assert first[0] == 3


async def test_where_nothing_is_offered_nothing_is_suggested(sold, graph):
    assert await graph.data(ANONYMOUS, SUGGEST, destination="Atlantis") == []
    answer = await graph.run(ANONYMOUS, SUGGEST, destination="Lantau", first=11)
    assert answer.errors == [("INVALID_INPUT", ["suggestBundles"])]


async def test_a_roll_up_run_twice_counts_the_same_and_old_bookings_count_less(sold, graph):
    now = sold.now
    before = await graph.data(ANONYMOUS, SUGGEST, destination="Lantau")
    async with sold.work() as uow:
        await search.roll_up_trips(uow, now=now)
    same = await graph.data(ANONYMOUS, SUGGEST, destination="Lantau")
    async with sold.work() as uow:
        await search.roll_up_trips(uow, now=now + dt.timedelta(days=800))
    forgotten = await graph.data(ANONYMOUS, SUGGEST, destination="Lantau")

    assert before == same
    assert {reason["signal"] for each in forgotten for reason in each["reasons"]} == {"POPULARITY"}
