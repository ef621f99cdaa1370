"""Imports of properties."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated, Any

import strawberry

from db import models
from domain import imports, spreadsheets
from domain.imports import ImportStatus
from domain.mapping import MappingReason
from domain.properties import PropertyField
from domain.rules.problems import Severity
from domain.spreadsheets import FileKind, FileProblem
from permissions.viewer import Scope, SharedBy
from resolvers import imports as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.partners import Partner
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    UploadNotReady,
    refuses,
)
from schema.sources import passed_by, related, represents, resolved_by, streamed_by
from schema.uploads import Upload


def _of(name: str, description: str | None = None) -> Any:
    def read(root: strawberry.Parent[dict[str, Any]]) -> Any:
        return root[name]

    return passed_by(read, description=description)


@strawberry.type(description="A column of a file and what it is taken for.")
class ImportColumn:
    position: int = _of("position", "From 0.")
    name: str = _of("name", "As the header has it; `Column 3` where it has none.")
    field: PropertyField | None = _of("field", "Null: the column is left out.")
    part: str | None = _of("part", "The locale, the amenity, or the part of a contact or a room type.")
    confidence: int = _of("confidence", "0 to 100; from 70 on nobody is asked.")
    reason: MappingReason = passed_by(resolve.column_reason)
    is_unsure: bool = passed_by(resolve.column_is_unsure)
    examples: list[str] = _of("examples", "Some of its cells.")


@strawberry.type(description="A field with the same text in every row.")
class ImportConstant:
    field: PropertyField = _of("field")
    value: str = _of("value")


@strawberry.type(description="Why a file can not be read as a list of properties, and what to do.")
class SpreadsheetRefusal:
    is_type_of = represents(spreadsheets.SpreadsheetUnreadable)

    problem: FileProblem
    row: int | None = strawberry.field(description="Where in the file, from 1.")
    message: str
    hint: str | None


@strawberry.type(description="One thing found in a row of a file.")
class PropertyImportProblem(Node):
    is_type_of = represents(models.PropertyImportProblem)

    row: int = strawberry.field(description="In the file, from 1.")
    column: str | None = strawberry.field(description="Null where it is about the whole row.")
    field: PropertyField | None
    value: str = strawberry.field(description="What stands in the cell, shortened.")
    rule: str = strawberry.field(description="Stable; switch on it.")
    severity: Severity
    message: str = resolved_by(resolve.problem_message)
    suggestion: str | None = strawberry.field(description="What it would be corrected to.")
    is_applied: bool = strawberry.field(
        description="Whether `suggestion` is what is taken when corrections are accepted."
    )


@strawberry.type(description="One file of properties on its way in.")
class PropertyImport(Node):
    is_type_of = represents(models.PropertyImport)

    partner: Partner | None = related(models.PropertyImport.partner)
    file_name: str
    status: ImportStatus
    refusal: SpreadsheetRefusal | None = resolved_by(resolve.refusal)
    kind: FileKind | None
    encoding: str | None
    encoding_reason: str | None = strawberry.field(description="Why the file's bytes are read so.")
    delimiter: str | None
    sheet: str | None
    sheets: list[str]
    header_row: int | None = strawberry.field(description="Null where the file has no header.")
    columns: list[ImportColumn] = resolved_by(resolve.columns)
    constants: list[ImportConstant] = resolved_by(resolve.constants)
    missing: list[PropertyField] = resolved_by(resolve.missing)
    row_count: int = strawberry.field(description="Rows that were checked so far.")
    accepted: int
    corrected: int = strawberry.field(description="Can be taken with the corrections that are proposed.")
    rejected: int
    unchanged: int = strawberry.field(description="Say nothing that is not so already.")
    accept_corrections: bool
    processed: int = strawberry.field(description="Rows that were applied, or undone, so far.")
    created: int
    updated: int
    left_out: int
    removed: int
    restored: int
    kept: int = strawberry.field(description="Changed by somebody since, so that undoing let them be.")
    problems: Connection[PropertyImportProblem] = resolved_by(resolve.problems)
    rejects: Upload | None = related(
        models.PropertyImport.rejects,
        description="The rows that are not taken, with what is wrong with each, as the kind of file that was sent.",
    )
    sequence: int = strawberry.field(description="Counts the changes; resume a subscription with it.")
    created_at: dt.datetime
    checked_at: dt.datetime | None
    applied_at: dt.datetime | None
    undone_at: dt.datetime | None


@refuses(imports.ImportNotReady)
class ImportNotReady(Refusal):
    current: ImportStatus
    needed: list[ImportStatus]


@refuses(imports.MappingIncomplete)
class MappingIncomplete(Refusal):
    missing: list[PropertyField]
    unsure: list[str] = strawberry.field(description="Names of columns.")


@refuses(imports.TooManyImports)
class TooManyImports(Refusal):
    max: int


StartPropertyImportPayload = Annotated[
    PropertyImport
    | NotFound
    | Forbidden
    | InvalidInput
    | UploadNotReady
    | TooManyImports
    | IdempotencyConflict,
    strawberry.union("StartPropertyImportPayload"),
]
SetImportMappingPayload = Annotated[
    PropertyImport | NotFound | Forbidden | InvalidInput | ImportNotReady,
    strawberry.union("SetImportMappingPayload"),
]
CheckPropertyImportPayload = Annotated[
    PropertyImport | NotFound | Forbidden | ImportNotReady | MappingIncomplete,
    strawberry.union("CheckPropertyImportPayload"),
]
ApplyPropertyImportPayload = Annotated[
    PropertyImport | NotFound | Forbidden | ImportNotReady, strawberry.union("ApplyPropertyImportPayload")
]
UndoPropertyImportPayload = Annotated[
    PropertyImport | NotFound | Forbidden | ImportNotReady, strawberry.union("UndoPropertyImportPayload")
]
CancelPropertyImportPayload = Annotated[
    PropertyImport | NotFound | Forbidden | ImportNotReady, strawberry.union("CancelPropertyImportPayload")
]


@strawberry.type
class ImportQuery:
    property_imports: Connection[PropertyImport] = resolved_by(
        resolve.property_imports, scope=Scope.READ_PROPERTIES
    )
    property_import: PropertyImport | None = resolved_by(resolve.property_import, scope=Scope.READ_PROPERTIES)


@strawberry.type
class ImportMutation:
    start_property_import: StartPropertyImportPayload = resolved_by(
        resolve.start_property_import, scope=Scope.MANAGE_PROPERTIES
    )
    set_import_mapping: SetImportMappingPayload = resolved_by(
        resolve.set_import_mapping, scope=Scope.MANAGE_PROPERTIES
    )
    check_property_import: CheckPropertyImportPayload = resolved_by(
        resolve.check_property_import, scope=Scope.MANAGE_PROPERTIES
    )
    apply_property_import: ApplyPropertyImportPayload = resolved_by(
        resolve.apply_property_import, scope=Scope.MANAGE_PROPERTIES
    )
    undo_property_import: UndoPropertyImportPayload = resolved_by(
        resolve.undo_property_import, scope=Scope.MANAGE_PROPERTIES
    )
    cancel_property_import: CancelPropertyImportPayload = resolved_by(
        resolve.cancel_property_import, scope=Scope.MANAGE_PROPERTIES
    )


@strawberry.type
class ImportSubscription:
    property_import_progress: AsyncIterator[PropertyImport] = streamed_by(
        resolve.property_import_progress, scope=Scope.READ_PROPERTIES, shared_by=SharedBy.RIGHTS
    )
