"""Who is asking: one frozen value per call, whatever door it came through."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from domain.environments import Environment


class Scope(StrEnum):
    """One right to use a group of fields. Roles are sets of scopes; tokens and API keys narrow them."""

    READ_CATALOG = "READ_CATALOG"
    READ_INVENTORY = "READ_INVENTORY"
    RESERVE = "RESERVE"
    READ_ORDERS = "READ_ORDERS"
    REDEEM = "REDEEM"
    MANAGE_INVENTORY = "MANAGE_INVENTORY"
    MANAGE_KEYS = "MANAGE_KEYS"
    MANAGE_WEBHOOKS = "MANAGE_WEBHOOKS"
    READ_PERSONAL_DATA = "READ_PERSONAL_DATA"
    READ_REPORTS = "READ_REPORTS"
    READ_AUDIT = "READ_AUDIT"
    REGISTER = "REGISTER"
    READ_PARTNER = "READ_PARTNER"
    MANAGE_PARTNER = "MANAGE_PARTNER"
    MANAGE_TEAM = "MANAGE_TEAM"
    READ_PROPERTIES = "READ_PROPERTIES"
    MANAGE_PROPERTIES = "MANAGE_PROPERTIES"
    CERTIFY = "CERTIFY"
    ASK_SUPPORT = "ASK_SUPPORT"
    MANAGE_ONBOARDING = "MANAGE_ONBOARDING"
    VERIFY_PARTNERS = "VERIFY_PARTNERS"
    MANAGE_PROMOTIONS = "MANAGE_PROMOTIONS"
    READ_FINANCE = "READ_FINANCE"
    MANAGE_PAYOUTS = "MANAGE_PAYOUTS"
    MANAGE_BOOKINGS = "MANAGE_BOOKINGS"
    READ_INTRODUCTIONS = "READ_INTRODUCTIONS"
    MANAGE_INTRODUCTIONS = "MANAGE_INTRODUCTIONS"
    OPERATE = "OPERATE"
    INTROSPECT = "INTROSPECT"
    AD_HOC = "AD_HOC"


class Role(StrEnum):
    """What a person is to the platform (the first three) or to one partner (the rest)."""

    PLATFORM_ADMIN = "PLATFORM_ADMIN"
    ACCOUNT_MANAGER = "ACCOUNT_MANAGER"
    ANALYST = "ANALYST"
    OWNER = "OWNER"
    ADMIN = "ADMIN"
    FINANCE = "FINANCE"
    SUPPORT = "SUPPORT"
    READONLY = "READONLY"


READING = frozenset({Scope.READ_CATALOG, Scope.READ_INVENTORY, Scope.READ_ORDERS})
SELLING = READING | {Scope.RESERVE, Scope.REDEEM, Scope.READ_PERSONAL_DATA}
ONBOARDING = frozenset({Scope.READ_PARTNER, Scope.READ_PROPERTIES})
"""What everybody of a partner may look at."""
ASSISTING = ONBOARDING | {Scope.MANAGE_PARTNER, Scope.MANAGE_PROPERTIES, Scope.CERTIFY, Scope.ASK_SUPPORT}
"""What an account manager may do at a partner whose case is assisted: neither its team nor its keys."""
INTRODUCING = frozenset({Scope.READ_INTRODUCTIONS, Scope.MANAGE_INTRODUCTIONS})
"""What those may do who talk to contractors; whoever reads introductions reads their people's names and addresses."""
GOVERNING = (
    SELLING
    | ASSISTING
    | {
        Scope.MANAGE_TEAM,
        Scope.MANAGE_INVENTORY,
        Scope.MANAGE_KEYS,
        Scope.MANAGE_WEBHOOKS,
        Scope.READ_REPORTS,
        Scope.READ_AUDIT,
        Scope.MANAGE_PROMOTIONS,
        Scope.READ_FINANCE,
        Scope.MANAGE_PAYOUTS,
        Scope.MANAGE_BOOKINGS,
    }
    | INTRODUCING
)

SCOPES_OF: dict[Role, frozenset[Scope]] = {
    Role.PLATFORM_ADMIN: frozenset(Scope),
    Role.ACCOUNT_MANAGER: ONBOARDING
    | INTRODUCING
    | {Scope.ASK_SUPPORT, Scope.MANAGE_ONBOARDING, Scope.INTROSPECT, Scope.AD_HOC},
    Role.ANALYST: READING | {Scope.READ_REPORTS, Scope.INTROSPECT, Scope.AD_HOC},
    Role.OWNER: GOVERNING | {Scope.AD_HOC, Scope.INTROSPECT},
    Role.ADMIN: GOVERNING | {Scope.AD_HOC, Scope.INTROSPECT},
    Role.FINANCE: READING
    | ONBOARDING
    | {
        Scope.ASK_SUPPORT,
        Scope.READ_REPORTS,
        Scope.READ_FINANCE,
        Scope.READ_AUDIT,
        Scope.MANAGE_PAYOUTS,
        Scope.AD_HOC,
    },
    Role.SUPPORT: READING
    | ONBOARDING
    | INTRODUCING
    | {
        Scope.ASK_SUPPORT,
        Scope.REDEEM,
        Scope.MANAGE_BOOKINGS,
        Scope.READ_PERSONAL_DATA,
        Scope.AD_HOC,
    },
    Role.READONLY: READING | ONBOARDING | {Scope.AD_HOC},
}

