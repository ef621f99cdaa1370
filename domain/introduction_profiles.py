"""Introduction profiles: what a partner takes introductions for, how many at once, and where they reach it.

Mail of an introduction is sent to and from `partner@{subdomain}.{MAIL_DOMAIN}` (S3-051, A-13).
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from domain.errors import InvalidInput, Refusal, Refused

SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])", re.ASCII)
RESERVED_SUBDOMAINS = frozenset(
    {
        "abuse", "account", "accounts", "admin", "administrator", "api", "app", "assets", "autoconfig",
        "autodiscover", "billing", "blog", "bounce", "bounces", "calendar", "cdn", "contact", "dev", "dns",
        "docs", "email", "ftp", "graphql", "help", "hostmaster", "identity", "imap", "info", "interline",
        "introductions", "invitations", "localhost", "login", "mail", "mailbox", "mta", "mta-sts", "news",
        "no-reply", "noreply", "ns1", "ns2", "partner", "partners", "pop", "pop3", "postmaster", "root",
        "sandbox", "security", "smtp", "sso", "staging", "static", "status", "support", "test", "webmail",
        "webmaster", "www",
    }
)  # fmt: skip
"""Hosts and mailboxes that are ours, or that the world's programs look for by name (RFC 2142, RFC 6764, RFC 8461)."""
CAPACITIES = range(1, 1001)
DEFAULT_CAPACITY = 10


@dataclass(frozen=True, slots=True)
class SubdomainTaken(Refusal):
    """Another partner has this subdomain."""

    code: ClassVar[str] = "SUBDOMAIN_TAKEN"
    hint: ClassVar[str | None] = "Choose another subdomain."
    subdomain: str

    @property
    def message(self) -> str:
        return f"The subdomain {self.subdomain!r} is taken."


@dataclass(frozen=True, slots=True)
class SubdomainReserved(Refusal):
    """The subdomain is one of the platform's own names."""

    code: ClassVar[str] = "SUBDOMAIN_RESERVED"
    hint: ClassVar[str | None] = "Choose another subdomain."
    subdomain: str

    @property
    def message(self) -> str:
        return f"The subdomain {self.subdomain!r} is reserved."


def check_subdomain(subdomain: str) -> str:
    """Return a subdomain in small letters. Refuses: InvalidInput, SubdomainReserved."""
    subdomain = subdomain.strip().lower()
    # `xn--…` and every other `??--…` is what a name in other letters becomes: it could look like another's (RFC 5891).
    if not SUBDOMAIN.fullmatch(subdomain) or "--" in subdomain:
        problem = "must have 3 to 63 small letters, digits and single dashes, none at the ends"
        raise Refused(InvalidInput("subdomain", problem))
    if subdomain in RESERVED_SUBDOMAINS:
        raise Refused(SubdomainReserved(subdomain))
    return subdomain


def check_capacity(capacity: int) -> int:
    """Return how many open introductions a partner takes at once. Refuses: InvalidInput."""
    if capacity not in CAPACITIES:
        raise Refused(InvalidInput("capacity", f"must be from {CAPACITIES.start} to {CAPACITIES[-1]}"))
    return capacity
