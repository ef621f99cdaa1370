"""Taking files in: announcing one, looking into what came, and handing it to whoever needs it.

A file is sent to `incoming/<upload>`, which its sender may write to for as long as the url holds. What is confirmed is
copied from there to a key of ours while it is looked into: nobody can change it afterwards.
"""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import uploads as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.errors import InvalidInput, NotFound, Refused
from domain.files import HEAD, Finding, Inspection, type_of
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.signed_links import attachment
from domain.texts import check_kept
from domain.uploads import (
    CONFIRM_LIFE,
    DOWNLOAD_LIFE,
    MAX_BYTES,
    MEDIA_TYPES,
    UPLOAD_LIFE,
    HttpHeader,
    UploadNotReady,
    UploadProblem,
    UploadPurpose,
    UploadStatus,
    check_declared,
    check_file_name,
)
from permissions import policies
from permissions.viewer import Scope, Viewer
from permissions.visibility import visible_uploads
from services import audit
from services.idempotency import claim
from services.ports import Storage

UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class PreparedUpload:
    """An upload that waits for its file, and where that is sent."""

    upload: models.Upload
    url: str
    method: str
    headers: tuple[HttpHeader, ...]
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a file, and where its copy is kept."""

    finding: Finding
    key: str


async def prepare_upload(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    purpose: UploadPurpose,
    file_name: str,
    media_type: str,
    byte_size: int,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> models.Upload:
    """Announce a file; it can be sent for UPLOAD_LIFE.

    Refuses: NotFound, Forbidden, InvalidInput, UploadTooLarge, UnsupportedFileType, IdempotencyConflict.
    """
    partner = await _partner(uow, viewer, partner_id)
    policies.may_upload(viewer, partner.id, purpose)
    file_name = check_file_name(file_name)
    check_kept("media_type", media_type)
    if byte_size < 1:
        raise Refused(InvalidInput("byte_size", "must be at least 1: an empty file is of no use"))
    declared = check_declared(purpose, file_name=file_name, media_type=media_type, byte_size=byte_size)
    upload_id = new_id()
    first = await claim(uow, idempotency, object_id=upload_id, now=now)
    if first is not None:
        return await uow.session.get_one(models.Upload, first)
    upload = models.Upload(
        id=upload_id,
        partner_id=partner.id,
        purpose=purpose,
        file_name=file_name,
        declared_type=MEDIA_TYPES[declared],
        declared_bytes=byte_size,
        status=UploadStatus.AWAITING,
        created_by=viewer.id,
        created_at=now,
        expires_at=now + UPLOAD_LIFE,
    )
    uow.session.add(upload)
    await uow.session.flush()
    return upload


async def open_door(storage: Storage, upload: models.Upload) -> PreparedUpload:
    """Return where the upload's file is sent, until the upload expires."""
    door = await storage.door(
        incoming(upload.id),
        media_type=upload.declared_type,
        max_bytes=MAX_BYTES[upload.purpose],
        until=upload.expires_at,
    )
    return PreparedUpload(upload, door.url, door.method, door.headers, door.expires_at)


async def find(uow: UnitOfWork, viewer: Viewer, upload_id: UUID | None, *, now: dt.datetime) -> models.Upload:
    """Return an upload the caller may confirm; one that came to nothing for CONFIRM_LIFE is as good as gone.

    Refuses: NotFound, Forbidden.
    """
    if upload_id is not None:
        described = queries.upload_by_id(upload_id, visible=visible_uploads(viewer))
        found: models.Upload | None = (await uow.session.scalars(described.statement)).one_or_none()
        if found is not None and not _is_given_up(found, now):
            policies.may_upload(viewer, found.partner_id, found.purpose)
            return found
    raise Refused(NotFound(noun="upload", id=global_id("Upload", upload_id) if upload_id else ""))


async def look_into(storage: Storage, upload: models.Upload) -> Looked | None:
    """Look into the file that came for an upload, and keep a copy; None where its upload has ended.

    Reads and writes storage: not while a unit of work is open. Refuses: UploadNotReady where no file came.
    """
    if upload.status is not UploadStatus.AWAITING:
        return None
    size = await storage.size(incoming(upload.id))
    if size is None:
        raise Refused(_not_ready(upload))
    kept = f"{folder(upload.id)}/{new_id().hex}"
    for problem, is_so in (
        (UploadProblem.EMPTY, size == 0),
        (UploadProblem.TOO_LARGE, size > MAX_BYTES[upload.purpose]),
    ):
        if is_so:
            return Looked(Finding(size, "", None, problem), kept)
    inspection = Inspection(upload.purpose)
    pieces = _watched(inspection, storage.read(incoming(upload.id)))
    head, whole = await _begun(pieces)
    begins_like = type_of(head)
    await storage.write(
        kept,
        whole,
        media_type=MEDIA_TYPES[begins_like] if begins_like else UNKNOWN_TYPE,
        disposition=attachment(upload.file_name),
    )
    looked = Looked(inspection.finding(), kept)
    if looked.finding.problem is not None:
        await storage.delete(kept)
    return looked


