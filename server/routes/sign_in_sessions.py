"""Who is signed in at the development issuer, browser by browser: a random cookie, and in Redis whose it is."""

import re
import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256

import orjson
from redis.asyncio import Redis

COOKIE = "interline_session"
SESSION_SECONDS = 12 * 60 * 60
"""A working day. Asking whether one is signed in does not lengthen it."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SampleUser:
    """One person who may sign in, as the sign-in page shows it."""

    email: str
    name: str
    role: str
    """For people to read, `Analyst`; what the person may do is in the database."""
    subject: str


class SignInSessions:
    """Sessions in Redis under their hash, so that every process knows them."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, user: SampleUser) -> str:
        """Return a token that stands for the person for SESSION_SECONDS."""
        token = secrets.token_urlsafe(32)
        await self._redis.set(place_of(token), orjson.dumps(asdict(user)), ex=SESSION_SECONDS)
        return token

    async def find(self, token: str) -> SampleUser | None:
        """Return whose the token is; None where it is nobody's, or not any more."""
        if not TOKEN.fullmatch(token):
            return None
        stored = await self._redis.get(place_of(token))
        return None if stored is None else SampleUser(**orjson.loads(stored))

    async def end(self, token: str) -> None:
        """End the session of a token, if there is one."""
        if TOKEN.fullmatch(token):
            await self._redis.delete(place_of(token))


def place_of(token: str) -> str:
    return f"identity:session:{sha256(token.encode()).hexdigest()}"
