"""Files by their keys in an object store; what every kind of storage has in common."""

from collections.abc import AsyncIterator

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from domain.errors import GatewayError

Store = LocalStore | MemoryStore | S3Store

PIECE = 256 * 1024
"""A file is read in pieces of about this size."""
PART = 5 * 1024 * 1024
"""A file is written in parts of this size, one at a time: all there ever is of it in memory."""


class Objects:
    """A store's files, streamed. What the store itself says is told as a GatewayError."""

    takes_attributes = True
    """Whether the store keeps headers to be sent with a file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write(
        self,
        key: str,
        pieces: AsyncIterator[bytes],
        *,
        media_type: str | None = None,
        disposition: str | None = None,
    ) -> None:
        """See `Storage.write`."""
        attributes = {"Content-Type": media_type, "Content-Disposition": disposition}
        told = {name: value for name, value in attributes.items() if value is not None}
        try:
            await obstore.put_async(
                self._store,
                key,
                pieces,
                attributes=told if told and self.takes_attributes else None,
                chunk_size=PART,
                max_concurrency=1,
            )
        except BaseError as problem:
            raise _failed("write", problem) from problem

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """See `Storage.read`."""
        try:
            found = await obstore.get_async(self._store, key)
            async for piece in found.stream(min_chunk_size=PIECE):
                yield bytes(piece)
        except (BaseError, FileNotFoundError) as problem:
            raise _failed("read", problem) from problem

    async def size(self, key: str) -> int | None:
        """See `Storage.size`."""
        try:
            found = await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return None
        except BaseError as problem:
            raise _failed("size", problem) from problem
        return found["size"]

    async def keys(self, prefix: str) -> list[str]:
        """See `Storage.keys`."""
        try:
            listed = await obstore.list(self._store, prefix).collect_async()
        except BaseError as problem:
            raise _failed("keys", problem) from problem
        return sorted(each["path"] for each in listed)

    async def delete(self, *keys: str) -> None:
        """See `Storage.delete`."""
        for key in keys:
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                continue
            except BaseError as problem:
                raise _failed("delete", problem) from problem


def _failed(what: str, problem: Exception) -> GatewayError:
    # A store's own words name hosts, buckets and paths: for the log, where the cause is, and not for callers.
    return GatewayError("storage", f"{what}: {type(problem).__name__}", retryable=True)
