"""The development issuer's door: discovery, keys, a sign-in page without passwords, the code exchange.

Mounted only where `settings.development` is on. It speaks OpenID Connect (authorization code with PKCE),
so that the explorer and the portal sign in here exactly as they do at a real issuer.
"""

import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from html import escape
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from domain.errors import Refused
from domain.team import check_email
from domain.texts import check_line
from integrations.identity.development import DevelopmentIssuer
from server.pages.page import HERE as PAGES
from server.pages.page import Markup, page
from server.routes.authorization_codes import AuthorizationCodes, Grant, proves
from server.routes.sign_in_requests import (
    UNSAFE,
    Prompt,
    RefusedSignInError,
    SignInRequest,
    UnsafeRequestError,
    is_redirect_allowed,
    is_silent,
    origin_of,
    read_sign_in_request,
)
from server.routes.sign_in_sessions import COOKIE as SESSION_COOKIE
from server.routes.sign_in_sessions import SampleUser, SignInSessions

TOKEN_LIFETIME = timedelta(hours=1)
FORM_COOKIE = "interline_sign_in"
SIGNED_OUT = {"title": "You are signed out", "why": "Sign in again where you want to go on."}
REDIRECT_HEADERS = {
    "Cache-Control": "no-store",
    # The portal asks in a frame of its own whether somebody is signed in.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
FORM_KEY = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class DevelopmentIdentity:
    """The endpoints of the development issuer over its keys, the sample users and the codes in Redis."""

    def __init__(
        self,
        issuer: DevelopmentIssuer,
        *,
        users: Sequence[SampleUser],
        codes: AuthorizationCodes,
        sessions: SignInSessions,
        public_url: str,
        scopes: Collection[str],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._issuer = issuer
        self._users = {user.subject: user for user in users}
        self._codes = codes
        self._sessions = sessions
        self._public_url = public_url
        self._scopes = frozenset(scopes)
        self._clock = clock

    def routes(self) -> list[Route]:
        return [
            Route("/identity/.well-known/openid-configuration", self.discovery),
            Route("/identity/jwks.json", self.jwks),
            Route("/identity/authorize", self.show_sign_in, methods=["GET"]),
            Route("/identity/authorize", self.sign_in, methods=["POST"]),
            Route("/identity/token", self.token, methods=["POST"]),
            Route("/identity/sign-out", self.sign_out, methods=["GET", "POST"]),
        ]

    async def discovery(self, _: Request) -> Response:
        """Answer OpenID Connect Discovery 1.0 §3."""
        issuer = self._issuer.issuer
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "end_session_endpoint": f"{issuer}/sign-out",
                "jwks_uri": f"{issuer}/jwks.json",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "prompt_values_supported": [*Prompt],
                "subject_types_supported": ["public"],
                "scopes_supported": ["openid", *sorted(self._scopes)],
                "claims_supported": ["sub", "email", "email_verified", "name", "roles"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def jwks(self, _: Request) -> Response:
        """Answer the public keys; the answer may be kept a minute, so a rotation is seen soon."""
        return JSONResponse(self._issuer.jwks(), headers={"Cache-Control": "public, max-age=60"})

    async def show_sign_in(self, request: Request) -> Response:
        """Show the sample users to choose from; with `prompt=none` nothing is shown, and who is signed in is."""
        try:
            asked = read_sign_in_request(request.query_params, self._public_url)
            silent = is_silent(request.query_params, asked)
        except UnsafeRequestError as unsafe:
            return problem_page(str(unsafe))
        except RefusedSignInError as refused:
            return self._redirect(refused.redirect_uri, refused.answer)
        if not silent:
            return self._sign_in_page(asked, request)
        user = await self._sessions.find(request.cookies.get(SESSION_COOKIE, ""))
        if user is None:
            why = {
                "error": "login_required",
                "error_description": "Nobody is signed in.",
                "state": asked.state,
            }
            return self._redirect(asked.redirect_uri, why)
        return await self._sent_back(asked, user)

    async def sign_in(self, request: Request) -> Response:
        """Sign the chosen user in and send the browser back with a code."""
        form = await sent_form(request)
        if form is None or not is_our_own_form(request, form):
            return problem_page(
                "This form was not sent from the sign-in page. Start again where you came from."
            )
        try:
            asked = read_sign_in_request(form, self._public_url)
        except UnsafeRequestError as unsafe:
            return problem_page(str(unsafe))
        except RefusedSignInError as refused:
            return self._redirect(refused.redirect_uri, refused.answer)
        try:
            user = self._users[form["subject"]] if "subject" in form else self._new_person(form)
        except KeyError:
            return problem_page("There is no such sample user.")
        except Refused as refused:
            return problem_page(refused.reason.message)
        # Another session for another sign-in: one that was planted before stands for nobody.
        await self._sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        answer = await self._sent_back(asked, user)
        self._set_cookie(answer, SESSION_COOKIE, await self._sessions.begin(user), "lax")
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the browser's session, and send it back (OpenID Connect RP-Initiated Logout 1.0)."""
        form = await sent_form(request) if request.method == "POST" else request.query_params
        if form is None:
            return problem_page("Send a form, each field once.", "Signing out is not possible")
        back = form.get("post_logout_redirect_uri", "")
        if back and not is_redirect_allowed(back, self._public_url):
            return problem_page(UNSAFE, "Signing out is not possible")
        await self._sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        state = form.get("state", "")
        answer = redirect(back, {"state": state}) if back else page(PAGES / "problem.html", dict(SIGNED_OUT))
        answer.delete_cookie(SESSION_COOKIE, path="/identity", httponly=True, samesite="lax")
        return answer

    async def token(self, request: Request) -> Response:
        """Exchange a code for tokens (RFC 6749 §4.1.3 with RFC 7636 §4.5)."""
        form = await sent_form(request)
        if form is None:
            return token_refusal("invalid_request", "Send a form, each field once.")
        if form.get("grant_type") != "authorization_code":
            return token_refusal("unsupported_grant_type", "Only authorization_code is supported.")
        grant = await self._codes.use(form.get("code", ""))
        if (
            grant is None
            or grant.client_id != form.get("client_id")
            or grant.redirect_uri != form.get("redirect_uri")
            or not proves(form.get("code_verifier", ""), grant.code_challenge)
        ):
            # One answer for all four: which one failed would help nobody but an attacker.
            return token_refusal("invalid_grant", "The code is unknown, used, expired, or not yours.")
        return JSONResponse(self._tokens(grant), headers={"Cache-Control": "no-store"})

    async def _sent_back(self, asked: SignInRequest, user: SampleUser) -> Response:
        """Send the browser back with a code that stands for the person."""
        grant = Grant(
            **asdict(user),
            client_id=asked.client_id,
            redirect_uri=asked.redirect_uri,
            code_challenge=asked.code_challenge,
            scope=asked.scope,
            nonce=asked.nonce,
        )
        return self._redirect(
            asked.redirect_uri, {"code": await self._codes.make(grant), "state": asked.state}
        )

    def _new_person(self, form: Mapping[str, str]) -> SampleUser:
        """Return whom the form names: one of the sample people, or somebody nobody knows yet. Refuses: InvalidInput."""
        email = check_email(form.get("email", ""))
        name = check_line("name", form.get("name", ""))
        return self._users.get(email) or SampleUser(email=email, name=name, role="Newcomer", subject=email)

    def _tokens(self, grant: Grant) -> dict[str, object]:
        now = self._clock()
        words = grant.scope.split()
        narrowed = [word for word in words if word in self._scopes]
        tokens: dict[str, object] = {
            "access_token": self._issuer.issue(
                subject=grant.subject,
                email=grant.email,
                roles=[grant.role],
                scopes=narrowed or None,
                lifetime=TOKEN_LIFETIME,
                now=now,
                more_claims={"client_id": grant.client_id, "name": grant.name},
            ),
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFETIME.total_seconds()),
            "scope": " ".join(word for word in words if word == "openid" or word in self._scopes),
        }
        if "openid" in words:
            nonce = {"nonce": grant.nonce} if grant.nonce else {}
            tokens["id_token"] = self._issuer.issue(
                subject=grant.subject,
                email=grant.email,
                roles=[grant.role],
                scopes=None,
                lifetime=TOKEN_LIFETIME,
                now=now,
                audience=grant.client_id,
                more_claims={"name": grant.name, **nonce},
            )
        return tokens

    def _sign_in_page(self, asked: SignInRequest, request: Request) -> Response:
        kept = request.cookies.get(FORM_COOKIE, "")
        form_key = kept if FORM_KEY.fullmatch(kept) else secrets.token_urlsafe(32)
        hidden = asked.fields() | {"form_key": form_key}
        shown = page(
            PAGES / "sign_in.html",
            {
                "client": asked.client_id,
                "hidden": Markup("".join(hidden_field(name, text) for name, text in hidden.items())),
                "users": Markup("".join(user_button(user) for user in self._users.values())),
            },
            # Chromium applies form-action to the redirect that answers the form as well.
            policy={"form-action": f"'self' {origin_of(asked.redirect_uri)}"},
        )
        self._set_cookie(shown, FORM_COOKIE, form_key, "strict")
        return shown

    def _set_cookie(
        self, answer: Response, name: str, value: str, same_site: Literal["lax", "strict"]
    ) -> None:
        secure = urlsplit(self._public_url).scheme == "https"
        answer.set_cookie(name, value, path="/identity", httponly=True, samesite=same_site, secure=secure)

    def _redirect(self, redirect_uri: str, answer: Mapping[str, str]) -> Response:
        """Send the browser back; `iss` lets the client see which issuer answered (RFC 9207)."""
        return redirect(redirect_uri, {**answer, "iss": self._issuer.issuer})


def redirect(back: str, answer: Mapping[str, str]) -> Response:
    """Send the browser back with what is not empty of an answer; also in a frame, where nothing is shown."""
    parts = urlsplit(back)
    given = {name: text for name, text in answer.items() if text}
    query = "&".join(filter(None, [parts.query, urlencode(given)]))
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 303, REDIRECT_HEADERS)


def is_our_own_form(request: Request, form: Mapping[str, str]) -> bool:
    """Tell whether the form comes from a page we gave this browser, and not from another site."""
    cookie, sent = request.cookies.get(FORM_COOKIE, ""), form.get("form_key", "")
    is_same_origin = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return (
        is_same_origin and bool(FORM_KEY.fullmatch(cookie)) and compare_digest(cookie.encode(), sent.encode())
    )


async def sent_form(request: Request) -> Mapping[str, str] | None:
    """Return the fields of a form; None when it is no form, or names a field twice."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        return None
    try:
        body = (await request.body()).decode("ascii")
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=32, errors="strict")
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None


def problem_page(why: str, title: str = "Sign-in is not possible") -> Response:
    return page(PAGES / "problem.html", {"title": title, "why": why}, status=400)


def token_refusal(error: str, why: str) -> Response:
    return JSONResponse(
        {"error": error, "error_description": why}, 400, headers={"Cache-Control": "no-store"}
    )


def hidden_field(name: str, text: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">'


def user_button(user: SampleUser) -> str:
    initials = "".join(word[0] for word in user.name.split()[:2]).upper()
    return (
        f'<li><button class="person" name="subject" value="{escape(user.subject)}">'
        f'<span class="initials" aria-hidden="true">{escape(initials)}</span>'
        f'<span class="who"><strong>{escape(user.name)}</strong><small>{escape(user.email)}</small></span>'
        f'<span class="badge">{escape(user.role)}</span></button></li>'
    )
