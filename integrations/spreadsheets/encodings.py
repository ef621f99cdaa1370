"""How the bytes of a text file are to be read, decided from all of them and with a reason."""

import codecs
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "it begins with the mark of UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "it begins with the mark of UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "it begins with the mark of UTF-16"),
)
SAMPLE = 64 * 1024
MOSTLY_ZERO = 0.3
"""Western text in UTF-16 has a zero in nearly every second byte; text in one byte has none."""
TRUST = 10
"""Letters in good UTF-8 for each broken byte: above that it is UTF-8 with damage, below it never was UTF-8."""

REPLACED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Reading:
    """An encoding as Python names it, what to do with bytes it can not read, and why it was chosen."""

    encoding: str
    reason: str
    errors: str = "strict"


def encoding_of(path: Path) -> Reading:
    """Decide how a file is read. UTF-16 without a mark is known by its zeros, Windows-1252 by not being UTF-8."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for mark, encoding, reason in BOMS:
        if sample.startswith(mark):
            return Reading(encoding, reason, "replace")
    even, odd = sample[0::2], sample[1::2]
    for zeros, encoding in ((odd, "utf-16-le"), (even, "utf-16-be")):
        if zeros and zeros.count(0) / len(zeros) > MOSTLY_ZERO:
            return Reading(encoding, "every second byte is zero", "replace")
    letters, broken = _count(path)
    if not broken:
        reason = "all of it is UTF-8" if letters else "it has plain letters only"
        return Reading("utf-8", reason)
    if letters >= TRUST * broken:
        return Reading("utf-8", f"it is UTF-8 with {broken} broken bytes", "replace")
    # Not strict: five bytes mean nothing in Windows-1252, and files have them all the same.
    return Reading("cp1252", f"{broken} bytes can not be UTF-8", "replace")


def _count(path: Path) -> tuple[int, int]:
    """Return how many letters outside ASCII are good UTF-8, and how many bytes are not."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    letters = broken = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if piece.isascii():
                # What the piece before left open ends here.
                broken += decode(piece[:1]).count(REPLACED)
                continue
            text = decode(piece)
            lost = text.count(REPLACED) - piece.count(REPLACED.encode())
            broken += max(lost, 0)
            letters += len(text) - len(text.encode("ascii", "ignore")) - max(lost, 0)
    broken += decode(b"", final=True).count(REPLACED)
    return letters, broken
