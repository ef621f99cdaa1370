"""What is noted of an operation: the hold it was about and the caller's key, answered or refused."""

import pytest

from domain.ids import global_id, local_id
from resolvers import answered
from tests.factories.times import HOUR, MINUTE
from tests.fixtures.acts import line

HOLD = """mutation Hold($key: String, $units: Int!) { createReservation(input: {
  lines: [{productId: "106", quantity: $units, customerType: ADULT}], idempotencyKey: $key
}) { __typename ... on Reservation { id } } }"""
ACTIVATE = """mutation Activate($id: ID!, $key: String) { activateReservation(input: {
  id: $id, paymentReference: "p", idempotencyKey: $key,
  customerDetails: {name: "Mei Wong", email: "mei@example.com", phone: "+852 1234 5678"}
}) { __typename } }"""
CANCEL = "mutation Cancel($id: ID!) { cancelReservation(input: {id: $id}) { __typename } }"


@pytest.fixture
def heard(graph, reseller):
    """Runs an operation and tells its answer, and what was noted."""

    async def heard(text, **variables):
        answered.listen()
        data = await graph.data(reseller, text, **variables)
        noted = answered.heard()
        return data, (noted.object_id, noted.idempotency_key, noted.codes[:1])

    return heard


async def test_a_hold_is_noted_with_its_key(heard):
    data, noted = await heard(HOLD, key="k-1", units=1)

    assert noted == (local_id("Reservation", data["id"]), "k-1", [])


async def test_a_sale_is_noted_by_its_hold(acts, heard, reseller):
    hold = await acts.hold(reseller, line(1))

    data, noted = await heard(ACTIVATE, id=global_id("Reservation", hold.id), key="k-2")

    assert (data["__typename"], noted) == ("Booking", (hold.id, "k-2", []))


async def test_a_refusal_is_noted_by_what_was_named(acts, heard, reseller):
    hold = await acts.hold(reseller, line(1), minutes=1)
    acts.later(MINUTE)

    _, noted = await heard(ACTIVATE, id=global_id("Reservation", hold.id), key=None)

    assert noted == (hold.id, None, ["RESERVATION_EXPIRED"])


async def test_a_refusal_of_a_new_thing_names_none(heard):
    _, noted = await heard(HOLD, key="k-3", units=100)
    _, sold_out = await heard(HOLD, key="k-4", units=1)

    assert noted[1:] == ("k-3", [])
    assert sold_out == (None, "k-4", ["INSUFFICIENT_INVENTORY"])


@pytest.mark.parametrize("named", ["garbage", "", "rsv_zz"])
async def test_what_is_no_id_is_noted_as_nothing(heard, named):
    _, noted = await heard(CANCEL, id=named)

    assert noted == (None, None, ["NOT_FOUND"])


async def test_outside_of_an_operation_nothing_is_noted(acts, reseller):
    answered.NOTHING.codes.clear()
    answered.made(await acts.hold(reseller, line(1)))
    acts.later(HOUR)

    assert (answered.NOTHING.object_id, answered.NOTHING.codes) == (None, [])
