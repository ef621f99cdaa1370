"""Imports of properties: starting, mapping, checking, applying, undoing, following."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any
from uuid import UUID

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import imports as queries
from db.questions import Asked
from db.rows import One
from domain import mapping
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound, Refused
from domain.ids import local_id, optional_id
from domain.import_texts import message_of
from domain.imports import ImportNotReady, ImportStatus, MappingIncomplete, TooManyImports
from domain.mapping import Target
from domain.properties import PropertyField
from domain.rules.problems import Severity
from domain.spreadsheets import SpreadsheetUnreadable
from domain.uploads import UploadNotReady
from permissions.visibility import visible_import_problems, visible_imports
from resolvers.context import Info
from resolvers.following import follow
from resolvers.refusals import answers
from services import imports
from services.imports import Choice


@strawberry.input(description="The same text for every row, where the file has no column for the field.")
class ImportConstantInput:
    field: PropertyField
    value: str


@strawberry.input(description="What one column means.")
class ColumnChoiceInput:
    position: int = strawberry.field(description="From 0, as `PropertyImport.columns` tells.")
    field: PropertyField | None = strawberry.field(default=None, description="Null leaves the column out.")
    part: str | None = strawberry.field(
        default=None,
        description=(
            "Of DESCRIPTIONS the locale; of CONTACTS `NAME`, `EMAIL` or `PHONE`; of ROOM_TYPES `NAME`, "
            "`QUANTITY` or `MAX_OCCUPANCY`; of AMENITIES the amenity that a column of yes and no is about."
        ),
    )


@strawberry.input(description="An uploaded file of properties.")
class StartPropertyImportInput:
    partner_id: strawberry.ID
    upload_id: strawberry.ID
    sheet: str | None = strawberry.field(
        default=None, description="Of a workbook; the fullest one where it is left out."
    )
    constants: list[ImportConstantInput] = strawberry.field(default_factory=list)
    idempotency_key: str | None = None


@strawberry.input(description="What the columns of an import mean.")
class SetImportMappingInput:
    id: strawberry.ID
    columns: list[ColumnChoiceInput] = strawberry.field(
        default_factory=list, description="Columns that are not named stay as they are."
    )
    constants: list[ImportConstantInput] | None = strawberry.field(
        default=None, description="In the place of those of before; null keeps them."
    )


@strawberry.input(description="The import that is to be checked anew.")
class CheckPropertyImportInput:
    id: strawberry.ID


@strawberry.input(description="The import that is to be applied.")
class ApplyPropertyImportInput:
    id: strawberry.ID
    accept_corrections: bool = strawberry.field(
        description="Whether corrected rows are taken, with the corrections that were proposed; else they are left out."
    )


@strawberry.input(description="The import that is to be taken back.")
class UndoPropertyImportInput:
    id: strawberry.ID


@strawberry.input(description="The import that is not to be applied.")
class CancelPropertyImportInput:
    id: strawberry.ID


def property_imports(
    info: Info,
    *,
    partner_id: strawberry.ID | None = None,
    status: ImportStatus | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.PropertyImport]]:
    """The imports of a partner, or of all of the caller's partners; newest first."""
    return queries.page_imports(
        visible=visible_imports(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=optional_id("Partner", partner_id),
        status=status,
    )


def property_import(info: Info, id: strawberry.ID) -> Asked[One[models.PropertyImport]] | None:
    """One import; null where there is none, or none the caller may see."""
    uuid = local_id("PropertyImport", id)
    if uuid is None:
        return None
    return queries.import_by_id(uuid, visible=visible_imports(info.context.viewer))


def problems(
    root: strawberry.Parent[models.PropertyImport],
    info: Info,
    *,
    severity: Severity | None = None,
    rule: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Asked[Page[models.PropertyImportProblem]]:
    """Everything that was found, in the order of the rows."""
    return queries.page_problems(
        root.id,
        visible=visible_import_problems(info.context.viewer),
        window=Window(first, after),
        severity=severity,
        rule=rule,
    )


def columns(root: strawberry.Parent[models.PropertyImport]) -> list[dict[str, Any]]:
    """The columns of the file and what each is taken for."""
    return [{**each, "field": _field(each["field"])} for each in root.columns]


def column_is_unsure(root: strawberry.Parent[dict[str, Any]]) -> bool:
    """Whether a person is to decide it before the import goes on."""
    return root["field"] is not None and root["confidence"] < mapping.CERTAIN


def column_reason(root: strawberry.Parent[dict[str, Any]]) -> mapping.MappingReason:
    """Why it is taken for that."""
    return mapping.MappingReason(root["reason"])


def constants(root: strawberry.Parent[models.PropertyImport]) -> list[dict[str, Any]]:
    """Fields with the same text in every row."""
    return [{"field": _field(field), "value": text} for field, text in root.constants.items()]


def missing(root: strawberry.Parent[models.PropertyImport]) -> list[PropertyField]:
    """Fields without which no row can be taken, and which have neither a column nor a constant yet."""
    return list(
        mapping.of_json(root.columns, root.constants, locale=root.locale).lacks() if root.columns else ()
    )


def refusal(root: strawberry.Parent[models.PropertyImport]) -> SpreadsheetUnreadable | None:
    """Why the file was not read; null where it was."""
    if root.refused_because is None:
        return None
    return SpreadsheetUnreadable(root.refused_because, row=root.refused_row, most=root.refused_limit)


def problem_message(root: strawberry.Parent[models.PropertyImportProblem], info: Info) -> str:
    """One sentence for a person, in the first of the caller's languages there is one in."""
    locales = info.context.viewer.locales
    return message_of(
        root.rule,
        root.field,
        severity=root.severity,
        sentence=root.sentence,
        facts=root.facts,
        locales=locales,
    )


@answers(NotFound, Forbidden, InvalidInput, UploadNotReady, TooManyImports, IdempotencyConflict)
async def start_property_import(info: Info, input: StartPropertyImportInput) -> models.PropertyImport:
    """Look into an uploaded file, and check its rows if its columns are clear; nothing is changed by it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await imports.start_import(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            upload_id=local_id("Upload", input.upload_id),
            sheet=input.sheet,
            constants=_constants(input.constants),
            idempotency=context.idempotency(
                input.idempotency_key, "start_property_import", input=strawberry.asdict(input)
            ),
            now=context.now,
        )


@answers(NotFound, Forbidden, InvalidInput, ImportNotReady)
async def set_import_mapping(info: Info, input: SetImportMappingInput) -> models.PropertyImport:
    """Say what columns mean. The rows are checked anew, and the choice is remembered for files with the same header."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await imports.set_mapping(
            uow,
            context.viewer,
            import_id=local_id("PropertyImport", input.id),
            choices=[_choice(each) for each in input.columns],
            constants=None if input.constants is None else _constants(input.constants),
            now=context.now,
        )


@answers(NotFound, Forbidden, ImportNotReady, MappingIncomplete)
async def check_property_import(info: Info, input: CheckPropertyImportInput) -> models.PropertyImport:
    """Check every row anew: against the properties as they are by now. Nothing is changed by it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await imports.check_import(
            uow, context.viewer, import_id=local_id("PropertyImport", input.id), now=context.now
        )


@answers(NotFound, Forbidden, ImportNotReady)
async def apply_property_import(info: Info, input: ApplyPropertyImportInput) -> models.PropertyImport:
    """Take the accepted rows over, batch by batch; a second call answers as the first."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await imports.apply_import(
            uow,
            context.viewer,
            import_id=local_id("PropertyImport", input.id),
            accept_corrections=input.accept_corrections,
            now=context.now,
        )


