r"""Properties in the cells of a spreadsheet: how each field is read from a text and written as one.

What can not be read stays the text it is; the rules say what is wrong with it. `read(field, write(field, value))` is
the value again.

ROOM_TYPES   `DBL|Double room|2|10; SGL|Single room|1|4`       code, name, guests, rooms
CONTACTS     `RESERVATIONS|Anna Rossi|anna@example.it|+39 …`   kind, name, email, phone; the last two may be empty
AMENITIES    `WIFI; POOL`
IMAGES       addresses with a space between
DESCRIPTIONS one column a language
NIGHTLY_PRICE in whole units: `80.50`
A backslash keeps `|`, `;` and itself: `\|`.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from math import isfinite
from typing import Any

from domain.currencies import decimals_of
from domain.partners import LOCALES
from domain.properties import (
    FIELDS,
    CancellationPolicy,
    Contact,
    ContactKind,
    PropertyField,
    PropertyType,
    RoomType,
    Shape,
    amount_of,
)
from domain.texts import folded, unneutral

TEMPLATE_VERSION = 1
"""Counts the changes of the columns below."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the template: its header, its field, and the language of a description."""

    header: str
    field: PropertyField
    locale: str | None = None


COLUMNS: tuple[Column, ...] = tuple(
    column
    for field in PropertyField
    for column in (
        [Column(f"description_{locale}", field, locale) for locale in LOCALES]
        if field is PropertyField.DESCRIPTIONS
        else [Column(field.value, field)]
    )
)
"""The template: what an export has and an import reads without being told anything."""

CHOICES: dict[PropertyField, type[StrEnum]] = {
    PropertyField.TYPE: PropertyType,
    PropertyField.CANCELLATION: CancellationPolicy,
}

YES = frozenset(
    {"yes", "y", "true", "1", "x", "si", "ja", "j", "oui", "o", "vero", "wahr", "vrai", "verdadero"}
)
NO = frozenset({"no", "n", "false", "0", "nein", "non", "falso", "falsch", "faux"})

NUMBER = re.compile(r"[-+]?\d[\d.,'\u2019\s]*|[-+]?[.,]\d+")
EXPONENT = re.compile(r"[0-9]e[-+]?[0-9]", re.IGNORECASE)
"""A spreadsheet wrote it: the digits after the first few are lost."""
MOST_DIGITS = 20
ESCAPED = "\0"
"""Stands for a kept backslash while a cell is parted; no cell has it."""


def read(field: PropertyField, text: str, *, currency: object = None) -> Any:
    """Return the value of a cell, None for an empty one; the trimmed text where it can not be read."""
    text = unneutral(text.strip()).strip()
    if not text:
        return None
    shape = FIELDS[field].shape
    if shape is Shape.MONEY:
        return read_price(text, currency)
    if shape is Shape.LIST:
        return _list(field, text)
    return READERS[shape](field, text)


def read_row(cells: Mapping[Column, str]) -> dict[PropertyField, Any]:
    """Return the values of a row; the currency is looked at before the price."""
    values: dict[PropertyField, Any] = {}
    currency = next(
        (text.strip() for column, text in cells.items() if column.field is PropertyField.CURRENCY), None
    )
    for column, text in cells.items():
        if column.locale is not None:
            if description := unneutral(text.strip()):
                values.setdefault(PropertyField.DESCRIPTIONS, {})[column.locale] = description
        else:
            value = read(column.field, text, currency=currency)
            if value is not None:
                values[column.field] = value
    return values


def write(field: PropertyField, value: Any, *, currency: object = None) -> str:
    """Return the cell of a value; an empty one for nothing. Descriptions as a whole are JSON."""
    match value:
        case None:
            cell = ""
        case bool():
            cell = "yes" if value else "no"
        case int() if field is PropertyField.NIGHTLY_PRICE:
            cell = str(amount_of(value, currency))
        case float() if isfinite(value) and abs(value) < 10**MOST_DIGITS:
            cell = f"{value:.10f}".rstrip("0").rstrip(".")
        case dict():
            cell = json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            cell = _joined(field, value)
        case _:
            cell = str(value)
    return cell


def write_row(values: Mapping[PropertyField, Any]) -> list[str]:
    """Return the cells of a property, in the order of COLUMNS."""
    currency = values.get(PropertyField.CURRENCY)
    descriptions = values.get(PropertyField.DESCRIPTIONS) or {}
    return [
        descriptions.get(column.locale, "")
        if column.locale
        else write(column.field, values.get(column.field), currency=currency)
        for column in COLUMNS
    ]


