"""Spreadsheets are written: what comes out is what went in, and never a formula."""

import csv
import re
import resource
import zipfile
from decimal import Decimal

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from domain.properties import PropertyField
from domain.property_template import EXAMPLE, FILE_NAME, export_row, header, template_csv
from domain.property_texts import COLUMNS, read_row, write_row
from domain.rules.engine import check
from domain.texts import neutral, unneutral
from integrations.spreadsheets.writing import LONGEST_CELL, writing_csv, writing_xlsx
from tests.factories.properties import SOLE
from tests.factories.times import NOW

DANGEROUS = [
    "=1+1",
    "+39 06 1234567",
    "-cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1",
    "＝1+1",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_is_a_formula(cell):
    assert neutral(cell) == f"'{cell}"
    assert unneutral(neutral(cell)) == cell


@pytest.mark.parametrize("cell", ["-3.67688", "+1", "-0,5", "Roma", "", "a=b", "’s-Hertogenbosch", "00186"])
def test_numbers_and_plain_texts_stay_what_they_are(cell):
    assert neutral(cell) == unneutral(cell) == cell


@given(st.text())
def test_any_text_is_read_as_it_was_written(text):
    assert unneutral(neutral(text)) == text
    assert neutral(text)[:1] not in {"=", "@", "\t", "\r"}


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_csv_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "list.csv"
    with writing_csv(path) as sheet:
        sheet.add(["code", "note"])
        sheet.add(["=1+1", 'two\nlines, "quoted"; и ещё'])
        sheet.add(["N", -3.5])

    assert path.read_bytes()[:3] == b"\xef\xbb\xbf"
    assert read_csv(path) == [["code", "note"], ["'=1+1", 'two\nlines, "quoted"; и ещё'], ["N", "-3.5"]]


def test_an_xlsx_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "list.xlsx"
    with writing_xlsx(path, name="Properties") as sheet:
        sheet.add(["code", "price", "url"])
        sheet.add(["=1+1", 80.5, "https://sole.example"])
        sheet.add(["", 7, "x" * (LONGEST_CELL + 1)])

    book = python_calamine.CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Properties"]
    assert book.get_sheet_by_index(0).to_python() == [
        ["code", "price", "url"],
        ["'=1+1", 80.5, "https://sole.example"],
        ["", 7.0, "x" * LONGEST_CELL],
    ]
    written = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in written
    assert b"hyperlink" not in written


def test_amounts_are_shown_with_all_their_decimals(tmp_path):
    amounts = [Decimal("10873.00"), Decimal(-15000), Decimal("1.250")]
    with writing_csv(tmp_path / "list.csv") as sheet:
        sheet.add(amounts)
    with writing_xlsx(tmp_path / "list.xlsx") as sheet:
        sheet.add(amounts)

    assert read_csv(tmp_path / "list.csv") == [["10873.00", "-15000", "1.250"]]
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "list.xlsx")
    assert book.get_sheet_by_index(0).to_python() == [[10873.0, -15000.0, 1.25]]
    styles = zipfile.ZipFile(tmp_path / "list.xlsx").read("xl/styles.xml").decode()
    assert re.findall('formatCode="(.*?)"', styles) == ["#,##0.00", "#,##0", "#,##0.000"]


def test_with_a_moment_of_its_own_the_same_rows_make_the_same_workbook(tmp_path):
    for name in ("a", "b"):
        with writing_xlsx(tmp_path / name, created_at=NOW) as sheet:
            sheet.add(["code", Decimal("1.50")])

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_many_rows_take_no_more_memory_than_few(tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with writing_xlsx(tmp_path / "many.xlsx") as sheet:
        for _ in range(5_000):
            sheet.add(export_row(SOLE))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_an_export_is_an_import(tmp_path):
    path = tmp_path / "properties.csv"
    dangerous = {**SOLE, PropertyField.NAME: "=HYPERLINK(1)"}
    with writing_csv(path) as sheet:
        sheet.add(header())
        sheet.add(export_row(dangerous))

    first, row = read_csv(path)
    assert first == [column.header for column in COLUMNS]
    assert read_row(dict(zip(COLUMNS, row, strict=True))) == dangerous


def test_the_template_shows_a_property_that_breaks_no_rule():
    first, example = csv.reader(template_csv().splitlines())

    assert FILE_NAME == "properties-v1.csv"
    assert first == header()
    assert read_row(dict(zip(COLUMNS, example, strict=True))) == EXAMPLE
    assert check(EXAMPLE) == []
    assert len(write_row(EXAMPLE)) == 28
