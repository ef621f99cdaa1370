"""Files that are made for partners, and what files leave behind.

A file is made in three steps, so that nothing is written while a unit of work is open and a step that never came is
swept: `begin_file` (unit of work), `keep_file` (storage), `finish_file` (unit of work). `Upload.url` then leads to it.
"""

import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from db import models
from db.queries import uploads as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.errors import NotFound, Refused
from domain.ids import global_id
from domain.signed_links import attachment
from domain.uploads import (
    MAKING_LIFE,
    MEDIA_TYPES,
    SWEEP_AFTER,
    FileType,
    UploadPurpose,
    UploadStatus,
    check_file_name,
)
from services.ports import Storage
from services.uploads import folder, incoming

BATCH = 50
MAKER = "interline"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was written: where, and what it is."""

    key: str
    byte_size: int
    sha256: str


async def begin_file(
    uow: UnitOfWork,
    *,
    partner_id: UUID,
    purpose: UploadPurpose,
    file_name: str,
    file_type: FileType,
    now: dt.datetime,
) -> models.Upload:
    """Announce a file of ours; whoever may see uploads of the purpose may fetch it. Refuses: InvalidInput."""
    upload = models.Upload(
        id=new_id(),
        partner_id=partner_id,
        purpose=purpose,
        file_name=check_file_name(file_name),
        declared_type=MEDIA_TYPES[file_type],
        declared_bytes=0,
        is_generated=True,
        status=UploadStatus.AWAITING,
        file_type=file_type,
        created_by=MAKER,
        created_at=now,
        expires_at=now + MAKING_LIFE,
    )
    uow.session.add(upload)
    await uow.session.flush()
    return upload


async def keep_file(storage: Storage, upload: models.Upload, pieces: AsyncIterator[bytes]) -> Kept:
    """Write a file of ours, which has at least one byte; not while a unit of work is open."""
    key = f"{folder(upload.id)}/{new_id().hex}"
    sha256, size = hashlib.sha256(), 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal size
        async for piece in pieces:
            sha256.update(piece)
            size += len(piece)
            yield piece

    disposition = attachment(upload.file_name)
    await storage.write(key, counted(), media_type=upload.declared_type, disposition=disposition)
    return Kept(key, size, sha256.hexdigest())


async def finish_file(uow: UnitOfWork, *, upload_id: UUID, kept: Kept, now: dt.datetime) -> models.Upload:
    """Set a file of ours READY; one that is stays as it is. Locks it. Refuses: NotFound where it was swept."""
    upload = await queries.lock_upload(uow.session, upload_id)
    if upload is None:
        raise Refused(NotFound(noun="upload", id=global_id("Upload", upload_id)))
    if upload.status is UploadStatus.AWAITING:
        upload.status, upload.ended_at = UploadStatus.READY, now
        upload.key, upload.byte_size, upload.sha256 = kept.key, kept.byte_size, kept.sha256
        await uow.session.flush()
    return upload


async def unswept(uow: UnitOfWork, *, now: dt.datetime) -> list[models.Upload]:
    """Return the next uploads that may have left something behind, oldest first."""
    return await queries.unswept(uow.session, before=now - SWEEP_AFTER, limit=BATCH)


async def clear(storage: Storage, upload: models.Upload) -> None:
    """Delete all files of an upload but the one it keeps; not while a unit of work is open."""
    copies = await storage.keys(folder(upload.id))
    await storage.delete(incoming(upload.id), *(each for each in copies if each != upload.key))


async def note_swept(uow: UnitOfWork, upload: models.Upload) -> None:
    """Forget an upload that was never confirmed; any other is not looked at again."""
    locked = await queries.lock_upload(uow.session, upload.id)
    if locked is None:
        return
    if locked.status is UploadStatus.AWAITING:
        await uow.session.delete(locked)
    else:
        locked.is_swept = True
    await uow.session.flush()
