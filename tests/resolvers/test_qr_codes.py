"""Pictures of QR codes are segno's, module by module, and images that everybody can open."""

import random
import string
from struct import unpack
from zlib import crc32, decompress

import pytest
import segno

from resolvers import qr_codes
from resolvers.qr_codes import BORDER, MASK, PIXELS

LETTERS = string.ascii_letters + string.digits + "._-"


def chunks(image):
    """The chunks of a PNG image by kind; each has the checksum it says."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = {}, 8
    while at < len(image):
        (length,) = unpack(">I", image[at : at + 4])
        kind, content = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        assert unpack(">I", image[at + 8 + length : at + 12 + length]) == (crc32(kind + content),)
        found[kind] = content
        at += 12 + length
    return found


def pixels(image):
    """The lines of a black and white image, a truth a pixel: is it dark?"""
    found = chunks(image)
    width, height, depth, colors, *rest = unpack(">IIBBBBB", found[b"IHDR"])
    assert (depth, colors, rest, found[b"IEND"]) == (1, 0, [0, 0, 0], b"")
    raw, stride = decompress(found[b"IDAT"]), -(-width // 8) + 1
    assert len(raw) == stride * height
    lines, above = [], bytes(stride - 1)
    for at in range(0, len(raw), stride):
        line = raw[at + 1 : at + stride]
        if raw[at] == 2:
            line = bytes((a + b) % 256 for a, b in zip(line, above, strict=True))
        above = line
        lines.append([not line[x // 8] >> 7 - x % 8 & 1 for x in range(width)])
    return lines


def modules(image):
    """What is in the middle of each module; the border is white."""
    lines = pixels(image)
    middles = [
        [line[PIXELS // 2 + x] for x in range(0, len(line), PIXELS)] for line in lines[PIXELS // 2 :: PIXELS]
    ]
    assert len(lines) == PIXELS * len(middles)
    inner = [row[BORDER:-BORDER] for row in middles[BORDER:-BORDER]]
    assert sum(map(sum, middles)) == sum(map(sum, inner))
    return inner


@pytest.mark.parametrize("length", [12, 48, 100])
def test_a_picture_is_the_code_that_segno_draws(length):
    chance = random.Random(length)
    for _ in range(20):
        text = "".join(chance.choice(LETTERS) for _ in range(length))
        drawn = segno.make(text, micro=False, error="m", mode="byte", mask=MASK, boost_error=False)

        assert modules(qr_codes.picture(text)) == [list(map(bool, row)) for row in drawn.matrix]


def test_every_pixel_of_a_module_is_as_its_middle():
    picture = qr_codes.picture("IL1.LIVE.FXFAGYMG9Z3TJUXX.E_zGaON6bpbsFTHidjEDbA")

    lines, middles = pixels(picture), modules(picture)
    assert len(lines) == len(lines[0]) == (33 + 2 * BORDER) * PIXELS
    for y, line in enumerate(lines[BORDER * PIXELS : -BORDER * PIXELS]):
        for x, dark in enumerate(line[BORDER * PIXELS : -BORDER * PIXELS]):
            assert dark == middles[y // PIXELS][x // PIXELS]


def test_a_text_that_is_not_ascii_has_no_picture():
    with pytest.raises(UnicodeEncodeError):
        qr_codes.picture("é")
