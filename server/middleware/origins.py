"""Which web sites may call from a browser: our own, and those a deployment names."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers

SECURE = {"https", "wss"}
DEFAULT_PORTS = {"http": 80, "https": 443}


class Origins:
    """The sites that may call. Callers that are no browser send no `Origin`, and are none of this."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = frozenset(filter(None, (normal_origin(each) for each in allowed)))

    def permits(self, headers: Headers, scheme: str) -> bool:
        """Tell whether a call may change anything here, as far as the browser says where it comes from.

        `scheme` is that of the request: `http`, `https`, `ws` or `wss`.
        """
        origin = headers.get("origin")
        if origin is None:
            # Browsers send an Origin with whatever can change something; this is the rest of them.
            return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
        return self.knows(origin) or self.is_own(origin, headers, scheme)

    def knows(self, origin: str) -> bool:
        """Tell whether a deployment named this site."""
        return normal_origin(origin) in self.allowed

    def is_own(self, origin: str, headers: Headers, scheme: str) -> bool:
        """Tell whether the page was served from the very host it calls, under whatever name."""
        own = normal_origin(f"{'https' if scheme in SECURE else 'http'}://{headers.get('host', '')}")
        return own is not None and normal_origin(origin) == own


def normal_origin(text: str) -> str | None:
    """Return `scheme://host:port` in lower case, or None for what is no origin (`null`, a path)."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    is_origin = (
        parts.scheme in DEFAULT_PORTS
        and parts.hostname
        and parts.path in {"", "/"}
        and "@" not in parts.netloc
    )
    return f"{parts.scheme}://{parts.hostname}:{port}" if is_origin else None
