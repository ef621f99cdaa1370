"""Opens a file of a partner as what it is, not as what it is called."""

from pathlib import Path

from domain.errors import Refused
from domain.spreadsheets import MOST_BYTES, FileProblem, SpreadsheetUnreadable, Table
from integrations.spreadsheets.csv_files import CsvTable
from integrations.spreadsheets.xlsx_files import XlsxTable

ZIP = b"PK"
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""Microsoft's compound file: a workbook of before 2007, or a newer one under a password ([MS-CFB])."""
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"{\\rtf",
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg")
SAMPLE = 64 * 1024
LEAST_BREAK = 20
"""Of a hundred bytes, as many may be control characters before a file is no text."""


def open_table(path: Path, *, sheet: str | None = None) -> Table:
    """Open a CSV or one sheet of an XLSX. Refuses: SpreadsheetUnreadable."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refused(SpreadsheetUnreadable(FileProblem.TOO_LARGE))
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if not sample.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(SpreadsheetUnreadable(FileProblem.EMPTY))
    if sample.startswith(ZIP):
        return XlsxTable(path, sheet=sheet)
    if sample.startswith(COMPOUND):
        problem = FileProblem.PASSWORD_PROTECTED if _is_encrypted(path) else FileProblem.LEGACY_XLS
        raise Refused(SpreadsheetUnreadable(problem))
    if sample.startswith(OTHERS) or sample.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(MARKUP):
        raise Refused(SpreadsheetUnreadable(FileProblem.WRONG_TYPE))
    if _is_binary(sample):
        raise Refused(SpreadsheetUnreadable(FileProblem.WRONG_TYPE))
    return CsvTable(path)


def _is_encrypted(path: Path) -> bool:
    """Tell whether a compound file's directory names the part that holds an encrypted workbook."""
    with path.open("rb") as file:
        before = b""
        while piece := file.read(SAMPLE):
            if ENCRYPTED_PART in before + piece:
                return True
            before = piece[-len(ENCRYPTED_PART) :]
    return False


def _is_binary(sample: bytes) -> bool:
    # Zeros are left out: UTF-16 is full of them, and some programs pad with them.
    controls = sum(
        map(sample.count, (bytes([each]) for each in range(1, 32) if each not in {9, 10, 12, 13, 27}))
    )
    return controls * 100 > len(sample) * LEAST_BREAK
