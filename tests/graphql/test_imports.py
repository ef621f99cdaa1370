"""Imports of properties in the graph: asked for, mapped, followed, and never another's."""

import pytest

from db import models
from domain.column_guesses import propose
from domain.headers import look
from domain.ids import global_id
from domain.imports import MOST_OPEN, ImportStatus
from domain.mapping import to_json
from domain.spreadsheets import FileKind, FileProblem
from services import imports
from tests.factories.imports import csv_of, listed, make_import, make_import_upload
from tests.factories.times import NOW
from tests.factories.viewers import member_of

START = """mutation($input: StartPropertyImportInput!) { startPropertyImport(input: $input) {
  __typename ... on Refusal { code } ... on InvalidInput { field problem } ... on TooManyImports { max }
  ... on PropertyImport { id status fileName sequence constants { field value } } } }"""
MAP = """mutation($input: SetImportMappingInput!) { setImportMapping(input: $input) {
  __typename ... on Refusal { code } ... on InvalidInput { field problem }
  ... on PropertyImport { status missing columns { position field part confidence reason isUnsure }
    constants { field value } } } }"""
CHECK = """mutation($input: CheckPropertyImportInput!) { checkPropertyImport(input: $input) {
  __typename ... on MappingIncomplete { code message missing unsure } ... on PropertyImport { status } } }"""
APPLY = """mutation($input: ApplyPropertyImportInput!) { applyPropertyImport(input: $input) {
  __typename ... on ImportNotReady { code message current needed }
  ... on PropertyImport { status acceptCorrections } } }"""
UNDO = """mutation($input: UndoPropertyImportInput!) { undoPropertyImport(input: $input) {
  __typename ... on ImportNotReady { code current needed } ... on PropertyImport { status } } }"""
CANCEL = """mutation($input: CancelPropertyImportInput!) { cancelPropertyImport(input: $input) {
  __typename ... on Refusal { code } ... on PropertyImport { status } } }"""
EVERYTHING = """query($partner: ID!) { propertyImports(partnerId: $partner, first: 100) { totalCount nodes {
  id status fileName kind encoding encodingReason delimiter sheet sheets headerRow missing
  columns { position name field part confidence reason isUnsure examples } constants { field value }
  refusal { problem row message hint } rowCount accepted corrected rejected unchanged processed created updated
  partner { name } rejects { fileName } problems(first: 2) { nodes {
    row column field value rule severity message suggestion isApplied } } } } }"""
ONE = """query($id: ID!) { propertyImport(id: $id) { status problems(severity: WARNING, rule: "MARKUP") {
  totalCount nodes { message } } } }"""
PROGRESS = """subscription($id: ID!, $after: Int) { propertyImportProgress(id: $id, after: $after) {
  sequence status rowCount } }"""


async def made(acts, make, *arguments, **facts):
    async with acts.work() as uow:
        return await make(uow.session, *arguments, **facts)


@pytest.fixture
def operator_id(world):
    return global_id("Partner", world.operator.id)


@pytest.fixture
async def upload_id(acts, world):
    upload = await made(acts, make_import_upload, world.operator, csv_of([listed(1)]))
    return global_id("Upload", upload.id)


def id_of(row):
    return global_id("PropertyImport", row.id)


def kept_plan(rows, *, locale="en"):
    looked = look([(number, row) for number, row in enumerate(rows, 1)])
    columns, constants = to_json(propose(looked.header, looked.samples, locale=locale))
    return {"columns": columns, "constants": constants}


async def test_an_upload_is_taken_up_once_for_a_key(graph, owner, operator_id, upload_id):
    wanted = {
        "partnerId": operator_id,
        "uploadId": upload_id,
        "constants": [{"field": "COUNTRY", "value": "ES"}],
        "idempotencyKey": "k",
    }

    first = await graph.data(owner, START, input=wanted)
    again = await graph.data(owner, START, input=wanted)
    other = await graph.data(owner, START, input={**wanted, "constants": []})

    assert first == again
    assert (first["status"], first["fileName"], first["sequence"]) == ("UPLOADED", "list.csv", 1)
    assert first["constants"] == [{"field": "COUNTRY", "value": "ES"}]
    assert other == {"__typename": "IdempotencyConflict", "code": "IDEMPOTENCY_CONFLICT"}


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"uploadId": "upl_" + "0" * 32}, {"__typename": "NotFound", "code": "NOT_FOUND"}),
        ({"partnerId": "par_" + "0" * 32}, {"__typename": "NotFound", "code": "NOT_FOUND"}),
        (
            {"constants": [{"field": "NAME", "value": "Casa"}]},
            {
                "__typename": "InvalidInput",
                "code": "INVALID_INPUT",
                "field": "constants.field",
                "problem": "NAME differs from row to row",
            },
        ),
        (
            {"constants": [{"field": "CITY", "value": "a"}, {"field": "CITY", "value": "b"}]},
            {
                "__typename": "InvalidInput",
                "code": "INVALID_INPUT",
                "field": "constants.field",
                "problem": "is given twice",
            },
        ),
    ],
)
async def test_what_can_not_be_started_is_refused(graph, owner, operator_id, upload_id, change, answer):
    wanted = {"partnerId": operator_id, "uploadId": upload_id} | change

    assert await graph.data(owner, START, input=wanted) == answer


