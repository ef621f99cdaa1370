"""Coupons: what a code takes off an order, from whom, and when it holds.

One coupon an order, after the bundle discounts (A-19). Its creator pays for it (A-18): a partner's coupon takes off that
partner's own items, the platform's is paid out of the platform's fee.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.environments import Environment
from domain.errors import InvalidInput, Refusal, Refused
from domain.money import EXPONENTS
from domain.packages import ItemKind


class CouponKind(StrEnum):
    """What a coupon takes off: a share of what it is good for, or an amount."""

    PERCENT = "PERCENT"
    AMOUNT = "AMOUNT"


class CouponScope(StrEnum):
    """What a coupon is good for: packages as a whole, or their items of one kind."""

    PACKAGE = "PACKAGE"
    TOUR = "TOUR"
    SERVICE = "SERVICE"
    TRANSPORT = "TRANSPORT"
    EXTRA = "EXTRA"
    LODGING = "LODGING"

    def covers(self, kind: ItemKind) -> bool:
        """Tell whether it is good for an item of this kind."""
        return self is CouponScope.PACKAGE or self.value == kind.value


class CouponStatus(StrEnum):
    """DISABLED takes nothing off any more; it may be enabled again."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class RedemptionStatus(StrEnum):
    """HELD with its reservation, CONFIRMED by the payment, RELEASED when either came to nothing."""

    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{2,30})[A-Z0-9]", re.ASCII)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: nothing in it is taken for something else (crockford.com/base32.html)."""
CODE_LENGTH = 12
"""Of a code we make: 60 bits, which nobody guesses at ten tries a minute."""
NO_CODE = "-"
"""Looked for in the place of a text that is no code, so that it takes the time of any other."""
WHOLE = 10_000
"""Basis points."""
MOST_PACKAGES = 100
MOST_USES = 1_000_000
DESCRIPTION_LENGTH = 200


@dataclass(frozen=True, slots=True)
class CouponRejected(Refusal):
    """The code takes nothing off this order. Why is not told: unknown, ended, used up or of others, it is one answer."""

    code: ClassVar[str] = "COUPON_REJECTED"
    hint: ClassVar[str | None] = "Check the code with whoever gave it; the order can go on without one."

    @property
    def message(self) -> str:
        return "This coupon code can not be used here."


@dataclass(frozen=True, slots=True)
class CodeTaken(Refusal):
    """Another coupon of the environment has this code."""

    code: ClassVar[str] = "CODE_TAKEN"
    hint: ClassVar[str | None] = "Choose another code, or leave it out to be given one."
    taken: str

    @property
    def message(self) -> str:
        return f"The code {self.taken!r} is taken."


class Part(Protocol):
    """One item of an order, with what is paid for it after the bundle discounts."""

    @property
    def package_id(self) -> UUID: ...
    @property
    def partner_id(self) -> UUID: ...
    @property
    def kind(self) -> ItemKind: ...
    @property
    def amount_minor(self) -> int: ...


@dataclass(frozen=True, slots=True)
class CouponPart:
    """The plainest `Part`."""

    package_id: UUID
    partner_id: UUID
    kind: ItemKind
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a coupon takes off, of what. `funder_id` None: the platform. No packages named: all of its scope."""

    kind: CouponKind
    percent_bps: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    scope: CouponScope = CouponScope.PACKAGE
    package_ids: Collection[UUID] = ()
    funder_id: UUID | None = None
    minimum_minor: int = 0
    is_combinable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What says whether a coupon holds now; `uses` are those of all, `own_uses` those of one customer."""

    status: CouponStatus
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    uses: int
    usage_limit: int | None
    own_uses: int
    customer_limit: int | None

    def is_open(self, now: dt.datetime) -> bool:
        """Tell whether one more use is free at `now`; at the moment it ends it does not hold."""
        return (
            self.status is CouponStatus.ACTIVE
            and self.valid_from <= now
            and (self.valid_until is None or now < self.valid_until)
            and (self.usage_limit is None or self.uses < self.usage_limit)
            and (self.customer_limit is None or self.own_uses < self.customer_limit)
        )


