"""What a page of the portal is told before it asks: who signs people in, and where the other pages are."""

import json
from dataclasses import dataclass
from html import escape

from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing in it is secret: everybody can read the page."""

    issuer: str
    client_id: str
    audience: str
    is_development: bool
    has_mailbox: bool

    def written(self) -> bytes:
        """Write it for an attribute of the page."""
        said = {
            "issuer": self.issuer,
            "clientId": self.client_id,
            "audience": self.audience,
            "isDevelopment": self.is_development,
            "mailbox": self.has_mailbox,
            "paths": {
                "graphql": "/graphql",
                "explorer": "/graphiql",
                "guides": "/docs/guides",
                "restDocs": "/api/docs",
                "developers": "/developers",
                "mailbox": "/mailbox" if self.has_mailbox else None,
            },
        }
        return escape(json.dumps(said, ensure_ascii=False)).encode()


def config_of(settings: Settings, development_issuer: str) -> Config:
    """Return what this installation's portal is told. Without an issuer nobody can sign in."""
    first = next((each.strip() for each in settings.issuers.split(",") if each.strip()), "")
    own = development_issuer if settings.development else ""
    return Config(
        issuer=settings.portal_issuer or first or own,
        client_id=settings.portal_client_id,
        audience=settings.audience,
        is_development=settings.development,
        has_mailbox=settings.development,
    )
