"""Holds as they are listed and read."""

from domain.ids import global_id
from tests.factories.times import DAY, HOUR
from tests.factories.viewers import in_test
from tests.fixtures.acts import line

LIST = """
query List($status: ReservationStatus) {
  reservations(status: $status) { totalCount nodes { id status } }
}
"""
ONE = "query One($id: ID!) { reservation(id: $id) { id status units } }"


async def test_holds_are_listed_newest_first_by_what_they_are_now(graph, acts, world, reseller):
    holds = [await acts.hold(reseller, minutes=60) for _ in range(4)]
    overdue, sold, cancelled, live = holds
    await acts.activate(reseller, sold)
    await acts.cancel(reseller, cancelled)
    await acts.extend(reseller, live)
    acts.later(HOUR)

    everything = await graph.data(reseller, LIST)
    by_status = {
        status: await graph.data(reseller, LIST, status=status)
        for status in ("ACTIVE", "ACTIVATED", "CANCELLED", "EXPIRED")
    }

    ids = {each.id: global_id("Reservation", each.id) for each in holds}
    assert everything == {
        "totalCount": 4,
        "nodes": [
            {"id": ids[live.id], "status": "ACTIVE"},
            {"id": ids[cancelled.id], "status": "CANCELLED"},
            {"id": ids[sold.id], "status": "ACTIVATED"},
            {"id": ids[overdue.id], "status": "EXPIRED"},
        ],
    }
    assert {status: [each["id"] for each in found["nodes"]] for status, found in by_status.items()} == {
        "ACTIVE": [ids[live.id]],
        "ACTIVATED": [ids[sold.id]],
        "CANCELLED": [ids[cancelled.id]],
        "EXPIRED": [ids[overdue.id]],
    }


async def test_a_reservation_is_read_by_its_maker_only(graph, acts, world, reseller, rival):
    hold = await acts.hold(reseller, line(3))
    own = global_id("Reservation", hold.id)

    assert await graph.data(reseller, ONE, id=own) == {"id": own, "status": "ACTIVE", "units": 3}
    assert await graph.data(rival, ONE, id=own) is None
    assert await graph.data(in_test(reseller), ONE, id=own) is None
    acts.later(DAY)
    assert (await graph.data(reseller, ONE, id=own))["status"] == "EXPIRED"
