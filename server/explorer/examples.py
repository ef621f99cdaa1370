"""The operations a newcomer finds in the explorer's tabs: files of `operations/`, in their order."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "operations"


@dataclass(frozen=True, slots=True)
class Example:
    """One operation; its first line is a comment that says what it answers."""

    name: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "query": self.text}


@cache
def all_examples() -> tuple[Example, ...]:
    """Return the examples in the order of their file names, `1_availability.graphql` first."""
    return tuple(Example(path.stem[2:], path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.graphql")))
