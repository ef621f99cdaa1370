"""QR codes as PNG images, put together out of what each bit of a text adds to the picture.

A QR code is linear (ISO/IEC 18004: every module is an exclusive or of bits of the text, for a given length and mask). So
segno draws each bit once, and the code of any text of that length is the exclusive or of the drawings of its bits: a
twentieth of the time that drawing it anew takes.
"""

from functools import cache
from struct import pack
from zlib import compress, crc32

import segno

PIXELS = 6
"""The width of a module."""
BORDER = 4
"""Modules of white around the code; the standard asks for four."""
MASK = 3
"""One of the eight, all of which every scanner reads: trying them all for the prettiest would take five times as long."""
ASCII_BITS = 7
SIGNATURE = b"\x89PNG\r\n\x1a\n"
AS_IT_IS, AS_ABOVE = b"\x00", b"\x02"
"""PNG's filters of a line: its pixels, or what differs from the line above."""


class Drawing:
    """What is common to the codes of all ASCII texts of one length."""

    def __init__(self, length: int) -> None:
        nothing = bytes(length)
        self._empty, self._modules = _drawn(nothing)
        self._added = [
            [
                _drawn(bytes((*nothing[:place], 1 << bit, *nothing[place + 1 :])))[0] ^ self._empty
                for bit in range(ASCII_BITS)
            ]
            for place in range(length)
        ]
        side = (self._modules + 2 * BORDER) * PIXELS
        self._line = -(-side // 8)
        white = b"\xff" * self._line
        self._edge = AS_IT_IS + white + self._repeated(BORDER * PIXELS - 1)
        self._header = SIGNATURE + _chunk(b"IHDR", pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))

    def picture(self, text: bytes) -> bytes:
        """Return the code of a text as a PNG image."""
        drawn = self._empty
        for byte, added in zip(text, self._added, strict=True):
            for bit, each in enumerate(added):
                if byte >> bit & 1:
                    drawn ^= each
        pixels = drawn.to_bytes(self._modules * self._line, "big")
        below = self._repeated(PIXELS - 1)
        lines = [
            AS_IT_IS + pixels[start : start + self._line] + below
            for start in range(0, len(pixels), self._line)
        ]
        image = compress(b"".join((self._edge, *lines, self._edge)))
        return self._header + _chunk(b"IDAT", image) + _chunk(b"IEND", b"")

    def _repeated(self, times: int) -> bytes:
        return (AS_ABOVE + bytes(self._line)) * times


def picture(text: str) -> bytes:
    """Return the QR code of an ASCII text as a PNG image: level M, black on white, six pixels a module."""
    encoded = text.encode("ascii")
    return drawing(len(encoded)).picture(encoded)


@cache
def drawing(length: int) -> Drawing:
    """Return the drawing of all texts of a length; the first time it takes half a second."""
    return Drawing(length)


def _drawn(text: bytes) -> tuple[int, int]:
    """Let segno draw a text: its lines of pixels, one a module, as one number; and how many there are."""
    code = segno.make(text, micro=False, error="m", mode="byte", mask=MASK, boost_error=False)
    edge = "1" * (BORDER * PIXELS)
    lines = []
    for row in code.matrix:
        line = edge + "".join(("0" if dark else "1") * PIXELS for dark in row) + edge
        lines.append(line.ljust(-(-len(line) // 8) * 8, "1"))
    return int("".join(lines), 2), len(lines)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))
