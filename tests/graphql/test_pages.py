"""Keyset pages: forwards, backwards, counted, and with cursors nobody gave out."""

import json
from base64 import urlsafe_b64encode

import pytest

from domain.ids import global_id
from tests.fixtures.acts import line

PAGE = """
query Page($first: Int, $after: String, $last: Int, $before: String) {
  reservations(first: $first, after: $after, last: $last, before: $before) {
    totalCount
    next
    nodes { id }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
BY_SKU = "query BySku($after: String) { products(after: $after, first: 1) { nodes { productId } next } }"


def cursor(*values):
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.fixture
async def holds(acts, world, reseller):
    """The ids of five holds, newest first."""
    return [global_id("Reservation", (await acts.hold(reseller, line(1))).id) for _ in range(5)][::-1]


async def ids(graph, viewer, **window):
    page = await graph.data(viewer, PAGE, **window)
    return [each["id"] for each in page["nodes"]]


async def test_the_first_page_says_that_more_follows(graph, holds, reseller):
    page = await graph.data(reseller, PAGE, first=2)

    edges = page["edges"]
    assert [each["id"] for each in page["nodes"]] == [each["node"]["id"] for each in edges] == holds[:2]
    assert page["totalCount"] == 5
    assert page["next"] == edges[1]["cursor"]
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": edges[0]["cursor"],
        "endCursor": edges[1]["cursor"],
    }


async def test_pages_follow_each_other_to_the_last(graph, holds, reseller):
    pages, after = [], None
    while True:
        page = await graph.data(reseller, PAGE, first=2, after=after)
        pages.append(([each["id"] for each in page["nodes"]], page["pageInfo"]["hasNextPage"]))
        after = page["next"]
        if after is None:
            break

    assert pages == [(holds[:2], True), (holds[2:4], True), (holds[4:], False)]


async def test_a_full_last_page_says_that_nothing_follows(graph, holds, reseller):
    page = await graph.data(reseller, PAGE, first=5)

    assert (page["next"], page["pageInfo"]["hasNextPage"]) == (None, False)


async def test_the_last_rows_come_in_the_list_s_own_order(graph, holds, reseller):
    page = await graph.data(reseller, PAGE, last=2)

    assert [each["id"] for each in page["nodes"]] == holds[3:]
    assert (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) == (True, False)


async def test_pages_go_backwards_to_the_first(graph, holds, reseller):
    last = await graph.data(reseller, PAGE, last=2)
    middle = await graph.data(reseller, PAGE, last=2, before=last["pageInfo"]["startCursor"])
    first = await graph.data(reseller, PAGE, last=2, before=middle["pageInfo"]["startCursor"])

    assert [each["id"] for each in middle["nodes"]] == holds[1:3]
    assert [each["id"] for each in first["nodes"]] == holds[:1]
    assert (first["pageInfo"]["hasPreviousPage"], first["pageInfo"]["hasNextPage"]) == (False, True)


async def test_a_window_lies_between_two_cursors(graph, holds, reseller):
    edges = (await graph.data(reseller, PAGE))["edges"]

    between = await ids(graph, reseller, after=edges[0]["cursor"], before=edges[4]["cursor"])

    assert between == holds[1:4]


async def test_what_is_added_meanwhile_does_not_shift_the_pages(graph, acts, holds, reseller):
    after = (await graph.data(reseller, PAGE, first=2))["next"]
    await acts.hold(reseller)

    assert await ids(graph, reseller, first=2, after=after) == holds[2:4]


async def test_a_page_of_nothing_is_a_page(graph, holds, reseller):
    page = await graph.data(reseller, PAGE, first=0)

    assert (page["nodes"], page["totalCount"], page["next"]) == ([], 5, None)
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


async def test_an_empty_list_is_a_page(graph, world, reseller):
    page = await graph.data(reseller, PAGE)

    assert (page["nodes"], page["edges"], page["totalCount"], page["next"]) == ([], [], 0, None)


@pytest.mark.parametrize(
    "window", [{"first": -1}, {"first": 101}, {"last": -1}, {"last": 101}, {"first": 1, "last": 1}]
)
async def test_a_window_out_of_range_is_refused(graph, holds, reseller, window):
    answer = await graph.run(reseller, PAGE, **window)

    assert answer.errors == [("INVALID_INPUT", ["reservations"])]


@pytest.mark.parametrize("side", ["after", "before"])
@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "garbage",
        "\0",
        "é",
        "%%%",
        cursor(),
        cursor("00000000-0000-0000-0000-000000000000", "more"),
        cursor("not a uuid"),
        cursor(None),
        cursor(5),
        cursor(1.5),
        cursor(True),  # noqa: FBT003 - what a hostile cursor says
        cursor([]),
        cursor({}),
        cursor(10**30),
        urlsafe_b64encode(b"null").decode(),
        urlsafe_b64encode(b"5").decode(),
        urlsafe_b64encode(b'"x"').decode(),
        urlsafe_b64encode(b'{"a": 1}').decode(),
        urlsafe_b64encode(b"\xff\xfe").decode(),
        urlsafe_b64encode(b"[NaN]").decode(),
        urlsafe_b64encode(b"[" * 100_000).decode(),
        urlsafe_b64encode(b"[" + b"9" * 5_000 + b"]").decode(),
    ],
    ids=lambda text: text[:16].encode("unicode-escape").decode(),
)
async def test_a_cursor_nobody_gave_out_is_refused(graph, holds, reseller, side, hostile):
    answer = await graph.run(reseller, PAGE, **{side: hostile})

    assert answer.errors == [("INVALID_INPUT", ["reservations"])]


@pytest.mark.parametrize("sku", ["\0", "10\0", "\ud800"])
async def test_a_text_no_database_keeps_is_refused_in_a_cursor_too(graph, world, reseller, sku):
    hostile = cursor(sku, "00000000-0000-0000-0000-000000000000")

    answer = await graph.run(reseller, BY_SKU, after=hostile)

    assert answer.errors == [("INVALID_INPUT", ["products"])]


async def test_a_list_in_another_order_has_cursors_of_its_own(graph, world, reseller):
    first = await graph.data(reseller, BY_SKU)
    second = await graph.data(reseller, BY_SKU, after=first["next"])

    assert [first["nodes"][0]["productId"], second["nodes"][0]["productId"]] == ["106", "107"]
    assert second["next"] is None


async def test_lists_of_many_parents_have_pages_of_their_own(graph, acts, world, owner, reseller):
    for product_id in ("106", "107", "107"):
        await acts.hold(reseller, line(1, product_id))
    page = """
    query Events($after: String) {
      inventory { nodes { events(first: 2, after: $after) {
        totalCount next nodes { sequence } pageInfo { hasNextPage hasPreviousPage }
      } } }
    }
    """

    first = [each["events"] for each in (await graph.data(owner, page))["nodes"]]
    rest = [each["events"] for each in (await graph.data(owner, page, after=first[1]["next"]))["nodes"]]

    cruise, pets = first
    assert [each["sequence"] for each in cruise["nodes"]] == [2, 1]
    assert [each["sequence"] for each in pets["nodes"]] == [3, 2]
    assert (cruise["totalCount"], cruise["next"], pets["totalCount"]) == (2, None, 3)
    assert cruise["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False}
    assert [[each["sequence"] for each in events["nodes"]] for events in rest] == [[2, 1], [1]]


async def test_a_hostile_cursor_of_a_nested_list_is_refused_at_its_place(graph, world, owner):
    page = '{ inventory { nodes { events(after: "garbage") { totalCount } } } }'

    answer = await graph.run(owner, page)

    assert answer.errors[0] == ("INVALID_INPUT", ["inventory", "nodes", 0, "events"])
    assert answer.data is None
