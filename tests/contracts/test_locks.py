"""The locks pin every package by hash and name no host: they install from whatever index a machine has."""

import re
from itertools import pairwise

import pytest

from server.settings import ROOT

LOCKS = [ROOT / "requirements" / "runtime.lock", ROOT / "requirements" / "dev.lock"]
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==(\S+)(?: ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def pins(name: str) -> dict[str, str]:
    """Return version by package of one lock."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {found[1]: found[2] for line in lines if (found := PINNED.match(line))}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host(lock):
    text = lock.read_text().lower()

    assert [
        word for word in ("://", "index-url", "find-links", "trusted-host", "git+", "file:") if word in text
    ] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_a_pin_or_a_hash(lock):
    lines = lock.read_text().splitlines()

    assert [line for line in lines if not (PINNED.match(line) or HASH.match(line))] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_a_hash(lock):
    lines = [*lock.read_text().splitlines(), ""]

    assert [line for line, below in pairwise(lines) if PINNED.match(line) and not HASH.match(below)] == []


def test_dev_holds_all_of_runtime_in_the_same_versions():
    runtime, dev = pins("runtime.lock"), pins("dev.lock")

    assert runtime.items() <= dev.items()
    assert len(dev) > len(runtime) > 30


def test_no_npm_lock_names_a_host():
    locks = [path for path in ROOT.glob("*/**/package-lock.json") if "node_modules" not in path.parts]

    named = {str(path.relative_to(ROOT)): path.read_text().count('"resolved"') for path in locks}

    assert {path: count for path, count in named.items() if count} == {}