def discount(
    terms: Terms,
    parts: Sequence[Part],
    *,
    currency: str,
    is_discounted: bool,
    cap_minor: int | None = None,
) -> int:
    """Return what a coupon takes off these parts: at least 1 minor unit. A percentage is rounded down.

    `is_discounted`: bundle discounts were taken off already. `cap_minor`: what the platform's fee leaves for a coupon
    of the platform. Refuses: CouponRejected.
    """
    good_for = sum(each.amount_minor for each in parts if _is_good_for(terms, each))
    if terms.kind is CouponKind.PERCENT:
        taken = good_for * (terms.percent_bps or 0) // WHOLE
    else:
        taken = min(terms.amount_minor or 0, good_for)
    if cap_minor is not None and terms.funder_id is None:
        taken = min(taken, cap_minor)
    is_refused = (
        taken <= 0
        or good_for < terms.minimum_minor
        or (terms.currency is not None and terms.currency != currency)
        or (is_discounted and not terms.is_combinable)
    )
    if is_refused:
        raise Refused(CouponRejected())
    return taken


def _is_good_for(terms: Terms, part: Part) -> bool:
    return (
        terms.scope.covers(part.kind)
        and (not terms.package_ids or part.package_id in terms.package_ids)
        and (terms.funder_id is None or part.partner_id == terms.funder_id)
    )


def code_of(text: str) -> str:
    """Return the code a person typed, as it is kept; NO_CODE for what can be none."""
    code = "".join(text.split()).upper()
    return code if CODE.fullmatch(code) else NO_CODE


def check_code(text: str) -> str:
    """Return a wished code as it is kept. Refuses: InvalidInput."""
    code = code_of(text)
    if code == NO_CODE:
        raise Refused(
            InvalidInput("code", "must have 4 to 32 letters, digits and dashes, no dash at the ends")
        )
    return code


def make_code(random_bytes: bytes) -> str:
    """Return a code out of CODE_LENGTH random bytes."""
    return "".join(ALPHABET[each % len(ALPHABET)] for each in random_bytes[:CODE_LENGTH])


def customer_hash(pepper: bytes, environment: Environment, email: str) -> bytes:
    """Return what is kept of a customer: a keyed hash of the address, without what it has behind a `+`."""
    local, _, host = email.strip().casefold().rpartition("@")
    plain = f"{local.partition('+')[0]}@{host}"
    return hmac.digest(pepper, f"customer:{environment}:{plain}".encode(), hashlib.sha256)


def check_terms(terms: Terms) -> Terms:
    """Let terms pass that can be kept. Refuses: InvalidInput."""
    if (terms.percent_bps is None) is (terms.kind is CouponKind.PERCENT):
        raise Refused(InvalidInput("percent", "belongs to PERCENT, and to it alone"))
    if (terms.amount_minor is None) is (terms.kind is CouponKind.AMOUNT):
        raise Refused(InvalidInput("amount", "belongs to AMOUNT, and to it alone"))
    if terms.percent_bps is not None and not 1 <= terms.percent_bps <= WHOLE:
        raise Refused(
            InvalidInput("percent", "must be more than 0 and at most 100, with two decimals at most")
        )
    if terms.amount_minor is not None and terms.amount_minor < 1:
        raise Refused(InvalidInput("amount", "must be more than nothing"))
    if terms.minimum_minor < 0:
        raise Refused(InvalidInput("minimum", "must not be less than nothing"))
    if terms.currency is None and (terms.amount_minor is not None or terms.minimum_minor):
        raise Refused(InvalidInput("currency", "is needed where there is an amount"))
    if terms.currency is not None and terms.currency not in EXPONENTS:
        raise Refused(InvalidInput("currency", f"must be one of {', '.join(sorted(EXPONENTS))}"))
    if len(terms.package_ids) > MOST_PACKAGES:
        raise Refused(InvalidInput("package_ids", f"must be {MOST_PACKAGES} at most"))
    return terms


def check_limits(*, usage_limit: int | None, customer_limit: int | None) -> None:
    """Refuses: InvalidInput."""
    for name, limit in (("usage_limit", usage_limit), ("customer_limit", customer_limit)):
        if limit is not None and not 1 <= limit <= MOST_USES:
            raise Refused(InvalidInput(name, f"must be from 1 to {MOST_USES}"))


def check_validity(valid_from: dt.datetime, valid_until: dt.datetime | None) -> None:
    """Refuses: InvalidInput."""
    if valid_until is not None and valid_until <= valid_from:
        raise Refused(InvalidInput("valid_until", "must be later than valid_from"))
