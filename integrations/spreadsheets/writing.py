"""Writes spreadsheets row by row, holding one row in memory; no cell is ever a formula.

with writing_xlsx(path) as sheet:
    sheet.add(["code", "price"])
    sheet.add(["ROM-1", 80.5])
"""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Protocol

import xlsxwriter

from domain.texts import neutral

LONGEST_CELL = 32_767
"""Of XLSX (support.microsoft.com, "Excel specifications and limits", 2026-11)."""
MOST_ROWS = 1_048_576
"""Of a sheet of XLSX."""

Cell = str | float | int | Decimal


class Sheet(Protocol):
    """What rows are added to."""

    def add(self, cells: Sequence[Cell]) -> None:
        """Add a row: texts as texts, numbers as numbers; a Decimal is shown with all its decimals."""


class _CsvSheet:
    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file)

    def add(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in cells])


class _XlsxSheet:
    def __init__(self, book: Any, sheet: Any) -> None:
        self._book = book
        self._sheet = sheet
        self._row = 0
        self._shapes: dict[int, Any] = {}
        """Number of decimals -> how the workbook shows such a number."""

    def add(self, cells: Sequence[Cell]) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    self._sheet.write_string(self._row, column, neutral(cell)[:LONGEST_CELL])
            elif isinstance(cell, Decimal):
                self._sheet.write_number(self._row, column, cell, self._shape(cell))
            else:
                self._sheet.write_number(self._row, column, cell)
        self._row += 1

    def _shape(self, number: Decimal) -> Any:
        exponent = number.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        if decimals not in self._shapes:
            shown = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
            self._shapes[decimals] = self._book.add_format({"num_format": shown})
        return self._shapes[decimals]


@contextmanager
def writing_csv(path: Path) -> Iterator[Sheet]:
    """Open a CSV to be written: commas, CRLF, UTF-8 with its mark, by which alone Excel knows it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield _CsvSheet(file)


@contextmanager
def writing_xlsx(
    path: Path, *, name: str = "Sheet1", created_at: dt.datetime | None = None
) -> Iterator[Sheet]:
    """Open an XLSX of one sheet to be written; rows go to the disk as they come.

    The file tells when it was created: now, or `created_at`, with which the same rows make the same file.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        if created_at is not None:
            book.set_properties({"created": created_at})
        yield _XlsxSheet(book, book.add_worksheet(name))