async def confirm_upload(
    uow: UnitOfWork, viewer: Viewer, *, upload: models.Upload, looked: Looked | None, now: dt.datetime
) -> models.Upload:
    """Set an upload READY or REFUSED by what was found; one that has ended stays as it is. Audited.

    Locks the upload. Refuses: NotFound where it was swept meanwhile.
    """
    locked = await queries.lock_upload(uow.session, upload.id)
    if locked is None:
        raise Refused(NotFound(noun="upload", id=global_id("Upload", upload.id)))
    if looked is None or locked.status is not UploadStatus.AWAITING:
        return locked
    finding = looked.finding
    locked.status = UploadStatus.REFUSED if finding.problem else UploadStatus.READY
    locked.problem, locked.file_type, locked.ended_at = finding.problem, finding.file_type, now
    locked.byte_size, locked.sha256 = min(finding.byte_size, 2**31 - 1), finding.sha256 or None
    locked.key = None if finding.problem else looked.key
    await uow.session.flush()
    await audit.record(
        uow,
        viewer,
        partner_id=locked.partner_id,
        act="uploads.confirm",
        object_id=global_id("Upload", locked.id),
        facts={
            "purpose": locked.purpose,
            "file_name": locked.file_name,
            "status": locked.status,
            "problem": locked.problem,
            "sha256": locked.sha256,
        },
        now=now,
    )
    return locked


async def take(
    uow: UnitOfWork, viewer: Viewer, *, upload_id: UUID | None, purpose: UploadPurpose, partner_id: UUID
) -> models.Upload:
    """Return an upload of this partner and purpose that is READY. Refuses: NotFound, UploadNotReady."""
    if upload_id is not None:
        described = queries.upload_by_id(upload_id, visible=visible_uploads(viewer))
        found: models.Upload | None = (await uow.session.scalars(described.statement)).one_or_none()
        if found is not None and (found.partner_id, found.purpose) == (partner_id, purpose):
            if found.status is not UploadStatus.READY:
                raise Refused(_not_ready(found))
            return found
    raise Refused(NotFound(noun="upload", id=global_id("Upload", upload_id) if upload_id else ""))


async def link_to(storage: Storage, upload: models.Upload, *, now: dt.datetime) -> str | None:
    """Return where an upload's file can be fetched for DOWNLOAD_LIFE; None where it is not READY."""
    if upload.status is not UploadStatus.READY or upload.key is None or upload.file_type is None:
        return None
    return await storage.link(
        upload.key,
        file_name=upload.file_name,
        media_type=MEDIA_TYPES[upload.file_type],
        until=now + DOWNLOAD_LIFE,
    )


def incoming(upload_id: UUID) -> str:
    """Return the key a file is sent to."""
    return f"incoming/{upload_id.hex}"


def folder(upload_id: UUID) -> str:
    """Return the folder in which the copies of a file are kept."""
    return f"files/{upload_id.hex}"


async def _partner(uow: UnitOfWork, viewer: Viewer, partner_id: UUID | None) -> models.Partner:
    if partner_id is not None and viewer.may_at(partner_id, Scope.READ_PARTNER):
        partner = await uow.session.get(models.Partner, partner_id)
        if partner is not None:
            return partner
    raise Refused(NotFound(noun="partner", id=global_id("Partner", partner_id) if partner_id else ""))


async def _watched(inspection: Inspection, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pass a file on as it is inspected, and no more of it than it may have."""
    async for piece in pieces:
        inspection.see(piece)
        if inspection.is_too_large:
            return
        yield piece


async def _begun(pieces: AsyncIterator[bytes]) -> tuple[bytes, AsyncIterator[bytes]]:
    """Return how a file begins, and all of it."""
    begun = bytearray()
    async for piece in pieces:
        begun += piece
        if len(begun) >= HEAD:
            break

    async def whole() -> AsyncIterator[bytes]:
        yield bytes(begun)
        async for piece in pieces:
            yield piece

    return bytes(begun[:HEAD]), whole()


def _is_given_up(upload: models.Upload, now: dt.datetime) -> bool:
    return upload.status is UploadStatus.AWAITING and now > upload.created_at + CONFIRM_LIFE


def _not_ready(upload: models.Upload) -> UploadNotReady:
    return UploadNotReady(upload_id=global_id("Upload", upload.id), current=upload.status)
