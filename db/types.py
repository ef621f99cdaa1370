"""Column types and defaults shared by all tables."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import orjson
from sqlalchemy import DateTime, Enum, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from uuid_utils.compat import uuid7

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all rows."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012 - SQLAlchemy's own protocol


def json_of_values(values: object) -> str:
    """Write values as JSON that PostgreSQL reads back: ids and times as text, bytes in hex."""
    return orjson.dumps(values, default=_as_text).decode()


def _as_text(value: object) -> str:
    # asyncpg's ids are of a class of their own.
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


class Plain(String):
    """Text of our own making, with nothing in it that JSON would have to escape."""

    cache_ok = True


def new_id() -> UUID:
    """Make a UUIDv7: unique, and in the order of creation, so that indexes stay local."""
    return uuid7()


Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]


def enum_type(enum: type[StrEnum], length: int = 32, *, name: str | None = None) -> Enum:
    """A text column of the enum's values with a CHECK: adding a value is a plain migration.

    `name` is the CHECK's, where a table has two columns of one enum.
    """
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=length,
        values_callable=lambda members: [member.value for member in members],
        name=name or enum.__name__.lower(),
    )


HOT = {"postgresql_with": {"fillfactor": 50}}
"""For tables of a few rows that change all the time: room on the page keeps the updates in place (HOT)."""
