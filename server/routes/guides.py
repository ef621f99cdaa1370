"""The integration guides as pages: the list of them, and each with the places filled for everybody."""

import re
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from domain.guides import Guide, Guides
from server.pages.page import HERE as PAGES
from server.pages.page import Markup, page

GUIDES_PATH = "/docs/guides"
PART = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>')


def guide_routes(guides: Guides) -> list[BaseRoute]:
    """Return the routes of the list and of each guide."""
    listed = {"entries": Markup("\n".join(map(_entry, guides.all)))}
    pages = {each.slug: _places(each, guides) for each in guides.all}

    async def contents(_: Request) -> Response:
        return page(PAGES / "guides.html", listed)

    async def guide(request: Request) -> Response:
        places = pages.get(request.path_params["slug"])
        if places is None:
            return page(PAGES / "guides.html", listed, status=404)
        return page(PAGES / "guide.html", places)

    return [Route(GUIDES_PATH, contents), Route(f"{GUIDES_PATH}/{{slug}}", guide)]


def _places(guide: Guide, guides: Guides) -> dict[str, str]:
    html = guide.filled(guides.values).html
    parts = [f'<li><a href="#{name}">{words}</a></li>' for name, words in PART.findall(html)]
    return {
        "title": guide.title,
        "summary": guide.summary,
        "topics": ", ".join(guide.topics),
        "text": Markup(html),
        "shelf": Markup("\n".join(_on_shelf(each, is_open=each is guide) for each in guides.all)),
        "parts": Markup("\n".join(parts)),
        "turn": Markup("\n".join(_turns(guide, guides))),
    }


def _entry(guide: Guide) -> str:
    return (
        f'<li><a href="{GUIDES_PATH}/{guide.slug}"><span class="number">{guide.order:02}</span>'
        f"<h2>{escape(guide.title)}</h2><p>{escape(guide.summary)}</p>"
        f'<p class="topics">{escape(" · ".join(guide.topics))}</p></a></li>'
    )


def _on_shelf(guide: Guide, *, is_open: bool) -> str:
    current = ' aria-current="page"' if is_open else ""
    return f'<li><a href="{GUIDES_PATH}/{guide.slug}"{current}>{escape(guide.title)}</a></li>'


def _turns(guide: Guide, guides: Guides) -> list[str]:
    """Return the ways to the guide before and the one after."""
    place = guides.all.index(guide)
    before, after = guides.all[place - 1 : place] if place else (), guides.all[place + 1 : place + 2]
    return [
        f'<a href="{GUIDES_PATH}/{each.slug}"><small>{words}</small>{escape(each.title)}</a>'
        for words, found in (("Before", before), ("Next", after))
        for each in found
    ]
