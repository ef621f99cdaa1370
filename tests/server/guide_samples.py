"""Runs the samples of the guides as a reader would: file by file, block after block, against a real server."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from domain.guides import Block, Guide, Guides, SnippetLanguage, Values, fill
from server.node import npm_command

ANYTHING = "…"
END = "=== the end of a sample ==="
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Step:
    """A sample that is run, and what the guide says it prints; None where it says nothing."""

    block: Block
    printed: Block | None


def steps_of(guide: Guide, language: SnippetLanguage) -> list[Step]:
    """The samples of one language in the guide's order; what is printed belongs to all samples right before it."""
    steps: list[Step] = []
    waiting: list[int] = []
    for block in guide.blocks:
        if block.fence.is_run:
            if block.fence.language is language:
                waiting.append(len(steps))
                steps.append(Step(block, None))
        elif block.fence.is_printed:
            for each in waiting:
                steps[each] = replace(steps[each], printed=block)
            waiting = []
    return steps


def keep_files(guides: Guides, values: Values, directory: Path) -> None:
    """Keep what the guides tell the reader to keep."""
    for guide in guides.all:
        for block in guide.blocks:
            if block.fence.file:
                (directory / block.fence.file).write_text(fill(block.code, values))


def run_steps(
    steps: list[Step],
    language: SnippetLanguage,
    values: Values,
    directory: Path,
    environment: Mapping[str, str],
) -> list[str]:
    """Run the samples as one program; return what each of them printed."""
    codes = [fill(step.block.code, values) for step in steps]
    match language:
        case SnippetLanguage.CURL:
            name, command, tell = "samples.sh", ["bash", "-u"], f'\necho "{END}"\n'
        case SnippetLanguage.PYTHON:
            name, command, tell = "samples.py", [sys.executable], f'\nprint("{END}", flush=True)\n'
        case SnippetLanguage.TYPESCRIPT:
            name, command, tell = "samples.mts", npm_command()[:1], f'\nconsole.log("{END}");\n'
    (directory / name).write_text("".join(code + tell for code in codes))
    done = subprocess.run(
        [*command, name],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    printed = done.stdout.split(f"{END}\n")
    assert done.returncode == 0, done.stderr
    assert printed.pop() == "", done.stderr
    assert len(printed) == len(steps), done.stderr
    return printed


def differences(printed: str, told: Block, values: Values) -> Iterator[str]:
    """Yield where a sample printed something else than the guide says."""
    expected = fill(told.code, values)
    if told.fence.word == "json":
        yield from _differ(json.loads(printed), json.loads(expected), "$")
    elif not is_like(printed.strip(), expected.strip()):
        yield f"{printed.strip()!r} is not {expected.strip()!r}"


def _differ(found: Any, expected: Any, place: str) -> Iterator[str]:
    match found, expected:
        case _, "…":
            return
        case dict(), dict() if found.keys() == expected.keys():
            for name, each in expected.items():
                yield from _differ(found[name], each, f"{place}.{name}")
        case list(), list() if len(found) == len(expected):
            for number, each in enumerate(expected):
                yield from _differ(found[number], each, f"{place}[{number}]")
        case str(), str() if is_like(found, expected):
            return
        case _ if found != expected:
            yield f"{place} is {found!r}, not {expected!r}"


def is_like(found: str, expected: str) -> bool:
    pattern = ".*".join(map(re.escape, expected.split(ANYTHING)))
    return re.fullmatch(pattern, found, re.DOTALL) is not None
