"""Who asks, who carries which scope, and what one case of the access matrix is.

Groups are written out, so that a change of a role's rights is seen as a change of this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = ("owner", "admin", "finance", "support", "readonly")


def people(organization: str, *roles: str) -> frozenset[str]:
    return frozenset(f"{organization}'s {role}" for role in roles or ROLES)


ADMIN = frozenset({"platform admin"})
STAFF = ADMIN | {"analyst"}
KEYS = frozenset({"reseller key", "rival key"})
EVERYBODY = STAFF | KEYS | people("operator") | people("reseller") | people("rival")
"""Who has any right at all: everybody but `anonymous`, `key without scopes` and `catalog key`."""
MANAGERS = frozenset({"account manager", "assisting manager"})
"""Of the platform; the second one assists the operator."""
CONTRACTOR = frozenset({"contractor's owner"})
"""A person without any partner, who has the contractors of the reseller's introductions."""
SIGNED_IN_ONLY = CONTRACTOR | {"newcomer"}
KINDS = EVERYBODY | MANAGERS | SIGNED_IN_ONLY | {"anonymous", "key without scopes", "catalog key"}

GOVERNORS = frozenset().union(*(people(each, "owner", "admin") for each in ("operator", "reseller", "rival")))
SUPPORT = frozenset().union(*(people(each, "support") for each in ("operator", "reseller", "rival")))
FINANCE = frozenset().union(*(people(each, "finance") for each in ("operator", "reseller", "rival")))
MEMBERS = people("operator") | people("reseller") | people("rival")
ASSISTANTS = frozenset({"assisting manager"})

HOLDERS: dict[str, frozenset[str]] = {
    "READ_CATALOG": EVERYBODY | {"catalog key"},
    "READ_INVENTORY": EVERYBODY,
    "READ_ORDERS": EVERYBODY,
    "RESERVE": ADMIN | KEYS | GOVERNORS,
    "REDEEM": ADMIN | KEYS | GOVERNORS | SUPPORT,
    "READ_PERSONAL_DATA": ADMIN | KEYS | GOVERNORS | SUPPORT,
    "MANAGE_INVENTORY": ADMIN | GOVERNORS,
    "MANAGE_KEYS": ADMIN | GOVERNORS,
    "MANAGE_WEBHOOKS": ADMIN | KEYS | GOVERNORS,
    "READ_REPORTS": STAFF | KEYS | GOVERNORS | FINANCE,
    "READ_AUDIT": ADMIN | GOVERNORS | FINANCE,
    "MANAGE_PROMOTIONS": ADMIN | GOVERNORS,
    "READ_FINANCE": ADMIN | GOVERNORS | FINANCE,
    "MANAGE_PAYOUTS": ADMIN | GOVERNORS | FINANCE,
    "MANAGE_BOOKINGS": ADMIN | GOVERNORS | SUPPORT,
    "READ_INTRODUCTIONS": ADMIN | MANAGERS | GOVERNORS | SUPPORT,
    "MANAGE_INTRODUCTIONS": ADMIN | MANAGERS | GOVERNORS | SUPPORT,
    "REGISTER": MEMBERS | STAFF | MANAGERS | SIGNED_IN_ONLY,
    "READ_PARTNER": MEMBERS | ADMIN | MANAGERS,
    "MANAGE_PARTNER": GOVERNORS | ADMIN | ASSISTANTS,
    "MANAGE_TEAM": GOVERNORS | ADMIN,
    "READ_PROPERTIES": MEMBERS | ADMIN | MANAGERS,
    "MANAGE_PROPERTIES": GOVERNORS | ADMIN | ASSISTANTS,
    "CERTIFY": GOVERNORS | KEYS | ADMIN | ASSISTANTS,
    "ASK_SUPPORT": GOVERNORS | FINANCE | SUPPORT | ADMIN | MANAGERS,
    "MANAGE_ONBOARDING": ADMIN | MANAGERS,
    "VERIFY_PARTNERS": ADMIN,
    "OPERATE": ADMIN,
    "INTROSPECT": STAFF | GOVERNORS | MANAGERS,
    "AD_HOC": STAFF | MEMBERS | MANAGERS | SIGNED_IN_ONLY,
}
"""Scope -> who carries it."""


@dataclass(frozen=True)
class Case:
    """One field: how it is asked for, who gets `seen`, and what the others with the scope get instead.

    `$reservation` and the like in `text` become ids of the reseller's or operator's things. These lie in
    LIVE; `in_test` is what those who get `seen` get for the same call in TEST.
    """

    text: str
    by: frozenset[str]
    seen: str
    hidden: str = "null"
    in_test: str | None = None
    """None: the same as `hidden`."""
    by_in_test: frozenset[str] = frozenset()
    """Who gets it in TEST besides, whatever they get in LIVE."""
    also: Mapping[str, str] = field(default_factory=dict)
    """Kinds whose answer is one of its own, in LIVE and in TEST."""
    also_live: Mapping[str, str] = field(default_factory=dict)
    """The same in LIVE alone."""
    path: tuple[str | int, ...] = ()
    """Where a refused field's error points; the root field where it is not said."""
    needs: str | None = None
    """The scope of the field, where it is no root field (those say it themselves)."""


def act(name: str, given: str, **facts: Any) -> Case:
    """A mutation; its answer is a member of its union."""
    return Case(
        f"mutation {{ {name}(input: {{{given}}}) {{ __typename }} }}", **({"hidden": "NotFound"} | facts)
    )
