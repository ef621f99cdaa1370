"""Files that partners send."""

import strawberry

from db import models
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.uploads import (
    EXPLAINED,
    UnsupportedFileType,
    UploadNotReady,
    UploadPurpose,
    UploadTooLarge,
)
from resolvers.context import Info
from resolvers.refusals import answers
from services import uploads


@strawberry.input(description="A file that is going to be sent.")
class PrepareUploadInput:
    partner_id: strawberry.ID
    purpose: UploadPurpose
    file_name: str
    media_type: str = strawberry.field(
        description="As the browser tells it. Where that says nothing (`application/octet-stream`), the name's ending counts."
    )
    byte_size: int
    idempotency_key: str | None = None


@strawberry.input(description="The upload whose file was sent.")
class ConfirmUploadInput:
    id: strawberry.ID


async def url(root: strawberry.Parent[models.Upload], info: Info) -> str | None:
    """Where the file can be fetched for five minutes, without a credential; null until it is READY."""
    return await uploads.link_to(info.context.storage, root, now=info.context.now)


def explanation(root: strawberry.Parent[models.Upload]) -> str | None:
    """What is wrong with the file and what to do, in one sentence; null where nothing is."""
    return None if root.problem is None else EXPLAINED.get(root.problem)


@answers(NotFound, Forbidden, InvalidInput, UploadTooLarge, UnsupportedFileType, IdempotencyConflict)
async def prepare_upload(info: Info, input: PrepareUploadInput) -> uploads.PreparedUpload:
    """Ask where to send one file; the url holds for 15 minutes, and the upload counts once it is confirmed."""
    context = info.context
    async with context.unit_of_work() as uow:
        upload = await uploads.prepare_upload(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            purpose=input.purpose,
            file_name=input.file_name,
            media_type=input.media_type,
            byte_size=input.byte_size,
            idempotency=context.idempotency(
                input.idempotency_key, "prepare_upload", input=strawberry.asdict(input)
            ),
            now=context.now,
        )
    return await uploads.open_door(context.storage, upload)


@answers(NotFound, Forbidden, UploadNotReady)
async def confirm_upload(info: Info, input: ConfirmUploadInput) -> models.Upload:
    """Say that the file was sent: it is looked into, and the upload READY or REFUSED. Twice answers the same."""
    context = info.context
    async with context.unit_of_work() as uow:
        found = await uploads.find(uow, context.viewer, local_id("Upload", input.id), now=context.now)
    looked = await uploads.look_into(context.storage, found)
    async with context.unit_of_work() as uow:
        return await uploads.confirm_upload(uow, context.viewer, upload=found, looked=looked, now=context.now)
