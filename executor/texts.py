"""JSON as PostgreSQL writes it: the text of a leaf, exactly as orjson writes what graphql-core makes of it.

A text is built by concatenation, which is a third faster than PostgreSQL's own JSON functions (PERFORMANCE.md). NULL
would make all of it NULL, and `string_agg` would leave it out unseen: nothing here is ever NULL. Where GraphQL allows
no null, or no such value, the text carries `BAIL`, a character that JSON never has.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLOutputType,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Integer,
    Numeric,
    String,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.types import TypeEngine

from db.types import Plain
from executor.giving_up import Unsupported

BAIL = "\x03"
Text = ColumnElement[str]
Part = str | Text
"""A piece of a text: known already, or written by PostgreSQL."""

INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
"""Milliseconds, cut off, in UTC: as `schema/money.py` writes a DateTime."""
SMALLEST, LARGEST = -(2**31), 2**31 - 1


def known(text: str) -> Text:
    """Return a literal."""
    return literal_column("'" + text.replace("'", "''") + "'", String) if BAIL not in text else BAILING


BAILING: Text = literal_column("E'\\x03'", String)
NULL: Text = literal_column("'null'", String)


def joined(parts: Sequence[Part]) -> Text:
    """Concatenate; what stands beside each other and is known becomes one literal."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "" or not isinstance(part, str):
            merged.append(part)
    pieces = [known(part) if isinstance(part, str) else part for part in merged] or [known("")]
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole.op("||", return_type=String())(piece)
    return whole


def leaf(type_: GraphQLOutputType, value: ColumnElement[Any], *, is_never_null: bool) -> list[Part]:
    """Return the text of a leaf, or of a list of leaves, in pieces. Raises Unsupported."""
    inner: Any = get_nullable_type(type_)
    parts: list[Part] = [_list(inner, value)] if is_list_type(inner) else _scalar(inner, value)
    if is_never_null:
        return parts
    return [func.coalesce(joined(parts), BAILING if is_non_null_type(type_) else NULL)]


def _list(type_: Any, value: ColumnElement[Any]) -> Text:
    """Return the text of an array; PostgreSQL writes one without blanks, as orjson does."""
    member = type_.of_type
    named = get_nullable_type(member)
    if not isinstance(value.type, ARRAY) or not is_non_null_type(member) or not is_leaf_type(named):
        raise Unsupported(f"a list of {member}")
    is_sound: ColumnElement[bool] = func.array_position(value, None).is_(None)
    if isinstance(named, GraphQLEnumType):
        if not _has_own_names(named):
            raise Unsupported(f"a list of {named.name}")
        is_sound = and_(is_sound, value.op("<@")(cast(list(named.values), ARRAY(String))))
    elif (named.name, type(value.type.item_type)) not in {("String", String), ("Int", Integer)}:
        raise Unsupported(f"a list of {named.name}")
    return case((value.is_(None), None), (is_sound, cast(func.array_to_json(value), String)), else_=BAILING)


def _scalar(type_: GraphQLLeafType, value: ColumnElement[Any]) -> list[Part]:
    if isinstance(type_, GraphQLEnumType):
        return _enum(type_, value)
    for kind, write in WRITERS.get(type_.name, ()):
        if isinstance(value.type, kind):
            return write(value)
    raise Unsupported(f"{type_.name} of {value.type}")


def _enum(type_: GraphQLEnumType, value: ColumnElement[Any]) -> list[Part]:
    """Return the name of an enum's value; a CHECK of the column keeps all others out."""
    if not isinstance(value.type, SqlEnum | Plain):
        raise Unsupported(f"{type_.name} of {value.type}")
    if _has_own_names(type_):
        return _quoted(cast(value, String))
    names = {_stored(each.value): name for name, each in type_.values.items()}
    return _quoted(case(names, value=cast(value, String)))


def _stored(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def _has_own_names(type_: GraphQLEnumType) -> bool:
    """Tell whether the database keeps the very names the graph shows."""
    return all(_stored(each.value) == name for name, each in type_.values.items())


def _quoted(text: ColumnElement[Any]) -> list[Part]:
    return ['"', text, '"']


def _escaped(text: ColumnElement[Any]) -> list[Part]:
    return [cast(func.to_json(text), String)]


def _plain(value: ColumnElement[Any]) -> list[Part]:
    return [cast(value, String)]


def _small(number: ColumnElement[Any]) -> list[Part]:
    """A column keeps its range; what is computed may be larger than its type in SQLAlchemy says (a sum is)."""
    return _plain(number) if isinstance(number, Column) else _large(number)


def _large(number: ColumnElement[Any]) -> list[Part]:
    """A number that may be larger than GraphQL's Int, which graphql-core refuses."""
    is_small = number.between(literal_column(str(SMALLEST)), literal_column(str(LARGEST)))
    return [case((number.is_(None), None), (is_small, cast(number, String)), else_=BAILING)]


def _finite(value: ColumnElement[Any], parts: list[Part]) -> list[Part]:
    """Leave what has no end to graphql-core: the driver has words of its own for it."""
    return [case((value.is_(None), None), (func.isfinite(value), joined(parts)), else_=BAILING)]


def _day(day: ColumnElement[Any]) -> list[Part]:
    return _finite(day, _quoted(cast(day, String)))


def _instant(moment: ColumnElement[Any]) -> list[Part]:
    text = func.to_char(func.timezone(literal_column("INTERVAL '0'"), moment), literal_column(f"'{INSTANT}'"))
    return _finite(moment, _quoted(text))


def _float(number: ColumnElement[Any]) -> list[Part]:
    """PostgreSQL writes the fewest digits that are the same number, as orjson does, but 41 for 41.0.

    What either writes with an exponent is left to graphql-core.
    """
    is_plain = or_(number == 0, func.abs(number).between(literal_column("1e-4"), literal_column("1e15")))
    whole = func.trunc(number) == number
    text = cast(number, String)
    written = case((whole, text.concat(literal_column("'.0'", String))), else_=text)
    return [case((number.is_(None), None), (is_plain, written), else_=BAILING)]


Writer = tuple[type[TypeEngine[Any]], Callable[[ColumnElement[Any]], list[Part]]]

TEXTS: tuple[Writer, ...] = (
    (Plain, _quoted),
    (String, _escaped),
)
WRITERS: dict[str, tuple[Writer, ...]] = {
    "String": TEXTS,
    "ID": TEXTS,
    "CurrencyCode": TEXTS,
    "Int": ((BigInteger, _large), (Integer, _small)),
    "Float": ((Float, _float),),
    "Boolean": ((Boolean, _plain),),
    "DateTime": ((DateTime, _instant),),
    "Date": ((Date, _day),),
    "Decimal": ((Plain, _quoted), (Numeric, lambda number: _quoted(cast(number, String)))),
}
"""Scalar of the graph -> the kinds of column it can be written from, and how."""
