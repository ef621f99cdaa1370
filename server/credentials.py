"""What authentication asks the database."""

import time
from datetime import UTC, datetime
from uuid import UUID

from db.queries import api_keys as queries
from db.session import Sessions
from db.unit_of_work import unit_of_work
from permissions.viewer import Role, Scope, Viewer
from server.authentication import ApiKeyFacts, PersonFacts

KNOWN_SECONDS = 5.0
"""How long a stream trusts that its key still holds: a revoked one hears nothing after that."""
MOST_KNOWN = 10_000


class DatabaseCredentials:
    """Keys and people as the database knows them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._known_until: dict[UUID, float] = {}

    async def holds(self, viewer: Viewer) -> bool:
        """Tell whether the viewer's key was neither revoked nor expired within the last KNOWN_SECONDS.

        A person's token carries its own end, at which its sockets close.
        """
        key_id = viewer.api_key_id
        if key_id is None or self._known_until.get(key_id, 0.0) > time.monotonic():
            return True
        async with self._sessions.read() as session:
            if not await queries.is_good(session, key_id, now=datetime.now(UTC)):
                return False
        if len(self._known_until) >= MOST_KNOWN:
            self._known_until.clear()
        self._known_until[key_id] = time.monotonic() + KNOWN_SECONDS
        return True

    async def api_key_by_prefix(self, prefix: str) -> ApiKeyFacts | None:
        async with self._sessions.read() as session:
            key = await queries.key_by_prefix(session, prefix)
        if key is None:
            return None
        return ApiKeyFacts(
            id=key.id,
            key_hash=key.key_hash,
            environment=key.environment,
            scopes=frozenset(map(Scope, key.scopes)),
            reseller_id=key.reseller_id,
            partner_ids=frozenset({key.reseller_id}),
            rate_limit_per_minute=key.rate_limit_per_minute,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
        )

    async def person(self, issuer: str, subject: str) -> PersonFacts | None:
        async with self._sessions.read() as session:
            user = await queries.person_by_subject(session, issuer=issuer, subject=subject)
        if user is None:
            return None
        return PersonFacts(
            user_id=user.id,
            roles=frozenset(map(Role, user.platform_roles)),
            memberships=tuple((each.partner_id, Role(each.role)) for each in user.memberships),
        )

    async def touch(self, api_key_id: UUID, now: datetime) -> None:
        async with unit_of_work(self._sessions, lambda: None) as uow:
            await queries.touch_key(uow.session, api_key_id, now=now)
