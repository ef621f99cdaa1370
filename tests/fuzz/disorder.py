"""Data as nobody would enter it: NULL wherever a column allows, texts that break things, numbers at the edge.

What the database itself refuses (checks, foreign keys) stays as it was.
"""

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError

from db import models
from tests.fixtures.acts import Acts

HOSTILE = (
    "",
    " ",
    "plain",
    'q"uo\\te',
    "line\nbreak\r\ttab",
    "\x01\x02\x03\x04\x1f\x7f",
    "é ü ß 漢字 🚀 \u2028\u2029",
    "' || $1 {x} %s '; DROP TABLE partners; --",
    "\\u0000 \\x03 null true {} []",
    "\ufeff\u200b\u202e",
    "a" * 300,
)
"""Texts; control characters are the very ones the executor uses for its marks."""
NUMBERS = (0, 1, -1, 2, 7, 2**31 - 1, -(2**31), 2**31, -(2**31) - 1, 2**53, 2**62)
FLOATS = (
    0.0,
    -0.0,
    41.0,
    -3.67688,
    0.0001,
    1e-5,
    1.5e-7,
    1e15,
    1e16,
    123456789.123456789,
    float("nan"),
    float("inf"),
)
DOCUMENTS: tuple[Any, ...] = (
    {},
    [],
    None,
    {"a": 1, "b": [True, None, 1.5, "é\n"], "": {"deep": {"er": []}}},
    [1, 2.0, 1.5e-7, -0.0, 12345678901234567],
    'just "a" text',
    {"z": 1, "aa": 2, "b": 3},
)
MOMENTS = (
    dt.datetime(2026, 11, 18, 8, 0, 0, 999_999, tzinfo=dt.UTC),
    dt.datetime(2, 1, 1, tzinfo=dt.UTC),
    dt.datetime(1999, 12, 31, 23, 59, 59, 500, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    dt.datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=dt.UTC),
)
TEXTS_BY_LOCALE = frozenset({"names", "descriptions"})
"""JSON that holds texts and nothing else."""
DAYS = (dt.date(2026, 11, 18), dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2024, 2, 29))

VALUES: tuple[tuple[type, Sequence[Any]], ...] = (
    (JSONB, DOCUMENTS),
    (sa.Boolean, (True, False)),
    (sa.BigInteger, NUMBERS),
    (sa.Integer, [each for each in NUMBERS if -(2**31) <= each < 2**31]),
    (sa.Float, FLOATS),
    (sa.DateTime, MOMENTS),
    (sa.Date, DAYS),
)


async def disorder(acts: Acts, dice: random.Random, *, most_rows: int = 12) -> int:
    """Change columns of rows of every table at random; returns how many values were taken."""
    taken = 0
    async with acts.sessions.write() as session:
        # Rows of append-only tables may be anything here; checks still hold.
        await session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for table in models.Base.metadata.sorted_tables:
            rows = (await session.execute(sa.select(*table.primary_key.columns).limit(most_rows))).all()
            for row in rows:
                for column in table.columns:
                    if column.primary_key or column.foreign_keys or dice.random() < 0.4:
                        continue
                    where = [key == value for key, value in zip(table.primary_key.columns, row, strict=True)]
                    change = sa.update(table).where(*where).values({column.name: odd_value(column, dice)})
                    try:
                        async with session.begin_nested():
                            await session.execute(change)
                        taken += 1
                    except DBAPIError:
                        continue
        await session.execute(sa.text("SET LOCAL session_replication_role = origin"))
        await session.commit()
    return taken


def odd_value(column: sa.Column[Any], dice: random.Random) -> Any:
    """Make a value that the column may or may not take."""
    if column.nullable and dice.random() < 0.5:
        return sa.null()
    if column.name in TEXTS_BY_LOCALE:
        return {dice.choice(("en", "it", "zh", "zh-HK", "x")): dice.choice(HOSTILE) for _ in range(3)}
    return _odd(column.type, dice)


def _odd(kind: Any, dice: random.Random) -> Any:
    if isinstance(kind, sa.Enum):
        return dice.choice(list(kind.enum_class or kind.enums))
    if isinstance(kind, ARRAY):
        return [_odd(kind.item_type, dice) for _ in range(dice.randrange(3))]
    if isinstance(kind, sa.String):
        return dice.choice(HOSTILE)[: kind.length]
    for known, values in VALUES:
        if isinstance(kind, known):
            found = dice.choice(values)
            return sa.null() if found is None else found
    return uuid.UUID(int=dice.getrandbits(128)) if isinstance(kind, sa.Uuid) else dice.randbytes(20)