@answers(NotFound, Forbidden, ImportNotReady)
async def undo_property_import(info: Info, input: UndoPropertyImportInput) -> models.PropertyImport:
    """Take an import back. Properties that somebody changed since stay as they are, and are told as problems."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await imports.undo_import(
            uow, context.viewer, import_id=local_id("PropertyImport", input.id), now=context.now
        )


@answers(NotFound, Forbidden, ImportNotReady)
async def cancel_property_import(info: Info, input: CancelPropertyImportInput) -> models.PropertyImport:
    """End an import that was not applied; a second call answers as the first."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await imports.cancel_import(
            uow, context.viewer, import_id=local_id("PropertyImport", input.id), now=context.now
        )


def property_import_progress(
    info: Info, id: strawberry.ID, after: int | None = None
) -> AsyncIterator[models.PropertyImport]:
    """The import as it is now, then after every batch; `after` skips what the caller has seen already."""
    context = info.context

    def load(uuid: UUID) -> Awaitable[models.PropertyImport | None]:
        return queries.import_by_id(uuid, visible=visible_imports(context.viewer)).load(context.sessions)

    return follow(context.feed, local_id("PropertyImport", id), load, after)


def _field(name: str | None) -> PropertyField | None:
    return None if name is None else PropertyField(name)


def _choice(given: ColumnChoiceInput) -> Choice:
    if given.field is None:
        return Choice(given.position, None)
    return Choice(given.position, Target(given.field, given.part))


def _constants(given: Sequence[ImportConstantInput]) -> dict[PropertyField, str]:
    """Refuses: InvalidInput for a field that is given twice."""
    constants = {each.field: each.value for each in given}
    if len(constants) < len(given):
        raise Refused(InvalidInput("constants.field", "is given twice"))
    return constants
