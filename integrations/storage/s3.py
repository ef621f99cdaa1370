"""Files in a bucket of whoever speaks S3; links are presigned, so that files pass us by.

A presigned PUT says nothing about how much may come: what is too large is refused when it is confirmed.
"""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from domain.errors import GatewayError
from domain.uploads import Door, HttpHeader
from integrations.storage.objects import Objects

if TYPE_CHECKING:
    # Of its stubs alone.
    from obstore.store import RetryConfig

DEFAULT_REGION = "us-east-1"
CONNECT_WITHIN = dt.timedelta(seconds=3)
PATIENCE: "RetryConfig" = {
    "max_retries": 2,
    "retry_timeout": dt.timedelta(seconds=10),
    "backoff": {
        "init_backoff": dt.timedelta(milliseconds=100),
        "max_backoff": dt.timedelta(seconds=1),
        "base": 2,
    },
}
"""Somebody waits: a store that is away is told soon."""


class S3Storage(Objects):
    """A `Storage` in a bucket. Who we are comes from the environment (`AWS_ACCESS_KEY_ID`, …, or the machine's role)."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        prefix: str | None = None,
        clock: Callable[[], dt.datetime],
    ) -> None:
        """`endpoint`: where the store is when it is not Amazon's. `clock`: presigned links are made for a while."""
        store = S3Store(
            bucket,
            prefix=prefix,
            region=region or DEFAULT_REGION,
            client_options={
                "allow_http": (endpoint or "").startswith("http://"),
                "connect_timeout": CONNECT_WITHIN,
            },
            retry_config=PATIENCE,
            **({"endpoint": endpoint} if endpoint else {}),  # type: ignore[arg-type] # one of its own settings
        )
        super().__init__(store)
        self._s3 = store
        self._clock = clock

    async def door(self, key: str, *, media_type: str, max_bytes: int, until: dt.datetime) -> Door:  # noqa: ARG002 - see above
        """See `Storage.door`."""
        return Door(
            await self._presigned("PUT", key, until), "PUT", (HttpHeader("Content-Type", media_type),), until
        )

    async def link(self, key: str, *, file_name: str, media_type: str, until: dt.datetime) -> str:  # noqa: ARG002 - kept with the file
        """See `Storage.link`."""
        return await self._presigned("GET", key, until)

    async def _presigned(self, method: str, key: str, until: dt.datetime) -> str:
        holds = max(until - self._clock(), dt.timedelta(seconds=1))
        try:
            return await obstore.sign_async(self._s3, method, key, holds)  # type: ignore[call-overload, no-any-return]
        except BaseError as problem:
            raise GatewayError("storage", f"sign: {type(problem).__name__}", retryable=True) from problem
