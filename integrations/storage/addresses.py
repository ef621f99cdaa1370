"""Which storage a url names: `file:///var/files`, or `s3://bucket?endpoint=https://…&region=…&prefix=…`."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.storage.local import LocalStorage
from integrations.storage.s3 import S3Storage

S3_WORDS = frozenset({"endpoint", "region", "prefix"})


def storage_at(
    url: str, *, public_url: str, secret: bytes, clock: Callable[[], dt.datetime]
) -> LocalStorage | S3Storage:
    """Return the storage at a url. Raises ValueError for one that names none."""
    parts = urlsplit(url)
    words = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme == "file" and not parts.netloc and parts.path and not words:
        return LocalStorage(Path(unquote(parts.path)), public_url=public_url, secret=secret)
    if parts.scheme == "s3" and parts.netloc and words.keys() <= S3_WORDS:
        return S3Storage(parts.netloc, **words, clock=clock)
    raise ValueError(f"INTERLINE_STORAGE_URL names no storage: {url!r}")
