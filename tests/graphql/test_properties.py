"""Properties in the graph."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from tests.factories.onboarding import make_case
from tests.factories.properties import make_property
from tests.factories.viewers import in_test

CREATE = """mutation($input: CreatePropertyInput!) { createProperty(input: $input) {
  __typename ... on Refusal { code message }
  ... on InvalidProperty { problems { field path rule severity message suggestion
    corrections { field text } } }
  ... on ExternalCodeTaken { externalCode }
  ... on Property { externalCode name completeness isComplete nightlyPrice currency version
    missing { field label weight isNeeded } } } }"""
UPDATE = """mutation($input: UpdatePropertyInput!) { updateProperty(input: $input) {
  __typename ... on Refusal { code } ... on StaleVersion { expected actual }
  ... on Property { name version starRating } } }"""
ARCHIVE = """mutation($id: ID!) { archiveProperty(input: {id: $id}) {
  __typename ... on Refusal { code } ... on Property { archivedAt } } }"""
RESTORE = """mutation($id: ID!) { restoreProperty(input: {id: $id}) {
  __typename ... on Refusal { code } ... on Property { archivedAt } } }"""
PAGE = """query($partner: ID, $filter: PropertyFilter, $first: Int, $after: String) {
  properties(partnerId: $partner, filter: $filter, first: $first, after: $after) {
    totalCount nodes { externalCode } pageInfo { endCursor hasNextPage } } }"""
EVERYTHING = """{ properties(first: 100) { totalCount nodes {
  id externalCode name type street city postalCode region country latitude longitude timeZone currency nightlyPrice
  starRating roomTypes { code name maxOccupancy quantity } amenities contacts { kind name email phone }
  checkInFrom checkOutUntil cancellation isChildFriendly isPetFriendly descriptions { locale text } images
  completeness isComplete missing { field weight isNeeded } version createdAt updatedAt archivedAt
  partner { name } } } }"""
PROBLEMS = "{ properties(first: 100) { nodes { externalCode problems { rule severity message } } } }"
VALIDATE = """query($input: ValidatePropertyInput!) { validateProperty(input: $input) {
  field rule severity message suggestion corrections { field text } } }"""


@pytest.fixture(autouse=True)
async def case(acts, world):
    async with acts.work() as uow:
        await make_case(uow.session, world.operator)


async def made(acts, partner, **changes):
    async with acts.work() as uow:
        return await make_property(uow.session, partner, **changes)


@pytest.fixture
def operator_id(world):
    return global_id("Partner", world.operator.id)


async def test_a_property_is_created_and_says_what_it_lacks(graph, owner, operator_id):
    values = {
        "externalCode": "ROM-2",
        "name": " Locanda  Blu ",
        "currency": "EUR",
        "nightlyPrice": "80.5",
        "amenities": ["WIFI"],
    }

    answer = await graph.data(
        replace(owner, locales=("it",)), CREATE, input={"partnerId": operator_id, "values": values}
    )

    missing = answer.pop("missing")
    assert answer == {
        "__typename": "Property",
        "externalCode": "ROM-2",
        "name": "Locanda Blu",
        "completeness": 22,
        "isComplete": False,
        "nightlyPrice": "80.50",
        "currency": "EUR",
        "version": 1,
    }
    assert missing[0] == {"field": "TYPE", "label": "Tipo", "weight": 6, "isNeeded": True}
    assert len(missing) == 19


async def test_what_does_not_hold_is_told_in_the_callers_language(graph, acts, owner, operator_id):
    values = {
        "externalCode": "ROM-2",
        "name": "Locanda",
        "country": "IT",
        "latitude": 12.4768,
        "longitude": 41.8992,
        "roomTypes": [{"code": "A", "name": "A", "maxOccupancy": 0, "quantity": 1}],
    }

    answer = await graph.data(
        replace(owner, locales=("de",)), CREATE, input={"partnerId": operator_id, "values": values}
    )

    assert answer == {
        "__typename": "InvalidProperty",
        "code": "INVALID_PROPERTY",
        "message": "These values do not hold: latitude, room_types.",
        "problems": [
            {
                "field": "LATITUDE",
                "path": "",
                "rule": "GEO_OUTSIDE_COUNTRY",
                "severity": "ERROR",
                "message": "Der Ort liegt außerhalb von IT.",
                "suggestion": "41.8992",
                "corrections": [
                    {"field": "LATITUDE", "text": "41.8992"},
                    {"field": "LONGITUDE", "text": "12.4768"},
                ],
            },
            {
                "field": "ROOM_TYPES",
                "path": "0.max_occupancy",
                "rule": "ROOM_TYPES_INVALID",
                "severity": "ERROR",
                "message": "Ein Zimmer ist für 1 bis 100 Gäste.",
                "suggestion": None,
                "corrections": [],
            },
        ],
    }
    assert await acts.rows(select(models.Property)) == []


async def test_a_code_that_is_taken_is_told(graph, acts, world, owner, operator_id):
    await made(acts, world.operator)

    answer = await graph.data(
        owner, CREATE, input={"partnerId": operator_id, "values": {"externalCode": "ROM-1", "name": "Sole"}}
    )

    assert (answer["__typename"], answer["externalCode"]) == ("ExternalCodeTaken", "ROM-1")


async def test_a_property_is_changed_for_the_version_it_was_read_at(graph, acts, world, owner):
    row = global_id("Property", (await made(acts, world.operator)).id)

    changed = await graph.data(
        owner, UPDATE, input={"id": row, "version": 1, "values": {"name": "Luna"}, "emptied": ["STAR_RATING"]}
    )
    stale = await graph.data(owner, UPDATE, input={"id": row, "version": 1, "values": {"name": "Sole"}})

    assert changed == {"__typename": "Property", "name": "Luna", "version": 2, "starRating": None}
    assert stale == {"__typename": "StaleVersion", "code": "STALE_VERSION", "expected": 1, "actual": 2}


async def test_a_property_is_archived_and_restored(graph, acts, world, owner):
    row = global_id("Property", (await made(acts, world.operator)).id)

    archived = await graph.data(owner, ARCHIVE, id=row)
    listed = await graph.data(owner, PAGE)
    kept = await graph.data(owner, PAGE, filter={"isArchived": True})
    restored = await graph.data(owner, RESTORE, id=row)

    assert archived == {"__typename": "Property", "archivedAt": "2026-11-18T08:00:00.000Z"}
    assert (listed["totalCount"], kept["totalCount"]) == (0, 1)
    assert restored == {"__typename": "Property", "archivedAt": None}


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({}, ["B", "A", "C"]),
        ({"search": "LUNA"}, ["A", "C"]),
        ({"search": "mila"}, ["C"]),
        ({"search": "100%"}, []),
        ({"country": "IT"}, ["B", "A", "C"]),
        ({"country": "ES"}, []),
        ({"isComplete": True}, ["B", "A"]),
        ({"isComplete": False}, ["C"]),
        ({"isArchived": None}, ["B", "A", "D", "C"]),
    ],
)
async def test_properties_are_found_by_name(graph, acts, world, owner, operator_id, wanted, codes):
    await made(acts, world.operator, external_code="A", name="Hotel Luna")
    await made(acts, world.operator, external_code="B", name="Albergo")
    await made(acts, world.operator, external_code="C", name="Villa Luna", city="Milano", street=None)
    await made(acts, world.operator, external_code="D", name="Hotel Stella", archived_at=acts.now)
    await made(acts, world.rival, external_code="E")

    found = await graph.data(owner, PAGE, partner=operator_id, filter=wanted)

    assert [each["externalCode"] for each in found["nodes"]] == codes


async def test_a_list_goes_on_after_its_last_property(graph, acts, world, owner):
    for number in range(3):
        await made(acts, world.operator, external_code=f"{number}", name=f"House {number}")

    first = await graph.data(owner, PAGE, first=2)
    rest = await graph.data(owner, PAGE, first=2, after=first["pageInfo"]["endCursor"])

    assert [each["externalCode"] for each in first["nodes"] + rest["nodes"]] == ["0", "1", "2"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


@pytest.mark.parametrize("number", [1, 20])
async def test_everything_of_a_list_takes_one_statement(graph, acts, world, owner, sql, number):
    for each in range(number):
        await made(acts, world.operator, external_code=f"{each}", star_rating=4.0 if each % 2 else None)

    compiled, page = await sql.of(graph.data(owner, EVERYTHING))
    by_core, same = await sql.of(graph.by_core(owner, EVERYTHING))

    # graphql-core: the page, its count, the partners.
    assert (compiled, by_core) == (1, 3)
    assert page == same.data["properties"]
    assert page["totalCount"] == number
    assert page["nodes"][0]["completeness"] == 97
    assert page["nodes"][0]["latitude"] == 41.8992
    assert page["nodes"][0]["contacts"] == [
        {"kind": "GENERAL", "name": "Anna Rossi", "email": "anna@sole.example", "phone": None}
    ]


@pytest.mark.parametrize("number", [2, 20])
async def test_the_problems_of_a_list_take_two_statements_more(graph, acts, world, owner, sql, number):
    for each in range(number):
        await made(acts, world.operator, external_code=f"{each}")

    statements, page = await sql.of(graph.data(owner, PROBLEMS))

    # The page; what lies around each; the prices.
    assert statements == 3
    assert page["nodes"][0]["problems"] == [
        {
            "rule": "NAME_DUPLICATE",
            "severity": "WARNING",
            "message": "Albergo del Sole (1) has about the same name and is 0 m away: is it the same property?",
        }
    ]


@pytest.mark.parametrize("latitude", [0.0, -0.5, 41.0, 41.123456789, 0.0001, -89.99999])
async def test_degrees_are_written_as_graphql_core_writes_them(graph, acts, world, owner, latitude):
    await made(acts, world.operator, latitude=latitude, country=None)
    asked = "{ properties { nodes { latitude longitude starRating } } }"

    found = await graph.data(owner, asked)

    assert found["nodes"][0]["latitude"] == latitude
    assert found == (await graph.by_core(owner, asked)).data["properties"]


async def test_a_form_is_told_while_it_is_filled_in(graph, acts, world, owner, operator_id, sql):
    await made(acts, world.operator)
    typed = [
        {"field": "LATITUDE", "text": "41°53'57\"N"},
        {"field": "NIGHTLY_PRICE", "text": "80,50 €"},
        {"field": "STAR_RATING", "text": "six"},
        {"field": "COUNTRY", "text": "italia"},
    ]
    wanted = {
        "partnerId": operator_id,
        "values": {"externalCode": "ROM-2", "name": "Sole", "longitude": 12.4768, "currency": "EUR"},
        "texts": typed,
    }

    statements, found = await sql.of(graph.data(owner, VALIDATE, input=wanted))
    _, one = await sql.of(graph.data(owner, VALIDATE, input={**wanted, "fields": ["COUNTRY"]}))

    assert statements == 2
    assert [(each["field"], each["rule"], each["suggestion"]) for each in found] == [
        ("COUNTRY", "COUNTRY_UNKNOWN", "IT"),
        ("LATITUDE", "LATITUDE_UNREADABLE", "41.899167"),
        ("STAR_RATING", "STAR_RATING_UNREADABLE", None),
    ]
    assert one == found[:1]
    assert await acts.rows(select(models.AuditEntry)) == []


async def test_an_edited_property_is_not_compared_with_itself(graph, acts, world, owner, operator_id):
    await made(acts, world.operator)
    values = {
        "externalCode": "NEW-1",
        "name": "Albergo del Sole",
        "city": "Roma",
        "latitude": 41.8992,
        "longitude": 12.4768,
    }

    found = await graph.data(owner, VALIDATE, input={"partnerId": operator_id, "values": values})
    edited = await graph.data(
        owner, VALIDATE, input={"partnerId": operator_id, "values": values, "externalCodeBefore": "ROM-1"}
    )

    assert ([each["rule"] for each in found], edited) == (["NAME_DUPLICATE"], [])


async def test_properties_are_the_same_in_test_and_live(graph, acts, world, owner):
    await made(acts, world.operator)

    assert await graph.data(in_test(owner), PAGE) == await graph.data(owner, PAGE)


async def test_the_template_says_what_each_column_is_for(graph, owner):
    found = await graph.data(
        replace(owner, locales=("it",)),
        "{ propertyTemplate { version fileName csv columns { header field locale label isNeeded } } }",
    )

    assert (found["version"], found["fileName"]) == (1, "properties-v1.csv")
    assert found["csv"].startswith("external_code,name,type,street,")
    assert found["columns"][0] == {
        "header": "external_code",
        "field": "EXTERNAL_CODE",
        "locale": None,
        "label": "Codice esterno",
        "isNeeded": True,
    }
    assert [each["header"] for each in found["columns"] if each["locale"] == "it"] == ["description_it"]
