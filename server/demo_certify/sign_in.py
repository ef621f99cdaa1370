"""Signing in at the development issuer as a browser does: authorization code with PKCE (RFC 7636)."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import httpx2

CLIENT_ID = "demo-certify"
REDIRECT_URI = "http://127.0.0.1/signed-in"
"""Nobody listens there: the code is read off the redirect."""
FORM_KEY = re.compile(r'name="form_key" value="([^"]+)"')


class NotSignedInError(Exception):
    """The issuer did not let us in; only a development instance has one that does."""


async def sign_in(http: httpx2.AsyncClient, public_url: str, *, name: str, email: str) -> str:
    """Return an access token for a person, known or new. Raises NotSignedInError."""
    http.cookies.clear()
    found = await http.get(f"{public_url}/identity/.well-known/openid-configuration")
    if found.status_code != HTTPStatus.OK:
        raise NotSignedInError(f"{public_url} has no development issuer: {found.status_code}.")
    places = found.json()
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "state": secrets.token_urlsafe(8),
        "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "scope": "openid",
    }
    page = await http.get(places["authorization_endpoint"], params=asked)
    form_key = FORM_KEY.search(page.text)
    if form_key is None:
        raise NotSignedInError(f"The sign-in page has no form: {page.status_code}.")
    form = {**asked, "form_key": form_key[1], "name": name, "email": email}
    sent_back = await http.post(places["authorization_endpoint"], data=form, follow_redirects=False)
    code = parse_qs(urlsplit(sent_back.headers.get("location", "")).query).get("code")
    if not code:
        raise NotSignedInError(f"The issuer gave no code: {sent_back.status_code}.")
    exchange = {
        "grant_type": "authorization_code",
        "code": code[0],
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": verifier,
    }
    tokens = await http.post(places["token_endpoint"], data=exchange)
    if tokens.status_code != HTTPStatus.OK:
        raise NotSignedInError(f"The issuer gave no token: {tokens.text}")
    return str(tokens.json()["access_token"])
