"""The portal as a browser meets it: one page at its own paths, files that are kept for ever, and nothing from elsewhere."""

import json
import re
import shutil
from dataclasses import replace
from html import unescape

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from server.portal.build import shelf_of
from server.portal.config import Config, config_of
from server.portal.files import PortalFiles
from server.portal.policy import page_headers
from server.portal.served import codings_of
from server.routes.portal import PORTAL_PATHS, portal_routes
from server.settings import Settings
from tests.factories.portal import BROTLI, SCRIPT, SILENT, write_build

HERE = "https://interline.example"
ISSUER = "https://sign-in.example/interline"
CONFIG = Config(
    issuer=ISSUER, client_id="portal", audience="interline", is_development=False, has_mailbox=False
)
BUILD = "0123456789abcdef"
SCRIPT_PATH = "/assets/index-1a2b3c.js"


async def start(_):
    return PlainTextResponse("start page")


@pytest.fixture
def portal_at(tmp_path):
    """Serve what is in the data directory, as one process does that starts now."""

    def serve(config=CONFIG, public_url=HERE):
        files = PortalFiles(
            tmp_path, config=config.written(), page_headers=page_headers(HERE, [f"{HERE}/identity", ISSUER])
        )
        app = Starlette(routes=portal_routes(files, public_url=public_url, start=start))
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HERE)

    return serve


@pytest.fixture
def built(tmp_path):
    return write_build(shelf_of(tmp_path).at(BUILD))


@pytest.fixture
async def browser(portal_at, built):
    async with portal_at() as client:
        yield client


def directives_of(answer):
    return dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))


async def test_one_page_is_at_every_path_of_the_portal(browser):
    paths = [
        "/",
        *(f"/{path}" for path in PORTAL_PATHS),
        "/team/",
        "/introductions/abc/times",
        "/signed-in?code=1",
    ]

    pages = [await browser.get(path) for path in paths]

    assert {page.status_code for page in pages} == {200}
    assert {page.text for page in pages} == {pages[0].text}
    assert "<h1>Portal</h1>" in pages[0].text
    assert pages[0].headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/teams", "/nowhere", "/index.html", "/assets/", "/assets/none.js", "/assets/../index.html"]
)
async def test_another_path_leads_nowhere(browser, path):
    assert (await browser.get(path)).status_code == 404


