"""Whether a JWT holds, and whom it names."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Never

import jwt
import orjson
from jwt.exceptions import PyJWTError

from domain.errors import Refused, Unauthenticated
from integrations.identity.jwks import KeySource

SKEW_SECONDS = 60
LONGEST_TOKEN = 16 * 1024
SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})
TOKEN_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""RFC 9068 §4: other types (logout tokens, DPoP proofs, security events) are signed by the same keys."""

OIDC_WORDS = frozenset({"openid", "profile", "email", "address", "phone", "offline_access"})
"""Scopes of OpenID Connect itself. They say nothing about rights here, so they narrow nothing."""

LATEST_SECOND = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """One issuer whose tokens count, where its keys are, and for whom its tokens must be."""

    issuer: str
    keys: KeySource
    audience: str
    authorized_parties: frozenset[str] = frozenset()
    """Origins or client ids that may stand in `azp` where a token has no `aud` at all, as Clerk's
    session tokens (clerk.com/docs/backend-requests/manual-jwt, 2026-05). Empty: `aud` is required."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the issuer names them. What they may do here is not the issuer's to say."""

    issuer: str
    subject: str
    email: str | None
    """None as well when the issuer says it has not verified the address."""
    name: str | None
    roles: frozenset[str]
    """The issuer's words, for display; never a right."""
    scopes: frozenset[str] | None
    """What the token narrows its holder to; None when it does not narrow."""
    expires_at: datetime


class TokenVerifier:
    """Checks tokens of the trusted issuers: signature, issuer, audience, and times within SKEW_SECONDS."""

    def __init__(self, issuers: Iterable[TrustedIssuer]) -> None:
        self._issuers = {trusted.issuer: trusted for trusted in issuers}

    async def verify(self, token: str, *, now: datetime) -> Identity:
        """Return whom the token names. Refuses: Unauthenticated. GatewayError: the keys cannot be had."""
        header, unproved = unverified_parts(token)
        trusted = self._issuers.get(issuer_of(unproved))
        if trusted is None:
            refuse("The token's issuer is not trusted here.")
        claims = await verified_claims(token, header, trusted)
        check_audience(claims, trusted)
        expires_at = check_times(claims, now)
        return Identity(
            issuer=trusted.issuer,
            subject=subject_of(claims),
            email=email_of(claims),
            name=name_of(claims),
            roles=roles_of(claims),
            scopes=scopes_of(claims),
            expires_at=expires_at,
        )


def refuse(why: str) -> Never:
    raise Refused(Unauthenticated(why))


def unverified_parts(token: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Return header and claims before any proof: enough to choose the key, never to believe them."""
    if len(token) > LONGEST_TOKEN or not SHAPE.fullmatch(token):
        refuse("The token is not a signed JWT.")
    try:
        parts = jwt.api_jws.PyJWS().decode_complete(token, options={"verify_signature": False})
    except PyJWTError:
        refuse("The token is not a signed JWT.")
    return parts["header"], json_object(parts["payload"])


def json_object(text: bytes) -> Mapping[str, object]:
    try:
        parsed = orjson.loads(text)
    except ValueError:
        refuse("The token's claims are not JSON.")
    if not isinstance(parsed, dict):
        refuse("The token's claims are not a JSON object.")
    return parsed


def issuer_of(claims: Mapping[str, object]) -> str:
    issuer = claims.get("iss")
    return issuer if isinstance(issuer, str) else ""


async def verified_claims(
    token: str, header: Mapping[str, object], trusted: TrustedIssuer
) -> Mapping[str, object]:
    """Return the claims once the issuer's key has proved them.

    The algorithm is the key's, not the token's: a header that names another one is refused.
    """
    if str(header.get("alg")) not in ALGORITHMS:
        refuse("The token's algorithm is not accepted; RS256, ES256 and EdDSA are.")
    token_type = header.get("typ", "JWT")
    if not isinstance(token_type, str) or token_type.lower() not in TOKEN_TYPES:
        refuse("The token is of another type than an access token.")
    kid = header.get("kid")
    key = await trusted.keys.key(kid if isinstance(kid, str) else None)
    if key is None:
        refuse("The token is signed with a key its issuer does not publish.")
    try:
        parts = jwt.api_jws.PyJWS().decode_complete(token, key.jwk, algorithms=[key.algorithm])
    except PyJWTError:
        refuse("The token's signature does not hold.")
    return json_object(parts["payload"])


def check_audience(claims: Mapping[str, object], trusted: TrustedIssuer) -> None:
    if "aud" not in claims:
        if str(claims.get("azp")) not in trusted.authorized_parties:
            refuse("The token does not say that it is meant for this service.")
        return
    audience = claims["aud"]
    if trusted.audience not in (audience if isinstance(audience, list) else [audience]):
        refuse("The token is meant for another service.")


def check_times(claims: Mapping[str, object], now: datetime) -> datetime:
    """Return when the token expires. Both clocks may differ by SKEW_SECONDS either way."""
    at = now.timestamp()
    expires = seconds(claims, "exp")
    if expires is None:
        refuse("The token never expires; it needs an `exp`.")
    if at >= expires + SKEW_SECONDS:
        refuse("The token has expired.")
    if (seconds(claims, "nbf") or 0) > at + SKEW_SECONDS:
        refuse("The token is not valid yet.")
    if (seconds(claims, "iat") or 0) > at + SKEW_SECONDS:
        refuse("The token was issued in the future.")
    return datetime.fromtimestamp(min(expires, LATEST_SECOND), UTC)


def seconds(claims: Mapping[str, object], name: str) -> float | None:
    """Return a NumericDate (RFC 7519 §2), None where the claim is absent."""
    moment = claims.get(name)
    if moment is None:
        return None
    if isinstance(moment, bool) or not isinstance(moment, int | float) or not math.isfinite(moment):
        refuse(f"The token's `{name}` is not a number of seconds.")
    return float(moment)


def subject_of(claims: Mapping[str, object]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > 255:  # OIDC Core §2
        refuse("The token names nobody; it needs a `sub`.")
    return subject


def email_of(claims: Mapping[str, object]) -> str | None:
    email = claims.get("email")
    return email if isinstance(email, str) and claims.get("email_verified", True) is True else None


def name_of(claims: Mapping[str, object]) -> str | None:
    name = claims.get("name")
    return name if isinstance(name, str) and name.strip() else None


def roles_of(claims: Mapping[str, object]) -> frozenset[str]:
    roles = claims.get("roles", [])
    return (
        frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
    )


def scopes_of(claims: Mapping[str, object]) -> frozenset[str] | None:
    """Return the rights the token is narrowed to; None when it has no `scope`, or only OIDC's own words."""
    if "scope" not in claims:
        return None
    scope = claims["scope"]
    if not isinstance(scope, str):
        refuse("The token's `scope` is not a text of words.")
    words = frozenset(scope.split())
    return None if words and words <= OIDC_WORDS else words - OIDC_WORDS
