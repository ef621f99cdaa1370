"""Imports on their way, with real commits: what becomes of rows, of killed workers, of two at once, and of undoing."""

import asyncio
import datetime as dt
from typing import cast

import pytest
from sqlalchemy import func, select, update

from db import models
from domain.events import EventType
from domain.imports import ImportStatus, RowOutcome, UndoOutcome
from domain.mapping import Target
from domain.properties import PropertyField, PropertyType
from domain.uploads import FileType
from jobs import imports as jobs
from jobs.work import Work
from services import imports
from services.imports import Choice
from tests.factories.imports import HEADER, csv_of, listed
from tests.factories.spreadsheets import workbook
from tests.factories.times import NOW

F = PropertyField
S = ImportStatus


def counts(row):
    return row.accepted, row.corrected, row.rejected, row.unchanged


async def test_a_clear_file_is_checked_and_applied_without_a_question(importing):
    row = await importing.checked(csv_of([listed(1), listed(2)]))

    assert (row.status, row.row_count, counts(row)) == (S.CHECKED, 2, (2, 0, 0, 0))
    assert (row.kind, row.encoding, row.delimiter, row.header_row) == ("CSV", "utf-8", ";", 1)
    assert await importing.properties() == []

    row = await importing.applied(row)

    assert (row.status, row.created, row.updated, row.left_out) == (S.APPLIED, 2, 0, 0)
    first, second = await importing.properties()
    assert (first.external_code, first.name, first.type, first.city) == (
        "p1",
        "Hostal Luna 1",
        PropertyType.APARTMENT,
        "Madrid",
    )
    assert (first.latitude, first.longitude, first.nightly_price, first.currency) == (
        40.01,
        -3.7,
        6100,
        "EUR",
    )
    assert second.external_code == "p2"


async def test_every_problem_of_every_row_is_told_with_its_place_and_a_correction(importing):
    content = csv_of(
        [
            listed(1),
            listed(2, Name="<b>Casa</b><br>Sol", Country="España"),
            listed(3, Name="", Latitude="north", Price="cheap"),
            listed(4, Latitude="-3.7", Longitude="40.1"),
            listed(1),
            listed(1, Name="Another"),
        ]
    )

    row = await importing.checked(content)

    assert counts(row) == (1, 2, 2, 1)
    found = await importing.problems(row)
    assert [each for each in found if each[0] == 3] == [
        (3, "Name", "MARKUP", "<b>Casa</b><br>Sol", "Casa\nSol"),
        (3, "Name", "NAME_UNTIDY", "<b>Casa</b><br>Sol", "Casa Sol"),
        (3, "Country", "COUNTRY_UNKNOWN", "España", "ES"),
    ]
    assert [each[1:3] for each in found if each[0] == 4] == [
        ("Latitude", "LATITUDE_UNREADABLE"),
        (None, "NAME_REQUIRED"),
        ("Price", "NIGHTLY_PRICE_UNREADABLE"),
    ] or sorted(str(each[2]) for each in found if each[0] == 4) == [
        "LATITUDE_UNREADABLE",
        "NAME_REQUIRED",
        "NIGHTLY_PRICE_UNREADABLE",
    ]
    assert [each for each in found if each[0] == 5] == [
        (5, "Latitude", "GEO_OUTSIDE_COUNTRY", "-3.7", "latitude: 40.1; longitude: -3.7")
    ]
    assert [each[2:4] for each in found if each[0] in {6, 7}] == [
        ("ROW_REPEATED", "p1"),
        ("CODE_REPEATED", "p1"),
    ]


async def test_without_corrections_only_what_was_right_is_taken(importing):
    row = await importing.checked(csv_of([listed(1), listed(2, Country="Spanien")]))
    assert counts(row) == (1, 1, 0, 0)

    row = await importing.applied(row, accept=False)

    assert (row.created, row.left_out) == (1, 1)
    assert [each.external_code for each in await importing.properties()] == ["p1"]
    assert [cells[0] for cells in await importing.rejects(row)] == ["Code", "p2"]


async def test_rejected_rows_come_back_as_a_spreadsheet_that_can_be_mended_and_sent_again(importing):
    content = csv_of([listed(1), listed(2, Latitude="=1+1", Name="@home")])

    row = await importing.checked(content)

    header, rejected = await importing.rejects(row)
    assert header == [*HEADER, "import_problems"]
    assert rejected[:4] == ["p2", "'@home", "Apartment", "'=1+1"]
    assert rejected[5:7] == ["ES", "Madrid"]
    assert rejected[-1].startswith("Latitude: ")
    await importing.applied(row)
    rejected[3] = "40.5"
    mended = await importing.checked(csv_of([rejected], header=header))
    assert (mended.status, counts(mended)) == (S.CHECKED, (1, 0, 0, 0))
    await importing.applied(mended)
    assert [each.name for each in await importing.properties()] == ["Hostal Luna 1", "@home"]


