"""Files as partners have them: read as what they are, or refused with a reason and a way out."""

import datetime as dt
import struct
import zlib
from typing import Any

import pytest

from domain import spreadsheets
from domain.errors import Refused
from domain.spreadsheets import SENTENCES, FileProblem, SpreadsheetUnreadable
from integrations.spreadsheets import csv_files, xlsx_files
from integrations.spreadsheets.opening import open_table
from integrations.spreadsheets.repair import repair_text
from tests.factories.spreadsheets import repacked, sheet_xml, workbook, write

ROWS = [["Código", "Precio"], ["a1", "12,50 €"], ["a2", "Calle Ñuñez"]]


def text_of(rows, delimiter=","):
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


def read(path, **options):
    return [cells for _, cells in open_table(path, **options).rows()]


def refusal(path, **options):
    with pytest.raises(Refused) as refused:
        read(path, **options)
    assert isinstance(refused.value.reason, SpreadsheetUnreadable)
    return refused.value.reason


@pytest.fixture
def file(tmp_path):
    return tmp_path / "list"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_a_csv_is_read_whatever_its_separator_and_encoding(file, delimiter, encoding, told):
    write(file, text_of(ROWS, delimiter), encoding)

    table = open_table(file)

    assert [cells for _, cells in table.rows()] == ROWS
    assert (table.facts.encoding, table.facts.delimiter) == (told, delimiter)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\r\n1,2\r\n", "it has plain letters only"),
        ("a,b\n1,Málaga\n".encode(), "all of it is UTF-8"),
        ("a,b\n1,Málaga\n".encode("cp1252"), "1 bytes can not be UTF-8"),
        (b"\xef\xbb\xbfa,b\n1,2\n", "it begins with the mark of UTF-8"),
        (b"a,b\n" + "1,Málaga\n".encode() * 20 + b"2,M\xe1laga\n", "it is UTF-8 with 1 broken bytes"),
    ],
)
def test_the_encoding_is_chosen_with_a_reason(file, content, reason):
    assert open_table(write(file, content)).facts.encoding_reason == reason


def test_a_separator_is_not_one_because_it_is_frequent(file):
    write(file, "name;text\nCasa, con, comas;uno, dos, tres\nOtra, casa;cuatro, cinco\n")

    assert read(file) == [
        ["name", "text"],
        ["Casa, con, comas", "uno, dos, tres"],
        ["Otra, casa", "cuatro, cinco"],
    ]


def test_decimal_commas_do_not_make_columns(file):
    write(file, "code;lat;lon\na;40,41;-3,70\nb;40,42;-3,71\n")

    assert read(file)[1] == ["a", "40,41", "-3,70"]


def test_excels_own_first_line_is_believed(file):
    write(file, "sep=;\r\nname;note\r\na;b,c,d\r\n")

    assert list(open_table(file).rows()) == [(2, ["name", "note"]), (3, ["a", "b,c,d"])]


def test_a_quoted_cell_may_have_line_breaks_and_quotation_marks(file):
    write(file, 'name,text\na,"first\nsecond ""third"", fourth"\nb,x\n')

    assert list(open_table(file).rows())[1:] == [(2, ["a", 'first\nsecond "third", fourth']), (3, ["b", "x"])]


def test_zeros_ragged_rows_and_blank_rows_are_read(file):
    write(file, "name,text\n\na\0b,x\nlonely\nmany,1,2,3\n")

    assert read(file) == [["name", "text"], [], ["ab", "x"], ["lonely"], ["many", "1", "2", "3"]]


def test_one_column_is_a_list_too(file):
    assert read(write(file, "name\nMálaga\n")) == [["name"], ["Málaga"]]


