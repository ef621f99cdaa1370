"""Who may do what: rules of the house that a type checker does not know."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = (
    "domain",
    "db",
    "permissions",
    "integrations",
    "services",
    "dataloaders",
    "resolvers",
    "jobs",
    "schema",
)
CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
LONGEST_FILE = 400


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def calls(*folders: str) -> Iterator[tuple[str, int, str]]:
    """(path, line, what is called) for every call."""
    for path, tree in trees(*folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path.as_posix(), node.lineno, ast.unparse(node.func)


def test_imports_point_down_only():
    """In a process of its own: the linter puts the loggers of this one out of use."""
    linter = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_logo=True))"

    ran = subprocess.run(
        [sys.executable, "-c", linter], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_only_visibility_mints_what_one_may_see():
    minted = {path for path, _, called in calls(*LAYERS, "server") if called.rpartition(".")[2] == "Visible"}

    assert minted == {"permissions/visibility/minting.py"}


def test_only_the_unit_of_work_commits():
    committing = {path for path, _, called in calls(*LAYERS, "server") if called.endswith(".commit")}

    assert committing == {"db/unit_of_work.py"}


def test_below_the_server_the_time_is_an_argument():
    clocks = [
        f"{path}:{line}"
        for path, line, called in calls(*LAYERS)
        if called.endswith(CLOCKS) and not has_reason(path, line)
    ]

    assert clocks == []


def has_reason(path: str, line: int) -> bool:
    """Tell whether the line, or the one above it, has a comment."""
    lines = (ROOT / path).read_text().splitlines()
    return any("#" in each for each in lines[line - 2 : line])


def test_below_the_server_nothing_swallows_a_fault_without_a_reason():
    swallowing = [
        f"{path}:{node.lineno}"
        for path, tree in trees(*LAYERS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not reraises(node)
        and not has_reason(path.as_posix(), node.lineno)
    ]

    assert swallowing == []


def reraises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def test_rules_and_acts_do_not_wait_for_the_world():
    waiting = [
        f"{path}:{node.lineno}"
        for path, tree in trees("domain")
        for node in ast.walk(tree)
        if isinstance(node, ast.Await | ast.AsyncFunctionDef)
    ]

    assert waiting == []


def test_a_file_is_read_in_one_sitting():
    long = [
        path.as_posix()
        for path, _ in trees(*LAYERS, "server")
        if len((ROOT / path).read_text().splitlines()) > LONGEST_FILE
    ]

    assert long == []


def test_every_module_says_what_question_it_answers():
    silent = [
        path.as_posix() for path, tree in trees(*LAYERS, "server", "tests") if not ast.get_docstring(tree)
    ]

    assert silent == []
