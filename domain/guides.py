"""Integration guides: what one is made of, and how a reader's own values come into it.

A guide is text with places, `{{product_id}}`, which are filled with the reader's values or with defaults. Values
are never secrets: samples read the key itself from the reader's environment.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from html import escape

PLACE = re.compile(r"\{\{(\w+)\}\}", re.ASCII)
PLAIN = re.compile(r"[A-Za-z0-9._:/-]{1,200}", re.ASCII)
"""What may stand in code: no value can end a text or begin a command there."""
MARKS = re.compile(r"([\\`*_{}\[\]()<>#+.!|~&-])")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


class SnippetLanguage(StrEnum):
    """What a sample is written in."""

    CURL = "CURL"
    PYTHON = "PYTHON"
    TYPESCRIPT = "TYPESCRIPT"


LANGUAGES: Mapping[str, SnippetLanguage] = {
    "sh": SnippetLanguage.CURL,
    "python": SnippetLanguage.PYTHON,
    "typescript": SnippetLanguage.TYPESCRIPT,
}
"""The word behind a fence -> what is written in it; every other fence is no sample."""


class BrokenGuideError(Exception):
    """A guide's text can not be served; the process does not start."""


@dataclass(frozen=True, slots=True)
class Values:
    """What stands in the places of a guide; the defaults where the reader has none of its own."""

    base_url: str = "https://api.example.com"
    partner_id: str = "par_YOUR_PARTNER_ID"
    product_id: str = "106"
    key_prefix: str = "YOUR_KEY"
    key_name: str = "your TEST key"

    def own(
        self,
        *,
        partner_id: str | None = None,
        product_id: str | None = None,
        key_prefix: str | None = None,
        key_name: str | None = None,
    ) -> "Values":
        """Return them with what the reader has of its own. What could not stand in code stays as it is."""
        return Values(
            base_url=self.base_url,
            partner_id=_plain(partner_id) or self.partner_id,
            product_id=_plain(product_id) or self.product_id,
            key_prefix=_plain(key_prefix) or self.key_prefix,
            key_name=key_name or self.key_name,
        )


PLACES = frozenset(each.name for each in fields(Values))
IN_PROSE_ONLY = frozenset({"key_name"})
"""Free text of a person: never in code."""


def _plain(value: str | None) -> str | None:
    return value if value is not None and PLAIN.fullmatch(value) else None


@dataclass(frozen=True, slots=True)
class Fence:
    """What the line that opens a block of code says: `python run title="Hold two units"`."""

    word: str
    title: str = ""
    is_run: bool = False
    """Whether the sample is run, in the guide's order, after those before it."""
    is_printed: bool = False
    """Whether the block is what the sample before it prints."""
    file: str | None = None
    """The name it is kept under for the samples of all guides."""

    @property
    def language(self) -> SnippetLanguage | None:
        return LANGUAGES.get(self.word)


def fence(info: str) -> Fence:
    """Read the line behind the three backticks. Raises BrokenGuideError."""
    word, *facts = shlex.split(info) or [""]
    said: dict[str, str] = {}
    for fact in facts:
        name, _, text = fact.partition("=")
        if name not in {"run", "prints", "title", "file"}:
            raise BrokenGuideError(f"a block of code says {fact!r}, which means nothing")
        said[name] = text
    read = Fence(word, said.get("title", ""), "run" in said, "prints" in said, said.get("file"))
    if read.language is not None and not read.title:
        raise BrokenGuideError("a sample has no title")
    return read


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code, with its places."""

    fence: Fence
    code: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A sample, ready to be copied."""

    language: SnippetLanguage
    title: str
    code: str


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a guide's file says of it before the text."""

    title: str
    summary: str
    order: int
    topics: tuple[str, ...]


def front_matter(text: str) -> tuple[FrontMatter, str]:
    """Split a file into what it says of itself and the text. Raises BrokenGuideError.

    The head is lines of `name: value` between two `---`; topics are separated by commas.
    """
    opening, _, rest = text.partition("---\n")
    head, closing, body = rest.partition("\n---\n")
    if opening or not closing:
        raise BrokenGuideError("it has no front matter between two lines of ---")
    said: dict[str, str] = {}
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        if not colon:
            raise BrokenGuideError(f"the front matter's line {line!r} is no `name: value`")
        said[name.strip()] = value.strip()
    if said.keys() != {"title", "summary", "order", "topics"} or not all(said.values()):
        raise BrokenGuideError("the front matter has title, summary, order and topics, nothing else")
    if not said["order"].isdecimal():
        raise BrokenGuideError("the order is no number")
    topics = tuple(each.strip() for each in said["topics"].split(","))
    return FrontMatter(said["title"], said["summary"], int(said["order"]), topics), body.strip() + "\n"


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide with its places; `html` is the same text as safe HTML."""

    slug: str
    about: FrontMatter
    markdown: str = field(repr=False)
    html: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def title(self) -> str:
        return self.about.title

    @property
    def summary(self) -> str:
        return self.about.summary

    @property
    def order(self) -> int:
        return self.about.order

    @property
    def topics(self) -> tuple[str, ...]:
        return self.about.topics

    def filled(self, values: Values) -> "FilledGuide":
        """Return the guide as a reader with these values gets it."""
        return FilledGuide(
            guide=self,
            markdown=fill(self.markdown, values, in_markdown),
            html=fill(self.html, values, escape),
            snippets=tuple(
                Snippet(block.fence.language, block.fence.title, fill(block.code, values))
                for block in self.blocks
                if block.fence.language is not None
            ),
        )


@dataclass(frozen=True, slots=True)
class FilledGuide:
    """A guide with one reader's values in its places."""

    guide: Guide
    markdown: str
    html: str
    snippets: tuple[Snippet, ...]

    @property
    def slug(self) -> str:
        return self.guide.slug

    @property
    def title(self) -> str:
        return self.guide.title

    @property
    def summary(self) -> str:
        return self.guide.summary

    @property
    def order(self) -> int:
        return self.guide.order

    @property
    def topics(self) -> tuple[str, ...]:
        return self.guide.topics


def check_places(guide: Guide) -> Guide:
    """Return a guide all of whose places can be filled. Raises BrokenGuideError."""
    if not SLUG.fullmatch(guide.slug):
        raise BrokenGuideError("its name is not small letters, digits and dashes")
    if unknown := set(PLACE.findall(guide.markdown)) - PLACES:
        raise BrokenGuideError(f"nothing fills {', '.join(sorted(unknown))}")
    in_code = {name for block in guide.blocks for name in PLACE.findall(block.code)}
    if free := in_code & IN_PROSE_ONLY:
        raise BrokenGuideError(f"{', '.join(sorted(free))} must not stand in code")
    return guide


def fill(text: str, values: Values, write: Callable[[str], str] = str) -> str:
    """Return the text with the values in its places, each written so that it stays text there."""
    return PLACE.sub(lambda place: write(getattr(values, place[1])), text)


def in_markdown(value: str) -> str:
    """Write a value so that Markdown takes it as text; plain ones also stand in code as they are."""
    return value if PLAIN.fullmatch(value) else MARKS.sub(r"\\\1", " ".join(value.split()))


@dataclass(frozen=True, slots=True)
class Guides:
    """All guides in reading order, and what fills their places for a reader who has nothing of its own."""

    all: tuple[Guide, ...] = ()
    values: Values = field(default_factory=Values)

    def find(self, slug: str) -> Guide | None:
        return next((each for each in self.all if each.slug == slug), None)
