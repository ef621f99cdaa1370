"""Holes in PostgreSQL's text, filled with what only Python can say: all of a field's at once."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, JSON, Date, DateTime, LargeBinary, Uuid
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import class_mapper
from sqlalchemy.types import TypeEngine

from executor.columns import columns_of
from executor.levels import END, HOLE, ROW, Hole
from executor.running import Run
from executor.written import write

Convert = Callable[[Any], Any]
ENDLESS = {"infinity": dt.date.max, "-infinity": dt.date.min}
FROM_JSON: tuple[tuple[type[TypeEngine[Any]], Callable[[TypeEngine[Any]], Convert]], ...] = (
    (Uuid, lambda _: UUID),
    (DateTime, lambda _: dt.datetime.fromisoformat),
    (Date, lambda _: _day),
    (LargeBinary, lambda _: lambda text: bytes.fromhex(text.removeprefix("\\x"))),
    (SqlEnum, lambda kind: kind.python_type),
)


async def filled(text: bytes, holes: Sequence[Hole], models: Sequence[type], run: Run) -> bytes:
    """Fill the holes of a text, whose levels are over these models."""
    pieces: list[bytes] = []
    rows: dict[int, Any] = {}
    wanted: list[list[tuple[int, Any]]] = [[] for _ in holes]
    """For each hole of the selection, where it stands in the text, and the row it is of."""
    for piece in _split(text):
        if piece.startswith(ROW_MARK):
            level, _, row = piece[1:].partition(b" ")
            rows[int(level)] = revived(models[int(level)], row)
        elif piece.startswith(HOLE_MARK):
            number = int(piece[1:])
            wanted[number].append((len(pieces), rows[holes[number].level]))
            pieces.append(b"")
        else:
            pieces.append(piece)
    for hole, places in zip(holes, wanted, strict=True):
        if places:
            values = await hole.column.arrive([row for _, row in places], run)
            for (place, _), value in zip(places, values, strict=True):
                pieces[place] = write(value)
    return b"".join(pieces)


ROW_MARK, HOLE_MARK, END_MARK = ROW.encode(), HOLE.encode(), END.encode()


def _split(text: bytes) -> list[bytes]:
    """Return marks (without their end) and what stands between them, in order."""
    pieces: list[bytes] = []
    for part in text.split(END_MARK):
        start = max(part.find(ROW_MARK), -1)
        if start < 0:
            start = part.find(HOLE_MARK)
        pieces += [part] if start < 0 else [part[:start], part[start:]]
    return pieces


def revived(model: type, row: bytes) -> Any:
    """Make a row of what PostgreSQL wrote of it; it belongs to no session."""
    has_json, converts = _conversions(model)
    # The standard parser keeps what JSON columns hold as the driver would: numbers of any length.
    values = json.loads(row) if has_json else orjson.loads(row)
    manager: Any = class_mapper(model).class_manager
    instance: Any = manager.new_instance()
    state = vars(instance)
    for name, value in values.items():
        convert = converts.get(name)
        state[name] = convert(value) if convert is not None and value is not None else value
    return instance


def _day(text: str) -> dt.date:
    """Read a day; the driver has the first and the last day for those without end."""
    return ENDLESS.get(text) or dt.date.fromisoformat(text)


@cache
def _conversions(model: type) -> tuple[bool, Mapping[str, Convert]]:
    converts: dict[str, Convert] = {}
    has_json = False
    for name, column in columns_of(model).items():
        has_json = has_json or isinstance(column.type, JSON)
        convert = _from_json(column.type)
        if convert is not None:
            converts[name] = convert
    # What rows compute besides: days stay texts in JSON.
    converts |= {name: _day for name in ("asked_date",) if name in vars(model)}
    return has_json, converts


def _from_json(kind: TypeEngine[Any]) -> Convert | None:
    """Return how a value of this type is made of what JSON has of it; None where it is the same."""
    if isinstance(kind, ARRAY):
        member = _from_json(kind.item_type)
        return (
            None
            if member is None
            else lambda values: [each if each is None else member(each) for each in values]
        )
    return next((convert(kind) for each, convert in FROM_JSON if isinstance(kind, each)), None)
