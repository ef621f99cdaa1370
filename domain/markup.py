"""HTML inside texts: found, and told as the text a reader would see."""

import re
from html import unescape
from html.parser import HTMLParser

TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
CUT_OFF = re.compile(r"<(?:/?[a-zA-Z]{0,10}(?:\s[^<>]*)?/?)?$")
"""A tag at the end of a text that somebody cut to a length."""
BREAKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
HIDDEN = frozenset({"script", "style", "head", "title"})
BLANKS = re.compile(r"[ \t\xa0]+")
LINES = re.compile(r" ?\n ?")
GAPS = re.compile(r"\n{3,}")


def has_markup(text: str) -> bool:
    """Tell whether a text has tags or entities of HTML; `a < b` and `R&D` are none."""
    return ("<" in text and TAG.search(text) is not None) or ("&" in text and ENTITY.search(text) is not None)


def text_of(markup: str) -> str:
    """Return what HTML says, without tags: breaks and paragraphs as lines, entities as their letters."""
    reader = _Reader()
    reader.feed(CUT_OFF.sub("", markup) if has_markup(markup) else markup)
    reader.close()
    text = unescape("".join(reader.texts)).replace("\r\n", "\n").replace("\r", "\n")
    return GAPS.sub("\n\n", LINES.sub("\n", BLANKS.sub(" ", text))).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        if tag in HIDDEN:
            self._hidden += 1
        elif tag in BREAKS:
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag in BREAKS and tag != "br":
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)