async def test_another_partners_upload_is_not_there(graph, acts, world, owner, operator_id):
    upload = await made(acts, make_import_upload, world.reseller, csv_of([listed(1)]))
    wanted = {"partnerId": operator_id, "uploadId": global_id("Upload", upload.id)}

    assert (await graph.data(owner, START, input=wanted))["__typename"] == "NotFound"


async def test_open_imports_are_limited(graph, acts, world, owner, operator_id, upload_id):
    for _ in range(MOST_OPEN):
        await made(acts, make_import, world.operator)

    answer = await graph.data(owner, START, input={"partnerId": operator_id, "uploadId": upload_id})

    assert answer == {"__typename": "TooManyImports", "code": "TOO_MANY_IMPORTS", "max": 5}


async def test_columns_are_shown_with_a_confidence_and_mapped_by_hand(graph, acts, world, owner):
    rows = [
        ["Chiave", "Nome", "Descrizione (DE)", "Prezzo"],
        ["1", "Casa", "Schön", "60"],
        ["2", "Sole", "Fein", "7"],
    ]
    row = await made(acts, make_import, world.operator, status=ImportStatus.MAPPING_NEEDED, **kept_plan(rows))
    wanted = {
        "id": id_of(row),
        "columns": [{"position": 0, "field": "EXTERNAL_CODE"}, {"position": 3, "field": None}],
        "constants": [{"field": "COUNTRY", "value": "IT"}],
    }

    incomplete = await graph.data(owner, CHECK, input={"id": id_of(row)})
    mapped = await graph.data(owner, MAP, input=wanted)

    assert incomplete == {
        "__typename": "MappingIncomplete",
        "code": "MAPPING_INCOMPLETE",
        "message": "The mapping is not complete: without a column: EXTERNAL_CODE, CURRENCY.",
        "missing": ["EXTERNAL_CODE", "CURRENCY"],
        "unsure": [],
    }
    assert (mapped["status"], mapped["missing"]) == ("CHECKING", [])
    assert [
        (each["field"], each["part"], each["confidence"], each["reason"]) for each in mapped["columns"]
    ] == [
        ("EXTERNAL_CODE", None, 100, "BY_HAND"),
        ("NAME", None, 95, "HEADER"),
        ("DESCRIPTIONS", "de", 95, "HEADER"),
        (None, None, 100, "BY_HAND"),
    ]


@pytest.mark.parametrize(
    ("column", "field", "problem"),
    [
        ({"position": 9, "field": "NAME"}, "columns.position", "9 is no column of the file"),
        ({"position": 0, "field": "NAME", "part": "en"}, "columns.part", "'en' is no part of NAME"),
        ({"position": 0, "field": "DESCRIPTIONS"}, "columns.part", "None is no part of DESCRIPTIONS"),
    ],
)
async def test_a_mapping_that_makes_no_sense_is_refused(graph, acts, world, owner, column, field, problem):
    row = await made(acts, make_import, world.operator, **kept_plan([["Code", "Name"], ["1", "Casa"]]))

    answer = await graph.data(owner, MAP, input={"id": id_of(row), "columns": [column]})

    assert (answer["code"], answer["field"], answer["problem"]) == ("INVALID_INPUT", field, problem)


