"""What a development installation keeps in its data directory: its secret, the sample world, fresh tokens."""

import datetime as dt
import os
import secrets
from pathlib import Path

from db.session import Sessions, create_engine
from integrations.identity.development import DevelopmentIssuer
from server import samples
from server.announcement import Credentials
from server.keys import derive_keys
from server.settings import Settings

SECRET_BYTES = 48
TOKEN_LIFETIME = dt.timedelta(days=7)


def keep_secret(data_dir: Path) -> str:
    """Return the installation's secret, made at the first start; nobody else may read its file."""
    path = data_dir / "secret"
    if not path.exists():
        # Written beside and renamed: a start killed in between leaves no empty secret behind.
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        unfinished.rename(path)
    return path.read_text(encoding="ascii").strip()


async def load_samples(settings: Settings, now: dt.datetime) -> Credentials:
    """Load the sample world once; return the resellers' keys, and a new token for each sample person."""
    issuer = f"{settings.public_url}/identity"
    keys_file = settings.data_dir / "credentials.json"
    engine = create_engine(settings.database_url, pool_size=1)
    try:
        pepper = derive_keys(settings.secret.get_secret_value()).pepper
        await samples.load(Sessions(engine), issuer=issuer, pepper=pepper, keys_file=keys_file, now=now)
    finally:
        await engine.dispose()
    development = DevelopmentIssuer(issuer, audience=settings.audience, data_dir=settings.data_dir)
    return {
        "resellers": samples.credentials(keys_file),
        "users": [
            {
                "email": person.email,
                "role": person.shown_role,
                "token": development.issue(
                    subject=person.email,
                    email=person.email,
                    roles=[person.role] if person.role else [],
                    scopes=None,
                    lifetime=TOKEN_LIFETIME,
                    now=now,
                ),
            }
            for person in samples.PEOPLE
        ],
    }
