"""What services need of the outside, in our words; adapters fit by shape."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID


class Entropy(Protocol):
    """A source of random bytes nobody can guess (`secrets.token_bytes`)."""

    def __call__(self, length: int, /) -> bytes: ...


class Feed(Protocol):
    """News of objects, from whatever process changed them."""

    def listen(self, object_id: UUID) -> AbstractAsyncContextManager[AsyncIterator[int]]:
        """Open a stream of the object's sequence numbers as they are told; a slow reader sees the newest."""
