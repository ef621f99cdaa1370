"""Which row of a sheet names its columns, and what each is called."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain import texts
from domain.errors import Refused
from domain.spreadsheets import FileProblem, SpreadsheetUnreadable

LOOKED_AT = 20
"""Rows in which a header is looked for."""
SAMPLED = 300
"""Rows by which columns are known for what they are."""
LONGEST_NAME = 100
NUMBERLIKE = re.compile(r"[-+]?[\d.,' \xa0%€$£]+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns; `row` is the header's number in the file, None where the file has none."""

    row: int | None
    names: tuple[str, ...]
    """One for each column, all different, none empty."""
    is_named: tuple[bool, ...]
    """False where the file gave the column no name and it got one from us."""

    @property
    def signature(self) -> bytes:
        """What two files of the same columns in the same order have in common."""
        said = json.dumps([self.row is None, [folded(name) for name in self.names]])
        return hashlib.sha256(said.encode()).digest()


def folded(text: str) -> str:
    """Return a text by which headers are compared: `Precio/Noche (€)` is `precio noche`, `postalCode` `postal code`."""
    return texts.folded(CAMEL.sub(" ", text))


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> Header | None:
    """Find the header in the first rows (number, cells) of a sheet; None where they are all blank.

    Blank rows and titles (one cell in a sheet of several columns) are passed over. A first row that looks like the
    rows below it is no header: its columns are named by their place.
    """
    width = max((_width(cells) for _, cells in rows), default=0)
    if width == 0:
        return None
    for number, cells in rows[:LOOKED_AT]:
        filled = [cell for cell in cells if cell.strip()]
        if not filled or (len(filled) == 1 and width > 2) or len(filled) * 3 < width:
            continue
        if _looks_like_names(filled):
            return _named(number, cells, width)
        break
    return _named(None, (), width)


def _width(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _looks_like_names(filled: Sequence[str]) -> bool:
    """Names are short, no numbers, no links or addresses, and mostly different."""
    if any(len(cell) > LONGEST_NAME or "@" in cell or "://" in cell for cell in filled):
        return False
    numbers = sum(NUMBERLIKE.fullmatch(cell.strip()) is not None for cell in filled)
    return numbers * 4 <= len(filled) and len(set(filled)) * 2 > len(filled)


def _named(row: int | None, cells: Sequence[str], width: int) -> Header:
    names, is_named = [], []
    times: Counter[str] = Counter()
    for place in range(width):
        name = " ".join(cells[place].split())[:LONGEST_NAME] if place < len(cells) else ""
        is_named.append(bool(name))
        name = name or f"Column {place + 1}"
        times[name] += 1
        while times[name] > 1 and f"{name} ({times[name]})" in names:
            times[name] += 1
        names.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return Header(row, tuple(names), tuple(is_named))


@dataclass(frozen=True, slots=True)
class Looked:
    """What the first rows of a sheet tell: its header, the row above its first property, and some rows below."""

    header: Header
    above_first: int
    samples: tuple[Sequence[str], ...]


def look(rows: Sequence[tuple[int, Sequence[str]]]) -> Looked:
    """Look at the first SAMPLED rows of a sheet. Refuses: SpreadsheetUnreadable where nothing is in them."""
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    header = find_header(rows)
    if header is None:
        raise Refused(SpreadsheetUnreadable(FileProblem.EMPTY))
    above = filled[0][0] - 1 if header.row is None else header.row
    samples = tuple(cells for number, cells in filled if number > above)
    if not samples:
        raise Refused(SpreadsheetUnreadable(FileProblem.HEADER_ONLY))
    return Looked(header, above, samples)