SIGNED_IN = frozenset({Scope.REGISTER, Scope.AD_HOC})
"""What a person may do whom a trusted issuer vouches for, with or without an account here: also in words of its own,
so that an invitation can be accepted in the explorer."""

RESELLER_KEY_SCOPES = SELLING | {Scope.MANAGE_WEBHOOKS, Scope.READ_REPORTS, Scope.CERTIFY}
"""What an API key of a reseller may carry at most."""


class SharedBy(StrEnum):
    """Whose answers are one and the same."""

    RIGHTS = "RIGHTS"
    """All callers of the same rights and languages: nothing in the answer is anybody's own by name."""
    NAME = "NAME"
    """One caller, over whatever connections: the answer may show what is its own by name."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person as a trusted issuer vouches for it, with or without an account here."""

    issuer: str
    subject: str
    email: str
    name: str


NO_PARTNERS: Mapping[UUID, frozenset[Scope]] = MappingProxyType({})
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller: its partners, its environment, its scopes. Anonymous has none of them.

    `id` is the stable name of the caller in keys and logs: `user:<uuid>`, `key:<uuid>`, `newcomer:<hash>` for
    who has signed in and has no account yet, `anonymous`.
    `expires_at` ends the credential (and closes its sockets); None for never.
    """

    id: str = "anonymous"
    environment: Environment = Environment.LIVE
    scopes: frozenset[Scope] = frozenset()
    scopes_by_partner: Mapping[UUID, frozenset[Scope]] = field(default_factory=lambda: NO_PARTNERS)
    """What the caller may do at each of its partners; `scopes` is their union with the platform's."""
    platform_scopes: frozenset[Scope] = frozenset()
    """What platform staff may do at every partner; never widened by what they are at one of them."""
    api_key_id: UUID | None = None
    user_id: UUID | None = None
    reseller_id: UUID | None = None
    """The reseller a key sells for; None for people."""
    rate_limit_per_minute: int = 60
    expires_at: datetime | None = None
    roles: frozenset[Role] = frozenset()
    signed_in: SignedIn | None = None
    """Whom the issuer vouches for; None for keys, and for people whose issuer tells no verified address."""
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    """Hashes of the secrets of checkouts that the caller has shown in this operation: those are its own, too."""
    locales: tuple[str, ...] = ()
    """The languages the caller reads, best first."""
    shape: tuple[object, ...] = field(init=False, repr=False, compare=False)
    """What the rules of `visibility` decide by; all else of a viewer is a value in their predicates."""

    def __post_init__(self) -> None:
        shape = (self.scopes, self.platform_scopes, self.reseller_id is None, self.is_anonymous)
        object.__setattr__(self, "shape", shape)

    @property
    def is_anonymous(self) -> bool:
        return self.api_key_id is None and self.user_id is None and self.signed_in is None

    @property
    def buyer_id(self) -> UUID:
        """Return the person whose purchases are the caller's own; NOBODY where it is no person with an account."""
        return self.user_id or NOBODY

    @property
    def partner_ids(self) -> frozenset[UUID]:
        return frozenset(self.scopes_by_partner)

    @property
    def person(self) -> UUID:
        """Who asks, for rules to compare with; NOBODY for keys, for who has no account, and in a shared answer."""
        return self.user_id or NOBODY

    def shared(self, by: SharedBy) -> "Viewer":
        """Return the caller in whose name a shared answer is made: without what the sharers may differ in.

        What is left out can not get into the answer, whatever a resolver reads.
        """
        shared = replace(self, rate_limit_per_minute=0, expires_at=None)
        if by is SharedBy.NAME:
            return shared
        return replace(
            shared,
            id="shared",
            api_key_id=self.api_key_id and NOBODY,
            user_id=self.user_id and NOBODY,
            roles=frozenset(),
            signed_in=None,
        )

    def partners_with(self, scope: Scope) -> frozenset[UUID]:
        """Return the partners at which the caller has the scope: an OWNER here may be READONLY there."""
        return frozenset(partner for partner, scopes in self.scopes_by_partner.items() if scope in scopes)

    def may(self, scope: Scope) -> bool:
        """Tell whether the caller has the scope anywhere; where, the row's predicate decides."""
        return scope in self.scopes

    def may_everywhere(self, scope: Scope) -> bool:
        return scope in self.platform_scopes

    def may_at(self, partner_id: UUID, scope: Scope) -> bool:
        """Tell whether the caller has the scope at this partner."""
        return self.may_everywhere(scope) or scope in self.scopes_by_partner.get(partner_id, ())


ANONYMOUS = Viewer()
SYSTEM = Viewer(id="system")
"""Who acts where nobody asked: the jobs."""
