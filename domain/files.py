"""What a file is by its content: signatures, and the directory of a spreadsheet's archive. Nothing is unpacked.

PNG (RFC 2083 §3.1), JPEG (ITU T.81 B.1), WebP (RFC 9649), PDF (ISO 32000-1 §7.5.2), ZIP (PKWARE APPNOTE 6.3.10),
OOXML (ECMA-376-2), compound files of before 2007 and of encrypted ones (MS-CFB, MS-OFFCRYPTO §2.3).
"""

import hashlib
import struct
from dataclasses import dataclass

from domain.uploads import ALLOWED, MAX_BYTES, FileType, UploadProblem, UploadPurpose

HEAD = 64 * 1024
TAIL = 512 * 1024
"""How much of the end is kept; the directory of an archive must lie in it."""

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", FileType.PNG),
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"%PDF-", FileType.PDF),
    (b"PK\x03\x04", FileType.XLSX),
)
ENDS = {FileType.PNG: (b"IEND", 64), FileType.PDF: (b"%%EOF", 2048)}
"""What is near the end of a whole file, within how many bytes."""
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<!--")
"""How what a browser would run begins; nothing a table begins with."""
UTF16_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
TEXT = bytes(each for each in range(256) if each >= 0x20 or each in b"\t\n\r\x0b\x0c")
ODD_ONES = 1_000
"""Of so many bytes of a text one may be an odd control character: exports of old programs have some."""

