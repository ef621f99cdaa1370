"""Files on this machine; links to them lead to our own doors (`server/routes/uploads.py`)."""

import datetime as dt
from pathlib import Path

from obstore.store import LocalStore, MemoryStore

from domain.signed_links import MayFetch, MaySend, token_of
from domain.uploads import Door, HttpHeader
from integrations.storage.objects import Objects

UPLOADS_PATH, DOWNLOADS_PATH = "/uploads", "/downloads"


class LocalStorage(Objects):
    """A `Storage` in a folder, or in memory for tests."""

    takes_attributes = False

    def __init__(self, place: Path | MemoryStore, *, public_url: str, secret: bytes) -> None:
        """`secret`: 32 bytes, under every link."""
        super().__init__(place if isinstance(place, MemoryStore) else LocalStore(place, mkdir=True))
        self._public_url = public_url
        self._secret = secret

    async def door(self, key: str, *, media_type: str, max_bytes: int, until: dt.datetime) -> Door:
        """See `Storage.door`."""
        token = token_of(self._secret, MaySend(key, max_bytes, media_type), until=until)
        url = f"{self._public_url}{UPLOADS_PATH}/{token}"
        return Door(url, "PUT", (HttpHeader("Content-Type", media_type),), until)

    async def link(self, key: str, *, file_name: str, media_type: str, until: dt.datetime) -> str:
        """See `Storage.link`."""
        token = token_of(self._secret, MayFetch(key, file_name, media_type), until=until)
        return f"{self._public_url}{DOWNLOADS_PATH}/{token}"
