"""Uploads: what may be sent for which purpose, how large, and what can be wrong with what came."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from domain.errors import Refusal, Refused
from domain.texts import check_line


class UploadPurpose(StrEnum):
    """What a file is for: decides who may send it, of which types, and how large."""

    LOGO = "LOGO"
    DOCUMENT = "DOCUMENT"
    PROPERTY_IMPORT = "PROPERTY_IMPORT"
    SUPPORT_ATTACHMENT = "SUPPORT_ATTACHMENT"
    PACKAGE_IMAGE = "PACKAGE_IMAGE"


class UploadStatus(StrEnum):
    """AWAITING the file, or its confirmation; READY to be used; REFUSED for what is in it."""

    AWAITING = "AWAITING"
    READY = "READY"
    REFUSED = "REFUSED"


class FileType(StrEnum):
    """What a file is by its content, whatever it is called."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WEBP"
    PDF = "PDF"
    CSV = "CSV"
    TSV = "TSV"
    XLSX = "XLSX"


class UploadProblem(StrEnum):
    """What is wrong with a file that came."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    UNSUPPORTED = "UNSUPPORTED"
    DAMAGED = "DAMAGED"
    PASSWORD_PROTECTED = "PASSWORD_PROTECTED"  # noqa: S105 - a problem's name
    OLD_SPREADSHEET = "OLD_SPREADSHEET"
    HAS_MACROS = "HAS_MACROS"
    UNPACKS_TOO_LARGE = "UNPACKS_TOO_LARGE"


KB, MB = 1024, 1024 * 1024

MAX_BYTES = MappingProxyType(
    {
        UploadPurpose.LOGO: 2 * MB,
        UploadPurpose.DOCUMENT: 10 * MB,
        UploadPurpose.PROPERTY_IMPORT: 50 * MB,
        UploadPurpose.SUPPORT_ATTACHMENT: 10 * MB,
        UploadPurpose.PACKAGE_IMAGE: 5 * MB,
    }
)
LARGEST = max(MAX_BYTES.values())

IMAGES = frozenset({FileType.PNG, FileType.JPEG, FileType.WEBP})
TABLES = frozenset({FileType.CSV, FileType.TSV, FileType.XLSX})
ALLOWED = MappingProxyType(
    {
        UploadPurpose.LOGO: IMAGES,
        UploadPurpose.DOCUMENT: IMAGES | {FileType.PDF},
        UploadPurpose.PROPERTY_IMPORT: TABLES,
        UploadPurpose.SUPPORT_ATTACHMENT: IMAGES | TABLES | {FileType.PDF},
        UploadPurpose.PACKAGE_IMAGE: IMAGES,
    }
)

MEDIA_TYPES = MappingProxyType(
    {
        FileType.PNG: "image/png",
        FileType.JPEG: "image/jpeg",
        FileType.WEBP: "image/webp",
        FileType.PDF: "application/pdf",
        FileType.CSV: "text/csv",
        FileType.TSV: "text/tab-separated-values",
        FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
DECLARED = MappingProxyType(
    {media_type: file_type for file_type, media_type in MEDIA_TYPES.items()}
    | {"image/jpg": FileType.JPEG, "application/csv": FileType.CSV}
)
ENDINGS = MappingProxyType(
    {each.value.lower(): each for each in FileType} | {"jpg": FileType.JPEG, "txt": FileType.CSV}
)
UNTOLD = frozenset({"", "application/octet-stream", "application/vnd.ms-excel", "text/plain"})
"""Media types that tell nothing: browsers declare so what they do not know, and Windows every CSV. The name decides."""

UPLOAD_LIFE = dt.timedelta(minutes=15)
"""How long a file may be sent to the url it was given."""
DOWNLOAD_LIFE = dt.timedelta(minutes=5)
"""How long a link to a file holds."""
CONFIRM_LIFE = dt.timedelta(minutes=45)
"""How long a file may be confirmed: it may have come in the last second."""
MAKING_LIFE = dt.timedelta(hours=6)
"""How long a file of ours may be in the making."""
SWEEP_AFTER = dt.timedelta(hours=1)
"""How long after its url has ended an upload is swept: whatever was under way by then has ended too."""
NAME_LENGTH = 255
TYPE_LENGTH = 100

EXPLAINED = MappingProxyType(
    {
        UploadProblem.EMPTY: "The file is empty.",
        UploadProblem.TOO_LARGE: "The file is larger than files of this purpose may be.",
        UploadProblem.UNSUPPORTED: "By its content, the file is of no type this purpose takes.",
        UploadProblem.DAMAGED: "The file is damaged or cut off: save it again and send it whole.",
        UploadProblem.PASSWORD_PROTECTED: "The file is protected by a password: save it without one.",
        UploadProblem.OLD_SPREADSHEET: "This is a spreadsheet of before 2007: save it as .xlsx or .csv.",
        UploadProblem.HAS_MACROS: "The spreadsheet has macros: save it as .xlsx, without them.",
        UploadProblem.UNPACKS_TOO_LARGE: "Unpacked, the file would be far larger than it may be.",
    }
)


@dataclass(frozen=True, slots=True)
class UploadTooLarge(Refusal):
    """The file is larger than a file of its purpose may be."""

    code: ClassVar[str] = "UPLOAD_TOO_LARGE"
    hint: ClassVar[str | None] = "Send a smaller file, or split it."
    max: int
    """Bytes."""

    @property
    def message(self) -> str:
        return f"A file of this purpose may have {self.max} bytes at most."


@dataclass(frozen=True, slots=True)
class UnsupportedFileType(Refusal):
    """A file of this type is not taken for this purpose."""

    code: ClassVar[str] = "UNSUPPORTED_FILE_TYPE"
    hint: ClassVar[str | None] = "Convert the file to one of the allowed types."
    allowed: tuple[str, ...]
    """Media types."""

    @property
    def message(self) -> str:
        return f"The file must be one of {', '.join(self.allowed)}."


@dataclass(frozen=True, slots=True)
class UploadNotReady(Refusal):
    """The upload can not be used: its file did not come, is not confirmed, or was refused."""

    code: ClassVar[str] = "UPLOAD_NOT_READY"
    hint: ClassVar[str | None] = (
        "Send the file to the upload's url and confirm it; one that was refused, anew."
    )
    upload_id: str
    current: UploadStatus

    @property
    def message(self) -> str:
        return f"The upload {self.upload_id} is {self.current}, not READY."


@dataclass(frozen=True, slots=True)
class HttpHeader:
    """A header that is sent with a file."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Door:
    """Where and how a file is sent, until when."""

    url: str
    method: str
    headers: tuple[HttpHeader, ...]
    expires_at: dt.datetime