MAX_ENTRIES = 2_000
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_RATIO = 200
"""How much larger an archive may be unpacked; sheets of few different values reach 100."""
SMALL = 16 * 1024 * 1024
"""Up to this size nothing unpacked is a danger, whatever the ratio."""
END = struct.Struct("<4s4H2LH")
ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = 30
"""The least an entry's own header takes, in front of its content."""
END_MARK, ENTRY_MARK = b"PK\x05\x06", b"PK\x01\x02"
ENCRYPTED_FLAG = 0x1
CONTENT_TYPES, WORKBOOK, MACROS = "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a file turned out to be."""

    byte_size: int
    sha256: str
    file_type: FileType | None
    problem: UploadProblem | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive, as its directory tells."""

    name: str
    packed: int
    unpacked: int
    offset: int
    is_encrypted: bool


class Inspection:
    """Watches a file pass by, piece for piece; keeps its two ends and nothing in between."""

    def __init__(self, purpose: UploadPurpose) -> None:
        self._purpose = purpose
        self._sha256 = hashlib.sha256()
        self._size = 0
        self._head = bytearray()
        self._tail = bytearray()
        self._is_encrypted = False

    @property
    def is_too_large(self) -> bool:
        """Whether it is larger than a file of the purpose may be, as far as it was seen."""
        return self._size > MAX_BYTES[self._purpose]

    def see(self, piece: bytes) -> None:
        """Take notice of the next piece."""
        self._sha256.update(piece)
        self._size += len(piece)
        if len(self._head) < HEAD:
            self._head += piece[: HEAD - len(self._head)]
        if self._head.startswith(COMPOUND) and not self._is_encrypted:
            seam = bytes(self._tail[-len(ENCRYPTED_STREAM) :])
            self._is_encrypted = ENCRYPTED_STREAM in seam + piece
        self._tail += piece
        del self._tail[:-TAIL]

    def finding(self) -> Finding:
        """Return what the file is, all of it having been seen."""
        problem: UploadProblem | None = None
        found = self._found()
        file_type = found if isinstance(found, FileType) else None
        if isinstance(found, UploadProblem):
            problem = found
        elif found not in ALLOWED[self._purpose]:
            problem = UploadProblem.UNSUPPORTED
        return Finding(self._size, self._sha256.hexdigest(), file_type, problem)

    def _found(self) -> FileType | UploadProblem:
        if self.is_too_large:
            return UploadProblem.TOO_LARGE
        head, tail = bytes(self._head), bytes(self._tail)
        if not head.strip(b"\0 \t\r\n"):
            return UploadProblem.EMPTY
        if head.startswith(COMPOUND):
            return UploadProblem.PASSWORD_PROTECTED if self._is_encrypted else UploadProblem.OLD_SPREADSHEET
        file_type = type_of(head)
        if file_type is None:
            return UploadProblem.UNSUPPORTED
        return problem_of_end(file_type, tail, size=self._size) or file_type


def type_of(head: bytes) -> FileType | None:
    """Return what a file begins like; an archive is taken for a spreadsheet until its directory is seen."""
    for signature, file_type in SIGNATURES:
        if head.startswith(signature):
            return file_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileType.WEBP
    return _type_of_text(head)


def _type_of_text(head: bytes) -> FileType | None:
    text = _plain(head)
    if text is None or text.lstrip().lower().startswith(MARKUP):
        return None
    first = text.lstrip(b"\r\n").partition(b"\n")[0]
    tabs = first.count(b"\t")
    return FileType.TSV if tabs and tabs >= max(first.count(b","), first.count(b";")) else FileType.CSV


def _plain(head: bytes) -> bytes | None:
    """Return a text with its ASCII as bytes, whatever it is encoded in; None for what is no text."""
    encoding = UTF16_MARKS.get(head[:2])
    if encoding is None and head[:4].count(0) == 2 and len(head) > 3:
        encoding = "utf-16-be" if head[0] == 0 else "utf-16-le"
    if encoding is not None:
        head = head[: len(head) // 2 * 2].decode(encoding, errors="ignore").lstrip("\ufeff").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    # Windows-1252 and UTF-8 alike have nothing below the space but layout.
    odd = head.translate(None, TEXT)
    return None if 0 in odd or len(odd) * ODD_ONES > len(head) else head


def problem_of_end(file_type: FileType, tail: bytes, *, size: int) -> UploadProblem | None:
    """Return what the end of a file of `size` bytes tells against it."""
    if file_type is FileType.XLSX:
        return problem_of_archive(tail, size=size)
    mark, within = ENDS.get(file_type, (b"", 0))
    return None if mark in tail[-within:] else UploadProblem.DAMAGED


def problem_of_archive(tail: bytes, *, size: int) -> UploadProblem | None:
    """Return why an archive is no spreadsheet we open, by its directory; None where it is one.

    Whoever unpacks an entry must stop at the size its directory tells: what is checked here is what is told.
    """
    entries = entries_of(tail, size=size)
    if isinstance(entries, UploadProblem):
        return entries
    if any(each.is_encrypted for each in entries):
        return UploadProblem.PASSWORD_PROTECTED
    names = {each.name for each in entries}
    if not {CONTENT_TYPES, WORKBOOK} <= names:
        return UploadProblem.UNSUPPORTED
    if MACROS in names:
        return UploadProblem.HAS_MACROS
    unpacked = sum(each.unpacked for each in entries)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * size):
        return UploadProblem.UNPACKS_TOO_LARGE
    return None


def entries_of(tail: bytes, *, size: int) -> list[Entry] | UploadProblem:
    """Return the entries of an archive by its directory, which must lie in `tail`, the end of `size` bytes."""
    end = tail.rfind(END_MARK)
    if end < 0 or len(tail) - end < END.size:
        return UploadProblem.DAMAGED
    _, disk, first_disk, here, count, length, start, _ = END.unpack_from(tail, end)
    if disk or first_disk or here != count:
        return UploadProblem.DAMAGED
    if count > MAX_ENTRIES:
        # Among them those of archives that need 64 bits to count (0xFFFF).
        return UploadProblem.UNPACKS_TOO_LARGE
    begins = size - len(tail)
    if start < begins or start + length != begins + end:
        return UploadProblem.DAMAGED
    entries = []
    at = start - begins
    for _ in range(count):
        if tail[at : at + 4] != ENTRY_MARK or at + ENTRY.size > end:
            return UploadProblem.DAMAGED
        told = ENTRY.unpack_from(tail, at)
        flags, packed, unpacked, name_length, extra, comment, offset = (
            told[3],
            told[8],
            told[9],
            told[10],
            told[11],
            told[12],
            told[16],
        )
        name = tail[at + ENTRY.size : at + ENTRY.size + name_length].decode("utf-8", errors="replace")
        entries.append(Entry(name, packed, unpacked, offset, bool(flags & ENCRYPTED_FLAG)))
        at += ENTRY.size + name_length + extra + comment
    return UploadProblem.UNPACKS_TOO_LARGE if _overlap(entries, start) else entries


def _overlap(entries: list[Entry], end: int) -> bool:
    """Tell whether entries share bytes: so a small file is made to unpack to any size."""
    placed = sorted(entries, key=lambda each: each.offset)
    ends = [each.offset for each in placed[1:]] + [end]
    return any(
        each.offset + LOCAL + each.packed > next_at for each, next_at in zip(placed, ends, strict=True)
    )
