"""Rows of a partner's sheet as properties: each cell cleaned and read, each row judged, nothing decided silently."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain import cells as reading
from domain import property_texts
from domain.currencies import currency_of, decimals_of
from domain.import_messages import RowRule
from domain.mapping import Column, Plan, Target
from domain.markup import has_markup, text_of
from domain.properties import Contact, ContactKind, PropertyField, RoomType
from domain.rules.problems import Severity
from domain.texts import unneutral

F = PropertyField

Repair = Callable[[str], str]
"""Gives a text back that was decoded wrongly once; the very same where nothing is wrong with it."""

LAYOUT = frozenset("\n\r\t")
REPLACED = "\N{REPLACEMENT CHARACTER}"
MOST_WORDS = 20
SAID = frozenset({F.NAME, F.DESCRIPTIONS, F.STREET, F.CITY, F.REGION})
"""Texts in which HTML is looked for; elsewhere `<` is just wrong."""
PRICE = Target(F.NIGHTLY_PRICE)
MEMBERS = (RoomType, Contact)
ONLY_ROOM = "STANDARD"
"""Code of the room type that is made of numbers of rooms and guests."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is worth telling of a row: where, what stands there, which rule, and what it would be corrected to."""

    rule: str
    severity: Severity
    field: PropertyField | None = None
    column: int | None = None
    value: str = ""
    sentence: str = ""
    """The key of the message of a rule of properties; empty for rules of rows."""
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    suggestion: str | None = None
    is_applied: bool = False
    """Whether the correction is part of what is taken when corrections are accepted."""


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row as values, what was found on the way, and where each field came from."""

    values: dict[PropertyField, Any]
    findings: list[Finding]
    sources: dict[PropertyField, tuple[int, str]]
    """Field -> column and text; a constant has none."""


def read_row(plan: Plan, cells: Sequence[str], repair: Repair) -> RowReading:
    """Read the cells of a row as its plan says. What can not be read stays a text, for the rules to refuse."""
    findings: list[Finding] = []
    sources: dict[PropertyField, tuple[int, str]] = {}
    texts: dict[Target, list[tuple[Column, str]]] = {}
    for column in plan.columns:
        if column.target is None or column.position >= len(cells) or not cells[column.position].strip():
            continue
        original = cells[column.position]
        text = _clean(column, original, repair, findings)
        if column.target.field not in sources:
            sources[column.target.field] = (column.position, original)
        texts.setdefault(column.target, []).append((column, text))
    extra = len(cells) - len(plan.columns)
    if extra > 0 and any(cell.strip() for cell in cells[-extra:]):
        facts = {"cells": len(cells), "columns": len(plan.columns)}
        findings.append(Finding(RowRule.EXTRA_CELLS, Severity.WARNING, facts=facts))
    values = _values(plan, texts, findings)
    return RowReading(values, findings, sources)


def _clean(column: Column, original: str, repair: Repair, findings: list[Finding]) -> str:
    assert column.target is not None
    text, changes = original, []
    # A list of ours has an apostrophe before what would be a formula; it is no part of the text.
    text = original = unneutral(text)
    if not (text.isprintable() or all(each.isprintable() or each in LAYOUT for each in text)):
        text = "".join(each for each in text if each.isprintable() or each in LAYOUT or each == "\xa0")
        if text != original:
            changes.append(RowRule.CONTROL_CHARACTERS)
    repaired = repair(text)
    if repaired != text:
        text = repaired
        changes.append(RowRule.MOJIBAKE)
    if column.target.field in SAID and has_markup(text):
        text = text_of(text)
        changes.append(RowRule.MARKUP)
    text = text.strip()
    field, position = column.target.field, column.position
    if changes:
        findings.extend(
            Finding(rule, Severity.WARNING, field, position, original, suggestion=text, is_applied=True)
            for rule in changes
        )
    if REPLACED in text:
        findings.append(
            Finding(RowRule.BROKEN_LETTERS, Severity.WARNING, column.target.field, column.position, original)
        )
    return text


def _values(
    plan: Plan, texts: Mapping[Target, list[tuple[Column, str]]], findings: list[Finding]
) -> dict[PropertyField, Any]:
    values = _constants(plan)
    parts: dict[PropertyField, dict[str, str]] = {}
    for target, found in texts.items():
        column, text = found[0]
        if len(found) > 1:
            text = reading.joined([each for _, each in found])
        if target.field is F.DESCRIPTIONS:
            text = reading.joined([each for _, each in found], by="\n\n")
            values[F.DESCRIPTIONS] = {**values.get(F.DESCRIPTIONS, {}), target.part or plan.locale: text}
        elif target.field is F.AMENITIES and target.part is None:
            values[F.AMENITIES] = [*values.get(F.AMENITIES, []), *_amenities(column, text, findings)]
        elif target.part is not None:
            parts.setdefault(target.field, {})[target.part] = text
        elif target.field is not F.NIGHTLY_PRICE:
            values[target.field] = _read(target.field, text, column.decimal)
    for field, given in parts.items():
        values |= _of_parts(field, given, values)
    _price(plan, texts, values, findings)
    return {each: value for each, value in values.items() if value is not None}


def _constants(plan: Plan) -> dict[PropertyField, Any]:
    values: dict[PropertyField, Any] = {}
    for field, text in plan.constants.items():
        if field is F.DESCRIPTIONS:
            values[field] = {plan.locale: text}
        elif field is F.AMENITIES:
            values[field] = [str(each) for each in reading.amenities_of(text)[0]]
        elif field is not F.NIGHTLY_PRICE:
            values[field] = _read(field, text, None)
    return values


def _of_parts(
    field: PropertyField, given: Mapping[str, str], values: Mapping[PropertyField, Any]
) -> dict[PropertyField, Any]:
    """Return the field that columns of its parts make together; a column of the whole field goes before them."""
    if field is F.AMENITIES:
        had = [amenity for amenity, text in given.items() if reading.flag_of(text)]
        return {field: list(dict.fromkeys([*values.get(field, []), *had]))}
    made = None
    if field not in values:
        made = [_contact(given)] if field is F.CONTACTS else _rooms(given)
    return {} if made is None else {field: made}


Reader = Callable[[str, str | None], Any]
"""Takes a cell and the decimal mark of its column; None for what can not be read."""

READERS: dict[PropertyField, Reader] = {
    F.EXTERNAL_CODE: lambda text, _: " ".join(text.split()),
    F.TYPE: lambda text, _: reading.type_of(text),
    F.CANCELLATION: lambda text, _: reading.cancellation_of(text),
    F.LATITUDE: lambda text, decimal: reading.degrees_of(text, decimal=decimal),
    F.LONGITUDE: lambda text, decimal: reading.degrees_of(text, decimal=decimal),
    F.STAR_RATING: lambda text, _: reading.stars_of(text),
    F.CHECK_IN_FROM: lambda text, _: reading.time_of(text),
    F.CHECK_OUT_UNTIL: lambda text, _: reading.time_of(text),
    F.IS_CHILD_FRIENDLY: lambda text, _: reading.flag_of(text),
    F.IS_PET_FRIENDLY: lambda text, _: reading.flag_of(text),
    F.IMAGES: lambda text, _: reading.links_of(text) or reading.listed(text),
}
"""How cells of partners are read; the other fields as the template has them."""


def _read(field: PropertyField, text: str, decimal: str | None) -> Any:
    reader = READERS.get(field)
    if reader is None:
        return property_texts.read(field, text)
    value = reader(text, decimal)
    return text if value is None else value


def _amenities(column: Column, text: str, findings: list[Finding]) -> list[str]:
    known, unknown = reading.amenities_of(text)
    if unknown:
        findings.append(
            Finding(
                RowRule.AMENITIES_LEFT_OUT,
                Severity.WARNING,
                F.AMENITIES,
                column.position,
                text,
                facts={"words": ", ".join(unknown[:MOST_WORDS])},
                suggestion="; ".join(known),
                is_applied=True,
            )
        )
    return [str(each) for each in known]


def _contact(parts: Mapping[str, str]) -> Contact:
    email, phone = parts.get("EMAIL"), parts.get("PHONE")
    return Contact(ContactKind.GENERAL, parts.get("NAME") or email or phone or "", email, phone)


def _rooms(parts: Mapping[str, str]) -> list[RoomType] | None:
    """Make the one room type that numbers of rooms and guests tell; None where one of them is missing or no number."""
    guests = reading.number_of(parts.get("MAX_OCCUPANCY", ""), decimal=".")
    quantity = reading.number_of(parts.get("QUANTITY", "1"), decimal=".")
    if guests is None or quantity is None:
        return None
    return [RoomType(ONLY_ROOM, parts.get("NAME", "Standard"), int(guests), int(quantity))]


def _price(
    plan: Plan,
    texts: Mapping[Target, list[tuple[Column, str]]],
    values: dict[PropertyField, Any],
    findings: list[Finding],
) -> None:
    """Read the price last: its minor units depend on the currency, which may stand beside it."""
    found = texts.get(PRICE)
    text = found[0][1] if found else plan.constants.get(F.NIGHTLY_PRICE)
    if text is None:
        return
    amount = reading.amount_of(text, decimal=found[0][0].decimal if found else None)
    if amount is None:
        values[F.NIGHTLY_PRICE] = text
        return
    told = values.get(F.CURRENCY)
    known = currency_of(told, values.get(F.COUNTRY)) if isinstance(told, str) else None
    if amount[1] is not None and told is None:
        values[F.CURRENCY] = known = amount[1]
    elif amount[1] is not None and known is not None and amount[1] != known:
        findings.append(
            Finding(
                RowRule.CURRENCY_DIFFERS,
                Severity.ERROR,
                F.NIGHTLY_PRICE,
                found[0][0].position if found else None,
                text,
                facts={"found": amount[1], "expected": known},
            )
        )
    decimals = decimals_of(known or told)
    values[F.NIGHTLY_PRICE] = int(amount[0].scaleb(decimals).to_integral_value("ROUND_HALF_UP"))


def merged(
    before: Mapping[PropertyField, Any], told: Mapping[PropertyField, Any]
) -> dict[PropertyField, Any]:
    """Return what a property becomes: what the row tells, over what there is. An empty cell changes nothing."""
    values = {each: value for each, value in before.items() if value is not None}
    values |= told
    if F.DESCRIPTIONS in told and isinstance(told[F.DESCRIPTIONS], dict):
        values[F.DESCRIPTIONS] = {**(before.get(F.DESCRIPTIONS) or {}), **told[F.DESCRIPTIONS]}
    if F.CONTACTS in told and isinstance(told[F.CONTACTS], list):
        kinds = {each.kind for each in told[F.CONTACTS]}
        others = [each for each in before.get(F.CONTACTS) or [] if each.kind not in kinds]
        values[F.CONTACTS] = [*others, *told[F.CONTACTS]] if others else told[F.CONTACTS]
    return values


def digest_of(values: Mapping[PropertyField, Any]) -> bytes:
    """Return what two rows that say the same have in common."""
    said = json.dumps(
        {each: repr(value) for each, value in values.items()}, sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


def to_json(values: Mapping[PropertyField, Any]) -> dict[str, Any]:
    """Return values as they are kept with a row; `of_json` gives them back."""
    return {each.value: _plain(value) for each, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, MEMBERS):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def of_json(kept: Mapping[str, Any]) -> dict[PropertyField, Any]:
    """Return values that were kept."""
    values: dict[PropertyField, Any] = {PropertyField(name): value for name, value in kept.items()}
    if isinstance(values.get(F.ROOM_TYPES), list):
        values[F.ROOM_TYPES] = [RoomType(**each) for each in values[F.ROOM_TYPES]]
    if isinstance(values.get(F.CONTACTS), list):
        values[F.CONTACTS] = [
            Contact(**{**each, "kind": ContactKind(each["kind"])}) for each in values[F.CONTACTS]
        ]
    for name, choices in property_texts.CHOICES.items():
        if values.get(name) in choices.__members__:
            values[name] = choices(values[name])
    return values
