"""Every link in a mail leads to a page: to the portal, or to one of the few that are there without it."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from server.routes.portal import PORTAL_PATHS

ROOT = Path(__file__).parents[2]
OTHER_PAGES = {
    "invitations": "a page of its own: whoever is invited has no account yet",
}
SERVED_BESIDE = {"developers", "docs", "graphiql", "api", "mailbox", "static", "identity", "graphql"}
"""Where the portal leads that is not the portal."""
COMPUTED = {
    ("document_making", "link"): "a checkout's page, or where the document was asked for",
    ("introduction_mail", "link"): "the room of a demo",
}
"""Links that are handed in, and where they lead."""


def links():
    """Yield the module, the expression of each link and its text up to the first id."""
    for path in sorted((ROOT / "services").rglob("*.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Dict):
                continue
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None and ast.unparse(key) in {"LINK", "mail.LINK"}:
                    yield path.stem, ast.unparse(value), beginning_of(value, vars(module))


def beginning_of(expression, names):
    """Return what is known of a text before it is written: its constants, up to the first call."""
    if isinstance(expression, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in expression.values]
        known = [beginning_of(each, names) for each in parts]
        return "".join(known[: known.index(None)] if None in known else known)
    try:
        return eval(compile(ast.Expression(expression), "", "eval"), dict(names))
    except NameError:
        return None


FOUND = list(links())
PORTAL = ROOT / "portal" / "src"
WAY = re.compile(r"""\b(?:path|to|href)(?:: |=)['"]/([a-z-]*)""")
"""A route of the portal, or a way to one."""


def test_every_route_of_the_portal_is_served():
    ways = {
        first: str(path.relative_to(ROOT))
        for path in sorted(PORTAL.rglob("*.ts*"))
        for first in WAY.findall(path.read_text("utf-8"))
        if "generated" not in path.parts and not path.name.startswith("graphql")
    }

    assert {"", "onboarding", "payouts"} <= ways.keys()
    assert {
        first: where for first, where in ways.items() if first not in {"", *PORTAL_PATHS, *SERVED_BESIDE}
    } == {}


def test_all_links_are_found():
    assert len(FOUND) >= 12
    assert {(module, text) for module, text, beginning in FOUND if beginning is None} == set(COMPUTED)


@pytest.mark.parametrize(
    "link", [each for each in FOUND if each[2] is not None], ids=lambda each: f"{each[0]} {each[1]}"
)
def test_a_link_leads_to_a_page(link):
    first = link[2].removeprefix("/").partition("/")[0].partition("#")[0]

    assert link[2].startswith("/")
    assert first in PORTAL_PATHS or first in OTHER_PAGES
