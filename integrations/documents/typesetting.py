"""Pages as PDF/A-3b, by Typst: the same bytes for the same page, nothing read but what lies beside this file."""

import datetime as dt
import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import typst

from integrations.documents.pages import Page, texts_of

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATE = HERE / "templates" / "page.typ"
UNSHOWN = "□"
"""What stands for a character our font does not have: PDF/A allows no missing glyph, and Typst refuses it."""
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def pdf_of(page: Page, *, issued_at: dt.datetime) -> bytes:
    """Write a page as a PDF. Lets go of the interpreter meanwhile: for a thread of its own."""
    # A PDF counts whole seconds; Typst refuses parts of one.
    timestamp = issued_at.replace(microsecond=0)
    written = _compiler().compile(
        sys_inputs=_inputs(page), format="pdf", pdf_standards=["a-3b"], timestamp=timestamp
    )
    assert isinstance(written, bytes)
    return written


def pictures_of(page: Page, *, pixels_per_inch: float = 110) -> list[bytes]:
    """Write a page as PNGs, one a sheet: to be looked at."""
    written = _compiler().compile(sys_inputs=_inputs(page), format="png", ppi=pixels_per_inch)
    assert written is not None
    return [written] if isinstance(written, bytes) else written


def shown(text: str) -> str:
    """Return a text that our font can show: other letters without their marks, or as UNSHOWN."""
    known = _characters()
    return "".join(each if each in known else _nearest(each, known) for each in text)


def _nearest(each: str, known: frozenset[str]) -> str:
    if each.isspace():
        return " "
    if unicodedata.category(each) in INVISIBLE or unicodedata.combining(each):
        return ""
    plain = "".join(part for part in unicodedata.normalize("NFKD", each) if part in known)
    return plain or UNSHOWN


def _inputs(page: Page) -> dict[str, str]:
    return {"page": json.dumps(_shown(texts_of(page)), ensure_ascii=False)}


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if isinstance(value, dict):
        return {name: _shown(each) for name, each in value.items()}
    return value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _compiler() -> typst.Compiler:
    # One for each document: they are made in several threads.
    return typst.Compiler(TEMPLATE, root=HERE, font_paths=_fonts())


@cache
def _characters() -> frozenset[str]:
    found: set[str] = set()
    for line in (FONTS / "characters.txt").read_text("ascii").split():
        first, _, last = line.partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(found)
