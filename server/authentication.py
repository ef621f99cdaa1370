"""Who is calling: from the credential of a request or of a socket's first message to a `Viewer`.

A credential is an API key or a person's token. What it may do comes from our database: a token can
narrow the rights of its holder, never widen them.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Never, Protocol
from uuid import UUID

import structlog
from starlette.datastructures import Headers

from domain import api_keys
from domain.environments import Environment
from domain.errors import InvalidInput, Refused, Unauthenticated
from integrations.identity.tokens import Identity, TokenVerifier
from permissions.viewer import (
    ANONYMOUS,
    ASSISTING,
    RESELLER_KEY_SCOPES,
    SCOPES_OF,
    SIGNED_IN,
    Role,
    Scope,
    SignedIn,
    Viewer,
)
from server.headers import RequestHeaders
from server.known import Known, fingerprint

log = structlog.get_logger(__name__)

FAILURES_PER_MINUTE = 60
"""Failed credentials one address may send. A good credential from there is never held up by them."""

PERSON_CALLS_PER_MINUTE = 600
NEWCOMER_CALLS_PER_MINUTE = 60
TOUCH_EVERY = timedelta(minutes=1)

PLATFORM_ROLES = frozenset({Role.PLATFORM_ADMIN, Role.ACCOUNT_MANAGER, Role.ANALYST})
BEARER = re.compile(r"bearer +([A-Za-z0-9\-._~+/]+=*) *", re.ASCII | re.IGNORECASE)
"""RFC 6750 §2.1."""

SAY_WHO = (b"authorization", b"x-api-key", b"interline-environment")
NOT_SAID = b"\0"
"""No header has it."""

UNKNOWN_KEY = "This API key is not known."
"""For an unknown prefix as for a wrong secret: nobody learns which prefixes exist."""


@dataclass(frozen=True, slots=True)
class ApiKeyFacts:
    """What the database knows of one API key."""

    id: UUID
    key_hash: bytes
    environment: Environment
    scopes: frozenset[Scope]
    reseller_id: UUID | None
    partner_ids: frozenset[UUID]
    rate_limit_per_minute: int
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the database knows of one person: roles on the platform, roles at partners, partners it assists."""

    user_id: UUID
    roles: frozenset[Role]
    memberships: tuple[tuple[UUID, Role], ...]
    assisted: frozenset[UUID] = frozenset()


class ApiKeyLookup(Protocol):
    """What authentication asks the database."""

    async def api_key_by_prefix(self, prefix: str) -> ApiKeyFacts | None: ...

    async def person(self, issuer: str, subject: str) -> PersonFacts | None: ...

    async def touch(self, api_key_id: UUID, now: datetime) -> None:
        """Note that the key was used at `now`."""
        ...


class Take(Protocol):
    """Take one call out of a caller's minute (`RateLimiter.take`). Refuses: RateLimited."""

    def __call__(self, key: str, limit_per_minute: int, /) -> Awaitable[object]: ...


