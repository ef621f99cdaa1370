"""The pages, as a browser meets them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette

from server.explorer import assets, examples
from server.pages.page import POLICY
from server.routes.pages import page_routes

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
HERE = "http://127.0.0.1:8000"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
async def browser(tmp_path):
    app = Starlette(routes=page_routes(public_url=HERE, data_dir=tmp_path, sign_in_url="/identity"))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HERE) as client:
        yield client


def installed(tmp_path):
    (assets.installed_at(tmp_path) / assets.wanted_stamp()).mkdir(parents=True)


@pytest.mark.parametrize("path", ["/developers", "/api/docs", "/graphiql", "/invitations", "/rooms/0123abcd"])
async def test_a_page_loads_nothing_from_elsewhere_and_has_no_script_inside(browser, tmp_path, path):
    installed(tmp_path)

    page = await browser.get(path)

    assert page.status_code == 200
    assert (
        re.findall(r"<script(?![^>]* src=\"/)|<style| on\w+=| style=|(?:src|href)=\"(?!/|#)", page.text) == []
    )
    directives = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"


async def test_every_file_a_page_names_is_there(browser, tmp_path):
    installed(tmp_path)
    for name in assets.SERVED.values():
        (assets.installed_at(tmp_path) / assets.wanted_stamp() / name).write_text("x")
    pages = [await browser.get(path) for path in ("/developers", "/api/docs", "/graphiql", "/invitations")]
    files = {
        name
        for page in pages
        for name in re.findall(r'(?:src|href)="(/(?:static|graphiql)/[^"]+)"', page.text)
    }

    assert len(files) == 13
    assert {(await browser.get(name)).status_code for name in files} == {200}


async def test_the_explorer_without_assets_says_how_to_get_them(browser):
    page = await browser.get("/graphiql")

    assert page.status_code == 503
    assert "./interline up" in page.text


async def test_the_explorer_offers_the_examples_in_their_order(browser):
    offered = (await browser.get("/graphiql/examples.json")).json()

    assert [example["name"] for example in offered] == [
        "availability",
        "explanation",
        "prices",
        "holds",
        "sales",
        "live",
        "packages",
        "finance",
    ]


@pytest.mark.parametrize("example", examples.all_examples(), ids=lambda example: example.name)
def test_every_example_fits_the_schema(example):
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())

    assert validate(schema, parse(example.text)) == []


def test_assets_that_are_there_are_not_installed_again(tmp_path):
    installed(tmp_path)
    said: list[str] = []

    assert assets.build(tmp_path, said.append) == assets.installed_at(tmp_path) / assets.wanted_stamp()
    assert said == []


async def test_assets_that_cannot_be_had_stop_nothing(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    said: list[str] = []

    assert assets.build(tmp_path, said.append) is None
    assert said == [
        "Installing the GraphQL explorer's files (once).",
        "The GraphQL explorer will not be there: npm could not install the packages; its words are in npm.log.",
    ]
    assert sorted(path.name for path in assets.installed_at(tmp_path).iterdir()) == ["failure.txt", "npm.log"]
    assert "npm could not install the packages" in (await browser.get("/graphiql")).text


def test_the_lock_of_the_assets_names_no_host_and_pins_every_package():
    text = (assets.HERE / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    pinned = packages.pop("")["dependencies"]

    assert "://" not in text
    assert [name for name, package in packages.items() if not package.get("integrity")] == []
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())


def test_the_policy_of_pages_allows_no_script_in_the_page():
    assert "unsafe" not in POLICY["script-src"] + POLICY["style-src"]
