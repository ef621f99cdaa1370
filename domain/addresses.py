"""Which addresses of the network we call on somebody's behalf: never our own house (SSRF)."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from domain.errors import InvalidInput, Refused

Address = IPv4Address | IPv6Address

LONGEST_URL = 2_000
HOST_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)
"""At least two labels, the last no number: `127.1` and `2130706433` are addresses in disguise."""
INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa")
"""Last labels that never lead out of a house (RFC 6761, RFC 6762, RFC 9476 and common use)."""

CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
"""NAT64 and 6to4: a public-looking address that carries an IPv4 one, perhaps a private."""


def check_url(url: str, *, is_development: bool) -> str:
    """Return a url we may call, as it came. Refuses: InvalidInput on `url`.

    https to a public host; in development also http and https to this machine and its networks.
    What the host's name leads to is looked at when it is called: it may change after this.
    """
    problem = _problem(url, is_development=is_development)
    if problem:
        raise Refused(InvalidInput("url", problem))
    return url


def is_callable(address: Address, *, is_development: bool) -> bool:
    """Tell whether an address may be called: public ones; in development this house's too.

    Link-local ones never: clouds keep their machines' credentials there (169.254.169.254, fe80::/10).
    """
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if mapped is not None:
        return is_callable(mapped, is_development=is_development)
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if isinstance(address, IPv6Address) and any(address in network for network in CARRIERS):
        return False
    return address.is_global or (is_development and address.is_private)


def _problem(url: str, *, is_development: bool) -> str | None:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"must have at most {LONGEST_URL} characters of ASCII without spaces"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "is not a url"
    if not host or port == 0 or "\\" in url:
        return "is not a url"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "must have neither credentials nor a fragment"
    return _host_problem(parts, host, is_development=is_development)


def _host_problem(parts: SplitResult, host: str, *, is_development: bool) -> str | None:
    address = _literal(host)
    is_ours = host == "localhost" or (address is not None and address.is_loopback)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_development and is_ours):
        return "must begin with https://"
    if is_development and is_ours:
        return None
    if address is not None:
        is_fine = is_callable(address, is_development=is_development)
    else:
        is_fine = (
            HOST_NAME.fullmatch(host.lower()) is not None and host.rsplit(".", 1)[1].lower() not in INSIDE
        )
    return None if is_fine else "must name a public host"


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