class Authenticator:
    """Turns credentials into viewers. One per process; holds no state another process needs.

    A credential that was verified is `known` for a few seconds: neither its signature nor the database is
    asked again for every call of a busy caller (ADR 16).
    """

    def __init__(
        self,
        *,
        lookup: ApiKeyLookup,
        tokens: TokenVerifier,
        pepper: bytes,
        take: Take,
        known: Known,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._lookup = lookup
        self._tokens = tokens
        self._pepper = pepper
        self._take = take
        self._known = known
        self._clock = clock
        self._touched_at: dict[UUID, datetime] = {}
        self._touches: set[asyncio.Task[None]] = set()

    async def authenticate(self, headers: RequestHeaders, *, client: str) -> Viewer:
        """Return who sends these headers; ANONYMOUS without a credential. `client` is the address.

        Refuses: Unauthenticated, InvalidInput (`Interline-Environment`), RateLimited (failures).
        Raises GatewayError when an issuer's keys cannot be had.
        """
        name = known_name(headers)
        viewer = None if name is None else self._known.get(name)
        if viewer is not None and self._holds(viewer):
            return viewer
        news = self._known.news
        viewer = await self._viewer(lambda: header_credentials(headers), environment_of(headers), client)
        if name is not None:
            about = [each for each in (viewer.api_key_id, viewer.reseller_id, viewer.user_id) if each]
            if about:
                # A newcomer registers with one call and owns something with the next: not to be remembered.
                self._known.put(name, viewer, about=about, news=news)
        return viewer

    async def authenticate_payload(
        self, payload: Mapping[str, object], headers: Headers, *, client: str
    ) -> Viewer:
        """Return who opens a socket: by `connection_init`'s payload, else by the handshake's headers.

        The payload may have `authorization` ("Bearer …"), `apiKey`, and `environment`, because a browser
        cannot set headers on a socket. Refuses as `authenticate`.
        """
        asked = payload.get("environment")
        environment = environment_of(headers) if asked is None else parse_environment(asked)
        return await self._viewer(
            lambda: payload_credentials(payload) | header_credentials(headers), environment, client
        )

    async def settle(self) -> None:
        """Wait for the notes of use still being written; for the shutdown."""
        await asyncio.gather(*self._touches)

    async def _viewer(
        self, credentials: Callable[[], frozenset[str]], environment: Environment | None, client: str
    ) -> Viewer:
        try:
            found = credentials()
            if not found:
                return ANONYMOUS if environment is None else replace(ANONYMOUS, environment=environment)
            if len(found) > 1:
                refuse("Two different credentials were sent; send one.")
            credential = next(iter(found))
            find = self._key_viewer if credential.startswith("il_") else self._person_viewer
            return await find(credential, environment)
        except Refused as refused:
            if isinstance(refused.reason, Unauthenticated):
                await self._take(f"failed-credentials:{client}", FAILURES_PER_MINUTE)
            raise

    def _holds(self, viewer: Viewer) -> bool:
        """Tell whether a known viewer's credential has not ended meanwhile, and note its use."""
        now = self._clock()
        if viewer.expires_at is not None and viewer.expires_at <= now:
            # It is looked at anew, for the words it is refused with.
            return False
        if viewer.api_key_id is not None:
            self._note_use(viewer.api_key_id, now)
        return True

    async def _key_viewer(self, text: str, environment: Environment | None) -> Viewer:
        now = self._clock()
        key = api_keys.parse(text)
        if key is None:
            refuse(UNKNOWN_KEY)
        facts = await self._lookup.api_key_by_prefix(key.prefix)
        if not api_keys.is_key(self._pepper, key.text, facts.key_hash if facts else None) or facts is None:
            refuse(UNKNOWN_KEY)
        if not api_keys.is_usable(expires_at=facts.expires_at, revoked_at=facts.revoked_at, now=now):
            refuse("This API key has expired or was revoked.")
        if environment not in {None, facts.environment}:
            raise Refused(
                InvalidInput("Interline-Environment", f"This API key is for {facts.environment} only.")
            )
        self._note_use(facts.id, now)
        return key_viewer(facts)

    async def _person_viewer(self, token: str, environment: Environment | None) -> Viewer:
        identity = await self._tokens.verify(token, now=self._clock())
        facts = await self._lookup.person(identity.issuer, identity.subject)
        if facts is None:
            return newcomer_viewer(identity, environment or Environment.LIVE)
        return person_viewer(facts, identity, environment or Environment.LIVE)

    def _note_use(self, api_key_id: UUID, now: datetime) -> None:
        """Write the key's last use beside the request, at most once per TOUCH_EVERY."""
        last = self._touched_at.get(api_key_id)
        if last is not None and now - last < TOUCH_EVERY:
            return
        self._touched_at[api_key_id] = now
        task = asyncio.create_task(self._write_use(api_key_id, now))
        self._touches.add(task)
        task.add_done_callback(self._touches.discard)

    async def _write_use(self, api_key_id: UUID, now: datetime) -> None:
        try:
            await self._lookup.touch(api_key_id, now)
        except Exception:
            # The caller has its answer; a missed note of use is no reason to fail anything.
            log.exception("api_key_use_not_noted", api_key_id=str(api_key_id))


def refuse(why: str) -> Never:
    raise Refused(Unauthenticated(why))


def key_viewer(facts: ApiKeyFacts) -> Viewer:
    """Return the viewer of an API key; a reseller's key carries RESELLER_KEY_SCOPES at most."""
    scopes = facts.scopes & RESELLER_KEY_SCOPES if facts.reseller_id else facts.scopes
    return Viewer(
        id=f"key:{facts.id}",
        environment=facts.environment,
        scopes=scopes,
        scopes_by_partner=MappingProxyType(dict.fromkeys(facts.partner_ids, scopes)),
        api_key_id=facts.id,
        reseller_id=facts.reseller_id,
        rate_limit_per_minute=facts.rate_limit_per_minute,
        expires_at=api_keys.holds_until(expires_at=facts.expires_at, revoked_at=facts.revoked_at),
    )


def person_viewer(facts: PersonFacts, identity: Identity, environment: Environment) -> Viewer:
    """Return the viewer of a person: at each partner the scopes of the roles there, narrowed by the token.

    A role of the platform counts only where the platform gave it, never as somebody's role at a partner.
    """
    memberships = [(partner, role) for partner, role in facts.memberships if role not in PLATFORM_ROLES]
    platform_roles = facts.roles & PLATFORM_ROLES
    assisted = facts.assisted if Role.ACCOUNT_MANAGER in platform_roles else frozenset()
    scopes_by_partner = {
        partner: narrowed(
            scopes_of({role for at, role in memberships if at == partner})
            | (ASSISTING if partner in assisted else frozenset()),
            identity.scopes,
        )
        for partner in {partner for partner, _ in memberships} | assisted
    }
    platform_scopes = narrowed(scopes_of(platform_roles), identity.scopes)
    signed_in = signed_in_as(identity)
    return Viewer(
        id=f"user:{facts.user_id}",
        environment=environment,
        scopes=narrowed(SIGNED_IN if signed_in else frozenset(), identity.scopes).union(
            platform_scopes, *scopes_by_partner.values()
        ),
        signed_in=signed_in,
        scopes_by_partner=MappingProxyType(scopes_by_partner),
        platform_scopes=platform_scopes,
        user_id=facts.user_id,
        rate_limit_per_minute=PERSON_CALLS_PER_MINUTE,
        expires_at=identity.expires_at,
        roles=platform_roles | {role for _, role in memberships},
    )


def newcomer_viewer(identity: Identity, environment: Environment) -> Viewer:
    """Return the viewer of a person who has no account yet. Refuses: Unauthenticated without a verified address."""
    signed_in = signed_in_as(identity)
    if signed_in is None:
        refuse(
            "The token is good, but its holder has no account here, and no verified e-mail address to open one."
        )
    name = hashlib.sha256(f"{identity.issuer} {identity.subject}".encode()).hexdigest()[:32]
    return Viewer(
        id=f"newcomer:{name}",
        environment=environment,
        scopes=narrowed(SIGNED_IN, identity.scopes),
        signed_in=signed_in,
        rate_limit_per_minute=NEWCOMER_CALLS_PER_MINUTE,
        expires_at=identity.expires_at,
    )


def signed_in_as(identity: Identity) -> SignedIn | None:
    """Return whom the issuer vouches for, if it knows where to write to."""
    if identity.email is None:
        return None
    return SignedIn(identity.issuer, identity.subject, identity.email, identity.name or identity.email)


def scopes_of(roles: Collection[Role]) -> frozenset[Scope]:
    return frozenset().union(*(SCOPES_OF[role] for role in roles))


def narrowed(scopes: frozenset[Scope], words: frozenset[str] | None) -> frozenset[Scope]:
    """Return the scopes the token names too; all of them when it names none."""
    return scopes if words is None else frozenset(scope for scope in scopes if scope.value in words)


def known_name(headers: RequestHeaders) -> bytes | None:
    """Return what a request's credential is known by: all that was said of it, as it was sent.

    None where there is no credential, or something was said twice.
    """
    said = [headers.first.get(name, NOT_SAID) for name in SAY_WHO]
    if said[0] is NOT_SAID and said[1] is NOT_SAID:
        return None
    if headers.has_repeated and any(len(headers.getlist(name.decode())) > 1 for name in SAY_WHO):
        return None
    return fingerprint(*said)


def header_credentials(headers: Headers) -> frozenset[str]:
    """Return the distinct credentials of a request. Refuses: Unauthenticated (malformed)."""
    bearers = {bearer_credential(text) for text in headers.getlist("authorization")}
    keys = {api_key_credential(text) for text in headers.getlist("x-api-key")}
    return frozenset(bearers | keys)


def payload_credentials(payload: Mapping[str, object]) -> frozenset[str]:
    """Return the distinct credentials of a socket's first message. Refuses: Unauthenticated (malformed)."""
    given = {name: text for name, text in payload.items() if text is not None}
    bearers = {bearer_credential(given[name]) for name in ("authorization", "Authorization") if name in given}
    keys = {api_key_credential(given["apiKey"])} if "apiKey" in given else set()
    return frozenset(bearers | keys)


def bearer_credential(text: object) -> str:
    match = BEARER.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        refuse("The Authorization header must read `Bearer <API key or token>`.")
    return match[1]


def api_key_credential(text: object) -> str:
    if not isinstance(text, str) or api_keys.parse(text) is None:
        refuse(UNKNOWN_KEY)
    return text


def environment_of(headers: Headers) -> Environment | None:
    """Return the world a caller asks for; None when it does not. Refuses: InvalidInput."""
    asked = headers.get("interline-environment")
    return None if asked is None else parse_environment(asked)


def parse_environment(text: object) -> Environment:
    try:
        return Environment(text if isinstance(text, str) else "")
    except ValueError:
        raise Refused(InvalidInput("Interline-Environment", "Send TEST or LIVE.")) from None
