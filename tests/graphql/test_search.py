"""Search and discover: what is found, in which order, why, and what it takes."""

import datetime as dt

import pytest

from permissions.viewer import ANONYMOUS, Viewer
from tests.factories.search import indexed, make_catalog, make_room
from tests.factories.viewers import in_test, member_of

SEARCH = """
query S($filter: PackageSearchFilter, $sort: SearchSort! = RELEVANCE, $first: Int, $after: String) {
  searchPackages(filter: $filter, sort: $sort, first: $first, after: $after) {
    nodes { productId score contributions { code points } }
    next
    totalCount
  }
}
"""
IDS = """
query S($filter: PackageSearchFilter, $sort: SearchSort! = RELEVANCE) {
  searchPackages(filter: $filter, sort: $sort) { nodes { productId } }
}
"""
EASTER = dt.date(2027, 3, 28)


@pytest.fixture
async def catalog(acts):
    async with acts.work() as uow:
        packages = await make_catalog(uow.session)
        assert await indexed(uow) == 4
    return packages


@pytest.fixture
def find(graph):
    async def find(viewer: Viewer = ANONYMOUS, *, sort: str = "RELEVANCE", **filter: object) -> list[str]:
        found = await graph.data(viewer, IDS, filter=filter, sort=sort)
        return [each["productId"] for each in found["nodes"]]

    return find


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rome", ["ROM-1", "ROM-2"]),
        ("Roma", ["ROM-1", "ROM-2"]),
        ("ROM", ["ROM-1", "ROM-2"]),
        ("chateau", ["PAR-1"]),
        ("châteaux", ["PAR-1"]),
        ("wochenenden", ["ROM-2"]),
        ("noche flamenco", ["SEV-1"]),
        ("walking", ["PAR-1", "ROM-1", "ROM-2", "SEV-1"]),
        ("the weekend", ["ROM-2"]),
        ("flamneco", ["SEV-1"]),
        ("wekend rome", ["ROM-2"]),
        ("andalucia", ["SEV-1"]),
        ("frankreich", ["PAR-1"]),
        ("submarine", []),
    ],
)
async def test_words_are_found_in_five_languages_without_accents_and_with_slips(catalog, find, text, found):
    assert sorted(await find(text=text)) == found


async def test_a_guest_finds_what_is_listed_in_live_only(catalog, acts, find, world):
    async with acts.work() as uow:
        await indexed(uow)
    owner = member_of(world.operator)

    # The other cruise is sold by resellers only: guests do not find it, its operator does.
    assert await find(text="harbour") == ["106"]
    assert sorted(await find(owner, text="harbour")) == ["106", "107"]
    assert await find(in_test(owner)) == ["106"]


async def test_a_hit_says_why_it_stands_where_it_stands(catalog, graph, acts):
    async with acts.work() as uow:
        await make_room(uow.session, catalog["ROM-2"], units=10, day=EASTER)
    found = await graph.data(
        ANONYMOUS,
        SEARCH,
        filter={
            "text": "rome weekend",
            "from": "2027-03-27",
            "to": "2027-03-29",
            "party": {"adults": 2},
            "price": {"currency": "EUR", "most": "400"},
        },
    )

    (hit,) = found["nodes"]
    assert [each["code"] for each in hit["contributions"]] == ["TEXT", "VERIFIED", "AVAILABILITY", "PRICE"]
    points = {each["code"]: each["points"] for each in hit["contributions"]}
    assert (points["VERIFIED"], points["AVAILABILITY"], points["PRICE"]) == (120, 100, 50)
    assert hit["score"] == sum(points.values())


async def test_only_what_has_room_for_the_party_on_one_of_the_days_is_found(catalog, acts, find):
    async with acts.work() as uow:
        await make_room(uow.session, catalog["ROM-1"], units=3, day=EASTER)
        await make_room(uow.session, catalog["PAR-1"], units=5)

    assert await find(**{"from": "2027-03-28"}, party={"adults": 4}) == ["PAR-1"]
    assert sorted(await find(**{"from": "2027-03-28"}, party={"adults": 2, "children": 1})) == [
        "PAR-1",
        "ROM-1",
    ]
    assert await find(**{"from": "2027-03-29"}) == ["PAR-1"]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({"destination": "it"}, ["ROM-1", "ROM-2"]),
        ({"destination": "IT-62"}, ["ROM-1", "ROM-2"]),
        ({"destination": "Italien"}, ["ROM-1", "ROM-2"]),
        ({"destination": "Sevilla"}, ["SEV-1"]),
        ({"destination": "guided"}, []),
        ({"kinds": ["TOUR", "LODGING"]}, ["ROM-2"]),
        ({"language": "es"}, ["SEV-1"]),
        ({"verifiedOnly": True}, ["ROM-1", "ROM-2"]),
        ({"price": {"currency": "EUR", "least": "80", "most": "150"}}, ["PAR-1", "SEV-1"]),
        ({"price": {"currency": "HKD"}}, []),
    ],
)
async def test_what_is_asked_for_narrows_what_is_found(catalog, find, filter, found):
    assert sorted(await find(**filter)) == found