def read_number(text: str, *, decimals: int | None = None) -> Decimal | None:
    """Return the number a person wrote, with a point or a comma, and signs around it; None for none.

    The last of two different separators is the decimal one. A single one before exactly three digits parts
    thousands where `decimals` says that there are not as many: `1,234` euros, but `41,903` degrees.
    """
    found = NUMBER.findall(text)
    if len(found) != 1 or EXPONENT.search(text):
        return None
    digits = re.sub(r"['\u2019\s]", "", found[0])
    point = max(digits.rfind("."), digits.rfind(","))
    if point >= 0:
        mark, after = digits[point], len(digits) - point - 1
        is_thousands = digits.count(mark) > 1 or (
            decimals is not None and after == 3 and decimals != 3 and not _has_both(digits)
        )
        whole = re.sub(r"[.,]", "", digits[:point])
        digits = f"{whole}{digits[point + 1 :]}" if is_thousands else f"{whole}.{digits[point + 1 :]}"
    if len(digits) > MOST_DIGITS:
        return None
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def read_price(text: str, currency: object) -> int | str:
    """Return an amount in minor units, rounded half up; the text where it is none."""
    decimals = decimals_of(currency)
    amount = read_number(text, decimals=decimals)
    return text if amount is None else int(amount.scaleb(decimals).to_integral_value("ROUND_HALF_UP"))


def _has_both(digits: str) -> bool:
    return "." in digits and "," in digits


def _number(_: PropertyField, text: str) -> float | str:
    number = read_number(text)
    return text if number is None else float(number)


def _flag(_: PropertyField, text: str) -> bool | str:
    said = folded(text)
    return said in YES if said in YES | NO else text


def _choice(choices: type[StrEnum], text: str) -> StrEnum | str:
    wanted = folded(text).replace(" ", "_").upper()
    return choices(wanted) if wanted in choices.__members__ else text


def _texts(_: PropertyField, text: str) -> dict[str, str] | str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, dict) else text


def _list(field: PropertyField, text: str) -> list[Any] | str:
    if field is PropertyField.IMAGES:
        return [each for each in (part.strip(",;|") for part in text.split()) if each]
    if field is PropertyField.AMENITIES:
        return [each.strip() for each in re.split(r"[;,|\n]", text) if each.strip()]
    make = _room_type if field is PropertyField.ROOM_TYPES else _contact
    made = [make([_plain(part) for part in _parted(each, "|")]) for each in _parted(text, ";") if each]
    return text if None in made else made


def _room_type(parts: list[str]) -> RoomType | None:
    if len(parts) != 4 or not all(re.fullmatch(r"-?[0-9]{1,9}", each) for each in parts[2:]):
        return None
    return RoomType(parts[0], parts[1], int(parts[2]), int(parts[3]))


def _contact(parts: list[str]) -> Contact | None:
    parts = [*parts, "", ""][: max(4, len(parts))]
    kind = _choice(ContactKind, parts[0])
    if len(parts) != 4 or not isinstance(kind, ContactKind):
        return None
    return Contact(kind, parts[1], parts[2] or None, parts[3] or None)


def _parted(text: str, mark: str) -> list[str]:
    """Split at every mark that no backslash keeps; the backslashes stay."""
    return [each.strip() for each in re.split(rf"(?<!\\){re.escape(mark)}", text.replace("\\\\", ESCAPED))]


def _plain(part: str) -> str:
    """Return a part without its backslashes."""
    return part.replace("\\|", "|").replace("\\;", ";").replace(ESCAPED, "\\")


def _joined(field: PropertyField, value: Iterable[Any]) -> str:
    if field is PropertyField.IMAGES:
        return " ".join(map(str, value))
    return "; ".join(_cell(each) for each in value)


def _cell(each: Any) -> str:
    match each:
        case RoomType():
            parts = [each.code, each.name, each.max_occupancy, each.quantity]
        case Contact():
            parts = [each.kind.value, each.name, each.email or "", each.phone or ""]
        case _:
            return str(each)
    return "|".join(re.sub(r"([\\|;])", r"\\\1", str(part)) for part in parts)


READERS: dict[Shape, Callable[[PropertyField, str], Any]] = {
    Shape.TEXT: lambda _, text: text,
    Shape.CHOICE: lambda field, text: _choice(CHOICES[field], text),
    Shape.NUMBER: _number,
    Shape.FLAG: _flag,
    Shape.TEXTS: _texts,
}
