"""The printed graph: `schema/schema.graphql` is committed, and a diff of it is the review of the API."""

from pathlib import Path

from schema.roots import build_schema

FILE = Path(__file__).resolve().parent.parent / "schema" / "schema.graphql"


def printed() -> str:
    """Return the SDL of the graph as it is now."""
    return build_schema(is_sorted=True).as_str() + "\n"


def write() -> None:
    """Write the SDL to its file."""
    FILE.write_text(printed())


def check() -> bool:
    """Tell whether the file is the print of the graph."""
    return FILE.exists() and FILE.read_text() == printed()
