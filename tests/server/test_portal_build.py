"""The portal's build: of a project of three files, by the real npm."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.portal.build import build, install, shelf_of, stamp_of

PACKAGE = {"name": "tiny", "private": True, "type": "module", "scripts": {"build": "node build.js"}}
LOCK = {"name": "tiny", "lockfileVersion": 3, "requires": True, "packages": {"": {"name": "tiny"}}}
BUILD = """import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const out = process.env.PORTAL_OUT
mkdirSync(`${out}/assets`, { recursive: true })
for (const name of ['index.html', 'silent.html']) writeFileSync(`${out}/${name}`, readFileSync('src/page.html'))
"""
INSTALLING = "Installing the portal's packages (once, some 30 s)"
BUILDING = "Building the portal (some 20 s)"


@pytest.fixture
def root(tmp_path):
    """A project with a small portal."""
    root = tmp_path / "project"
    files = {
        "portal/package.json": json.dumps(PACKAGE),
        "portal/package-lock.json": json.dumps(LOCK),
        "portal/build.js": BUILD,
        "portal/src/page.html": "first",
        "portal/journeys/opens.journey.ts": "",
        "operations/portal/team.graphql": "query Team { viewer { id } }",
        "schema/schema.graphql": "type Query { id: ID }",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def make(root, data_dir):
    """Build it; return the folder and what was said."""

    def made():
        said: list[str] = []
        return build(data_dir, said.append, root), said

    return made


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_is_installed_and_built_once(root, make, data_dir):
    folder, said = make()

    assert said == [INSTALLING, BUILDING]
    assert folder == data_dir / "portal" / stamp_of(root)
    assert (folder / "index.html").read_text() == "first"
    assert make() == (folder, [])


def test_other_sources_are_built_again_and_the_version_before_is_forgotten(root, make, data_dir):
    make()
    (root / "portal/src/page.html").write_text("second")

    folder, said = make()

    assert said == [BUILDING]
    assert (folder / "index.html").read_text() == "second"
    assert names_in(data_dir / "portal") == [folder.name]


def test_another_lock_is_installed_anew(root, make):
    make()
    (root / "portal/package-lock.json").write_text(json.dumps(LOCK | {"version": "2.0.0"}))

    assert make()[1] == [INSTALLING, BUILDING]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("portal/src/page.html", True),
        ("portal/src/new.css", True),
        ("portal/.npmrc", True),
        ("portal/package-lock.json", True),
        ("operations/portal/team.graphql", True),
        ("operations/search/search_packages.graphql", True),
        ("schema/schema.graphql", True),
        ("portal/node_modules/react/index.js", False),
        ("portal/src/api/generated/team.ts", False),
        ("portal/dist/index.html", False),
        ("portal/screenshots/start.png", False),
        ("portal/journeys/opens.journey.ts", False),
        ("operations/ota/reserve.json", False),
        ("schema/roots.py", False),
    ],
)
def test_a_version_is_named_by_what_it_is_made_of(root, name, counts):
    before = stamp_of(root)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("changed")

    assert (stamp_of(root) != before) is counts


def test_one_that_cannot_be_built_is_told_in_a_sentence_and_none_is_there(root, make, data_dir):
    make()
    (root / "portal/build.js").write_text("throw new Error('no such thing')")

    folder, said = make()

    assert folder is None
    why = "it could not be built; its words are in npm.log."
    assert said == [BUILDING, f"The portal will not be there: {why}"]
    assert shelf_of(data_dir).last_failure() == why
    assert names_in(data_dir / "portal") == ["failure.txt", "npm.log"]
    assert "no such thing" in (data_dir / "portal/npm.log").read_text()

    (root / "portal/build.js").write_text(BUILD)
    folder, _ = make()
    assert names_in(data_dir / "portal") == [folder.name]


def test_a_build_without_its_pages_is_none(root, make):
    (root / "portal/build.js").write_text(BUILD.replace(", 'silent.html'", ""))

    assert make()[1][-1] == "The portal will not be there: its build lacks silent.html."


def test_without_a_registry_it_is_told_too(root, make, monkeypatch, tmp_path):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    packages = {"": {"name": "tiny", "dependencies": {"react": "19.3.1"}}}
    packages["node_modules/react"] = {"version": "19.3.1", "integrity": "sha512-AAAA"}
    (root / "portal/package.json").write_text(json.dumps(PACKAGE | {"dependencies": {"react": "19.3.1"}}))
    (root / "portal/package-lock.json").write_text(json.dumps(LOCK | {"packages": packages}))

    folder, said = make()

    assert folder is None
    assert said[-1] == (
        "The portal will not be there: npm could not install its packages; its words are in npm.log."
    )


def test_without_sources_there_is_none(root, make):
    shutil.rmtree(root / "portal")

    assert make() == (None, ["The portal will not be there: its sources are not here."])


def test_two_at_once_build_it_once(make):
    with ThreadPoolExecutor(2) as pool:
        first, second = [each.result() for each in [pool.submit(make), pool.submit(make)]]

    assert first[0] == second[0]
    assert sorted([first[1], second[1]]) == [[], [INSTALLING, BUILDING]]


def test_what_a_killed_build_left_is_cleared_away(make, data_dir):
    (data_dir / "portal/building-half/built").mkdir(parents=True)

    folder, _ = make()

    assert names_in(data_dir / "portal") == [folder.name]


def test_packages_can_be_installed_without_a_build(root, tmp_path):
    said: list[str] = []

    folder = install(tmp_path / "npm.log", said.append, root)

    assert (folder, said) == (root / "portal", [INSTALLING])
    assert install(tmp_path / "npm.log", said.append, root) == folder
    assert said == [INSTALLING]
