"""Reads the integration guides, once at start: `docs/guides/*.md`, as Markdown and as safe HTML.

Raw HTML in a guide is text (markdown-it-py with `html` off), and so is every address but http, https and mail.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain.guides import Block, BrokenGuideError, Guide, Guides, Values, check_places, fence, front_matter
from server.settings import ROOT

DIRECTORY = ROOT / "docs" / "guides"
LABELS = {
    "sh": "curl",
    "shell": "Shell",
    "python": "Python",
    "typescript": "TypeScript",
    "json": "JSON",
    "graphql": "GraphQL",
}
NOT_IN_ANCHORS = re.compile(r"[^a-z0-9]+")

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_guides(public_url: str, directory: Path = DIRECTORY) -> Guides:
    """Read all guides, in their order. Raises BrokenGuideError, which names the file."""
    guides = sorted(map(read_guide, directory.glob("*.md")), key=lambda each: each.order)
    if len({each.order for each in guides}) < len(guides):
        raise BrokenGuideError(f"{directory}: two guides have one place in the order")
    return Guides(tuple(guides), Values(base_url=public_url))


def read_guide(path: Path) -> Guide:
    """Read one guide. Raises BrokenGuideError."""
    try:
        about, text = front_matter(path.read_text("utf-8"))
        tokens = MARKDOWN.parse(text)
        blocks = tuple(blocks_of(tokens))
        html = MARKDOWN.renderer.render(_anchored(tokens), MARKDOWN.options, {})
        return check_places(Guide(path.stem, about, text, html, blocks))
    except BrokenGuideError as broken:
        raise BrokenGuideError(f"{path}: {broken}") from None


def blocks_of(tokens: list[Token]) -> Iterator[Block]:
    """Yield the blocks of code in the text's order."""
    for token in tokens:
        if token.type == "fence":
            yield Block(fence(token.info), token.content)


def _anchored(tokens: list[Token]) -> list[Token]:
    """Give every heading an id made of its words."""
    for heading, inside in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", NOT_IN_ANCHORS.sub("-", inside.content.lower()).strip("-"))
    return tokens


def _figure(_: object, tokens: list[Token], index: int, *__: object) -> str:
    """Write a block of code: what it is, then the code. Samples in a row are alternatives of one."""
    read = fence(tokens[index].info)
    kind = "sample" if read.language else "printed" if read.is_printed else "shown"
    label = "It prints" if read.is_printed else LABELS.get(read.word, read.word)
    caption = f"<b>{escape(label)}</b>"
    if read.title:
        caption += f"<span>{escape(read.title)}</span>"
    return (
        f'<figure class="code {kind}"><figcaption>{caption}</figcaption>'
        f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre></figure>\n'
    )


MARKDOWN.add_render_rule("fence", _figure)
