"""Writes spreadsheets row by row, holding one row in memory; no cell is ever a formula.

with writing_xlsx(path) as sheet:
    sheet.add(["code", "price"])
    sheet.add(["ROM-1", 80.5])
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import xlsxwriter

from domain.texts import neutral

LONGEST_CELL = 32_767
"""Of XLSX (support.microsoft.com, "Excel specifications and limits", 2026-11)."""
MOST_ROWS = 1_048_576
"""Of a sheet of XLSX."""

Cell = str | float | int


class Sheet(Protocol):
    """What rows are added to."""

    def add(self, cells: Sequence[Cell]) -> None:
        """Add a row: texts as texts, numbers as numbers."""


class _CsvSheet:
    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file)

    def add(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in cells])


class _XlsxSheet:
    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._row = 0

    def add(self, cells: Sequence[Cell]) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    self._sheet.write_string(self._row, column, neutral(cell)[:LONGEST_CELL])
            else:
                self._sheet.write_number(self._row, column, cell)
        self._row += 1


@contextmanager
def writing_csv(path: Path) -> Iterator[Sheet]:
    """Open a CSV to be written: commas, CRLF, UTF-8 with its mark, by which alone Excel knows it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield _CsvSheet(file)


@contextmanager
def writing_xlsx(path: Path, *, name: str = "Sheet1") -> Iterator[Sheet]:
    """Open an XLSX of one sheet to be written; rows go to the disk as they come."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        yield _XlsxSheet(book.add_worksheet(name))
