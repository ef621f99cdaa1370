"""What partners do with imports of properties: start, map, check, apply, undo, cancel; each act is audited.

The work itself is done by workers, batch by batch (`import_work`); an act says what is to be done.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db import locks, models
from db.queries import imports as queries
from db.queries import partners as partner_queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain import imports, mapping
from domain.errors import NotFound, Refused
from domain.events import EventType
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.imports import ImportStatus, MappingIncomplete, TooManyImports
from domain.mapping import Plan, Target
from domain.partners import LOCALES
from domain.properties import PropertyField
from domain.texts import check_line
from domain.uploads import UploadPurpose
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_imports, visible_partners
from services import audit, events, uploads
from services.idempotency import claim

S = ImportStatus

SHEET_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """What a column is taken for; without a target it is left out."""

    position: int
    target: Target | None


async def start_import(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    upload_id: UUID | None,
    sheet: str | None,
    constants: Mapping[PropertyField, str],
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.PropertyImport:
    """Take an uploaded file up; a worker looks into it and checks it if its columns are clear.

    Refuses: NotFound, Forbidden, InvalidInput, UploadNotReady, TooManyImports, IdempotencyConflict.
    """
    partner = await _partner(uow, viewer, partner_id)
    policies.may_manage_properties(viewer, partner.id)
    upload = await uploads.take(
        uow, viewer, upload_id=upload_id, purpose=UploadPurpose.PROPERTY_IMPORT, partner_id=partner.id
    )
    plan = mapping.chosen(Plan((), {}, partner.locale), {}, _checked(constants))
    if sheet is not None:
        sheet = check_line("sheet", sheet, longest=SHEET_LENGTH)
    await locks.lock_name(uow.session, f"imports:{partner.id}")
    import_id = new_id()
    first = await claim(uow, idempotency, object_id=import_id, now=now)
    if first is not None:
        return await _import(uow, viewer, first)
    if await queries.count_open(uow.session, partner.id) >= imports.MOST_OPEN:
        raise Refused(TooManyImports(max=imports.MOST_OPEN))
    row = models.PropertyImport(
        id=import_id,
        partner_id=partner.id,
        upload_id=upload.id,
        file_name=upload.file_name,
        sha256=upload.sha256,
        status=S.UPLOADED,
        sheet=sheet,
        sheets=[],
        columns=[],
        constants={field.value: text for field, text in plan.constants.items()},
        locale=partner.locale if partner.locale in LOCALES else "en",
        sequence=0,
        created_by=viewer.id,
        created_at=now,
    )
    uow.session.add(row)
    await uow.session.flush()
    await _note(
        uow, viewer, row, "imports.start", {"file_name": row.file_name, "sha256": row.sha256}, now=now
    )
    return row


async def set_mapping(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    import_id: UUID | None,
    choices: Sequence[Choice],
    constants: Mapping[PropertyField, str] | None,
    now: dt.datetime,
) -> models.PropertyImport:
    """Say what columns mean; the import is checked anew, and the choice is remembered for the next file like it.

    Without `constants` those of before hold. Refuses: NotFound, Forbidden, InvalidInput, ImportNotReady.
    """
    row = await _locked(uow, viewer, import_id)
    imports.check_status(row.status, S.MAPPING_NEEDED, S.CHECKING, S.CHECKED)
    before = mapping.of_json(row.columns, row.constants, locale=row.locale)
    plan = mapping.chosen(
        before,
        {each.position: each.target for each in choices},
        before.constants if constants is None else _checked(constants),
    )
    row.columns, row.constants = mapping.to_json(plan)
    await start_check(uow, row, plan)
    if row.signature is not None:
        await queries.remember_mapping(
            uow.session,
            partner_id=row.partner_id,
            signature=row.signature,
            targets=[each.target and [each.target.field, each.target.part] for each in plan.columns],
            constants=row.constants,
            chosen_by=viewer.id,
            chosen_at=now,
        )
    await _note(
        uow, viewer, row, "imports.map", {"columns": len(choices), "constants": row.constants}, now=now
    )
    return row


async def check_import(
    uow: UnitOfWork, viewer: Viewer, *, import_id: UUID | None, now: dt.datetime
) -> models.PropertyImport:
    """Check every row anew: against the properties as they are by now.

    Refuses: NotFound, Forbidden, ImportNotReady, MappingIncomplete.
    """
    row = await _locked(uow, viewer, import_id)
    imports.check_status(row.status, S.MAPPING_NEEDED, S.CHECKED)
    plan = mapping.of_json(row.columns, row.constants, locale=row.locale)
    if not plan.is_ready:
        raise Refused(
            MappingIncomplete(missing=plan.lacks(), unsure=tuple(each.name for each in plan.unsure()))
        )
    await start_check(uow, row, plan)
    await _note(uow, viewer, row, "imports.check", {}, now=now)
    return row


async def apply_import(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    import_id: UUID | None,
    accept_corrections: bool,
    now: dt.datetime,
) -> models.PropertyImport:
    """Take the accepted rows over, and with `accept_corrections` the corrected ones; a second call answers as the first.

    Refuses: NotFound, Forbidden, ImportNotReady.
    """
    row = await _locked(uow, viewer, import_id)
    if row.status in {S.APPLYING, S.APPLIED} and row.accept_corrections == accept_corrections:
        return row
    imports.check_status(row.status, S.CHECKED)
    row.status = imports.moved(row.status, S.APPLYING)
    row.accept_corrections = accept_corrections
    row.cursor = row.processed = 0
    await _note(uow, viewer, row, "imports.apply", {"accept_corrections": accept_corrections}, now=now)
    return row


async def undo_import(
    uow: UnitOfWork, viewer: Viewer, *, import_id: UUID | None, now: dt.datetime
) -> models.PropertyImport:
    """Take an import back: what it made is removed, what it changed is as before; a second call answers as the first.

    Properties that were changed since stay as they are, and the import says so. Refuses: NotFound, Forbidden,
    ImportNotReady.
    """
    row = await _locked(uow, viewer, import_id)
    if row.status in {S.UNDOING, S.UNDONE}:
        return row
    imports.check_status(row.status, S.APPLIED)
    row.status = imports.moved(row.status, S.UNDOING)
    row.cursor = row.processed = 0
    await _note(uow, viewer, row, "imports.undo", {}, now=now)
    return row


async def cancel_import(
    uow: UnitOfWork, viewer: Viewer, *, import_id: UUID | None, now: dt.datetime
) -> models.PropertyImport:
    """End an import that was not applied; a second call answers as the first. Refuses: NotFound, Forbidden, ImportNotReady."""
    row = await _locked(uow, viewer, import_id)
    if row.status is S.CANCELLED:
        return row
    imports.check_status(row.status, S.UPLOADED, S.MAPPING_NEEDED, S.CHECKING, S.CHECKED)
    row.status = imports.moved(row.status, S.CANCELLED)
    await _note(uow, viewer, row, "imports.cancel", {}, now=now)
    return row


async def start_check(uow: UnitOfWork, row: models.PropertyImport, plan: Plan) -> None:
    """Have an import checked from its first row, or ask for what its plan lacks. What was found before is forgotten."""
    await queries.forget_rows(uow.session, row.id)
    row.status = imports.moved(row.status, S.CHECKING if plan.is_ready else S.MAPPING_NEEDED)
    row.cursor = row.row_count = row.accepted = row.corrected = row.rejected = row.unchanged = 0
    row.checked_at = row.rejects_upload_id = None


def _checked(constants: Mapping[PropertyField, str]) -> dict[PropertyField, str]:
    return {field: check_line(f"constants.{field.value}", text) for field, text in constants.items()}


async def _partner(uow: UnitOfWork, viewer: Viewer, partner_id: UUID | None) -> models.Partner:
    if partner_id is not None:
        described = partner_queries.partners_by_ids([partner_id], visible=visible_partners(viewer))
        partner: models.Partner | None = (await uow.session.scalars(described.statement)).one_or_none()
        if partner is not None:
            return partner
    raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))


async def _import(uow: UnitOfWork, viewer: Viewer, import_id: UUID) -> models.PropertyImport:
    described = queries.import_by_id(import_id, visible=visible_imports(viewer))
    row: models.PropertyImport = (await uow.session.scalars(described.statement)).one()
    return row


async def _locked(uow: UnitOfWork, viewer: Viewer, import_id: UUID | None) -> models.PropertyImport:
    if import_id is not None:
        row = await queries.lock_import(uow.session, import_id, visible=visible_imports(viewer))
        if row is not None:
            policies.may_manage_properties(viewer, row.partner_id)
            return row
    raise Refused(NotFound(noun="import", id=global_id("PropertyImport", import_id) if import_id else ""))


async def _note(
    uow: UnitOfWork,
    viewer: Viewer,
    row: models.PropertyImport,
    act: str,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
) -> None:
    """Tell of a change, let a worker take it up at once, and keep it in the audit."""
    row.leased_until = None
    tell(uow, row, now=now)
    await uow.session.flush()
    await audit.record(
        uow,
        viewer,
        partner_id=row.partner_id,
        act=act,
        object_id=global_id("PropertyImport", row.id),
        facts=facts,
        now=now,
    )


def tell(uow: UnitOfWork, row: models.PropertyImport, *, now: dt.datetime) -> None:
    """Count a change of an import and tell of it; each count fences off whoever worked on what was before."""
    row.sequence += 1
    is_over = row.status in imports.ENDED
    events.record_for_partner(
        uow,
        EventType.IMPORT_FINISHED if is_over else EventType.IMPORT_PROGRESSED,
        partner_id=row.partner_id,
        object_id=row.id,
        sequence=row.sequence,
        payload={
            "import_id": global_id("PropertyImport", row.id),
            "status": row.status.value,
            "rows": row.row_count,
            "accepted": row.accepted,
            "corrected": row.corrected,
            "rejected": row.rejected,
            "unchanged": row.unchanged,
            "processed": row.processed,
            "created": row.created,
            "updated": row.updated,
        },
        now=now,
    )
