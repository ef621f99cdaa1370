"""The guides as they are served, and their samples as a reader runs them."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from domain.guides import Block, BrokenGuideError, Fence, SnippetLanguage, Values
from server.embedded import places
from server.explorer import assets
from server.guides import read_guides
from server.routes.guides import guide_routes
from server.routes.pages import page_routes, start_page
from server.settings import ROOT
from tests.factories.portal import put_portal
from tests.server.guide_samples import Step, differences, keep_files, run_steps, steps_of

HERE = "http://127.0.0.1:8000"
HEAD = "---\ntitle: x\nsummary: x\norder: 1\ntopics: x\n---\n"
GUIDES = read_guides("https://api.interline.example")
SERVERS = {"DATABASE_URL", "REDIS_URL"}
STOPPED_WITHIN = 60.0


@pytest.fixture(scope="module")
def said() -> Iterator[dict[str, Any]]:
    """What a running product says of itself."""
    directory = places.temporary_home()
    (assets.installed_at(directory) / assets.wanted_stamp()).mkdir(parents=True)
    put_portal(directory)
    inherited = {name: text for name, text in os.environ.items() if name not in SERVERS}
    with (
        (directory / "told").open("w") as told,
        subprocess.Popen(
            [sys.executable, "-m", "server.cli", "up", "--json", "--port", "0", "--data", str(directory)],
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
            env={**inherited, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (directory / "told").read_text()
        yield json.loads(line)
        process.terminate()
        process.wait(STOPPED_WITHIN)
    shutil.rmtree(directory)


@pytest.fixture
def values(said):
    """The sandbox of a running product's first reseller."""
    key = said["credentials"]["resellers"][1]
    assert key["environment"] == "TEST"
    guides = read_guides(said["rest"].removesuffix("/api/ota"))
    return guides.values.own(product_id="106", key_prefix=key["api_key"].split("_")[2])


@pytest.fixture
def environment(said) -> dict[str, str]:
    users = {each["email"]: each["token"] for each in said["credentials"]["users"]}
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "INTERLINE_API_KEY": said["credentials"]["resellers"][1]["api_key"],
        "INTERLINE_TOKEN": users["owner@harbour.example"],
        "PYTHONWARNINGS": "error",
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", SnippetLanguage)
@pytest.mark.parametrize("slug", [each.slug for each in GUIDES.all])
def test_the_samples_print_what_the_guide_says(values, environment, tmp_path, slug, language):
    guide = GUIDES.find(slug)
    assert guide is not None
    steps = steps_of(guide, language)
    if not steps:
        pytest.skip("nothing of it is run in this language")
    if language is SnippetLanguage.CURL and shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    keep_files(GUIDES, values, tmp_path)

    printed = run_steps(steps, language, values, tmp_path, environment)

    assert [
        f"{step.block.fence.title}: {difference}"
        for step, text in zip(steps, printed, strict=True)
        if step.printed is not None
        for difference in differences(text, step.printed, values)
    ] == []


@pytest.fixture
async def browser():
    pages = page_routes(public_url=HERE, data_dir=Path("/nowhere"), sign_in_url=None)
    app = Starlette(routes=[*guide_routes(GUIDES), *pages, Route("/", start_page(HERE))])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HERE) as client:
        yield client


ALL_PATHS = ["/docs/guides", *(f"/docs/guides/{each.slug}" for each in GUIDES.all)]


@pytest.mark.parametrize("path", ALL_PATHS)
async def test_a_page_loads_nothing_from_elsewhere_and_has_no_script_inside(browser, path):
    page = await browser.get(path)

    assert page.status_code == 200
    loads = re.findall(
        r"<script(?![^>]* src=\"/static/)|<style| on\w+=| style=| src=\"(?!/static/)", page.text
    )
    assert loads == []
    directives = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert (directives["default-src"], directives["script-src"]) == ("'none'", "'self'")


async def test_every_place_a_guide_leads_to_is_there(browser):
    pages = {path: (await browser.get(path)).text for path in ALL_PATHS}
    led_to = {
        target for text in pages.values() for target in re.findall(r'(?:href|src)="(/[^"#]*|#[^"]*)"', text)
    }
    within = {path: re.findall(r'href="#([^"]+)"', text) for path, text in pages.items()}

    elsewhere = {"/docs/errors"}
    assert {
        target: (await browser.get(target)).status_code for target in led_to - elsewhere if target[0] == "/"
    } == dict.fromkeys({target for target in led_to - elsewhere if target[0] == "/"}, 200) | {
        "/graphiql": 503
    }
    assert {
        (path, name) for path, names in within.items() for name in names if f'id="{name}"' not in pages[path]
    } == set()


async def test_a_guide_that_is_not_there_answers_the_list_of_those_that_are(browser):
    page = await browser.get("/docs/guides/nothing")

    assert (page.status_code, "<h2>Getting started</h2>" in page.text) == (404, True)


