"""What authentication asks the database."""

from datetime import UTC, datetime
from uuid import UUID

from db.queries import api_keys as queries
from db.queries import onboarding
from db.session import Sessions
from db.unit_of_work import unit_of_work
from permissions.viewer import Role, Scope, Viewer
from server.authentication import ApiKeyFacts, PersonFacts
from server.known import Known


class DatabaseCredentials:
    """Keys and people as the database knows them."""

    def __init__(self, sessions: Sessions, known: Known) -> None:
        self._sessions = sessions
        self._known = known

    async def holds(self, viewer: Viewer) -> bool:
        """Tell whether the viewer's key is neither revoked nor expired, as far as is known (ADR 16).

        A person's token carries its own end, at which its sockets close.
        """
        key_id = viewer.api_key_id
        if key_id is None or self._known.get(key_id) is not None:
            return True
        news = self._known.news
        async with self._sessions.read() as session:
            if not await queries.is_good(session, key_id, now=datetime.now(UTC)):
                return False
        self._known.put(key_id, viewer, about=(key_id,), news=news)
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
            is_manager = Role.ACCOUNT_MANAGER in user.platform_roles
            assisted = await onboarding.assisted_by(session, user.id) if is_manager else frozenset()
        return PersonFacts(
            user_id=user.id,
            roles=frozenset(map(Role, user.platform_roles)),
            memberships=tuple((each.partner_id, Role(each.role)) for each in user.memberships),
            assisted=assisted,
        )

    async def touch(self, api_key_id: UUID, now: datetime) -> None:
        async with unit_of_work(self._sessions, lambda: None) as uow:
            await queries.touch_key(uow.session, api_key_id, now=now)
