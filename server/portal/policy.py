"""What the portal's pages may load and do: their Content-Security-Policy, and the other headers they are sent with."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from server.portal.served import RawHeaders


def policy(public_url: str, issuers: Sequence[str], *, framed_by: str) -> str:
    """Return the policy of a page. `framed_by`: who may show it in a frame, `'none'` or `'self'`."""
    elsewhere = _distinct([origin_of(each) for each in issuers], but=origin_of(public_url))
    # `'self'` covers sockets in today's browsers; Safari before 15.4 wants them named.
    sockets = origin_of(public_url).replace("http", "ws", 1)
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # What moves and what is drawn to scale sets style attributes of its own elements at run time; the texts of
        # people are never markup, so no attribute comes from them.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        # The issuer is asked for tokens by the page itself, and in a frame whether somebody is signed in.
        "connect-src": ["'self'", sockets, *elsewhere],
        "frame-src": ["'self'", *elsewhere],
        "frame-ancestors": [framed_by],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def page_headers(public_url: str, issuers: Sequence[str]) -> dict[str, RawHeaders]:
    """Return what each page is sent with, by the page's name."""
    return {
        "index.html": _headers(policy(public_url, issuers, framed_by="'none'"), b"DENY"),
        # The portal shows it to itself, out of sight: there an issuer sends the browser that is signed in still.
        "silent.html": _headers(policy(public_url, issuers, framed_by="'self'"), b"SAMEORIGIN"),
    }


def origin_of(url: str) -> str:
    """Return `scheme://host[:port]`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _headers(said: str, frame_options: bytes) -> RawHeaders:
    return [
        # Asked for anew each time, and answered in a word where it has not changed.
        (b"cache-control", b"no-cache"),
        (b"content-security-policy", said.encode()),
        (b"x-frame-options", frame_options),
    ]


def _distinct(origins: Sequence[str], *, but: str) -> list[str]:
    return [each for each in dict.fromkeys(origins) if each != but]
