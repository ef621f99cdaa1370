"""Rows by model, ready for COPY, and what they are made of: all from one random seed."""

import datetime as dt
import json
from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from db import models
from domain.bookings import CODE_ALPHABET
from domain.environments import Environment

RANDOM_SEED = 20_260
TEST_EVERY = 10
"""One package in so many is in TEST, and so is what is sold of it: no list is without somebody else's rows."""
PAST = dt.timedelta(days=20)
AHEAD = dt.timedelta(days=30)
"""How long the open holds live on: none runs out while anybody is measured."""

Row = tuple[object, ...]


def environment_of(number: int) -> Environment:
    """Return where the package or call of this number is."""
    return Environment.TEST if number % TEST_EVERY == 0 else Environment.LIVE


class Rows:
    """What is to be written. Ids and times hang on `now`; all else is the same on every machine."""

    def __init__(self, now: dt.datetime) -> None:
        # Milliseconds are what the graph shows: nobody is to be compared by how it rounds.
        self.now = _whole_milliseconds(now)
        self.began = self.now - PAST
        self.random = Random(RANDOM_SEED)
        self.by_model: dict[type[models.Base], list[Row]] = {}
        self._columns: dict[type[models.Base], dict[str, object]] = {}

    def add(self, model: type[models.Base], **facts: object) -> None:
        """Add a row, in the order of the model's columns; what is not said is the model's default, or NULL."""
        if model not in self._columns:
            self._columns[model] = {column.key: _default_of(column) for column in model.__table__.columns}
            self.by_model[model] = []
        columns = self._columns[model]
        self.by_model[model].append(tuple(facts.pop(name, default) for name, default in columns.items()))
        assert not facts, facts

    def new_id(self, at: dt.datetime) -> UUID:
        """Make a UUIDv7: later ones are greater, those of one millisecond are in no order."""
        milliseconds = int(at.timestamp() * 1000)
        noise = self.random.getrandbits(74)
        return UUID(int=milliseconds << 80 | 7 << 76 | noise >> 62 << 64 | 2 << 62 | noise & (1 << 62) - 1)

    def code(self, length: int) -> str:
        return "".join(self.random.choices(CODE_ALPHABET, k=length))

    def moments(self, count: int) -> Iterator[dt.datetime]:
        """Tell `count` moments of the past, in their order."""
        for number in range(count):
            yield _whole_milliseconds(self.began + PAST / count * number)


def _default_of(column: Any) -> object:
    """Return what a row has that does not say: a fixed value, or an empty list or object."""
    default = column.default
    if default is None or column.primary_key:
        return None
    value = default.arg if default.is_scalar else default.arg(None)
    return json.dumps(value) if isinstance(value, dict) else value


def _whole_milliseconds(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