async def test_a_workbooks_rejected_rows_come_back_as_a_workbook(importing):
    content = workbook({"List": [HEADER, listed(1, Latitude="far north"), listed(2)]})

    row = await importing.checked(content, file_name="hotels.xlsx", file_type=FileType.XLSX)

    (upload,) = await importing.rows(select(models.Upload).where(models.Upload.id == row.rejects_upload_id))
    assert (upload.file_name, upload.file_type, upload.status) == (
        "hotels - rejected.xlsx",
        FileType.XLSX,
        "READY",
    )
    assert (row.kind, row.sheet, counts(row)) == ("XLSX", "List", (1, 0, 1, 0))


async def test_the_same_file_twice_changes_nothing(importing):
    content = csv_of([listed(1), listed(2, Name="<b>Casa</b>", Country="spain")])
    await importing.applied(await importing.checked(content))
    before = [(each.id, each.version, each.updated_at) for each in await importing.properties()]

    again = await importing.checked(content)

    assert (again.status, counts(again)) == (S.CHECKED, (0, 0, 0, 2))
    assert await importing.problems(again) == []
    again = await importing.applied(again)
    assert (again.created, again.updated, again.left_out) == (0, 0, 0)
    assert [(each.id, each.version, each.updated_at) for each in await importing.properties()] == before


async def test_a_second_file_changes_what_it_tells_and_nothing_else(importing):
    await importing.applied(await importing.checked(csv_of([listed(1), listed(2)])))

    content = csv_of([["p1", "Neuer Name", ""]], header=("Code", "Name", "City"))
    row = await importing.applied(await importing.checked(content))

    assert (row.created, row.updated) == (0, 1)
    first = (await importing.properties())[0]
    assert (first.name, first.city, first.country, first.version) == ("Neuer Name", "Madrid", "ES", 2)


async def test_undo_removes_what_was_made_and_restores_what_was_changed(importing):
    await importing.applied(await importing.checked(csv_of([listed(1)])))
    content = csv_of([listed(1, Name="New name", City="Getafe"), listed(2)])
    row = await importing.applied(await importing.checked(content))
    assert (row.created, row.updated) == (1, 1)

    row = await importing.undone(row)

    assert (row.status, row.removed, row.restored, row.kept) == (S.UNDONE, 1, 1, 0)
    (only,) = await importing.properties()
    assert (only.external_code, only.name, only.city, only.version) == ("p1", "Hostal Luna 1", "Madrid", 3)


async def test_undo_leaves_what_somebody_changed_since_and_says_so(importing):
    row = await importing.applied(await importing.checked(csv_of([listed(1), listed(2)])))
    async with importing.work.unit_of_work() as uow:
        await uow.session.execute(
            update(models.Property)
            .where(models.Property.external_code == "p1")
            .values(name="Mine", version=models.Property.version + 1)
        )

    row = await importing.undone(row)

    assert (row.removed, row.restored, row.kept) == (1, 0, 1)
    assert [(each.external_code, each.name) for each in await importing.properties()] == [("p1", "Mine")]
    assert await importing.problems(row) == [(2, None, "CHANGED_SINCE", "p1", None)]
    undone = await importing.rows(
        select(models.PropertyImportRow.undo).order_by(models.PropertyImportRow.number)
    )
    assert undone == [UndoOutcome.CHANGED_SINCE, UndoOutcome.REMOVED]


async def test_an_archived_property_that_a_file_names_is_changed_and_stays_archived(importing):
    await importing.applied(await importing.checked(csv_of([listed(1)])))
    async with importing.work.unit_of_work() as uow:
        await uow.session.execute(update(models.Property).values(archived_at=NOW))

    row = await importing.applied(await importing.checked(csv_of([listed(1, City="Getafe")])))

    (only,) = await importing.properties()
    assert (row.updated, only.city, only.archived_at) == (1, "Getafe", NOW)


class Killed(BaseException):
    """The worker is gone, at this very line."""


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 3)


