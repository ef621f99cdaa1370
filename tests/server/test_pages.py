"""The pages and the development issuer's door, as a browser meets them."""

import json
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import jwt
import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette

from integrations.identity.development import DevelopmentIssuer
from integrations.identity.tokens import TokenVerifier, TrustedIssuer
from permissions.viewer import Scope
from server.explorer import assets, examples
from server.pages.page import POLICY
from server.routes.authorization_codes import AuthorizationCodes
from server.routes.identity import DevelopmentIdentity, SampleUser
from server.routes.pages import page_routes

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
HERE = "http://127.0.0.1:8000"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
USERS = [
    SampleUser("ada@harbour.example", "Ada <Lovegood>", "Analyst", "sample-analyst"),
    SampleUser("carla@harbour.example", "Carla Rossi", "Owner", "sample-owner"),
]
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "response_type": "code",
    "client_id": "interline-explorer",
    "redirect_uri": f"{HERE}/graphiql",
    "state": "s t&te",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "scope": "openid",
    "nonce": "once",
}


@pytest.fixture
def issuer(tmp_path):
    return DevelopmentIssuer(f"{HERE}/identity", audience="interline", data_dir=tmp_path)


@pytest.fixture
async def browser(issuer, redis, tmp_path):
    identity = DevelopmentIdentity(
        issuer,
        users=USERS,
        codes=AuthorizationCodes(redis),
        public_url=HERE,
        scopes=[scope.value for scope in Scope],
        clock=lambda: NOW,
    )
    pages = page_routes(public_url=HERE, data_dir=tmp_path, sign_in_url="/identity")
    app = Starlette(routes=[*pages, *identity.routes()])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HERE) as client:
        yield client


def installed(tmp_path):
    (assets.installed_at(tmp_path) / assets.wanted_stamp()).mkdir(parents=True)


def form_of(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


async def signed_in(browser, **changes):
    """Go through the page as a browser does; return the fields of the address it is sent to."""
    asked = ASKED | changes
    page = await browser.get("/identity/authorize", params=asked)
    form = asked | {"form_key": form_of(page)["form_key"], "subject": "sample-analyst"}
    answer = await browser.post("/identity/authorize", data=form)
    assert answer.status_code == 303
    return {name: texts[0] for name, texts in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchange(issued_code, **changes):
    return {
        "grant_type": "authorization_code",
        "code": issued_code,
        "redirect_uri": ASKED["redirect_uri"],
        "client_id": ASKED["client_id"],
        "code_verifier": VERIFIER,
    } | changes


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


async def test_discovery_names_the_issuer_and_its_endpoints(browser):
    document = (await browser.get("/identity/.well-known/openid-configuration")).json()

    assert document["issuer"] == f"{HERE}/identity"
    assert document["jwks_uri"] == f"{HERE}/identity/jwks.json"
    assert document["code_challenge_methods_supported"] == ["S256"]


async def test_the_published_keys_are_public(browser, issuer):
    assert (await browser.get("/identity/jwks.json")).json() == issuer.jwks()


async def test_the_sign_in_page_lists_the_sample_users(browser):
    page = await browser.get("/identity/authorize", params=ASKED)

    assert page.status_code == 200
    assert re.findall(r'name="subject" value="([^"]+)"', page.text) == ["sample-analyst", "sample-owner"]
    assert "Ada &lt;Lovegood&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert f"form-action 'self' {HERE};" in page.headers["content-security-policy"]
    assert "HttpOnly; Path=/identity; SameSite=strict" in page.headers["set-cookie"]


async def test_one_click_signs_in_and_the_token_is_the_users(browser, issuer):
    back = await signed_in(browser)
    assert back["state"] == ASKED["state"]
    assert back["iss"] == issuer.issuer

    answer = await browser.post("/identity/token", data=exchange(back["code"]))

    tokens = answer.json()
    verifier = TokenVerifier([TrustedIssuer(issuer.issuer, issuer, "interline")])
    identity = await verifier.verify(tokens["access_token"], now=NOW)
    assert (identity.subject, identity.email, identity.scopes) == (
        "sample-analyst",
        "ada@harbour.example",
        None,
    )
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert answer.headers["cache-control"] == "no-store"


async def sent_new_person(browser, **person):
    page = await browser.get("/identity/authorize", params=ASKED)
    return await browser.post(
        "/identity/authorize", data=ASKED | {"form_key": form_of(page)["form_key"]} | person
    )


async def test_somebody_new_signs_in_with_a_name_and_an_address(browser, issuer):
    sent = await sent_new_person(browser, name="Nora New", email="Nora@New.example")
    code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]

    tokens = (await browser.post("/identity/token", data=exchange(code))).json()

    verifier = TokenVerifier([TrustedIssuer(issuer.issuer, issuer, "interline")])
    identity = await verifier.verify(tokens["access_token"], now=NOW)
    assert (identity.subject, identity.email, identity.name) == (
        "nora@new.example",
        "nora@new.example",
        "Nora New",
    )


@pytest.mark.parametrize(
    "person", [{"name": "Nora"}, {"email": "nora@new.example"}, {"name": "Nora", "email": "nora"}]
)
async def test_somebody_new_says_both(browser, person):
    assert (await sent_new_person(browser, **person)).status_code == 400


async def test_the_id_token_is_for_the_client_and_opens_no_door_here(browser, issuer):
    back = await signed_in(browser)
    tokens = (await browser.post("/identity/token", data=exchange(back["code"]))).json()

    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})

    assert (claims["aud"], claims["nonce"]) == ("interline-explorer", "once")