def test_old_macintosh_line_ends_are_line_ends(file):
    assert read(write(file, "a,b\r1,2\r")) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b" \r\n\r\n", FileProblem.EMPTY),
        (b"\xef\xbb\xbf", FileProblem.EMPTY),
        (b"%PDF-1.7 ...", FileProblem.WRONG_TYPE),
        (b"\x89PNG\r\n\x1a\n....", FileProblem.WRONG_TYPE),
        (b"<!DOCTYPE html><table><tr><td>a</td></tr></table>", FileProblem.WRONG_TYPE),
        (bytes(range(1, 32)) * 50, FileProblem.WRONG_TYPE),
        (b"PK\x03\x04 and then nothing", FileProblem.DAMAGED),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, FileProblem.LEGACY_XLS),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            FileProblem.PASSWORD_PROTECTED,
        ),
    ],
)
def test_what_is_no_list_is_refused(file, content, problem):
    assert refusal(write(file, content)).problem == problem


def test_every_problem_has_a_sentence_and_a_way_out():
    assert set(SENTENCES) == set(FileProblem)
    for problem in FileProblem:
        reason = SpreadsheetUnreadable(problem, row=7, most=1000)
        assert reason.message.endswith("At most 1,000 are read. It is in row 7.")
        assert str(reason.hint).endswith(".")


def test_a_quotation_mark_that_is_not_closed_is_told_by_its_row(file):
    write(file, 'name,text\na,b\nc,"open\n' + "more and more\n" * 20_000)

    reason = refusal(file)

    assert (reason.problem, reason.row) == (FileProblem.CELL_TOO_LONG, 3)


def test_too_many_rows_and_columns_are_refused(file, monkeypatch):
    monkeypatch.setattr(csv_files, "MOST_ROWS", 10)

    assert refusal(write(file, "a,b\n" * 200)).problem == FileProblem.TOO_MANY_ROWS
    assert refusal(write(file, "a,b\n" + "x," * 300 + "y\n")).problem == FileProblem.TOO_MANY_COLUMNS
    assert read(write(file, "a,b\n1,2" + "," * 300 + "\n"))[1] == ["1", "2"]


def test_a_file_is_refused_by_its_size_before_it_is_read(file):
    with file.open("wb") as large:
        large.truncate(spreadsheets.MOST_BYTES + 1)

    assert refusal(file).problem == FileProblem.TOO_LARGE


def test_cells_of_a_workbook_are_texts(file):
    rows: list[list[Any]] = [
        ["name", "number", "half", "day", "moment", "time", "is", "sum", "nothing", "last"],
        [
            "Ñ",
            3,
            2.5,
            dt.date(2026, 11, 25),
            dt.datetime.fromisoformat("2026-11-25 08:30"),
            dt.time(15),
            True,
            ("=1+1", 2),
            None,
            -7,
        ],
    ]
    write(file, workbook({"List": rows}))

    table = open_table(file)

    assert list(table.rows()) == [
        (1, rows[0]),
        (2, ["Ñ", "3", "2.5", "2026-11-25", "2026-11-25 08:30:00", "15:00", "true", "2", "", "-7"]),
    ]
    assert (table.facts.kind, table.facts.sheet, table.facts.sheets) == ("XLSX", "List", ("List",))


def test_the_fullest_sheet_that_is_shown_is_taken_or_the_named_one(file):
    sheets = {"Read me": [["Thanks"]], "Häuser & <mehr>": [["a", "b"], ["1", "2"]], "Old": [["x"] * 9] * 9}
    write(file, workbook(sheets, hidden=["Old"]))

    assert open_table(file).facts.sheet == "Häuser & <mehr>"
    assert open_table(file).facts.sheets == ("Read me", "Häuser & <mehr>", "Old")
    assert read(file, sheet="Read me") == [["Thanks"]]
    assert len(read(file, sheet="Old")) == 9
    assert refusal(file, sheet="None").problem == FileProblem.NO_SUCH_SHEET