@pytest.mark.parametrize("commits", range(1, 14))
async def test_a_worker_killed_after_any_commit_loses_and_doubles_nothing(
    importing, clock, small_batches, monkeypatch, commits
):
    """Whatever was committed last, the next worker goes on behind it when the lease has ended."""
    content = csv_of([listed(number, **({"Latitude": "x"} if number == 4 else {})) for number in range(10)])
    row = await importing.start(content)

    class Mortal:
        def __init__(self, commits):
            self.left = commits

        def __getattr__(self, name):
            return getattr(importing.work, name)

        def unit_of_work(self):
            if self.left == 0:
                raise Killed
            self.left -= 1
            return importing.work.unit_of_work()

    mortal = Mortal(commits)
    for act in ("check", "apply"):
        if act == "apply":
            async with importing.work.unit_of_work() as uow:
                await imports.apply_import(
                    uow, importing.owner, import_id=row.id, accept_corrections=True, now=clock()
                )
        try:
            await jobs.advance(cast("Work", mortal))
        except Killed:
            mortal.left = -1
            clock.later(dt.timedelta(seconds=61))
        await jobs.advance(importing.work)

    row = await importing.now_is(row)
    assert (row.status, row.row_count, counts(row)) == (S.APPLIED, 10, (9, 0, 1, 0))
    assert (row.created, row.left_out, row.processed) == (9, 1, 10)
    assert [each.version for each in await importing.properties()] == [1] * 9
    assert await importing.rows(select(func.count()).select_from(models.PropertyImportRow)) == [10]
    assert len(await importing.rejects(row)) == 2


async def test_a_worker_that_was_overtaken_finds_out_and_writes_nothing(importing, clock, small_batches):
    row = await importing.start(csv_of([listed(number) for number in range(10)]))

    await asyncio.gather(*(jobs.advance(importing.work) for _ in range(4)))
    row = await importing.now_is(row)
    assert (row.status, row.row_count) == (S.CHECKED, 10)
    async with importing.work.unit_of_work() as uow:
        await imports.apply_import(
            uow, importing.owner, import_id=row.id, accept_corrections=True, now=clock()
        )
        (await uow.session.get_one(models.PropertyImport, row.id)).leased_until = None
    await asyncio.gather(*(jobs.advance(importing.work) for _ in range(4)))

    row = await importing.now_is(row)
    assert (row.status, row.created, row.processed) == (S.APPLIED, 10, 10)
    assert len(await importing.properties()) == 10


async def test_two_imports_of_the_same_properties_at_once_are_as_if_one_came_after_the_other(
    importing, small_batches
):
    content = [csv_of([listed(number, City=city) for number in range(8)]) for city in ("Madrid", "Getafe")]
    started = [await importing.checked(each) for each in content]
    for each in started:
        async with importing.work.unit_of_work() as uow:
            await imports.apply_import(
                uow, importing.owner, import_id=each.id, accept_corrections=True, now=NOW
            )

    await asyncio.gather(*(jobs.advance(importing.work) for _ in range(2)))

    done = [await importing.now_is(each) for each in started]
    assert [each.status for each in done] == [S.APPLIED, S.APPLIED]
    assert sum(each.created for each in done) == 8
    assert len(await importing.properties()) == 8
    assert sum(each.version for each in await importing.properties()) == 8 + sum(
        each.updated for each in done
    )


async def test_unclear_columns_wait_for_a_person_and_the_choice_is_remembered(importing):
    rows_ = [["1", "Casa Sol", "60,50"], ["2", "Casa Luna", "1.250,00"]]
    header = ("Chiave", "Nome", "Prezzo")
    row = await importing.checked(csv_of(rows_, header=header))
    assert (row.status, row.row_count) == (S.MAPPING_NEEDED, 0)
    assert [each["field"] for each in row.columns] == [None, "name", "nightly_price"]

    async with importing.work.unit_of_work() as uow:
        row = await imports.set_mapping(
            uow,
            importing.owner,
            import_id=row.id,
            choices=[Choice(0, Target(F.EXTERNAL_CODE))],
            constants={F.CURRENCY: "EUR"},
            now=NOW,
        )
    assert row.status is S.CHECKING
    await jobs.advance(importing.work)
    await importing.applied(row)

    assert [(each.external_code, each.nightly_price) for each in await importing.properties()] == [
        ("1", 6050),
        ("2", 125_000),
    ]
    again = await importing.checked(csv_of([["3", "Casa", "7"]], header=header))
    assert (again.status, counts(again)) == (S.CHECKED, (1, 0, 0, 0))
    assert {each["reason"] for each in again.columns} == {"REMEMBERED"}


