"""Properties: what partners tell of their houses, and what is still to be said."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import strawberry

from dataloaders.properties import problems_by_property
from dataloaders.properties import problems_of as load_problems
from db import models
from db.models.properties import MEMBERS, values_of
from db.paging import Page, Window
from db.queries import properties as queries
from db.questions import Asked
from db.rows import One
from domain.errors import Forbidden, IdempotencyConflict, NotFound
from domain.ids import local_id, optional_id
from domain.partners import StaleVersion
from domain.properties import (
    FIELDS,
    Amenity,
    Contact,
    ExternalCodeTaken,
    MissingField,
    PropertyField,
    RoomType,
    amount_of,
    completeness,
)
from domain.property_template import FILE_NAME, template_csv
from domain.property_texts import COLUMNS, TEMPLATE_VERSION, Column, write
from domain.rules.messages import label_of, message_of, suggestion_of
from domain.rules.problems import Problem
from domain.rules.refusals import InvalidProperty
from permissions.visibility import visible_properties
from resolvers.context import Info
from resolvers.property_inputs import (
    ArchivePropertyInput,
    CreatePropertyInput,
    PropertyFilter,
    RestorePropertyInput,
    UpdatePropertyInput,
    ValidatePropertyInput,
    read_values,
    values_to_check,
)
from resolvers.refusals import answers
from services import properties


def page(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    filter: PropertyFilter | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.Property]]:
    """The properties of the caller's partners, or of one of them, by name."""
    wanted = filter or PropertyFilter()
    return queries.page_properties(
        visible=visible_properties(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
        search=wanted.search,
        country=wanted.country,
        is_complete=wanted.is_complete,
        is_archived=wanted.is_archived,
    )


def by_id(info: Info, id: strawberry.ID) -> Asked[One[models.Property]] | None:
    """One property; null where there is none, or none the caller may see."""
    property_id = local_id("Property", id)
    if property_id is None:
        return None
    return queries.property_by_id(property_id, visible=visible_properties(info.context.viewer))


async def validate(info: Info, input: ValidatePropertyInput) -> list[Problem]:
    """What would be said of these values, as a form asks while it is filled in; nothing is saved."""
    context = info.context
    return await load_problems(
        context.sessions,
        context.viewer,
        partner_id=local_id("Partner", input.partner_id),
        values=values_to_check(input),
        fields=input.fields,
        without=input.external_code_before,
    )


@dataclass(frozen=True, slots=True)
class Template:
    """What a spreadsheet of properties looks like."""

    version: int
    file_name: str
    csv: str
    columns: tuple[Column, ...]


def template() -> Template:
    """The spreadsheet that an import reads without being told anything, with an example row."""
    return Template(TEMPLATE_VERSION, FILE_NAME, template_csv(), COLUMNS)


def column_label(root: strawberry.Parent[Column], info: Info) -> str:
    """What its field is called in the caller's language."""
    return label_of(root.field, info.context.viewer.locales)


def column_is_needed(root: strawberry.Parent[Column]) -> bool:
    """Going live needs the field."""
    return FIELDS[root.field].is_needed


async def problems(root: strawberry.Parent[models.Property], info: Info) -> list[Problem]:
    """What is to be said of it, also beside the partner's other properties; what was saved has no errors."""
    found: list[Problem] = await info.context.loaders.value(problems_by_property, root)
    return found


def missing(root: strawberry.Parent[models.Property]) -> list[MissingField]:
    """What it does not tell yet, in the order of the fields."""
    return list(completeness(values_of(root)).missing)


def nightly_price(root: strawberry.Parent[models.Property]) -> Decimal | None:
    """What a night costs at least, in whole units of `currency`, with all its decimals."""
    return None if root.nightly_price is None else amount_of(root.nightly_price, root.currency)


def room_types(root: strawberry.Parent[models.Property]) -> list[RoomType]:
    """The kinds of rooms."""
    return [MEMBERS[PropertyField.ROOM_TYPES](each) for each in root.room_types]


def contacts(root: strawberry.Parent[models.Property]) -> list[Contact]:
    """Whom to ask."""
    return [MEMBERS[PropertyField.CONTACTS](each) for each in root.contacts]


def amenities(root: strawberry.Parent[models.Property]) -> list[Amenity]:
    """What it offers its guests."""
    return [Amenity(each) for each in root.amenities]


def descriptions(root: strawberry.Parent[models.Property]) -> list[dict[str, Any]]:
    """What it says of itself, in every language it has written it in."""
    return [{"locale": locale, "text": text} for locale, text in root.descriptions.items()]


def message(root: strawberry.Parent[Problem], info: Info) -> str:
    """One sentence, in the caller's language."""
    return message_of(root, info.context.viewer.locales)


def suggestion(root: strawberry.Parent[Problem]) -> str | None:
    """What would mend the field, as a cell of a spreadsheet has it; null where only a person knows."""
    return suggestion_of(root)


def corrections(root: strawberry.Parent[Problem]) -> list[dict[str, Any]]:
    """Everything that has to change together to mend it."""
    currency = root.corrections.get(PropertyField.CURRENCY, root.facts.get("currency"))
    return [
        {"field": field, "text": write(field, value, currency=currency)}
        for field, value in root.corrections.items()
    ]


def correction_field(root: strawberry.Parent[dict[str, Any]]) -> PropertyField:
    """The field."""
    field: PropertyField = root["field"]
    return field


def correction_text(root: strawberry.Parent[dict[str, Any]]) -> str:
    """Its value, as a cell of a spreadsheet has it."""
    text: str = root["text"]
    return text


def missing_label(root: strawberry.Parent[MissingField], info: Info) -> str:
    """What the field is called in the caller's language."""
    return label_of(root.field, info.context.viewer.locales)


@answers(NotFound, Forbidden, InvalidProperty, ExternalCodeTaken, IdempotencyConflict)
async def create_property(info: Info, input: CreatePropertyInput) -> models.Property:
    """Add a property. A code and a name are enough to begin with; whatever is told must hold."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await properties.create_property(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            values=read_values(input.values),
            idempotency=context.idempotency(
                input.idempotency_key, "create_property", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, StaleVersion, InvalidProperty, ExternalCodeTaken)
async def update_property(info: Info, input: UpdatePropertyInput) -> models.Property:
    """Change a property; a change made for another version is refused."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await properties.update_property(
            uow,
            context.viewer,
            property_id=local_id("Property", input.id),
            version=input.version,
            changes=read_values(input.values),
            emptied=input.emptied,
            now=context.now,
        )


@answers(NotFound, Forbidden)
async def archive_property(info: Info, input: ArchivePropertyInput) -> models.Property:
    """Take a property out of use; it keeps its code and can be restored."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await properties.archive_property(
            uow, context.viewer, property_id=local_id("Property", input.id), now=context.now
        )


@answers(NotFound, Forbidden)
async def restore_property(info: Info, input: RestorePropertyInput) -> models.Property:
    """Take an archived property into use again."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await properties.restore_property(
            uow, context.viewer, property_id=local_id("Property", input.id), now=context.now
        )
