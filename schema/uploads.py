"""Files that partners send."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain import uploads
from domain.uploads import FileType, UploadProblem, UploadPurpose, UploadStatus
from permissions.viewer import Scope
from resolvers import uploads as resolve
from schema.nodes import Node
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    Refusal,
    UploadNotReady,
    refuses,
)
from schema.sources import passed_by, represents, resolved_by
from services.uploads import PreparedUpload as Prepared


@strawberry.type(description="One file of a partner; usable once it is READY.")
class Upload(Node):
    is_type_of = represents(models.Upload)

    purpose: UploadPurpose
    file_name: str
    status: UploadStatus
    problem: UploadProblem | None
    explanation: str | None = passed_by(resolve.explanation)
    file_type: FileType | None = strawberry.field(description="By its content, whatever it was declared as.")
    byte_size: int | None
    sha256: str | None = strawberry.field(description="Of the content, in hex.")
    is_generated: bool = strawberry.field(description="Made for the partner, and not sent by it.")
    url: str | None = resolved_by(resolve.url)
    created_at: dt.datetime
    expires_at: dt.datetime = strawberry.field(description="Until then the file can be sent.")


@strawberry.type(description="A header that is sent with a file.")
class HttpHeader:
    is_type_of = represents(uploads.HttpHeader)

    name: str
    value: str


@strawberry.type(description="Where a file is to be sent: one call with these headers, the file as its body.")
class PreparedUpload:
    is_type_of = represents(Prepared)

    upload: Upload
    url: str
    method: str
    headers: list[HttpHeader]
    expires_at: dt.datetime


@refuses(uploads.UploadTooLarge)
class UploadTooLarge(Refusal):
    max: int = strawberry.field(description="Bytes.")


@refuses(uploads.UnsupportedFileType)
class UnsupportedFileType(Refusal):
    allowed: list[str] = strawberry.field(description="Media types.")


PrepareUploadPayload = Annotated[
    PreparedUpload
    | NotFound
    | Forbidden
    | InvalidInput
    | UploadTooLarge
    | UnsupportedFileType
    | IdempotencyConflict,
    strawberry.union("PrepareUploadPayload"),
]
ConfirmUploadPayload = Annotated[
    Upload | NotFound | Forbidden | UploadNotReady, strawberry.union("ConfirmUploadPayload")
]


@strawberry.type
class UploadMutation:
    prepare_upload: PrepareUploadPayload = resolved_by(resolve.prepare_upload, scope=Scope.READ_PARTNER)
    confirm_upload: ConfirmUploadPayload = resolved_by(resolve.confirm_upload, scope=Scope.READ_PARTNER)