def test_rows_keep_their_numbers_where_a_sheet_begins_further_down(file):
    write(file, workbook({"List": [[], [], ["", "name"], ["", "a"]]}))

    assert [(number, cells) for number, cells in open_table(file).rows() if any(cells)] == [
        (3, ["", "name"]),
        (4, ["", "a"]),
    ]


def test_a_workbook_that_was_cut_off_or_changed_is_damaged(file):
    content = workbook({"List": [["name", "text"]] + [[f"n{each}", "t"] for each in range(500)]})

    assert refusal(write(file, content[:-200])).problem == FileProblem.DAMAGED
    assert refusal(write(file, content[: len(content) // 2])).problem == FileProblem.DAMAGED
    broken = bytearray(content)
    broken[len(content) // 3] ^= 0xFF
    assert refusal(write(file, bytes(broken))).problem == FileProblem.DAMAGED


def test_an_empty_workbook_is_refused(file):
    assert refusal(write(file, workbook({"List": []}))).problem == FileProblem.EMPTY


def test_a_zip_that_is_no_workbook_is_refused(file):
    assert refusal(write(file, repacked(b"PK\5\6" + b"\0" * 18, a=b"x"))).problem == FileProblem.WRONG_TYPE


def test_a_workbook_that_unpacks_too_large_is_refused_before_it_is_unpacked(file, monkeypatch):
    monkeypatch.setattr(xlsx_files, "MOST_INFLATED_BYTES", 1_000_000)
    bomb = repacked(workbook({"List": [["a"]]}), xl__worksheets__more=b" " * 1_000_001)
    assert len(bomb) < 10_000

    assert refusal(write(file, bomb)).problem == FileProblem.UNPACKS_TOO_LARGE


def test_one_long_text_in_many_cells_ends_only_the_process_that_reads_it(file):
    bomb = workbook({"List": [["x" * 32_000] * 3] * 25_000})
    assert len(bomb) < 1_000_000

    assert refusal(write(file, bomb)).problem == FileProblem.UNPACKS_TOO_LARGE


def test_a_workbook_that_lies_about_its_size_is_found_out(file, monkeypatch):
    part = b" " * 5_000_000
    bomb = bytearray(repacked(workbook({"List": [["a"]]}), xl__worksheets__more=part))
    while (place := bomb.find(struct.pack("<I", len(part)))) >= 0:
        bomb[place : place + 4] = struct.pack("<I", 10)
    assert zlib.crc32(part)

    assert refusal(write(file, bytes(bomb))).problem == FileProblem.DAMAGED
    monkeypatch.setattr(xlsx_files, "MOST_INFLATED_BYTES", 1_000_000)
    assert refusal(write(file, bytes(bomb))).problem == FileProblem.UNPACKS_TOO_LARGE


def test_two_cells_far_apart_do_not_take_the_memory_of_all_between(file):
    far = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    deep = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>2</v></c></row>'
    )
    content = workbook({"List": [["a"]]})

    assert (
        refusal(write(file, repacked(content, xl__worksheets__sheet1=far))).problem
        == FileProblem.TOO_MANY_COLUMNS
    )
    assert (
        refusal(write(file, repacked(content, xl__worksheets__sheet1=deep))).problem
        == FileProblem.TOO_MANY_ROWS
    )


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("MarÃ­a", "María"),
        ("CafÃ© PelÃ³n", "Café Pelón"),
        ("â‚¬ 50", "€ 50"),
        ("MÃ¼nchen", "München"),
        ("Ferienwohnung â€“ Seeblick", "Ferienwohnung – Seeblick"),
    ],
)
def test_text_that_was_decoded_wrongly_once_is_put_right(broken, meant):
    assert repair_text(broken) == meant


@pytest.mark.parametrize(
    "text", ["María", "Ça va", "Âge d’or", "São Paulo", "日本", "Été à l’Île", "plain", "ÅÄÖ åäö"]
)
def test_text_that_is_right_stays_as_it_is(text):
    assert repair_text(text) is text or repair_text(text) == text
