"""Search over REST: open to everybody, by the path of the brief."""

import pytest

from server.graphql.admission import SEARCH_AUDIENCE
from tests.factories.search import indexed, make_catalog, make_room
from tests.graphql.test_search import EASTER
from tests.rest.doors import operation

PATH = "/api/packages/search"


@pytest.fixture
async def catalog(acts):
    async with acts.work() as uow:
        packages = await make_catalog(uow.session)
        await make_room(uow.session, packages["ROM-1"], units=9, day=EASTER)
        await indexed(uow)
    return packages


@pytest.mark.parametrize("caller", [None, "owner", "analyst", "reseller"])
async def test_guests_people_and_keys_search_by_destination_and_day(doors, catalog, caller):
    async with doors.client(caller) as client:
        answer = await client.get(PATH, params={"dest": "IT", "date": EASTER.isoformat(), "adults": 2})

    assert answer.status_code == 200
    (hit,) = answer.json()["packages"]
    assert (hit["product_id"], hit["price"]) == ("ROM-1", {"amount": "160.00", "currency": "EUR"})
    assert hit["score"] == sum(each["points"] for each in hit["contributions"]) == 220
    assert answer.json()["next"] is None


@pytest.mark.parametrize("caller", ["owner", "reseller"])
async def test_it_is_a_registered_operation_for_everybody(doors, catalog, caller):
    found = await doors.graphql("SearchPackages", {"text": "flamenco"}, caller=caller)

    assert [each["product_id"] for each in found["searchPackages"]["packages"]] == ["SEV-1"]
    assert operation("SearchPackages").audience == SEARCH_AUDIENCE


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"dest": "!!"}, 422, "INVALID_INPUT"),
        ({"date": "tomorrow"}, 422, "INVALID_INPUT"),
        ({"where": "IT"}, 400, "UNKNOWN_PARAMETER"),
    ],
)
async def test_what_makes_no_sense_is_a_problem(doors, catalog, params, status, code):
    async with doors.client(None) as client:
        answer = await client.get(PATH, params=params)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_guest_may_ask_nothing_else(doors, catalog):
    async with doors.client(None) as client:
        answer = await client.get("/api/ota/inventory")

    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_a_key_looks_at_facets_and_suggestions_and_says_what_was_seen(doors, catalog):
    facets = await doors.graphql("SearchFacets", {"filter": {"destination": "IT"}})
    suggested = await doors.graphql("SuggestBundles", {"destination": "IT", "party": {"adults": 2}})
    seen = await doors.graphql("RecordInterest", {"kind": "VIEW", "tokens": ["none of ours"]})

    assert facets["searchFacets"]["kinds"] == [
        {"value": "TOUR", "count": 2},
        {"value": "LODGING", "count": 1},
    ]
    (suggestion,) = suggested["suggestBundles"]
    assert [each["productId"] for each in suggestion["hits"]] == ["ROM-2"]
    assert suggestion["reasons"] != []
    assert seen == {"recordInterest": {"recorded": 0}}


async def test_a_key_runs_no_guest_s_purchase(doors, catalog):
    async with doors.client("reseller") as client:
        answer = await client.get(f"/api/billing/checkouts/chk_{'0' * 32}", params={"token": "guessed"})

    assert answer.status_code == 403
