"""Spreadsheets of partners: what we read, how much of it, and why a file is not read at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from domain.errors import Refusal

MOST_BYTES = 64 * 1024 * 1024
"""Of the file as it comes."""
MOST_INFLATED_BYTES = 256 * 1024 * 1024
"""Of an XLSX, unpacked: what of it is held in memory at once is less than that."""
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 4_000_000
"""Of the rectangle around a sheet: it is held in memory, its empty cells too."""
LONGEST_CELL = 100_000
"""Characters. Excel's own limit is 32,767."""
MOST_PARTS = 2_000
"""Files inside an XLSX."""


class FileKind(StrEnum):
    """What a file is by its content, whatever its name says."""

    CSV = "CSV"
    XLSX = "XLSX"


class FileProblem(StrEnum):
    """Why a file is not read; each has a sentence and a way out in `SENTENCES`."""

    EMPTY = "EMPTY"
    HEADER_ONLY = "HEADER_ONLY"
    WRONG_TYPE = "WRONG_TYPE"
    LEGACY_XLS = "LEGACY_XLS"
    PASSWORD_PROTECTED = "PASSWORD_PROTECTED"  # noqa: S105 - no password: the problem's name
    DAMAGED = "DAMAGED"
    UNPACKS_TOO_LARGE = "UNPACKS_TOO_LARGE"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    CELL_TOO_LONG = "CELL_TOO_LONG"
    NO_SUCH_SHEET = "NO_SUCH_SHEET"


SENTENCES: dict[FileProblem, tuple[str, str]] = {
    FileProblem.EMPTY: ("The file has no rows.", "Export the list again and look into the file first."),
    FileProblem.HEADER_ONLY: (
        "The file has a header and no rows below it.",
        "Fill in one row for each property.",
    ),
    FileProblem.WRONG_TYPE: (
        "The file is neither a CSV nor an XLSX by its content.",
        "Save the list as XLSX, or as CSV (UTF-8).",
    ),
    FileProblem.LEGACY_XLS: (
        "The file is an Excel workbook of the format before 2007.",
        "Open it and save it as XLSX.",
    ),
    FileProblem.PASSWORD_PROTECTED: (
        "The workbook is protected with a password.",
        "Save a copy without a password.",
    ),
    FileProblem.DAMAGED: (
        "The workbook is incomplete or damaged.",
        "Upload it again; if that does not help, open it and save it anew.",
    ),
    FileProblem.UNPACKS_TOO_LARGE: (
        "The workbook is small, but what is packed in it is not.",
        "Copy the rows into a new workbook, or save the sheet as CSV.",
    ),
    FileProblem.TOO_LARGE: ("The file is too large.", "Split it into several files."),
    FileProblem.TOO_MANY_ROWS: ("The file has too many rows.", "Split it into several files."),
    FileProblem.TOO_MANY_COLUMNS: (
        "The file has too many columns.",
        "Delete the columns that are not about properties, also empty ones far to the right.",
    ),
    FileProblem.CELL_TOO_LONG: (
        "A cell is too long.",
        'Shorten it; in a CSV, look for a quotation mark (") that is opened and not closed.',
    ),
    FileProblem.NO_SUCH_SHEET: ("The workbook has no such sheet.", "Name one of its sheets."),
}


@dataclass(frozen=True, slots=True)
class SpreadsheetUnreadable(Refusal):
    """The file can not be read as a list of properties; nothing of it was imported."""

    code: ClassVar[str] = "SPREADSHEET_UNREADABLE"
    problem: FileProblem
    row: int | None = None
    """Where in the file, from 1; None where it is about all of it."""
    most: int | None = None
    """The limit that is passed."""

    @property
    def message(self) -> str:
        return sentence_of(self.problem, row=self.row, most=self.most)

    @property
    def hint(self) -> str | None:  # type: ignore[override] # each problem has its own way out
        return SENTENCES[self.problem][1]


def sentence_of(problem: FileProblem, *, row: int | None = None, most: int | None = None) -> str:
    """Say why a file is not read, with the place and the limit where there are some."""
    sentence = SENTENCES[problem][0]
    if most is not None:
        sentence += f" At most {most:,} are read."
    return sentence if row is None else f"{sentence} It is in row {row}."


@dataclass(frozen=True, slots=True)
class FileFacts:
    """How a file was read, and why so: what a person checks when its letters look wrong."""

    kind: FileKind
    encoding: str | None = None
    encoding_reason: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


Cells = Sequence[str]
"""The texts of one row: numbers as `1.5`, days as `2026-11-25`, truths as `true`; empty where nothing stands."""


class Table(Protocol):
    """A sheet that is open; may be read from its beginning several times."""

    @property
    def facts(self) -> FileFacts: ...

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (row number in the file from 1, cells), blank rows too. Refuses: SpreadsheetUnreadable."""
