"""The page behind a problem's `type`: `docs/errors.md`, so that there is one text about each code."""

import re
from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from server.pages.page import Markup, page
from server.problems import anchor_of
from server.settings import ROOT

TEMPLATE = Path(__file__).parent / "errors.html"
SOURCE = ROOT / "docs" / "errors.md"

CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+|/[^)\s]*|#[a-z-]+)\)")
STRONG = re.compile(r"\*\*([^*]+)\*\*")


async def error_page(_: Request) -> Response:
    return page(TEMPLATE, {"errors": Markup(written(SOURCE.read_text("utf-8")))})


@cache
def written(text: str) -> str:
    """Return the text as HTML. It knows what `docs/errors.md` uses: headings, paragraphs, code, bold, links."""
    return "\n".join(_block(block) for block in text.strip().split("\n\n"))


def _block(block: str) -> str:
    hashes, _, heading = block.partition(" ")
    if hashes == "###":
        return f'<h3 id="{anchor_of(heading)}"><code>{escape(heading)}</code></h3>'
    if hashes == "##":
        return f"<h2>{_inline(heading)}</h2>"
    if hashes == "#":
        return f"<h1>{_inline(heading)}</h1>"
    return f"<p>{_inline(block)}</p>"


def _inline(text: str) -> str:
    text = escape(text, quote=False)
    text = CODE.sub(r"<code>\1</code>", text)
    text = STRONG.sub(r"<strong>\1</strong>", text)
    return LINK.sub(r'<a href="\2">\1</a>', text)
