"""Writes lists for partners, row by row: CSV for who sent a CSV, XLSX for who sent that. No cell is ever a formula."""

import csv
import re
from collections.abc import AsyncIterator
from pathlib import Path

import xlsxwriter

from domain.spreadsheets import FileKind

FORMULA = re.compile(r"[=+\-@\t\r]")
"""What makes a cell a formula for some program (owasp.org/www-community/attacks/CSV_Injection, 2026-11)."""
NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?")
LONGEST_CELL = 32_767
"""Of XLSX."""


def neutral(cell: str) -> str:
    """Return a text that no program takes for a formula; a number with a sign stays one."""
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


async def write_list(path: Path, kind: FileKind, rows: AsyncIterator[list[str]]) -> None:
    """Write rows of texts to a file; holds one of them in memory."""
    if kind is FileKind.XLSX:
        await _write_xlsx(path, rows)
    else:
        await _write_csv(path, rows)


async def _write_csv(path: Path, rows: AsyncIterator[list[str]]) -> None:
    # With its mark: Excel reads UTF-8 by nothing else.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        async for cells in rows:
            writer.writerow([neutral(cell) for cell in cells])


async def _write_xlsx(path: Path, rows: AsyncIterator[list[str]]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Rejected")
        number = 0
        async for cells in rows:
            for place, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, place, neutral(cell)[:LONGEST_CELL])
            number += 1
