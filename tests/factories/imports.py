"""Imports of properties: files that were uploaded, and imports at some point of their way."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db import models
from db.types import new_id
from domain.column_guesses import propose
from domain.headers import look
from domain.imports import ImportStatus
from domain.mapping import to_json
from domain.rules.problems import Severity
from domain.uploads import UPLOAD_LIFE, FileType, UploadPurpose, UploadStatus
from services.uploads import folder
from tests.factories.times import NOW
from tests.fixtures.storage import STORAGE, in_pieces

HEADER = ("Code", "Name", "Type", "Latitude", "Longitude", "Country", "City", "Price", "Currency")
NAMES = ("Casa Sol", "Hostal Luna", "Villa Mar", "Hotel Prado", "Piso Norte", "Apartamento Sur", "Casa Verde")


def listed(number: int, **cells: str) -> list[str]:
    """A row under HEADER in which nothing is wrong; each number lies some km from the next."""
    told = {
        "Code": f"p{number}",
        "Name": f"{NAMES[number % len(NAMES)]} {number}",
        "Type": "Apartment",
        "Latitude": f"{40 + number % 40 / 100:.2f}",
        "Longitude": f"{-3.7 + number // 40 % 100 / 100:.2f}",
        "Country": "ES",
        "City": "Madrid",
        "Price": f"{60 + number % 30}.00",
        "Currency": "EUR",
    }
    return list((told | cells).values())


def csv_of(rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER) -> bytes:
    lines = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (header, *rows)]
    return "\r\n".join(lines).encode()


async def make_import_upload(
    session: AsyncSession,
    partner: models.Partner,
    content: bytes,
    *,
    file_name: str = "list.csv",
    file_type: FileType = FileType.CSV,
) -> models.Upload:
    """A file for an import, confirmed and READY."""
    upload_id = new_id()
    upload = models.Upload(
        id=upload_id,
        partner_id=partner.id,
        purpose=UploadPurpose.PROPERTY_IMPORT,
        file_name=file_name,
        declared_type="text/csv",
        declared_bytes=len(content),
        status=UploadStatus.READY,
        file_type=file_type,
        byte_size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        key=f"{folder(upload_id)}/kept",
        created_by="user:vera",
        created_at=NOW,
        expires_at=NOW + UPLOAD_LIFE,
        ended_at=NOW,
    )
    await STORAGE.write(upload.key or "", in_pieces(content, 100_000))
    session.add(upload)
    await session.flush()
    return upload


async def make_import(
    session: AsyncSession,
    partner: models.Partner,
    *,
    status: ImportStatus = ImportStatus.CHECKED,
    **facts: Any,
) -> models.PropertyImport:
    """An import whose columns are clear, with one row that was accepted with a warning."""
    upload = await make_import_upload(session, partner, csv_of([listed(1)]))
    looked = look([(1, HEADER), (2, listed(1))])
    columns, _ = to_json(propose(looked.header, looked.samples, locale="en"))
    row = models.PropertyImport(
        **{
            "id": new_id(),
            "partner_id": partner.id,
            "upload_id": upload.id,
            "file_name": upload.file_name,
            "sha256": upload.sha256,
            "status": status,
            "sheets": [],
            "columns": columns,
            "constants": {},
            "locale": "en",
            "row_count": 1,
            "accepted": 1,
            "created_by": "user:vera",
            "created_at": NOW,
            **facts,
        }
    )
    session.add(row)
    await session.flush()
    session.add(
        models.PropertyImportProblem(
            id=new_id(),
            import_id=row.id,
            row=2,
            column="Name",
            field="name",
            value="<b>Casa</b>",
            rule="MARKUP",
            severity=Severity.WARNING,
            sentence="",
            facts={},
            suggestion="Casa",
            is_applied=True,
        )
    )
    await session.flush()
    return row
