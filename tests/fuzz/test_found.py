"""What the generated operations found, one by one: compiled and graphql-core differed, or failed, in each."""

import datetime as dt

import pytest
from graphql import GraphQLError
from sqlalchemy import update
from sqlalchemy.exc import MultipleResultsFound

from db import models
from domain.ids import global_id
from tests.factories.packages import make_package
from tests.factories.promotions import make_coupon
from tests.factories.viewers import key_of, member_of, staff
from tests.fixtures.acts import line


async def test_a_selection_that_leaves_nothing_is_an_empty_object(graph, world):
    text = "query Q($b: Boolean!) { products { totalCount @include(if: $b) nodes { name @skip(if: true) } } }"

    assert await graph.data(staff(), text, b=False) == {"nodes": [{}, {}]}
    assert (
        await graph.run(staff(), "query Q($b: Boolean!) { viewer @include(if: $b) { id } }", b=False)
    ).data == {}


async def test_a_page_that_tells_nothing_of_its_rows_is_still_one(graph, world):
    text = "{ products(productIds: []) { pageInfo { hasPreviousPage __typename } } }"

    assert await graph.data(staff(), text) == {
        "pageInfo": {"hasPreviousPage": False, "__typename": "PageInfo"}
    }
    assert await graph.data(staff(), text.replace("(productIds: [])", "")) == {
        "pageInfo": {"hasPreviousPage": False, "__typename": "PageInfo"}
    }


async def test_the_first_day_there_is_is_a_day(graph, acts, world, reseller):
    """The driver keeps it as a day without end."""
    await acts.set_allotment(staff(), 5, day=dt.date.min)
    await acts.activate(reseller, await acts.hold(reseller, line(1, date=dt.date.min)))

    page = await graph.data(reseller, "{ orders { nodes { tickets { date qrPayload } } } }")

    assert page["nodes"][0]["tickets"][0]["date"] == "0001-01-01"


async def test_an_allotment_of_any_size_has_its_status(graph, acts, world):
    async with acts.sessions.write() as session:
        await session.execute(update(models.Allotment).values(allocated=2**31 - 1))
        await session.commit()

    page = await graph.data(staff(), "{ inventory { nodes { status } } }")

    assert {each["status"] for each in page["nodes"]} == {"AVAILABLE"}


async def test_a_field_that_is_given_up_takes_nobody_elses_loader_with_it(busy_graph, busy, busy_world):
    """graphql-core cancels what stands beside a failed field; two orders wait for one and the same product."""
    reseller = key_of(busy_world.reseller)
    for _ in range(2):
        await busy.activate(reseller, await busy.hold(reseller, line(1)))
    text = """query Q { orders { nodes { tickets { product { partner { name } } } } }
      bad: reservations(after: "no cursor") { nodes { id } } }"""

    for _ in range(5):
        answer = await busy_graph.by_core(reseller, text)
        assert [code for code, _ in answer.errors] == ["INVALID_INPUT"]


async def test_what_is_computed_may_be_no_int(graph, acts, world, reseller):
    """A sum is larger than what it adds up: here of overdue units, which are free again."""
    await acts.hold(reseller, line(1))
    async with acts.sessions.write() as session:
        await session.execute(update(models.Reservation).values(expires_at=acts.now - dt.timedelta(days=1)))
        await session.execute(update(models.Allotment).values(allocated=2**31 - 1, held=0))
        await session.commit()

    with pytest.raises(GraphQLError, match="Int cannot represent"):
        await graph.run(staff(), "{ inventory { nodes { available } } }")


async def test_several_rows_where_there_is_one_at_most_are_no_answer(graph, acts, world):
    """Pools of one product in both environments: no act makes them, and the answer is an error, not any of them."""
    async with acts.sessions.write() as session:
        await session.execute(update(models.Allotment).values(environment="LIVE"))
        await session.commit()

    with pytest.raises(MultipleResultsFound):
        await graph.run(staff(), '{ explainAvailability(productId: "106") { id } }')


async def test_a_list_of_ids_that_postgresql_wrote_is_one_of_ids(graph, acts, world):
    async with acts.work() as uow:
        package = await make_package(uow.session, world.operator, sku="777")
        await make_coupon(uow.session, world.operator, package_ids=[package.id])

    answer = await graph.run(member_of(world.operator), "{ coupons { nodes { packageIds } } }")

    assert answer.data["coupons"]["nodes"] == [{"packageIds": [global_id("Package", package.id)]}]
