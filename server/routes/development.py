"""The doors of a development installation: sign-in without a password, and the mails it wrote."""

from redis.asyncio import Redis
from starlette.routing import BaseRoute

from integrations.identity.development import DevelopmentIssuer
from server import samples
from server.mailbox.answering import answering_by
from server.mailbox.pages import mailbox_routes
from server.mailbox.store import FOLDER, Mailbox
from server.routes.authorization_codes import AuthorizationCodes
from server.routes.identity import DevelopmentIdentity
from server.routes.sign_in_sessions import SampleUser, SignInSessions
from server.settings import Settings


def development_routes(settings: Settings, issuer: DevelopmentIssuer, redis: Redis) -> list[BaseRoute]:
    """Return the doors; a product that serves people has none of them."""
    identity = DevelopmentIdentity(
        issuer,
        users=[
            SampleUser(
                email=person.email,
                name=person.name,
                role=person.shown_role.replace("_", " ").title(),
                subject=person.email,
            )
            for person in samples.PEOPLE
        ],
        codes=AuthorizationCodes(redis),
        sessions=SignInSessions(redis),
        public_url=settings.public_url,
        scopes=[],
    )
    answer = answering_by(settings.smtp_url.get_secret_value())
    return [*identity.routes(), *mailbox_routes(Mailbox(settings.data_dir / FOLDER), answer=answer)]
