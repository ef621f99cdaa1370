"""The portal's newest build, in memory: found at start, or when it is made while the process runs."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from server.portal.build import shelf_of
from server.portal.config import config_of
from server.portal.policy import page_headers
from server.portal.served import RawHeaders, ServedFile, Version, read_version
from server.settings import Settings


def portal_of(settings: Settings, development_issuer: str) -> "PortalFiles":
    """Return this installation's portal."""
    config = config_of(settings, development_issuer)
    issuers = [each.strip() for each in settings.issuers.split(",")]
    return PortalFiles(
        settings.data_dir,
        config=config.written(),
        page_headers=page_headers(settings.public_url, [each for each in [*issuers, config.issuer] if each]),
    )


class PortalFiles:
    """One per process. Making it reads what is there."""

    def __init__(self, data_dir: Path, *, config: bytes, page_headers: Mapping[str, RawHeaders]) -> None:
        self._shelf = shelf_of(data_dir)
        self._config = config
        self._page_headers = page_headers
        self._seen = 0
        self._stamp = ""
        self._version: Version | None = None
        self._before: Version | None = None
        """The build before: pages that are open still ask for its assets."""
        self._reading = asyncio.Lock()
        self._read()

    @property
    def last_failure(self) -> str:
        """Why there is none, in one sentence; empty where it was not tried."""
        return self._shelf.last_failure()

    async def page(self, name: str) -> ServedFile | None:
        """Return a page of the newest build; None where there is no build."""
        await self._look()
        return self._version.pages[name] if self._version else None

    async def asset(self, path: str) -> ServedFile | None:
        """Return a file below `/assets/`; None where no build has it."""
        if (found := self._asset(path)) is None:
            # Another process may have sent the page of a build this one has not seen.
            await self._look()
            found = self._asset(path)
        return found

    def _asset(self, path: str) -> ServedFile | None:
        for version in (self._version, self._before):
            if version is not None and path in version.assets:
                return version.assets[path]
        return None

    async def _look(self) -> None:
        """Read the newest build, if it is another than the last time: a look at one folder, most of the time."""
        if self._shelf.changed_at() == self._seen:
            return
        async with self._reading:
            if self._shelf.changed_at() != self._seen:
                await asyncio.to_thread(self._read)

    def _read(self) -> None:
        seen = self._shelf.changed_at()
        newest = self._shelf.newest()
        if newest is not None and newest.name != self._stamp:
            try:
                version = read_version(newest, config=self._config, page_headers=self._page_headers)
            except FileNotFoundError:  # Replaced by another meanwhile: that one is read at the next look.
                return
            self._before, self._version, self._stamp = self._version, version, newest.name
        self._seen = seen
