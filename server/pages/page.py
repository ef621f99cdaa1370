"""How a page is put together: a template, the words for its places, and the policy it is sent with."""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

HERE = Path(__file__).parent

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Content-Security-Policy of every page: nothing from elsewhere, no script in the page itself."""


class Markup(str):
    """HTML made by us, put into a page as it is; every other text is escaped."""

    __slots__ = ()


def page(
    template: Path,
    places: Mapping[str, str] | None = None,
    *,
    status: int = 200,
    policy: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return the template with `$name` places filled, and the POLICY with changes."""
    written = template_of(template).substitute(
        {name: text if isinstance(text, Markup) else escape(text) for name, text in (places or {}).items()}
    )
    directives = POLICY | dict(policy or {})
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in directives.items()),
        "Cache-Control": "no-store",
        # Not `no-referrer`: under it browsers send forms with `Origin: null`, which looks cross-site.
        "Referrer-Policy": "same-origin",
    }
    return HTMLResponse(written, status, headers)


@cache
def template_of(path: Path) -> Template:
    return Template(path.read_text("utf-8"))
