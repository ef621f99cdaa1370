"""The development issuer's door, as a browser and a client meet it."""

import re
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from integrations.identity.tokens import TokenVerifier, TrustedIssuer
from tests.factories.sign_in import ASKED, CHALLENGE, HERE, NOW, exchange, form_of, sent_new_person, signed_in

pytestmark = pytest.mark.anyio


async def test_discovery_names_the_issuer_and_its_endpoints(issuer_browser):
    document = (await issuer_browser.get("/identity/.well-known/openid-configuration")).json()

    assert document["issuer"] == f"{HERE}/identity"
    assert document["jwks_uri"] == f"{HERE}/identity/jwks.json"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["end_session_endpoint"] == f"{HERE}/identity/sign-out"
    assert document["prompt_values_supported"] == ["none", "login", "select_account"]


async def test_the_published_keys_are_public(issuer_browser, development_issuer):
    assert (await issuer_browser.get("/identity/jwks.json")).json() == development_issuer.jwks()


async def test_the_sign_in_page_lists_the_sample_users(issuer_browser):
    page = await issuer_browser.get("/identity/authorize", params=ASKED)

    assert page.status_code == 200
    assert re.findall(r'name="subject" value="([^"]+)"', page.text) == ["sample-analyst", "sample-owner"]
    assert "Ada &lt;Lovegood&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert f"form-action 'self' {HERE};" in page.headers["content-security-policy"]
    assert "HttpOnly; Path=/identity; SameSite=strict" in page.headers["set-cookie"]


async def test_one_click_signs_in_and_the_token_is_the_users(issuer_browser, development_issuer):
    back = await signed_in(issuer_browser)
    assert back["state"] == ASKED["state"]
    assert back["iss"] == development_issuer.issuer

    answer = await issuer_browser.post("/identity/token", data=exchange(back["code"]))

    tokens = answer.json()
    verifier = TokenVerifier([TrustedIssuer(development_issuer.issuer, development_issuer, "interline")])
    identity = await verifier.verify(tokens["access_token"], now=NOW)
    assert (identity.subject, identity.email, identity.scopes) == (
        "sample-analyst",
        "ada@harbour.example",
        None,
    )
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert answer.headers["cache-control"] == "no-store"


async def test_somebody_new_signs_in_with_a_name_and_an_address(issuer_browser, development_issuer):
    sent = await sent_new_person(issuer_browser, name="Nora New", email="Nora@New.example")
    code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]

    tokens = (await issuer_browser.post("/identity/token", data=exchange(code))).json()

    verifier = TokenVerifier([TrustedIssuer(development_issuer.issuer, development_issuer, "interline")])
    identity = await verifier.verify(tokens["access_token"], now=NOW)
    assert (identity.subject, identity.email, identity.name) == (
        "nora@new.example",
        "nora@new.example",
        "Nora New",
    )


@pytest.mark.parametrize(
    "person", [{"name": "Nora"}, {"email": "nora@new.example"}, {"name": "Nora", "email": "nora"}]
)
async def test_somebody_new_says_both(issuer_browser, person):
    assert (await sent_new_person(issuer_browser, **person)).status_code == 400


async def test_the_id_token_is_for_the_client_and_opens_no_door_here(issuer_browser, development_issuer):
    back = await signed_in(issuer_browser)
    tokens = (await issuer_browser.post("/identity/token", data=exchange(back["code"]))).json()

    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})

    assert (claims["aud"], claims["nonce"]) == ("interline-explorer", "once")


async def test_rights_asked_for_narrow_the_token(issuer_browser, development_issuer):
    back = await signed_in(issuer_browser, scope="READ_CATALOG nonsense")
    tokens = (await issuer_browser.post("/identity/token", data=exchange(back["code"]))).json()

    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})

    assert claims["scope"] == tokens["scope"] == "READ_CATALOG"
    assert "id_token" not in tokens


async def test_a_code_works_once(issuer_browser):
    code = (await signed_in(issuer_browser))["code"]

    first = await issuer_browser.post("/identity/token", data=exchange(code))
    second = await issuer_browser.post("/identity/token", data=exchange(code))

    assert first.status_code == 200
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")


async def test_a_code_lives_a_minute(issuer_browser, redis):
    await signed_in(issuer_browser)
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
async def test_an_exchange_that_proves_too_little_fails_and_costs_the_code(issuer_browser, changes):
    code = (await signed_in(issuer_browser))["code"]

    failed = await issuer_browser.post("/identity/token", data=exchange(code, **changes))
    retried = await issuer_browser.post("/identity/token", data=exchange(code))

    assert (failed.status_code, failed.json()["error"]) == (400, "invalid_grant")
    assert retried.status_code == (200 if changes.get("code") else 400)


async def test_another_grant_type_is_not_supported(issuer_browser):
    answer = await issuer_browser.post("/identity/token", data={"grant_type": "password", "username": "ada"})

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
async def test_what_is_not_a_form_is_refused(issuer_browser, content, content_type):
    answer = await issuer_browser.post(
        "/identity/token", content=content, headers={"content-type": content_type}
    )

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
async def test_nobody_is_sent_to_a_strange_address(issuer_browser, redirect_uri):
    answer = await issuer_browser.get("/identity/authorize", params=ASKED | {"redirect_uri": redirect_uri})

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost:5173/back?x=1", "http://127.0.0.1:9/", "https://localhost/", "http://[::1]:3000/"],
)
async def test_a_program_on_this_machine_may_sign_in(issuer_browser, redirect_uri):
    page = await issuer_browser.get("/identity/authorize", params=ASKED | {"redirect_uri": redirect_uri})

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
async def test_a_wrong_request_is_answered_to_its_sender(issuer_browser, changes, error):
    answer = await issuer_browser.get("/identity/authorize", params=ASKED | changes)

    there = urlsplit(answer.headers["location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == ASKED["redirect_uri"]
    assert parse_qs(there.query)["error"] == [error]
    assert parse_qs(there.query)["state"] == [ASKED["state"]]


@pytest.mark.parametrize("forged", ["no cookie", "no key", "other key", "cross-site"])
async def test_a_form_from_another_site_signs_nobody_in(issuer_browser, redis, forged):
    page = await issuer_browser.get("/identity/authorize", params=ASKED)
    form = ASKED | {"form_key": form_of(page)["form_key"], "subject": "sample-analyst"}
    headers = {"sec-fetch-site": "cross-site"} if forged == "cross-site" else {}
    if forged == "no cookie":
        issuer_browser.cookies.clear()
    if forged == "no key":
        form.pop("form_key")
    if forged == "other key":
        form["form_key"] = "A" * 43

    answer = await issuer_browser.post("/identity/authorize", data=form, headers=headers)

    assert answer.status_code == 400
    assert await redis.keys("identity:code:*") == []


async def test_an_unknown_user_is_not_signed_in(issuer_browser, redis):
    page = await issuer_browser.get("/identity/authorize", params=ASKED)
    form = ASKED | {"form_key": form_of(page)["form_key"], "subject": "somebody"}

    assert (await issuer_browser.post("/identity/authorize", data=form)).status_code == 400
    assert await redis.keys("identity:code:*") == []