async def test_rights_asked_for_narrow_the_token(browser, issuer):
    back = await signed_in(browser, scope="READ_CATALOG nonsense")
    tokens = (await browser.post("/identity/token", data=exchange(back["code"]))).json()

    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})

    assert claims["scope"] == tokens["scope"] == "READ_CATALOG"
    assert "id_token" not in tokens


async def test_a_code_works_once(browser):
    code = (await signed_in(browser))["code"]

    first = await browser.post("/identity/token", data=exchange(code))
    second = await browser.post("/identity/token", data=exchange(code))

    assert first.status_code == 200
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")


async def test_a_code_lives_a_minute(browser, redis):
    await signed_in(browser)
    [place] = await redis.keys("identity:code:*")

    assert 58 <= await redis.ttl(place) <= 60


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": CHALLENGE},
        {"client_id": "another"},
        {"redirect_uri": f"{HERE}/"},
        {"code": "unknown"},
    ],
)
async def test_an_exchange_that_proves_too_little_fails_and_costs_the_code(browser, changes):
    code = (await signed_in(browser))["code"]

    failed = await browser.post("/identity/token", data=exchange(code, **changes))
    retried = await browser.post("/identity/token", data=exchange(code))

    assert (failed.status_code, failed.json()["error"]) == (400, "invalid_grant")
    assert retried.status_code == (200 if changes.get("code") else 400)


async def test_another_grant_type_is_not_supported(browser):
    answer = await browser.post("/identity/token", data={"grant_type": "password", "username": "ada"})

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"{}", "application/json"),
        (b"", ""),
        (b"grant_type=a&grant_type=b", "application/x-www-form-urlencoded"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded"),
        (b"grant_type=\xff", "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % n for n in range(40)), "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_not_a_form_is_refused(browser, content, content_type):
    answer = await browser.post("/identity/token", content=content, headers={"content-type": content_type})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "https://evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost@evil.example/",
        "http://user@localhost/",
        "//evil.example",
        "http://localhost:5173/#x",
        "http://localhost\\@evil.example/",
        "http://localhost:99999/",
        "http://localhost:80;script-src/",
        "http://[/",
        "javascript:alert(1)//localhost",
        "http://localhost/\r\nx: y",
        "http://localhost/ä",
    ],
)
async def test_nobody_is_sent_to_a_strange_address(browser, redirect_uri):
    answer = await browser.get("/identity/authorize", params=ASKED | {"redirect_uri": redirect_uri})

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost:5173/back?x=1", "http://127.0.0.1:9/", "https://localhost/", "http://[::1]:3000/"],
)
async def test_a_program_on_this_machine_may_sign_in(browser, redirect_uri):
    page = await browser.get("/identity/authorize", params=ASKED | {"redirect_uri": redirect_uri})

    assert page.status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"client_id": ""}, "invalid_request"),
        ({"nonce": "n" * 1025}, "invalid_request"),
    ],
)
async def test_a_wrong_request_is_answered_to_its_sender(browser, changes, error):
    answer = await browser.get("/identity/authorize", params=ASKED | changes)

    there = urlsplit(answer.headers["location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == ASKED["redirect_uri"]
    assert parse_qs(there.query)["error"] == [error]
    assert parse_qs(there.query)["state"] == [ASKED["state"]]


@pytest.mark.parametrize("forged", ["no cookie", "no key", "other key", "cross-site"])
async def test_a_form_from_another_site_signs_nobody_in(browser, redis, forged):
    page = await browser.get("/identity/authorize", params=ASKED)
    form = ASKED | {"form_key": form_of(page)["form_key"], "subject": "sample-analyst"}
    headers = {"sec-fetch-site": "cross-site"} if forged == "cross-site" else {}
    if forged == "no cookie":
        browser.cookies.clear()
    if forged == "no key":
        form.pop("form_key")
    if forged == "other key":
        form["form_key"] = "A" * 43

    answer = await browser.post("/identity/authorize", data=form, headers=headers)

    assert answer.status_code == 400
    assert await redis.keys("identity:code:*") == []


async def test_an_unknown_user_is_not_signed_in(browser, redis):
    page = await browser.get("/identity/authorize", params=ASKED)
    form = ASKED | {"form_key": form_of(page)["form_key"], "subject": "somebody"}

    assert (await browser.post("/identity/authorize", data=form)).status_code == 400
    assert await redis.keys("identity:code:*") == []


def test_the_policy_of_pages_allows_no_script_in_the_page():
    assert "unsafe" not in POLICY["script-src"] + POLICY["style-src"]
