"""What each act does to the books: postings that sum to zero; positive is debit (see `domain.ledger`).

A payee is owed what its accounts are in credit; in debit, it owes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.ledger import AccountKind
from domain.splits import Leg, LegKind


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom money is owed: a partner or an affiliate, exactly one of them."""

    partner_id: UUID | None = None
    affiliate_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.partner_id is None) == (self.affiliate_id is None):
            raise ValueError("a payee is a partner or an affiliate")

    @property
    def pending(self) -> "Account":
        is_partner = self.partner_id is not None
        kind = AccountKind.PARTNER_PENDING if is_partner else AccountKind.AFFILIATE_PENDING
        return Account(kind, self.partner_id, self.affiliate_id)

    @property
    def available(self) -> "Account":
        is_partner = self.partner_id is not None
        kind = AccountKind.PARTNER_AVAILABLE if is_partner else AccountKind.AFFILIATE_AVAILABLE
        return Account(kind, self.partner_id, self.affiliate_id)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the books, in every currency and environment."""

    kind: AccountKind
    partner_id: UUID | None = None
    affiliate_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """An amount on an account, in minor units: positive is debit, negative credit."""

    account: Account
    amount_minor: int


CASH = Account(AccountKind.PROVIDER_CASH)
REVENUE = Account(AccountKind.PLATFORM_REVENUE)
FUNDING = Account(AccountKind.COUPON_FUNDING)
FEES = Account(AccountKind.PROVIDER_FEES)
DISPUTED = Account(AccountKind.DISPUTED)


def account_of(leg: Leg) -> Account:
    """Return the account a leg of a sale is owed on."""
    if leg.kind is LegKind.PLATFORM_FEE:
        return REVENUE
    if leg.kind is LegKind.COUPON_FUNDING:
        return FUNDING
    return Payee(leg.partner_id, leg.affiliate_id).pending


def sale(legs: Iterable[Leg]) -> tuple[Booked, ...]:
    """A buyer paid, and everybody is owed its leg."""
    return _against(CASH, legs)


def refund(given_back: Iterable[Leg]) -> tuple[Booked, ...]:
    """A buyer got money back, and everybody is owed less by what its leg gives back."""
    return negated(_against(CASH, given_back))


def dispute(amount_minor: int) -> tuple[Booked, ...]:
    """A bank took a payment back; nobody has lost it yet."""
    return _moved(DISPUTED, CASH, amount_minor)


def dispute_won(amount_minor: int) -> tuple[Booked, ...]:
    """The bank gave a disputed payment back."""
    return _moved(CASH, DISPUTED, amount_minor)


def dispute_lost(given_back: Iterable[Leg]) -> tuple[Booked, ...]:
    """A disputed payment is lost: everybody is owed less, as if it had been refunded."""
    return negated(_against(DISPUTED, given_back))


def transfer(payee: Payee, amount_minor: int) -> tuple[Booked, ...]:
    """A payee has on its account what it was owed."""
    return _moved(payee.pending, payee.available, amount_minor)


def reversal(payee: Payee, amount_minor: int) -> tuple[Booked, ...]:
    """The platform took back from a payee's account what it had transferred."""
    return _moved(payee.available, payee.pending, amount_minor)


def commission_returned(affiliate: Payee, owner: Payee, amount_minor: int) -> tuple[Booked, ...]:
    """A commission was rejected: who paid it out of its share is owed it again."""
    return _moved(affiliate.pending, owner.pending, amount_minor)


def sponsorship(payee: Payee, amount_minor: int) -> tuple[Booked, ...]:
    """A payee's paid places cost something, which is kept back from its payouts."""
    return _moved(payee.available, REVENUE, amount_minor)


def payout(payee: Payee, amount_minor: int) -> tuple[Booked, ...]:
    """Money left the provider for a payee's bank."""
    return _moved(payee.available, CASH, amount_minor)


def payout_returned(payee: Payee, amount_minor: int) -> tuple[Booked, ...]:
    """A payout came back from a payee's bank."""
    return _moved(CASH, payee.available, amount_minor)


def provider_fee(amount_minor: int) -> tuple[Booked, ...]:
    """The provider kept its fee."""
    return _moved(FEES, CASH, amount_minor)


def negated(postings: Iterable[Booked]) -> tuple[Booked, ...]:
    return tuple(Booked(each.account, -each.amount_minor) for each in postings)


def merged(postings: Sequence[Booked]) -> tuple[Booked, ...]:
    """Return one posting an account, in the order of their first; none of zero. Raises ValueError if unbalanced."""
    if sum(each.amount_minor for each in postings):
        raise ValueError("an entry sums to zero")
    sums: dict[Account, int] = {}
    for each in postings:
        sums[each.account] = sums.get(each.account, 0) + each.amount_minor
    return tuple(Booked(account, amount) for account, amount in sums.items() if amount)


def _moved(debited: Account, credited: Account, amount_minor: int) -> tuple[Booked, ...]:
    return (Booked(debited, amount_minor), Booked(credited, -amount_minor))


def _against(account: Account, legs: Iterable[Leg]) -> tuple[Booked, ...]:
    owed = [Booked(account_of(leg), -leg.amount_minor) for leg in legs]
    return merged([Booked(account, -sum(each.amount_minor for each in owed)), *owed])
