"""A sheet of a workbook as lines of JSON, made by a process of its own: calamine holds a sheet in memory as a whole.

The memory is given back when that process ends, and whoever reads the lines holds one of them. A small workbook may
unpack to more than any machine has (one long text in each of its cells): then only that process ends.
"""

import datetime as dt
import json
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, BinaryIO

import python_calamine

from domain.errors import Refused
from domain.spreadsheets import LONGEST_CELL, MOST_INFLATED_BYTES, FileProblem, SpreadsheetUnreadable

ROOT = Path(__file__).parents[2]
MOST_MEMORY = 8 * MOST_INFLATED_BYTES
"""Bytes of addresses the process may take: some times what the largest sheet needs."""
MOST_LINE_BYTES = 4 * MOST_INFLATED_BYTES
DAMAGED, TOO_LARGE = 3, 4
"""How the process ends where there is nothing to read."""


def written_lines(path: Path, sheet: str) -> IO[bytes]:
    """Write a sheet's rows into a temporary file, which is gone when it is closed; its first line is row 1.

    A line is a list of texts, or {"too_long": row} in the place of a row that can not be read.
    Refuses: SpreadsheetUnreadable.
    """
    # Closed by whoever reads it.
    lines = NamedTemporaryFile(prefix="interline-", suffix=".jsonl")  # noqa: SIM115
    command = [sys.executable, "-m", "integrations.spreadsheets.sheet_lines", str(path.absolute()), sheet]
    ended = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=lines, check=False).returncode
    if ended == 0:
        return lines
    lines.close()
    if ended == DAMAGED:
        raise Refused(SpreadsheetUnreadable(FileProblem.DAMAGED))
    if ended in {TOO_LARGE, -signal.SIGABRT}:
        raise Refused(SpreadsheetUnreadable(FileProblem.UNPACKS_TOO_LARGE))
    raise RuntimeError(f"A workbook's reader ended with {ended}")


def _write(path: Path, sheet_name: str, lines: BinaryIO) -> int:
    """Write a sheet's rows, formulas as their last results, and return how it ended."""
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            sheet = workbook.get_sheet_by_name(sheet_name)
    except (python_calamine.CalamineError, OSError):
        return DAMAGED
    if sheet.start is None:
        return 0
    # calamine tells the blank rows above the first cell, but not the blank columns beside it.
    beside = [""] * sheet.start[1]
    size = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = beside + [
            cell.replace("\0", "") if isinstance(cell, str) else _text_of(cell) for cell in cells
        ]
        is_too_long = any(len(text) > LONGEST_CELL for text in texts)
        line = json.dumps({"too_long": number} if is_too_long else texts).encode() + b"\n"
        lines.write(line)
        size += len(line)
        if is_too_long:
            break
        if size > MOST_LINE_BYTES:
            return TOO_LARGE
    return 0


def _text_of(cell: Any) -> str:
    """Return a value as a text file would have it."""
    match cell:
        case bool():
            text = "true" if cell else "false"
        case float():
            # Excel has no whole numbers: 3 is 3.0 in the file. 15 digits is what it keeps of a number.
            text = f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
        case dt.datetime():
            text = cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
        case dt.timedelta():
            minutes = round(cell.total_seconds() / 60)
            text = f"{minutes // 60:02}:{minutes % 60:02}"
        case dt.time():
            text = cell.isoformat("minutes")
        case _:
            text = str(cell)
    return text


def main() -> int:
    """Write the sheet that the arguments name to stdout."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        return _write(Path(sys.argv[1]), sys.argv[2], sys.stdout.buffer)
    except MemoryError:
        return TOO_LARGE


if __name__ == "__main__":
    raise SystemExit(main())