async def test_a_page_is_asked_for_each_time_and_sent_when_it_has_changed(browser):
    first = await browser.get("/team")
    again = await browser.get("/payouts", headers={"if-none-match": first.headers["etag"]})
    weakly = await browser.get("/", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    other = await browser.get("/", headers={"if-none-match": '"other"'})

    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (weakly.status_code, other.status_code) == (304, 200)


async def test_the_page_may_load_from_here_alone_and_ask_its_issuer(browser):
    assert directives_of(await browser.get("/")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self' wss://interline.example https://sign-in.example",
        "frame-src": "'self' https://sign-in.example",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
    }


async def test_the_silent_page_may_be_framed_by_the_portal(browser):
    page, silent = await browser.get("/"), await browser.get("/silent.html")

    assert silent.content == SILENT
    assert directives_of(silent) == directives_of(page) | {"frame-ancestors": "'self'"}
    assert page.headers["x-frame-options"] == "DENY"
    assert silent.headers["x-frame-options"] == "SAMEORIGIN"


async def test_an_asset_is_kept_for_ever_and_sent_in_the_best_coding_taken(browser):
    best = await browser.get(SCRIPT_PATH, headers={"accept-encoding": "gzip, deflate, br, zstd"})
    zipped = await browser.get(SCRIPT_PATH, headers={"accept-encoding": "gzip, br;q=0"})
    plain = await browser.get(SCRIPT_PATH, headers={"accept-encoding": "identity"})

    # The client cannot read our stand-in for brotli, so it is asked for what came over the wire.
    assert best.headers["content-length"] == str(len(BROTLI))
    assert [each.headers.get("content-encoding") for each in (best, zipped, plain)] == ["br", "gzip", None]
    assert (zipped.content, plain.content) == (SCRIPT, SCRIPT)
    for each in (best, zipped, plain):
        assert each.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert each.headers["content-type"] == "text/javascript; charset=utf-8"
        assert each.headers["vary"] == "Accept-Encoding"
        assert each.headers["x-content-type-options"] == "nosniff"
    assert len({each.headers["etag"] for each in (best, zipped, plain)}) == 3


async def test_an_asset_that_is_had_already_is_not_sent_again(browser):
    etag = (await browser.get(SCRIPT_PATH, headers={"accept-encoding": "gzip"})).headers["etag"]

    again = await browser.get(SCRIPT_PATH, headers={"accept-encoding": "gzip", "if-none-match": etag})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert "content-type" not in again.headers


@pytest.mark.parametrize(
    ("name", "kind"), [("logo-4d5e6f.svg", "image/svg+xml"), ("inter-7a8b9c.woff2", "font/woff2")]
)
async def test_what_has_one_coding_says_so(browser, name, kind):
    answer = await browser.get(f"/assets/{name}", headers={"accept-encoding": "br"})

    assert answer.headers["content-type"] == kind
    assert "vary" not in answer.headers
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/team/x", SCRIPT_PATH, "/silent.html"])
async def test_head_tells_what_get_would(browser, path):
    got, told = await browser.get(path), await browser.head(path)

    assert told.status_code == 200
    assert told.headers == got.headers


@pytest.mark.parametrize("path", ["/", "/team", SCRIPT_PATH])
async def test_nothing_is_sent_to_it(browser, path):
    assert (await browser.post(path)).status_code == 405


async def test_a_large_page_is_compressed_here(portal_at, built):
    (built / "index.html").write_bytes(b"<p>$config</p>" * 100)

    async with portal_at() as browser:
        zipped = await browser.get("/", headers={"accept-encoding": "gzip"})
        plain = await browser.get("/", headers={"accept-encoding": ""})

    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < len(plain.content)


async def test_the_page_is_told_its_installation_without_a_request(portal_at, built):
    hostile = replace(CONFIG, client_id='"><script>$config&amp;')

    async with portal_at(hostile) as browser:
        page = (await browser.get("/")).text

    assert "<script>$" not in page
    (said,) = re.findall(r'<meta name="interline" content="([^"]*)">', page)
    assert json.loads(unescape(said)) == {
        "issuer": ISSUER,
        "clientId": '"><script>$config&amp;',
        "audience": "interline",
        "isDevelopment": False,
        "mailbox": False,
        "paths": {
            "graphql": "/graphql",
            "explorer": "/graphiql",
            "guides": "/docs/guides",
            "restDocs": "/api/docs",
            "developers": "/developers",
            "mailbox": None,
        },
    }


@pytest.mark.parametrize(
    ("options", "issuer"),
    [
        ({"development": True}, "http://dev/identity"),
        (
            {"development": True, "issuers": " https://one.example , https://two.example"},
            "https://one.example",
        ),
        (
            {"issuers": "https://one.example,https://two.example", "portal_issuer": "https://two.example"},
            "https://two.example",
        ),
        ({}, ""),
    ],
)
def test_the_issuer_is_the_chosen_one_or_the_first_or_our_own(monkeypatch, options, issuer):
    monkeypatch.delenv("INTERLINE_DEVELOPMENT", raising=False)
    settings = Settings(DATABASE_URL="postgresql://", REDIS_URL="redis://", **options)

    config = config_of(settings, "http://dev/identity")

    assert (config.issuer, config.client_id) == (issuer, "portal")
    assert config.has_mailbox is config.is_development is bool(options.get("development"))


@pytest.mark.parametrize(
    ("host", "public_url", "leads_to"),
    [
        ("localhost:8000", "http://127.0.0.1:8000", "http://127.0.0.1:8000/team?x=1"),
        ("[::1]:8000", "http://localhost:8000", "http://localhost:8000/team?x=1"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000", None),
        ("localhost:9000", "http://127.0.0.1:8000", None),
        ("localhost:8000", "https://interline.example", None),
        ("evil.example:8000", "http://127.0.0.1:8000", None),
        ("", "http://127.0.0.1:8000", None),
    ],
)
async def test_another_name_of_this_machine_leads_to_the_one_it_signs_in_at(
    portal_at, built, host, public_url, leads_to
):
    async with portal_at(public_url=public_url) as browser:
        answer = await browser.get("/team?x=1", headers={"host": host})

    assert (answer.status_code, answer.headers.get("location")) == (307 if leads_to else 200, leads_to)


async def test_without_a_build_the_start_page_is_there_and_the_other_paths_say_why(portal_at, tmp_path):
    (tmp_path / "portal").mkdir()
    shelf_of(tmp_path).note_failure("npm could not install its packages; its words are in npm.log.")

    async with portal_at() as browser:
        start_page, missing = await browser.get("/"), await browser.get("/team")
        silent, asset = await browser.get("/silent.html"), await browser.get(SCRIPT_PATH)

    assert start_page.text == "start page"
    assert missing.status_code == silent.status_code == 503
    assert "npm could not install its packages" in missing.text
    assert "./interline portal" in missing.text
    assert asset.status_code == 404


async def test_a_build_that_comes_later_is_found(portal_at, tmp_path):
    async with portal_at() as browser:
        before = await browser.get("/team")
        write_build(shelf_of(tmp_path).at(BUILD))
        after = await browser.get("/team")

    assert (before.status_code, after.status_code) == (503, 200)


async def test_a_new_build_is_found_and_open_pages_keep_their_assets(browser, built, tmp_path):
    other = write_build(shelf_of(tmp_path).at("fedcba9876543210"))
    (other / "index.html").write_text("newer")
    (other / "assets" / "index-1a2b3c.js").rename(other / "assets" / "index-newer.js")
    shutil.rmtree(built)

    assert (await browser.get("/assets/index-newer.js")).content == SCRIPT
    assert (await browser.get("/team")).text == "newer"
    assert (await browser.get(SCRIPT_PATH)).status_code == 200


async def test_a_build_that_is_taken_away_is_served_on(browser, built):
    shutil.rmtree(built)

    assert (await browser.get("/team")).status_code == 200


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("", {""}),
        ("gzip", {"gzip"}),
        ("br;q=1.0, GZIP; q=0.5", {"br", "gzip"}),
        ("br;q=0, gzip;q=0.000", set()),
    ],
)
def test_codings_are_taken_unless_they_are_excluded(header, codings):
    assert codings_of(header) == codings