async def test_acts_go_only_where_the_import_stands(graph, acts, world, owner):
    row = await made(acts, make_import, world.operator)
    wanted = {"id": id_of(row)}

    assert await graph.data(owner, UNDO, input=wanted) == {
        "__typename": "ImportNotReady",
        "code": "IMPORT_NOT_READY",
        "current": "CHECKED",
        "needed": ["APPLIED"],
    }
    applied = await graph.data(owner, APPLY, input=wanted | {"acceptCorrections": False})
    assert applied == {"__typename": "PropertyImport", "status": "APPLYING", "acceptCorrections": False}
    assert await graph.data(owner, APPLY, input=wanted | {"acceptCorrections": False}) == applied
    assert (await graph.data(owner, APPLY, input=wanted | {"acceptCorrections": True}))[
        "code"
    ] == "IMPORT_NOT_READY"
    assert (await graph.data(owner, CANCEL, input=wanted))["code"] == "IMPORT_NOT_READY"


async def test_a_cancelled_import_stays_so(graph, acts, world, owner):
    row = await made(acts, make_import, world.operator)

    answers = [await graph.data(owner, CANCEL, input={"id": id_of(row)}) for _ in range(2)]

    assert answers == [{"__typename": "PropertyImport", "status": "CANCELLED"}] * 2


@pytest.mark.parametrize("number", [1, 20])
async def test_everything_of_a_list_takes_one_statement(graph, acts, world, owner, operator_id, sql, number):
    for _ in range(number):
        await made(
            acts,
            make_import,
            world.operator,
            status=ImportStatus.REFUSED,
            refused_because=FileProblem.TOO_MANY_ROWS,
            refused_limit=100_000,
            kind=FileKind.CSV,
            **kept_plan([["Code", "Name"], ["1", "Casa"]]),
        )

    compiled, page = await sql.of(graph.data(owner, EVERYTHING, partner=operator_id))
    by_core, same = await sql.of(graph.by_core(owner, EVERYTHING, partner=operator_id))

    # graphql-core: the page, its count, the partners, the problems; no import has rejects.
    assert (compiled, by_core) == (1, 4)
    assert page == same.data["propertyImports"]
    assert page["totalCount"] == number
    node = page["nodes"][0]
    assert node["refusal"] == {
        "problem": "TOO_MANY_ROWS",
        "row": None,
        "message": "The file has too many rows. At most 100,000 are read.",
        "hint": "Split it into several files.",
    }
    assert node["columns"][0] == {
        "position": 0,
        "name": "Code",
        "field": "EXTERNAL_CODE",
        "part": None,
        "confidence": 95,
        "reason": "HEADER",
        "isUnsure": False,
        "examples": ["1"],
    }
    assert node["problems"]["nodes"] == [
        {
            "row": 2,
            "column": "Name",
            "field": "NAME",
            "value": "<b>Casa</b>",
            "rule": "MARKUP",
            "severity": "WARNING",
            "message": "The cell has HTML; its text is taken.",
            "suggestion": "Casa",
            "isApplied": True,
        }
    ]


async def test_problems_are_told_in_the_callers_language(graph, acts, world, sql):
    row = await made(acts, make_import, world.operator)
    german = member_of(world.operator, locales=("de",))

    statements, found = await sql.of(graph.data(german, ONE, id=id_of(row)))

    # The import with its problems; their number, which is asked for besides.
    assert statements == 1
    assert found["problems"] == {
        "totalCount": 1,
        "nodes": [{"message": "Die Zelle enthält HTML; übernommen wird ihr Text."}],
    }


async def test_progress_begins_with_what_is_now_and_tells_every_change(graph, acts, relay, world, owner):
    row = await made(acts, make_import, world.operator)
    async with graph.subscribe(owner, PROGRESS, id=id_of(row)) as news:
        first = await news.next()
        async with acts.work() as uow:
            await imports.cancel_import(uow, owner, import_id=row.id, now=NOW)
        await relay()
        second = await news.next()

    assert first == {"sequence": 1, "status": "CHECKED", "rowCount": 1}
    assert second == {"sequence": 2, "status": "CANCELLED", "rowCount": 1}


async def test_progress_goes_on_after_what_was_seen(graph, acts, relay, world, owner):
    row = await made(acts, make_import, world.operator)
    async with graph.subscribe(owner, PROGRESS, id=id_of(row), after=1) as news:

        async def change():
            async with acts.work() as uow:
                locked = await uow.session.get_one(models.PropertyImport, row.id)
                imports.tell(uow, locked, now=NOW)
            await relay()

        await change()
        assert (await news.next())["sequence"] == 2


async def test_a_stranger_follows_nothing(graph, acts, world):
    row = await made(acts, make_import, world.operator)

    async with graph.subscribe(member_of(world.rival), PROGRESS, id=id_of(row)) as news:
        assert await news.next() is None
