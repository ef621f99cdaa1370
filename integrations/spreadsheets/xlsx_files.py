"""XLSX, read by calamine, which holds a sheet in memory: so it is measured first, without being unpacked into memory,
and read by a process of its own.
"""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from domain.errors import Refused
from domain.spreadsheets import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_INFLATED_BYTES,
    MOST_PARTS,
    MOST_ROWS,
    FileFacts,
    FileKind,
    FileProblem,
    SpreadsheetUnreadable,
)
from integrations.spreadsheets.sheet_lines import written_lines

PIECE = 1 << 18
LOCAL_HEADER_BYTES = 30
ENCRYPTED = 0x1
CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br=["']([0-9]{1,10})["']""")
LONGEST_TAG = 512
"""Bytes kept of one piece for the next: a tag may lie across both."""
SHEET = re.compile(rb"""<(?:\w+:)?sheet\s[^>]*>""")
RELATION = re.compile(rb"""<(?:\w+:)?Relationship\s[^>]*>""")
ATTRIBUTE = re.compile(rb"""([\w:]+)=["']([^"']*)["']""")
ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&apos;", b"'"), (b"&amp;", b"&"))
MOST_SHEETS = 255
LONGEST_NAME = 200
"""Characters; Excel's own limit is 31."""
MOST_INDEX_BYTES = 4 * 1024 * 1024
"""Of the two parts that name the sheets."""


@dataclass(slots=True)
class Extent:
    """The rectangle around the cells of a sheet, and how many there are."""

    cells: int = 0
    first_row: int = 10**7
    last_row: int = 0
    last_column: int = 0
    rows: set[int] = field(default_factory=set, repr=False)


class XlsxTable:
    """A `Table` on one sheet of a workbook: the one that is named, or the fullest that is shown."""

    def __init__(self, path: Path, *, sheet: str | None = None) -> None:
        self._path = path
        try:
            with ZipFile(path) as parts:
                extents = _measured(parts)
                shown, places = _sheets_of(parts)
        except (BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError):
            raise Refused(SpreadsheetUnreadable(FileProblem.DAMAGED)) from None
        if sheet is None:
            if not shown:
                raise Refused(SpreadsheetUnreadable(FileProblem.EMPTY))
            # `max` takes the first of equals: the order in which a person sees them.
            sheet = max(shown, key=lambda name: extents.get(places[name], Extent()).cells)
        elif sheet not in places:
            raise Refused(SpreadsheetUnreadable(FileProblem.NO_SUCH_SHEET))
        _check(extents.get(places[sheet], Extent()))
        self._sheet = sheet
        # Made once: it takes some seconds.
        self._lines: IO[bytes] | None = None
        self.facts = FileFacts(kind=FileKind.XLSX, sheet=sheet, sheets=tuple(places))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """See `Table.rows`. Formulas are their last results."""
        if self._lines is None:
            self._lines = written_lines(self._path, self._sheet)
        with Path(self._lines.name).open("rb") as lines:
            for number, line in enumerate(lines, 1):
                cells = json.loads(line)
                if isinstance(cells, dict):
                    raise Refused(
                        SpreadsheetUnreadable(FileProblem.CELL_TOO_LONG, row=number, most=LONGEST_CELL)
                    )
                yield number, cells


def _check(extent: Extent) -> None:
    """Refuses: SpreadsheetUnreadable for a sheet whose rectangle would not fit into memory."""
    if extent.cells == 0:
        raise Refused(SpreadsheetUnreadable(FileProblem.EMPTY))
    if extent.last_column > MOST_COLUMNS:
        raise Refused(SpreadsheetUnreadable(FileProblem.TOO_MANY_COLUMNS, most=MOST_COLUMNS))
    height = extent.last_row - extent.first_row + 1
    if height > MOST_ROWS + 100 or height * extent.last_column > MOST_CELLS:
        raise Refused(SpreadsheetUnreadable(FileProblem.TOO_MANY_ROWS, most=MOST_ROWS))


def _measured(parts: ZipFile) -> dict[str, Extent]:
    """Unpack every part piece by piece, keep nothing, and return the extents of the sheets by their part's name.

    What the list of parts says of their sizes is not believed: each is measured, and its checksum is proved.
    Refuses: SpreadsheetUnreadable. Raises BadZipFile.
    """
    listed = parts.infolist()
    if len(listed) > MOST_PARTS:
        raise Refused(SpreadsheetUnreadable(FileProblem.UNPACKS_TOO_LARGE))
    if "xl/workbook.xml" not in parts.namelist():
        raise Refused(SpreadsheetUnreadable(FileProblem.WRONG_TYPE))
    left = MOST_INFLATED_BYTES
    if sum(part.file_size for part in listed) > left:
        raise Refused(SpreadsheetUnreadable(FileProblem.UNPACKS_TOO_LARGE))
    extents: dict[str, Extent] = {}
    assert parts.fp is not None
    for part in listed:
        if part.flag_bits & ENCRYPTED:
            raise Refused(SpreadsheetUnreadable(FileProblem.PASSWORD_PROTECTED))
        is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
        extent = extents.setdefault(part.filename, Extent()) if is_sheet else None
        tail = b""
        for piece in _unpacked(parts.fp, part):
            left -= len(piece)
            if left < 0:
                raise Refused(SpreadsheetUnreadable(FileProblem.UNPACKS_TOO_LARGE))
            if extent is not None:
                tail = _measure(extent, tail + piece)
    return extents


def _unpacked(file: IO[bytes], part: ZipInfo) -> Iterator[bytes]:
    """Yield what a part holds. Raises BadZipFile where it is not what the list of parts says."""
    file.seek(part.header_offset)
    header = file.read(LOCAL_HEADER_BYTES)
    if len(header) < LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
        raise BadZipFile
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(part.header_offset + LOCAL_HEADER_BYTES + names)
    if part.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise BadZipFile
    inflate = zlib.decompressobj(-15) if part.compress_type == ZIP_DEFLATED else None
    packed, size, checksum = part.compress_size, 0, 0
    while packed:
        read = file.read(min(PIECE, packed))
        if not read:
            raise BadZipFile
        packed -= len(read)
        while read:
            piece = inflate.decompress(read, PIECE) if inflate else read
            read = inflate.unconsumed_tail if inflate else b""
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            yield piece
    if size != part.file_size or checksum != part.CRC or (inflate and not inflate.eof):
        raise BadZipFile


def _measure(extent: Extent, text: bytes) -> bytes:
    """Note the cells of a piece and return the end of it, which may be half a tag."""
    cut = text.rfind(b"<")
    cut = cut if cut >= 0 and len(text) - cut < LONGEST_TAG else len(text)
    for found in CELL.finditer(text, 0, cut):
        column, row = found[1], int(found[2])
        extent.cells += 1
        extent.first_row = min(extent.first_row, row)
        extent.last_row = max(extent.last_row, row)
        extent.last_column = max(extent.last_column, _column_of(column))
    for found in ROW.finditer(text, 0, cut):
        extent.last_row = max(extent.last_row, int(found[1])) if extent.cells else extent.last_row
    return text[cut:]


def _column_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheets_of(parts: ZipFile) -> tuple[list[str], dict[str, str]]:
    """Return the names of the sheets that are shown, and of all the part in which each lies. Raises ValueError."""
    targets = {}
    for found in RELATION.findall(_index(parts, "xl/_rels/workbook.xml.rels")):
        facts = dict(ATTRIBUTE.findall(found))
        target = facts.get(b"Target", b"").decode()
        targets[facts.get(b"Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    shown, places = [], {}
    for found in SHEET.findall(_index(parts, "xl/workbook.xml")):
        facts = dict(ATTRIBUTE.findall(found))
        identity = next((value for key, value in facts.items() if key.endswith(b":id")), None)
        place = targets.get(identity)
        if place is None or not place.startswith("xl/worksheets/"):
            continue
        name = facts.get(b"name", b"")
        for entity, letter in ENTITIES:
            name = name.replace(entity, letter)
        places[name.decode()] = place
        if facts.get(b"state", b"visible") == b"visible":
            shown.append(name.decode())
    if len(places) > MOST_SHEETS or any(len(name) > LONGEST_NAME or "\0" in name for name in places):
        raise ValueError("names that no program gives to sheets")
    return shown, places


def _index(parts: ZipFile, name: str) -> bytes:
    try:
        part = parts.getinfo(name)
    except KeyError:
        raise BadZipFile from None
    if part.file_size > MOST_INDEX_BYTES:
        raise BadZipFile
    return parts.read(part)
