"""Authorization codes of the development issuer: single use, one minute, bound to who asked."""

import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from hashlib import sha256
from hmac import compare_digest

import orjson
from redis.asyncio import Redis

CODE_SECONDS = 60
VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Grant:
    """Who signed in, for which client, and what the exchange must prove."""

    subject: str
    email: str
    name: str
    role: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    scope: str
    nonce: str


class AuthorizationCodes:
    """Codes in Redis under their hash, so that any process may exchange them, and each only once."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def make(self, grant: Grant) -> str:
        """Return a code that stands for the grant for CODE_SECONDS."""
        code = secrets.token_urlsafe(32)
        await self._redis.set(place_of(code), orjson.dumps(asdict(grant)), ex=CODE_SECONDS)
        return code

    async def use(self, code: str) -> Grant | None:
        """Return the code's grant and destroy the code, also when what follows fails."""
        stored = await self._redis.getdel(place_of(code))
        return None if stored is None else Grant(**orjson.loads(stored))


def place_of(code: str) -> str:
    return f"identity:code:{sha256(code.encode()).hexdigest()}"


def proves(code_verifier: str, code_challenge: str) -> bool:
    """Tell whether the verifier is the one the challenge was made of (RFC 7636 §4.6, S256)."""
    if not VERIFIER.fullmatch(code_verifier):
        return False
    digest = sha256(code_verifier.encode()).digest()
    return compare_digest(urlsafe_b64encode(digest).rstrip(b"=").decode(), code_challenge)
