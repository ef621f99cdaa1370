"""The development issuer knows a browser again: what is not shown, what is, and how it ends."""

import re
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.factories.sign_in import ASKED, HERE, exchange, form_of, sent_new_person, signed_in

pytestmark = pytest.mark.anyio


async def asked_silently(issuer_browser, **changes):
    """Ask in a frame, as the portal does; return the fields of the address the frame is sent to."""
    answer = await issuer_browser.get("/identity/authorize", params=ASKED | {"prompt": "none"} | changes)
    assert (answer.status_code, answer.content) == (303, b"")
    return {name: texts[0] for name, texts in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def test_who_is_signed_in_is_not_asked_again(issuer_browser, development_issuer):
    first = await signed_in(issuer_browser)
    back = await asked_silently(issuer_browser, nonce="twice")
    tokens = (await issuer_browser.post("/identity/token", data=exchange(back["code"]))).json()

    assert back["code"] != first["code"]
    assert (back["state"], back["iss"]) == (ASKED["state"], development_issuer.issuer)
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["name"], claims["nonce"]) == ("sample-analyst", "Ada <Lovegood>", "twice")


async def test_somebody_new_is_known_again_too(issuer_browser):
    await sent_new_person(issuer_browser, name="Nora New", email="nora@new.example")

    back = await asked_silently(issuer_browser)
    tokens = (await issuer_browser.post("/identity/token", data=exchange(back["code"]))).json()

    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["name"]) == ("nora@new.example", "Nora New")


async def test_the_session_is_a_cookie_no_script_reads_and_nobody_can_make_up(issuer_browser, redis):
    page = await issuer_browser.get("/identity/authorize", params=ASKED)
    form = ASKED | {"form_key": form_of(page)["form_key"], "subject": "sample-analyst"}

    answer = await issuer_browser.post("/identity/authorize", data=form)

    said = answer.headers["set-cookie"]
    assert re.fullmatch(r"interline_session=[\w-]{43}; HttpOnly; Path=/identity; SameSite=lax", said)
    [place] = await redis.keys("identity:session:*")
    assert said[18:61].encode() not in place
    assert 43_190 <= await redis.ttl(place) <= 43_200


@pytest.mark.parametrize("cookie", [None, "A" * 43, "", "../x"])
async def test_a_browser_nobody_signed_in_with_is_told_at_once(
    issuer_browser, development_issuer, redis, cookie
):
    if cookie is not None:
        issuer_browser.cookies.set("interline_session", cookie)

    assert await asked_silently(issuer_browser) == {
        "error": "login_required",
        "error_description": "Nobody is signed in.",
        "state": ASKED["state"],
        "iss": development_issuer.issuer,
    }
    assert await redis.keys("identity:code:*") == []


@pytest.mark.parametrize("prompt", ["", "login", "select_account", "login select_account"])
async def test_who_is_signed_in_may_choose_anew(issuer_browser, prompt):
    await signed_in(issuer_browser)

    page = await issuer_browser.get("/identity/authorize", params=ASKED | {"prompt": prompt})

    assert page.status_code == 200
    assert "Who are you today?" in page.text


@pytest.mark.parametrize("prompt", ["none login", "consent", "None"])
async def test_a_prompt_nobody_could_follow_is_told_to_its_sender(issuer_browser, prompt):
    await signed_in(issuer_browser)

    assert (await asked_silently(issuer_browser, prompt=prompt))["error"] == "invalid_request"


async def test_the_answer_in_a_frame_may_be_framed_here(issuer_browser):
    answer = await issuer_browser.get("/identity/authorize", params=ASKED | {"prompt": "none"})

    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'self'"


async def test_another_person_has_another_session_and_ends_the_one_before(issuer_browser, redis):
    await signed_in(issuer_browser)
    before = issuer_browser.cookies["interline_session"]
    page = await issuer_browser.get("/identity/authorize", params=ASKED)
    form = ASKED | {"form_key": form_of(page)["form_key"], "subject": "sample-owner"}

    await issuer_browser.post("/identity/authorize", data=form)

    assert issuer_browser.cookies["interline_session"] != before
    assert len(await redis.keys("identity:session:*")) == 1


async def test_signing_out_ends_the_session_and_leads_back(issuer_browser, redis):
    await signed_in(issuer_browser)

    answer = await issuer_browser.get(
        "/identity/sign-out",
        params={
            "post_logout_redirect_uri": f"{HERE}/",
            "state": "s t",
            "id_token_hint": "x",
            "client_id": "portal",
        },
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/?state=s+t")
    assert "interline_session" not in issuer_browser.cookies
    assert await redis.keys("identity:session:*") == []
    assert (await asked_silently(issuer_browser))["error"] == "login_required"


@pytest.mark.parametrize("sent", [("GET", None), ("POST", {"client_id": "portal"})])
async def test_who_signs_out_without_a_way_back_is_told(issuer_browser, redis, sent):
    await signed_in(issuer_browser)

    method, form = sent
    answer = await issuer_browser.request(method, "/identity/sign-out", data=form)

    assert answer.status_code == 200
    assert "You are signed out" in answer.text
    assert await redis.keys("identity:session:*") == []


async def test_signing_out_leads_to_no_strange_address(issuer_browser, redis):
    await signed_in(issuer_browser)

    answer = await issuer_browser.get(
        "/identity/sign-out", params={"post_logout_redirect_uri": "https://evil.example/"}
    )

    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert len(await redis.keys("identity:session:*")) == 1
