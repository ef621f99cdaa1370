"""What a file is by its content, and what is wrong with it."""

import struct

import pytest

from domain.files import MAX_ENTRIES, Inspection, entries_of, problem_of_archive, type_of
from domain.uploads import FileType, UploadProblem, UploadPurpose
from tests.factories.files import archive, compound, pdf, png, xlsx

WORKBOOK = {"[Content_Types].xml": b"", "xl/workbook.xml": b""}
TABLE = "name;city\nGröße;München\n"


def found(content: bytes, purpose: UploadPurpose = UploadPurpose.SUPPORT_ATTACHMENT, step: int = 97):
    inspection = Inspection(purpose)
    for start in range(0, len(content), step):
        inspection.see(content[start : start + step])
    return inspection.finding()


@pytest.mark.parametrize(
    ("content", "file_type"),
    [
        (png(), FileType.PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", FileType.JPEG),
        (b"RIFF\x10\0\0\0WEBPVP8 ", FileType.WEBP),
        (pdf(), FileType.PDF),
        (xlsx(), FileType.XLSX),
        (TABLE.encode(), FileType.CSV),
        (b"\xef\xbb\xbf" + TABLE.encode(), FileType.CSV),
        (TABLE.encode("windows-1252"), FileType.CSV),
        (TABLE.encode("utf-16"), FileType.CSV),
        (TABLE.encode("utf-16-le"), FileType.CSV),
        (TABLE.encode("utf-16-be"), FileType.CSV),
        (TABLE.replace(";", "\t").encode(), FileType.TSV),
        (TABLE.replace(";", "\t").encode("utf-16"), FileType.TSV),
        (TABLE.encode().decode("windows-1252").encode(), FileType.CSV),
        (b'name,text\n1,"<p>a cell with HTML\nand a line break</p>"\n', FileType.CSV),
    ],
)
def test_a_file_of_each_type_is_known(content, file_type):
    finding = found(content)

    assert (finding.file_type, finding.problem, finding.byte_size) == (file_type, None, len(content))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", UploadProblem.EMPTY),
        (b"\xef\xbb\xbf<svg/>", UploadProblem.UNSUPPORTED),
        (b" \n", UploadProblem.EMPTY),
        (bytes(100), UploadProblem.EMPTY),
        (b"<?xml version='1.0'?><svg/>", UploadProblem.UNSUPPORTED),
        ("<html>".encode("utf-16"), UploadProblem.UNSUPPORTED),
        (b"\n<!-- --><html>", UploadProblem.UNSUPPORTED),
        (b"\x7fELF\x02\x01\x01\0", UploadProblem.UNSUPPORTED),
        (b"GIF89a\x01\0\x01\0\0\0\0", UploadProblem.UNSUPPORTED),
        (b"\x89PNG\r\n\x1a\n<script>", UploadProblem.UNSUPPORTED),
        (pdf()[:-8], UploadProblem.DAMAGED),
        (png()[:-12], UploadProblem.DAMAGED),
        (xlsx()[:-1], UploadProblem.DAMAGED),
        (xlsx()[:100], UploadProblem.DAMAGED),
        (archive({"[Content_Types].xml": b"", "word/document.xml": b""}), UploadProblem.UNSUPPORTED),
        (archive({"../../etc/passwd": b"x"}), UploadProblem.UNSUPPORTED),
        (compound("EncryptedPackage"), UploadProblem.PASSWORD_PROTECTED),
        (compound("Workbook"), UploadProblem.OLD_SPREADSHEET),
        (archive(WORKBOOK | {"xl/vbaProject.bin": b""}), UploadProblem.HAS_MACROS),
        (xlsx(bomb=bytes(20 * 1024 * 1024)), UploadProblem.UNPACKS_TOO_LARGE),
    ],
)
def test_what_is_wrong_with_a_file_is_told(content, problem):
    finding = found(content)

    assert finding.problem is problem
    assert finding.byte_size == len(content)


def test_a_file_of_a_type_its_purpose_does_not_take_is_told_with_its_type():
    finding = found(pdf(), UploadPurpose.LOGO)

    assert (finding.file_type, finding.problem) == (FileType.PDF, UploadProblem.UNSUPPORTED)


def test_a_file_is_too_large_as_soon_as_it_was_seen_to_be():
    inspection = Inspection(UploadPurpose.LOGO)

    inspection.see(png())
    before = inspection.is_too_large
    inspection.see(bytes(2 * 1024 * 1024))

    assert (before, inspection.is_too_large) == (False, True)
    assert inspection.finding().problem is UploadProblem.TOO_LARGE


def test_an_archive_with_a_password_is_told_as_one():
    protected = bytearray(xlsx())
    at = protected.find(b"PK\x01\x02")
    protected[at + 8] |= 1

    assert found(bytes(protected)).problem is UploadProblem.PASSWORD_PROTECTED


def test_an_archive_of_too_many_files_is_not_opened():
    many = archive(WORKBOOK | {f"xl/{number}": b"" for number in range(MAX_ENTRIES)})

    assert found(many, step=10_000).problem is UploadProblem.UNPACKS_TOO_LARGE


def test_an_archive_that_says_it_unpacks_to_terabytes_is_not_opened():
    liar = bytearray(xlsx())
    at = liar.find(b"PK\x01\x02")
    struct.pack_into("<L", liar, at + 24, 0xFFFFFFFF)

    assert found(bytes(liar)).problem is UploadProblem.UNPACKS_TOO_LARGE


def test_files_of_an_archive_that_share_their_bytes_are_a_bomb():
    overlapping = bytearray(xlsx())
    first = overlapping.find(b"PK\x01\x02")
    second = overlapping.find(b"PK\x01\x02", first + 4)
    overlapping[second + 42 : second + 46] = overlapping[first + 42 : first + 46]

    assert found(bytes(overlapping)).problem is UploadProblem.UNPACKS_TOO_LARGE


def test_a_directory_that_is_not_where_it_should_be_is_damage():
    moved = bytearray(xlsx())
    end = moved.rfind(b"PK\x05\x06")
    struct.pack_into("<L", moved, end + 16, 1)

    assert problem_of_archive(bytes(moved), size=len(moved)) is UploadProblem.DAMAGED
    assert entries_of(b"", size=0) is UploadProblem.DAMAGED


def test_a_text_with_an_odd_character_in_a_thousand_is_still_a_table():
    assert type_of(b"name;city\n" * 200 + b"\x1a") is FileType.CSV
    assert type_of(b"name;city\n\x1a") is None
