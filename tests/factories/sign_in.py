"""Signing in at the development issuer, step by step as a browser and a client do it."""

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from server.routes.sign_in_sessions import SampleUser

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


async def sent_new_person(browser, **person):
    page = await browser.get("/identity/authorize", params=ASKED)
    return await browser.post(
        "/identity/authorize", data=ASKED | {"form_key": form_of(page)["form_key"]} | person
    )
