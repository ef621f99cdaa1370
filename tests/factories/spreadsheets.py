"""Spreadsheets as partners send them, built on the spot."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

HEADER = ("Code", "Name", "Latitude", "Longitude", "Price")


def write(path: Path, content: bytes | str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> bytes:
    """An XLSX of these sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, dt.time):
                        sheet.write_datetime(number, place, cell, book.add_format({"num_format": "hh:mm"}))
                    elif isinstance(cell, tuple):
                        formula, value = cell
                        sheet.write_formula(number, place, formula, None, value)
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return file.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The same archive with other contents of some parts; `xl__worksheets__sheet1` is xl/worksheets/sheet1.xml."""
    file = io.BytesIO()
    named = {f"{name.replace('__', '/')}.xml": part for name, part in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            after.writestr(entry.filename, named.pop(entry.filename, b"") or before.read(entry))
        for name, part in named.items():
            after.writestr(name, part)
    return file.getvalue()


def sheet_xml(cells: str) -> bytes:
    """A worksheet of hand-written cells."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    )
