"""Reads that PostgreSQL answers: one text for every value of a shape, and what only Python says put in its place."""

import pytest

from tests.factories.viewers import key_of, member_of, staff
from tests.fixtures.acts import line
from tests.fixtures.graphql import compiled

ORDER = "query O($id: ID!) { order(id: $id) { confirmationCode total { amount currency } } }"


@pytest.fixture
def fetched(isolated):
    """The ready statements that were run."""
    return isolated.fetched


async def read(graph, viewer, text, **variables):
    """Run compiled, and nothing but compiled."""
    operation = compiled(text)
    assert operation is not None
    return await operation.read(variables, graph.context(viewer))


async def test_values_do_not_change_the_text(graph, acts, world, reseller, rival, fetched):
    text = "query P($skus: [String!], $n: Int, $after: String) { products(productIds: $skus, first: $n, after: $after) { nodes { name } } }"
    for skus, number in ((["106"], 1), (["107", "'; --"], 50), ([], 0)):
        await read(graph, reseller, text, skus=skus, n=number)
    await read(graph, rival, text, skus=["106"], n=1)

    assert len(set(fetched)) == 1
    assert "--" not in fetched[0]


async def test_what_decides_the_form_has_a_text_of_its_own(graph, world, reseller, fetched):
    for arguments in ("", "(first: 2)", '(productIds: ["106"])', "(last: 2)"):
        await read(graph, reseller, f"{{ products{arguments} {{ nodes {{ name }} }} }}")

    assert len(set(fetched)) == 3


async def test_callers_who_may_do_the_same_share_a_text(graph, world, fetched):
    for viewer in (key_of(world.reseller), key_of(world.rival), member_of(world.operator), staff()):
        await read(graph, viewer, "{ reservations { totalCount } }")

    # Keys and members compare rows with their partners; staff does not.
    assert len(set(fetched)) == 2


async def test_what_only_python_says_stands_in_its_place(graph, acts, world, reseller, fetched):
    await acts.activate(reseller, await acts.hold(reseller, line(2)))

    answer = await graph.data(
        reseller,
        "{ orders { nodes { a: id tickets { status qrPayload ticketCode qr: qrPayload } z: currency } } }",
    )

    (order,) = answer["nodes"]
    assert list(order) == ["a", "tickets", "z"]
    for ticket in order["tickets"]:
        assert list(ticket) == ["status", "qrPayload", "ticketCode", "qr"]
        assert ticket["qrPayload"] == ticket["qr"]
        assert ticket["qrPayload"].startswith(f"IL1.LIVE.{ticket['ticketCode']}.")
    assert len({ticket["qrPayload"] for ticket in order["tickets"]}) == 2


async def test_a_loader_fills_all_rows_of_a_list_at_once(graph, acts, sql, world, reseller):
    await acts.hold(reseller, line(1))

    count, page = await sql.of(
        graph.data(staff(), "{ inventory { nodes { nextExpiry product { productId } } } }")
    )

    assert count == 2
    assert [each["nextExpiry"] is None for each in page["nodes"]] == [False, True]


async def test_a_page_tells_the_same_of_itself_from_both_ends(graph, acts, world, reseller):
    for _ in range(3):
        await acts.hold(reseller, line(1))
    text = """query P($f: Int, $l: Int) { reservations(first: $f, last: $l) {
      totalCount next pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor }
    } }"""

    first, last = await graph.data(reseller, text, f=2), await graph.data(reseller, text, l=2)

    assert (first["totalCount"], len(first["edges"]), len(last["edges"])) == (3, 2, 2)
    assert first["edges"][1] == last["edges"][0]
    assert first["next"] == first["pageInfo"]["endCursor"] == first["edges"][1]["cursor"]
    assert (first["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (True, True)
    assert last["next"] is None


async def test_nobody_is_told_of_what_is_another_partners(graph, acts, world, reseller, rival):
    """One who may read personal data at one partner reads none of another's, in one and the same list."""
    await acts.activate(reseller, await acts.hold(reseller, line(1)))

    mine = await graph.run(reseller, "{ orders { nodes { customerName } } }")
    theirs = await graph.run(rival, "{ orders { nodes { customerName } } }")

    assert mine.data["orders"]["nodes"] == [{"customerName": "Mei Wong"}]
    assert (theirs.data["orders"]["nodes"], theirs.errors) == ([], [])
