"""CSV as programs really write it: the separator is found by parsing, not by guessing."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from domain.errors import Refused
from domain.spreadsheets import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    FileFacts,
    FileKind,
    FileProblem,
    SpreadsheetUnreadable,
)
from integrations.spreadsheets.encodings import Reading, encoding_of

DELIMITERS = (",", ";", "\t", "|")
TRIED_ROWS = 200
DECLARED = "sep="
"""Excel's own first line: `sep=;`."""
ROW_TOO_LONG = 20 * LONGEST_CELL
"""Characters of one line of the file; a quoted cell may have many lines."""


class CsvTable:
    """A `Table` on a CSV file. Holds one row in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reading = encoding_of(path)
        self._skipped, self._delimiter = _dialect_of(path, self._reading)
        self.facts = FileFacts(
            kind=FileKind.CSV,
            encoding=self._reading.encoding.removesuffix("-sig"),
            encoding_reason=self._reading.reason,
            delimiter=self._delimiter,
        )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """See `Table.rows`. A quoted cell with line breaks is one row."""
        for number, cells in enumerate(_parsed(self._path, self._reading, self._delimiter, self._skipped), 1):
            if number > MOST_ROWS + 100:
                raise Refused(SpreadsheetUnreadable(FileProblem.TOO_MANY_ROWS, most=MOST_ROWS))
            if len(cells) > MOST_COLUMNS:
                while cells and not cells[-1]:
                    cells.pop()
                if len(cells) > MOST_COLUMNS:
                    raise Refused(
                        SpreadsheetUnreadable(
                            FileProblem.TOO_MANY_COLUMNS, row=number + self._skipped, most=MOST_COLUMNS
                        )
                    )
            yield number + self._skipped, cells


def _lines(path: Path, reading: Reading) -> Iterator[str]:
    """Yield lines with their ends, none longer than can be read; without NULs, which mean nothing in a text."""
    with path.open(encoding=reading.encoding, errors=reading.errors, newline="") as file:
        number = 0
        while line := file.readline(ROW_TOO_LONG):
            number += 1
            if len(line) == ROW_TOO_LONG and line[-1] != "\n":
                raise Refused(SpreadsheetUnreadable(FileProblem.CELL_TOO_LONG, row=number, most=LONGEST_CELL))
            yield line.replace("\0", "") if "\0" in line else line


def _parsed(path: Path, reading: Reading, delimiter: str, skipped: int) -> Iterator[list[str]]:
    # For the whole process, and the same for everybody: one limit is as good as another.
    csv.field_size_limit(LONGEST_CELL)
    lines = islice(_lines(path, reading), skipped, None)
    rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    number = skipped
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except csv.Error:
            raise Refused(
                SpreadsheetUnreadable(FileProblem.CELL_TOO_LONG, row=number, most=LONGEST_CELL)
            ) from None
        if cells is None:
            return
        yield cells


def _dialect_of(path: Path, reading: Reading) -> tuple[int, str]:
    """Return how many lines come before the list, and the separator under which rows are most alike."""
    first = next(_lines(path, reading), "").strip().strip('"')
    if first.lower().startswith(DECLARED) and first[len(DECLARED) :] in DELIMITERS:
        return 1, first[len(DECLARED) :]
    if first.lower() == DECLARED:
        # `sep=` and a tab, which `strip` took.
        return 1, "\t"
    # The first of equals: the order of DELIMITERS is that of how often they are met.
    return 0, max(DELIMITERS, key=lambda each: _alikeness(path, reading, each))


def _alikeness(path: Path, reading: Reading, delimiter: str) -> tuple[float, int]:
    """Return which part of the rows has the most common number of cells, and that number; (0, 0) for one column."""
    try:
        rows = list(islice(_parsed(path, reading, delimiter, 0), TRIED_ROWS))
    except Refused:
        # Under the wrong separator a quotation mark may stand inside a cell and close nothing.
        return 0, 0
    widths = Counter(len(cells) for cells in rows if any(cells))
    if not widths:
        return 0, 0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width == 1:
        return 0, 0
    return times / widths.total(), width
