"""Files of every type, and of every kind that is refused."""

import io
import struct
import zipfile
import zlib

LINKS = b"a key for the tests of 32 bytes."

CSV = "name;city;price\nHotel Größe;München;1.200,50\n".encode()


def png(width: int = 1, height: int = 1) -> bytes:
    """A picture, all black."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    lines = zlib.compress((b"\0" + b"\0" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def xlsx(**more: bytes) -> bytes:
    """The parts by which a workbook is known; `more` are further ones, with dots as two underscores."""
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": b"<workbook/>",
        "xl/worksheets/sheet1.xml": b"<worksheet/>",
    }
    return archive(parts | {name.replace("__", "."): content for name, content in more.items()})


def archive(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            # Without a time of its own, each process would collect other tests by its name.
            opened.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def compound(stream: str) -> bytes:
    """A file of before 2007, or what holds an encrypted one, with the name of a stream in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)