async def test_another_mapping_while_rows_are_checked_begins_anew(importing, small_batches):
    row = await importing.checked(csv_of([listed(number) for number in range(5)]))

    async with importing.work.unit_of_work() as uow:
        await imports.set_mapping(
            uow, importing.owner, import_id=row.id, choices=[Choice(7, None)], constants=None, now=NOW
        )
    await jobs.advance(importing.work)

    row = await importing.now_is(row)
    assert (row.status, row.row_count) == (S.CHECKED, 5)
    told = await importing.rows(select(models.PropertyImportRow.told))
    assert [each.get("nightly_price") for each in told] == [None] * 5


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"Code,Name\r\n", "HEADER_ONLY"),
        (b"Code,Name\r\n1,a\r\n" + b'2,"' + b"x" * 200_000, "CELL_TOO_LONG"),
        (b"PK\x03\x04", "DAMAGED"),
    ],
)
async def test_a_file_that_can_not_be_read_is_refused_with_nothing_left_of_it(
    importing, small_batches, content, problem
):
    row = await importing.checked(content)

    assert (row.status, row.refused_because, row.row_count) == (S.REFUSED, problem, 0)
    assert await importing.rows(select(func.count()).select_from(models.PropertyImportRow)) == [0]


async def test_the_row_in_which_a_file_breaks_off_is_told_even_far_down(importing, small_batches):
    content = csv_of([listed(number) for number in range(400)]) + b'\r\n"' + b"x" * 200_000

    row = await importing.checked(content)

    assert (row.status, row.refused_because, row.refused_row) == (S.REFUSED, "CELL_TOO_LONG", 402)
    assert (row.row_count, await importing.rows(select(models.PropertyImportRow.number))) == (0, [])


async def test_a_cancelled_import_is_left_alone(importing):
    row = await importing.start(csv_of([listed(1)]))
    async with importing.work.unit_of_work() as uow:
        await imports.cancel_import(uow, importing.owner, import_id=row.id, now=NOW)

    assert await jobs.advance(importing.work) == 0
    assert (await importing.now_is(row)).status is S.CANCELLED


async def test_each_batch_is_told_once_in_order_and_the_end_as_the_end(importing, small_batches):
    row = await importing.checked(csv_of([listed(number) for number in range(7)]))
    row = await importing.applied(row)

    event = models.Event
    statement = (
        select(event).where(event.object_id == row.id, event.environment == "LIVE").order_by(event.sequence)
    )
    told = await importing.rows(statement)
    assert [each.sequence for each in told] == list(range(1, row.sequence + 1))
    assert [
        (each.type, each.payload["status"], each.payload["rows"], each.payload["processed"]) for each in told
    ] == [
        (EventType.IMPORT_PROGRESSED, "UPLOADED", 0, 0),
        (EventType.IMPORT_PROGRESSED, "CHECKING", 0, 0),
        (EventType.IMPORT_PROGRESSED, "CHECKING", 3, 0),
        (EventType.IMPORT_PROGRESSED, "CHECKING", 6, 0),
        (EventType.IMPORT_PROGRESSED, "CHECKING", 7, 0),
        (EventType.IMPORT_PROGRESSED, "CHECKED", 7, 0),
        (EventType.IMPORT_PROGRESSED, "APPLYING", 7, 0),
        (EventType.IMPORT_PROGRESSED, "APPLYING", 7, 3),
        (EventType.IMPORT_PROGRESSED, "APPLYING", 7, 6),
        (EventType.IMPORT_PROGRESSED, "APPLYING", 7, 7),
        (EventType.IMPORT_FINISHED, "APPLIED", 7, 7),
    ]


async def test_who_did_what_is_in_the_audit(importing):
    row = await importing.applied(await importing.checked(csv_of([listed(1)])))
    await importing.undone(row)

    entries = await importing.rows(select(models.AuditEntry).order_by(models.AuditEntry.sequence))
    assert [each.act for each in entries] == [
        "imports.start",
        "imports.apply",
        "properties.import",
        "imports.applied",
        "imports.undo",
        "properties.undo_import",
        "imports.undone",
    ]
    assert {each.actor for each in entries} == {importing.owner.id}
    assert entries[3].facts == {"created": 1, "updated": 0, "left_out": 0}


async def test_outcomes_are_kept_row_by_row(importing):
    await importing.checked(csv_of([listed(1), listed(2, Latitude="?")]))

    kept = await importing.rows(select(models.PropertyImportRow).order_by(models.PropertyImportRow.number))
    assert [(each.number, each.external_code, each.outcome) for each in kept] == [
        (2, "p1", RowOutcome.ACCEPTED),
        (3, "p2", RowOutcome.REJECTED),
    ]
