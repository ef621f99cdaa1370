"""The table of requirements names every requirement, and only tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "requirements.md"
ROW = re.compile(r"^\| ((?:S[23]|A)-\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ASKED_FOR = [
    *(f"S2-{number:03}" for number in (*range(20, 32), *range(40, 51), *range(60, 69))),
    *(f"S2-{number}" for number in (*range(100, 106), *range(110, 114), *range(121, 124))),
    *(f"S3-{number:03}" for number in (1, 2, *range(10, 19), *range(20, 25), *range(30, 34), 40, 41)),
    *(f"S3-{number:03}" for number in (*range(50, 57), 60, 70, 71, *range(80, 88), *range(90, 94))),
    *(f"S3-{number}" for number in (*range(100, 103), *range(110, 114), 120, 121)),
    *(f"A-{number:02}" for number in (5, 6, *range(9, 15), *range(16, 21), 31, 34, 36)),
]


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall(TABLE.read_text())


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.exists():
        return frozenset()
    body = ast.parse(file.read_text()).body
    return frozenset(each.name for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_requirement_has_one_line_in_order():
    assert [identifier for identifier, _, _ in rows()] == ASKED_FOR


def test_every_named_test_is_there():
    named = [(path, name) for _, _, shown in rows() for path, name in NAMED.findall(shown)]

    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_a_line_names_its_tests_or_says_that_it_is_open():
    for identifier, _, shown in rows():
        words = NAMED.sub("", shown).replace("<br>", "").strip()
        is_open = words.startswith("*open*: ")
        assert is_open or (NAMED.search(shown) and not words), identifier
