"""The keys of an issuer elsewhere: discovered, fetched, cached, and fetched again when they rotate."""

import asyncio
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx2
import orjson

from domain.errors import GatewayError
from integrations.identity.jwks import VerificationKey, pick, usable_keys

TTL_SECONDS = 600.0
MINIMUM_INTERVAL_SECONDS = 10.0
STALE_SECONDS = 3600.0
FETCH_TIMEOUT_SECONDS = 5.0
LARGEST_ANSWER_BYTES = 256 * 1024


class RemoteKeys:
    """A `KeySource` over HTTP: OpenID Connect Discovery 1.0, then the JWKS it names.

    One fetch at a time, however many tokens wait for it. An unknown key id asks again, because the
    issuer may have rotated, but never within `minimum_interval` of the last fetch, so that forged ids
    cost the issuer one fetch per interval. While the issuer is down its last keys hold for
    `stale_seconds`; then, and when there never were any, `key` raises GatewayError.
    """

    def __init__(
        self,
        issuer: str,
        http: httpx2.AsyncClient,
        *,
        ttl_seconds: float = TTL_SECONDS,
        minimum_interval_seconds: float = MINIMUM_INTERVAL_SECONDS,
        stale_seconds: float = STALE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._http = http
        self._ttl_seconds = ttl_seconds
        self._minimum_interval_seconds = minimum_interval_seconds
        self._stale_seconds = stale_seconds
        self._clock = clock
        self._keys: tuple[VerificationKey, ...] = ()
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetch_under_way: asyncio.Task[None] | None = None

    async def key(self, kid: str | None) -> VerificationKey | None:
        """See `KeySource.key`."""
        if self._age() >= self._ttl_seconds or pick(self._keys, kid) is None:
            await self._newest_keys()
        found = pick(self._keys, kid)
        trusted_seconds = self._stale_seconds if found else self._ttl_seconds
        if self._age() >= trusted_seconds:
            raise GatewayError("oidc issuer", f"no keys of {self._issuer}", retryable=True)
        return found

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    async def _newest_keys(self) -> None:
        """Fetch, or wait for the fetch under way, or do nothing within the minimum interval."""
        now = self._clock()
        if self._tried_at is None or now - self._tried_at >= self._minimum_interval_seconds:
            self._tried_at = now
            self._fetch_under_way = asyncio.create_task(self._refresh())
        if self._fetch_under_way is not None and not self._fetch_under_way.done():
            # Shielded: a caller who hangs up must not take the keys from all who wait.
            await asyncio.shield(self._fetch_under_way)

    async def _refresh(self) -> None:
        try:
            keys = usable_keys(await self._fetch(await self._jwks_uri()))
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError):
            return  # The last keys go on, as long as they are not stale; `key` decides.
        self._keys = keys
        self._fetched_at = self._clock()

    async def _jwks_uri(self) -> str:
        """Ask the discovery document each time: it is small, and the address may move with the keys."""
        document = await self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if not isinstance(document, Mapping) or document.get("issuer") != self._issuer:
            # OpenID Connect Discovery 1.0 §4.3: the document must name the issuer it was asked for.
            raise ValueError("the discovery document names another issuer")
        jwks_uri = document.get("jwks_uri")
        if not isinstance(jwks_uri, str):
            raise ValueError("the discovery document names no keys")  # noqa: TRY004 - one kind to catch
        if urlsplit(self._issuer).scheme == "https" and urlsplit(jwks_uri).scheme != "https":
            raise ValueError("the keys of a secure issuer come over a secure connection")
        return jwks_uri

    async def _fetch(self, url: str) -> object:
        """Return the JSON at `url`; follows no redirect, reads no more than LARGEST_ANSWER_BYTES."""
        body = bytearray()
        async with (
            asyncio.timeout(FETCH_TIMEOUT_SECONDS),
            self._http.stream("GET", url, headers={"Accept": "application/json"}) as answer,
        ):
            answer.raise_for_status()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > LARGEST_ANSWER_BYTES:
                    raise ValueError("the answer is too large")
        parsed: object = orjson.loads(bytes(body))
        return parsed