async def test_a_page_has_defaults_in_the_places_and_its_neighbours(browser):
    text = (await browser.get("/docs/guides/availability-and-prices")).text

    assert "product_id=106&amp;date=2030-06-15" in text
    assert "{{" not in text
    assert '<a href="/docs/guides/getting-started"><small>Before</small>Getting started</a>' in text
    assert '<a href="/docs/guides/holds"><small>Next</small>Holds and orders</a>' in text


def test_no_guide_has_a_secret_in_it():
    texts = " ".join(each.markdown for each in GUIDES.all)

    assert re.findall(r"il_(?:test|live)_[a-z2-7]{12}_[A-Za-z0-9_-]{43}", texts) == []
    assert {b64decode(each) for each in re.findall(r"whsec_([A-Za-z0-9+/=]{20,})", texts)} == {
        b"sixteen bytes of a secret text!"
    }


def test_guides_are_read_in_their_order_and_none_shares_a_place():
    assert [each.order for each in GUIDES.all] == [*range(1, 12)]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.md", "no head", "front matter"),
        ("a.md", HEAD + "{{secret}}", "nothing fills secret"),
        ("a.md", HEAD + "```python\nx\n```", "no title"),
        ("A.md", HEAD + "x", "small letters"),
    ],
)
def test_a_broken_guide_stops_the_start_by_name(tmp_path, name, text, problem):
    (tmp_path / name).write_text(text)

    with pytest.raises(BrokenGuideError, match=f"{name}: .*{problem}"):
        read_guides(HERE, tmp_path)


def test_two_guides_in_one_place_stop_the_start(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(HEAD + "x")

    with pytest.raises(BrokenGuideError, match="two guides"):
        read_guides(HERE, tmp_path)


@pytest.mark.parametrize(
    ("found", "expected", "told"),
    [
        ('{"a": 1, "b": "x-1"}', '{"a": "…", "b": "x-…"}', []),
        ('{"a": 1}', '{"a": 2}', ["$.a is 1, not 2"]),
        ('{"a": 1, "b": 2}', '{"a": 1}', ["$ is {'a': 1, 'b': 2}, not {'a': 1}"]),
        ("[1, 2]", "[1]", ["$ is [1, 2], not [1]"]),
        ('["y-1"]', '["x-…"]', ["$[0] is 'y-1', not 'x-…'"]),
    ],
)
def test_what_is_printed_is_compared_to_the_letter(found, expected, told):
    block = Block(Fence("json", is_printed=True), expected)

    assert [*differences(found, block, Values())] == told


class Busy(BaseHTTPRequestHandler):
    """Answers 429 at first, and then what is asked; notes when it was called."""

    called: ClassVar[list[float]] = []

    def do_GET(self):
        self.called.append(time.monotonic())
        is_first = len(self.called) == 1
        body = b'{"code": "RATE_LIMITED", "detail": "Wait."}' if is_first else b'{"products": []}'
        self.send_response(429 if is_first else 200)
        self.send_header("Content-Length", str(len(body)))
        if is_first:
            self.send_header("Retry-After", "2")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


CLIENTS = {
    SnippetLanguage.CURL: '. ./interline.sh\ncall GET "/"',
    SnippetLanguage.PYTHON: 'from interline import call, show\nshow(call("GET", "/"))',
    SnippetLanguage.TYPESCRIPT: 'import { call, show } from "./interline.mts";\nshow(await call("GET", "/"));',
}


@pytest.mark.slow
@pytest.mark.parametrize("language", SnippetLanguage)
def test_the_guides_client_waits_as_long_as_it_is_told(tmp_path, language):
    if language is SnippetLanguage.CURL and shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    Busy.called.clear()
    environment = {"PATH": os.environ["PATH"], "INTERLINE_API_KEY": "il_test_x"}
    step = Step(Block(Fence("sh", "x", is_run=True), CLIENTS[language]), None)
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        values = Values(base_url=f"http://127.0.0.1:{server.server_port}")
        keep_files(GUIDES, values, tmp_path)

        [printed] = run_steps([step], language, values, tmp_path, environment)

        server.shutdown()
    assert '"products"' in printed
    assert len(Busy.called) == 2
    assert Busy.called[1] - Busy.called[0] >= 1.9


async def test_the_list_of_operations_has_what_a_key_may_run(said):
    answer = httpx2.get(f"{said['graphql']}/operations")
    listed = answer.json()["operations"]

    assert len(listed) == len(
        [*(ROOT / "operations").glob("ota/*.graphql"), *(ROOT / "operations").glob("search/*.graphql")]
    )
    hold = next(each for each in listed if each["name"] == "Reserve")
    assert hold["kind"] == "mutation"
    assert sha256(hold["text"].encode()).hexdigest() == hold["id"]
    again = httpx2.get(f"{said['graphql']}/operations", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