def allowed_media_types(purpose: UploadPurpose) -> tuple[str, ...]:
    """Return what a purpose takes, sorted."""
    return tuple(sorted(MEDIA_TYPES[each] for each in ALLOWED[purpose]))


def declared_type(file_name: str, media_type: str) -> FileType | None:
    """Return the type a file is declared to be of; by its name where the media type tells nothing."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain in UNTOLD:
        return ENDINGS.get(file_name.rpartition(".")[2].lower())
    return DECLARED.get(plain)


def check_declared(purpose: UploadPurpose, *, file_name: str, media_type: str, byte_size: int) -> FileType:
    """Let a file be sent by what is said of it. Refuses: UploadTooLarge, UnsupportedFileType."""
    if byte_size > MAX_BYTES[purpose]:
        raise Refused(UploadTooLarge(max=MAX_BYTES[purpose]))
    file_type = declared_type(file_name, media_type)
    if file_type is None or file_type not in ALLOWED[purpose]:
        raise Refused(UnsupportedFileType(allowed=allowed_media_types(purpose)))
    return file_type


def check_file_name(file_name: str) -> str:
    """Return the name without the folders some programs send along. Refuses: InvalidInput."""
    return check_line("file_name", file_name.replace("\\", "/").rpartition("/")[2], longest=NAME_LENGTH)
