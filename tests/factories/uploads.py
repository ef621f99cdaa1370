"""Uploads: announced, sent, confirmed."""

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.uploads import UPLOAD_LIFE, FileType, UploadPurpose, UploadStatus
from services.ports import Storage
from services.uploads import folder, incoming
from tests.factories.files import pdf
from tests.factories.times import NOW
from tests.fixtures.storage import STORAGE, in_pieces


async def make_upload(
    session: AsyncSession,
    partner: models.Partner,
    *,
    purpose: UploadPurpose = UploadPurpose.DOCUMENT,
    content: bytes | None = None,
    storage: Storage = STORAGE,
    **facts: object,
) -> models.Upload:
    """An upload that awaits its confirmation; `content` has come, a PDF where nothing is said."""
    told = {
        "file_name": "deed.pdf",
        "declared_type": "application/pdf",
        "declared_bytes": 100,
        "status": UploadStatus.AWAITING,
        "created_by": "user:vera",
        "created_at": NOW,
        "expires_at": NOW + UPLOAD_LIFE,
    }
    upload = models.Upload(id=new_id(), partner_id=partner.id, purpose=purpose, **(told | facts))
    session.add(upload)
    await session.flush()
    await storage.write(incoming(upload.id), in_pieces(pdf() if content is None else content))
    return upload


async def make_ready_upload(
    session: AsyncSession, partner: models.Partner, *, purpose: UploadPurpose = UploadPurpose.DOCUMENT
) -> models.Upload:
    """An upload that was confirmed, with its file where it is kept."""
    upload = await make_upload(session, partner, purpose=purpose)
    upload.status, upload.ended_at = UploadStatus.READY, NOW
    upload.file_type, upload.byte_size, upload.sha256 = FileType.PDF, len(pdf()), "0" * 64
    upload.key = f"{folder(upload.id)}/kept"
    await STORAGE.write(upload.key, in_pieces(pdf()))
    await session.flush()
    return upload