async def test_lists_are_in_the_order_of_prices_and_of_relevance(catalog, find):
    by_price = await find(sort="PRICE", price={"currency": "EUR"})

    assert by_price == ["ROM-1", "SEV-1", "PAR-1", "ROM-2"]
    assert set((await find())[:2]) == {"ROM-1", "ROM-2"}
    assert (await find(text="flamenco paris")) == []


@pytest.mark.parametrize("sort", ["RELEVANCE", "NEWEST", "PRICE"])
async def test_pages_follow_one_another(catalog, graph, sort):
    asked = {"price": {"currency": "EUR", "most": "500"}}
    whole = await graph.data(ANONYMOUS, SEARCH, filter=asked, sort=sort)
    found, after = [], None
    for _ in range(4):
        page = await graph.data(ANONYMOUS, SEARCH, filter=asked, sort=sort, first=1, after=after)
        found += page["nodes"]
        after = page["next"]

    assert (found, after) == (whole["nodes"], None)
    assert page["totalCount"] == 4


async def test_prices_are_of_the_party_on_the_day_by_the_engine(catalog, graph, acts):
    async with acts.work() as uow:
        await make_room(uow.session, catalog["ROM-1"], units=9, day=EASTER)
    found = await graph.data(
        ANONYMOUS,
        """query S($filter: PackageSearchFilter) {
          searchPackages(filter: $filter) { nodes { priceFrom { amount } price { amount currency } } }
        }""",
        filter={"text": "antica", "from": "2027-03-28", "party": {"adults": 2, "children": 1}},
    )

    # A Sunday: 30.00 more for adults; a child pays 188.00 whatever the day.
    assert found["nodes"] == [
        {"priceFrom": {"amount": "50.00"}, "price": {"amount": "348.00", "currency": "EUR"}}
    ]


async def test_facets_count_all_that_matches(catalog, graph):
    found = await graph.data(
        ANONYMOUS,
        """query F($filter: PackageSearchFilter) { searchFacets(filter: $filter) {
          kinds { value count } regions { value count } verified { value count } currencies { value count }
        } }""",
        filter={"price": {"currency": "EUR"}},
    )

    assert found["kinds"] == [{"value": "TOUR", "count": 4}, {"value": "LODGING", "count": 1}]
    assert found["regions"][:2] == [{"value": "IT", "count": 2}, {"value": "IT-62", "count": 2}]
    assert found["verified"] == [{"value": "false", "count": 2}, {"value": "true", "count": 2}]
    assert found["currencies"] == [{"value": "EUR", "count": 4}]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (
            '{ searchPackages(filter: {text: "rome"}) { nodes { productId name score token isSponsored } next } }',
            1,
        ),
        (
            '{ searchPackages(filter: {destination: "IT", from: "2027-03-28"}) { nodes { score } totalCount } }',
            1,
        ),
        ("{ searchPackages(sort: NEWEST) { nodes { contributions { code } priceFrom { amount } } } }", 1),
        ("{ searchPackages { nodes { price { amount } } } }", 2),
        ("{ sponsoredPackages { productId } }", 1),
        ("{ searchFacets { kinds { value } } }", 1),
    ],
)
async def test_a_search_takes_one_statement_and_prices_one_more(catalog, graph, sql, query, number):
    assert (await sql.of(graph.data(ANONYMOUS, query)))[0] == number


@pytest.mark.parametrize(
    "filter",
    [
        {"text": "…!?"},
        {"text": "x" * 201},
        {"from": "2027-03-28", "to": "2027-03-27"},
        {"from": "2027-01-01", "to": "2027-12-31"},
        {"from": "0001-01-01"},
        {"to": "9999-12-31"},
        {"party": {"adults": -1}},
        {"party": {"adults": 101}},
        {"price": {"currency": "XXX"}},
        {"price": {"currency": "EUR", "least": "9", "most": "1"}},
        {"language": "'; --"},
    ],
)
async def test_what_makes_no_sense_is_refused(graph, filter):
    answer = await graph.run(ANONYMOUS, IDS, filter=filter)

    assert [code for code, _ in answer.errors] == ["INVALID_INPUT"]
